//! Talking to the vendor: a client with credentials, and pages that prove their end.

mod client;
mod pages;
mod paging;

pub use crate::http::{Http, Incoming, Outgoing, Unanswered};
pub use client::{Client, Request};
pub use pages::Pages;
pub use paging::Paging;

/// What is wrong with JSON, without the value that is: it is the vendor's data, and may be a secret.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find('"'), text.rfind("\", expected")) {
        (Some(begin), Some(end)) if begin < end => format!("{}\"…{}", &text[..begin], &text[end..]),
        _ => text,
    }
}

//! Talking to the vendor: a client with credentials, and pages that prove their end.

mod client;
mod pages;
mod paging;

pub use client::{Client, Http, Request};
pub use pages::Pages;
pub use paging::Paging;

/// What came back for a request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// What is wrong with JSON, without the value that is: it is the vendor's data, and may be a secret.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find('"'), text.rfind("\", expected")) {
        (Some(begin), Some(end)) if begin < end => format!("{}\"…{}", &text[..begin], &text[end..]),
        _ => text,
    }
}

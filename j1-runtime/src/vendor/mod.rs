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

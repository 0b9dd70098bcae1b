//! Talking to the vendor: a client that proves who asks, and pages that prove their end.

mod auth;
mod client;
mod exchange;
mod fan;
mod fault;
mod identity;
mod limits;
mod link;
mod oauth;
pub(crate) mod operator;
mod page;
mod pages;
mod paging;
mod quota;
mod request;
pub(crate) mod retry;
pub(crate) mod transport;
mod walk;

pub use client::Client;
pub use fan::{Fan, Known, Records, concurrently, details, known, lists};
pub use limits::Limits;
pub use oauth::OAuth2;
pub use pages::Pages;
pub use paging::Paging;
pub use request::Request;
pub use reqwest::Method;
pub use transport::{Http, Incoming, Outgoing, Unanswered};

pub(crate) use limits::Hosts;

/// A text as one segment of a path: for ids that may have a `/` or other marks of URLs in them.
///
/// ```
/// use j1_runtime::provider::segment;
///
/// assert_eq!(format!("users/{}/groups", segment("a/b c")), "users/a%2Fb%20c/groups");
/// ```
#[must_use]
pub fn segment(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

//! Reads the provider's API: a client that authenticates its requests, and lists that prove that they were read in full.
//!
//! [`Http`] makes a [`Client`], a client makes [`Request`]s, a request reads one response or, as [`Pages`], a list that is
//! declared by its [`Paging`]. Whatever was not proven to be read in full is a partial outcome.

mod auth;
mod client;
mod digest;
mod digests;
mod embedded;
mod evidence;
mod exchange;
mod fan;
mod fault;
mod identify;
pub(crate) mod json;
mod limits;
mod link;
mod nested;
mod oauth;
pub(crate) mod operator;
mod page;
mod pages;
mod paging;
mod path;
mod position;
mod quota;
mod request;
pub(crate) mod retry;
mod scopes;
mod spans;
pub(crate) mod transport;
mod unpaged;

pub use client::Client;
pub use fan::{Fan, FanOut, Known, Records, concurrently, details, known, known_or_none, lists};
pub use limits::Limits;
pub use nested::Nested;
pub use oauth::OAuth2;
pub use pages::Pages;
pub use paging::Paging;
pub use path::segment;
pub use request::Request;
pub use reqwest::Method;
pub use transport::{Http, Incoming, Outgoing, Unanswered};

pub(crate) use limits::Hosts;

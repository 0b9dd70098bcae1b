//! The vendor client against vendors that are not kind.

mod auth;
mod fan;
mod faults;
mod longer_pages;
mod paging;
mod server;
mod tls;

//! The vendor client against vendors that are not kind.

mod auth;
mod fan;
mod faults;
mod paging;
mod server;
mod tls;

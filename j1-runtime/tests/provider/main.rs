//! The provider client against providers that misbehave.

mod auth;
mod beyond;
mod blank;
mod cut;
mod embedded;
mod evidence;
mod fan;
mod faults;
mod fuzz;
mod known_apis;
mod list;
mod longer_pages;
mod messages;
mod middle;
mod paging;
mod paths;
mod reference;
mod repeats;
mod scopes;
mod server;
mod signs;
mod tls;
mod twice;

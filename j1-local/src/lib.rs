//! A JupiterOne on the developer's own machine.
//!
//! It takes what an integration uploads through the Sync API, keeps it in one SQLite file, finalizes jobs as JupiterOne
//! does, resolves mapped relationships, keeps a history, answers queries, and shows all of it on a web page. Nothing
//! leaves the machine and no account is needed.
//!
//! ```
//! # async fn example() -> Result<(), j1_local::Error> {
//! let server = j1_local::LocalJupiterOne::builder().in_memory().api_key("a-key").start().await?;
//! println!("JUPITERONE_API_BASE={}", server.url());
//! server.shutdown().await?;
//! # Ok(()) }
//! ```
//!
//! Differences from the service, as far as its behaviour is public:
//!
//! - mapped relationships are resolved at once whenever data changes;
//! - uploads of deletions are refused;
//! - queries are those of [`query`], and they do not see deleted objects.

mod canonical;
mod clock;
mod code;
mod error;
pub mod export;
mod html;
pub mod http;
mod needle;
mod page;
pub mod picture;
pub mod query;
mod server;
mod store;
mod upload;
mod validation;

pub use clock::Clock;
pub use code::CODES;
pub use error::Error;
pub use server::{Builder, LocalJupiterOne, Server};
pub use store::RunningServer;

/// The account that everything belongs to.
const ACCOUNT: &str = "local";

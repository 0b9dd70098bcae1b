//! What the integration collects: the vendor's structs, each an entity of JupiterOne.

mod account;
mod group;
mod user;

pub use account::Account;
pub use group::Group;
pub use user::{Mfa, User};

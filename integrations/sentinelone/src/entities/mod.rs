//! The entities: the provider's structs, each an entity of JupiterOne.

mod account;
mod agent;
mod group;
pub(crate) mod network;

pub use account::Account;
pub use agent::{ActiveDirectory, Agent, Marks};
pub use group::Group;
pub use network::Interface;

//! The steps. Their order follows from what they emit and read.

mod account;
mod agents;
mod groups;

pub use account::fetch_account;
pub use agents::fetch_agents;
pub use groups::fetch_groups;

//! What the integration does, step by step. The order follows from what the steps emit and read.

mod account;
mod agents;
mod groups;

pub use account::fetch_account;
pub use agents::fetch_agents;
pub use groups::fetch_groups;

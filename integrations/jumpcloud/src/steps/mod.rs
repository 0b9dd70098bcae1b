//! What the integration does, step by step. The order follows from what the steps emit and read.

mod groups;
mod orgs;
mod users;

pub use groups::{fetch_group_members, fetch_groups};
pub use orgs::fetch_orgs;
pub use users::fetch_users;

//! The steps. Their order follows from what they emit and read.

mod apple;
mod applications;
mod groups;
mod orgs;
mod users;

pub use apple::{fetch_apple_devices, fetch_apple_mdm};
pub use applications::{fetch_application_members, fetch_applications};
pub use groups::{fetch_group_members, fetch_groups};
pub use orgs::fetch_orgs;
pub use users::fetch_users;

use j1::graph::FoundBy;
use j1::prelude::*;

use crate::entities::Account;

/// The lists of members that a step reads at once: as many as the client has under way to one host.
const AT_ONCE: usize = 16;

/// The organization that has a record: the one that the record names, or else the one that was asked for it.
fn owner<S>(job: &mut Job<S>, named: Option<String>, asked: &Account) -> String
where
    Account: FoundBy<S>,
{
    named.filter(|id| job.find::<Account>(id).is_some()).unwrap_or_else(|| asked.id.to_string())
}

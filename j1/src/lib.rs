//! Write JupiterOne integrations in Rust: one dependency, one import.
//!
//! An integration reads a provider's API and tells JupiterOne which entities exist there and how they are related.
//! You write structs and async functions; the derives check them against JupiterOne's data model while they compile.
//!
//! ```
//! use j1::prelude::*;
//!
//! /// A row of the provider's list of users.
//! #[derive(serde::Deserialize, J1Entity)]
//! #[j1(type = "acme_group", class = Group, key = id, display_name = name)]
//! pub struct Group {
//!     pub id: String,
//!     pub name: String,
//!     pub member_count: u32,
//! }
//! ```
//!
//! | Module | What it holds |
//! |---|---|
//! | [`prelude`] | everything that entities, steps and the integration itself need |
//! | [`provider`] | the HTTP client for provider APIs: authentication, paging, limits |
//! | [`testing`] | the test kit: one step or a whole run against recordings or a provider double |
//! | [`value`] | the types a property can have |
//! | [`graph`] | tags, and the traits that helper functions of steps need as bounds |
//! | [`integration`] | the hooks of an integration |
//! | [`model`] | JupiterOne's data model: classes, properties, formats |

extern crate self as j1;

/// Everything that entities, steps and the integration itself need: `use j1::prelude::*;`.
pub mod prelude {
    pub use j1_core::graph::Mapped;
    pub use j1_core::prelude::*;
    // The same macros as in `j1_core::prelude`, with expansions that name this crate.
    pub use crate::{J1Config, J1Entity, J1Enum, J1Integration, J1Properties, J1Target, step};
    #[cfg(feature = "runtime")]
    pub use j1_runtime::{Connect, provider::FanOut};
}

pub use j1_core::{EpochMs, Error, Outcome, Result, Secret, class, model};
/// The types a property can have.
pub mod value {
    pub use j1_core::graph::{HoldsDate, Item, Kind, Millis, Rfc3339, Seconds, Value, ValueWriter, Written};
}
/// Tags, and the traits that helper functions of steps need as bounds.
pub mod graph {
    pub use j1_core::graph::{EmittedBy, FoundBy, ReadBy, Tag, TagList, TagValue, Tags};
}
/// The hooks of an integration, and its rule for duplicates.
pub mod integration {
    pub use j1_core::integration::{Duplicates, EncodedObject, Verdict};
}

#[doc(inline)]
pub use j1_derive::{
    FacadeConfig as J1Config, FacadeEntity as J1Entity, FacadeEnum as J1Enum,
    FacadeIntegration as J1Integration, FacadeProperties as J1Properties, FacadeTarget as J1Target,
    facade_step as step,
};
#[cfg(feature = "runtime")]
pub use j1_runtime::{Connect, Recording, Status, StepReport, StepStatus, Summary, main, provider, testing};

/// Items named by macro expansions; not public API.
#[doc(hidden)]
pub use j1_core::__private;

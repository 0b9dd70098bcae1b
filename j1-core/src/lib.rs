//! The parts of a JupiterOne integration: types, data model, rules, validation.
//!
//! An integration reads a provider's API and tells JupiterOne what exists. Its entities and steps need
//! [`prelude`] alone; running one is the business of the crate `j1_runtime`.
//!
//! ```
//! use j1_core::prelude::*;
//!
//! /// A row of the provider's list of groups.
//! #[derive(J1Entity)]
//! #[j1(type = "acme_group", class = Group, key = id)]
//! pub struct Group {
//!     pub id: String,
//!     pub name: String,
//!     pub display_name: String,
//!     pub member_count: u32,
//! }
//! ```
// So that the examples and the derives' paths hold inside this crate too.
extern crate self as j1_core;

pub mod class;
pub mod config;
pub mod describe;
pub mod error;
pub mod graph;
pub mod integration;
pub mod model;
pub mod report;
pub mod step;
pub mod validate;

pub use config::Secret;
pub use error::{Error, Result};
pub use graph::EpochMs;
pub use step::Outcome;

#[cfg(feature = "derive")]
pub use j1_derive::{J1Config, J1Entity, J1Enum, J1Integration, J1Properties, J1Target, step};

/// All that entities and steps need.
pub mod prelude {
    pub use crate::config::{Config as _, Secret};
    pub use crate::error::{Error, Result, Tolerate};
    #[cfg(feature = "jiff")]
    pub use crate::graph::Timestamp;
    pub use crate::graph::verb::*;
    pub use crate::graph::{
        Entity, EpochMs, HasKey, Item, Key, KeyPart, Kind, Object, RawFields, Value, ValueWriter, WithRaw,
    };
    pub use crate::integration::Integration;
    pub use crate::model::Types;
    pub use crate::report::Event;
    pub use crate::step::{Collected, Each, Enabled, Job, Only, Outcome};

    #[cfg(feature = "derive")]
    pub use j1_derive::{J1Config, J1Entity, J1Enum, J1Integration, J1Properties, J1Target, step};
    #[cfg(feature = "url")]
    pub use url::Url;
}

/// Items that the derives' expansions call; not public API.
#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod shared;

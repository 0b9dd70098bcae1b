//! What a JupiterOne integration is: types, data model, rules, validation.
//!
//! An integration reads a vendor's API and tells JupiterOne what exists. Its entities and steps need
//! [`prelude`] alone; running one is the business of the crate `j1_runtime`.
//!
//! ```
//! use j1_core::prelude::*;
//!
//! /// A row of the vendor's list of users.
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

pub mod canonical;
pub mod class;
pub mod code;
pub mod config;
pub mod describe;
pub mod entity;
pub mod error;
pub mod event;
pub mod hook;
pub mod integration;
pub mod job;
pub mod key;
pub mod layout;
pub mod limits;
pub mod mapped;
pub mod model;
pub mod object;
pub mod outcome;
pub mod properties;
pub mod property;
pub mod raw;
pub mod recorder;
pub mod relationship;
pub mod secret;
pub mod source;
pub mod step;
pub mod tags;
pub mod text;
pub mod time;
pub mod ty;
pub mod validate;
pub mod value;
pub mod verb;
pub mod writer;

pub use error::{Error, Result};
pub use outcome::Outcome;
pub use secret::Secret;
pub use time::EpochMs;

#[cfg(feature = "derive")]
pub use j1_derive::{J1Config, J1Entity, J1Enum, J1Integration, J1Properties, J1Target, step};

/// All that entities and steps need.
pub mod prelude {
    pub use crate::config::Config as _;
    pub use crate::entity::Entity;
    pub use crate::error::{Error, Result};
    pub use crate::event::Event;
    pub use crate::integration::Integration;
    pub use crate::job::{Collected, Each, Job};
    pub use crate::key::{HasKey, Key, KeyPart};
    pub use crate::model::Types;
    pub use crate::object::Object;
    pub use crate::outcome::Outcome;
    pub use crate::raw::{RawFields, WithRaw};
    pub use crate::secret::Secret;
    pub use crate::source::Enabled;
    pub use crate::time::EpochMs;
    pub use crate::value::{Item, Kind, Value};
    pub use crate::verb::*;
    pub use crate::writer::ValueWriter;

    #[cfg(feature = "derive")]
    pub use j1_derive::{J1Config, J1Entity, J1Enum, J1Integration, J1Properties, J1Target, step};
    #[cfg(feature = "jiff")]
    pub use jiff::Timestamp;
    #[cfg(feature = "url")]
    pub use url::Url;
}

/// What the derives' expansions call; not for people.
#[doc(hidden)]
pub mod __private;

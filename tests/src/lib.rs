//! The pages of the guide, whose Rust is compiled and run as tests.

/// `docs/entities.md`
#[doc = include_str!("../../docs/entities.md")]
pub mod entities {}

/// `docs/keys-and-types.md`
#[doc = include_str!("../../docs/keys-and-types.md")]
pub mod keys_and_types {}

/// `docs/relationships.md`
#[doc = include_str!("../../docs/relationships.md")]
pub mod relationships {}

/// `docs/attributes.md`
#[doc = include_str!("../../docs/attributes.md")]
pub mod attributes {}

/// `docs/config.md`
#[doc = include_str!("../../docs/config.md")]
pub mod config {}

/// `docs/steps.md`
#[doc = include_str!("../../docs/steps.md")]
pub mod steps {}

/// `docs/deletion-safety.md`
#[doc = include_str!("../../docs/deletion-safety.md")]
pub mod deletion_safety {}

/// `docs/first-endpoint.md`
#[doc = include_str!("../../docs/first-endpoint.md")]
pub mod first_endpoint {}

/// `docs/provider-kit.md`
#[doc = include_str!("../../docs/provider-kit.md")]
pub mod provider_kit {}

/// `docs/raw-data.md`
#[doc = include_str!("../../docs/raw-data.md")]
pub mod raw_data {}

/// `docs/testing.md`
#[doc = include_str!("../../docs/testing.md")]
pub mod testing {}

/// `docs/recordings.md`
#[doc = include_str!("../../docs/recordings.md")]
pub mod recordings {}

/// `docs/recipes.md`
#[doc = include_str!("../../docs/recipes.md")]
pub mod recipes {}

/// `docs/running.md`
#[doc = include_str!("../../docs/running.md")]
pub mod running {}

/// `docs/from-typescript.md`
#[doc = include_str!("../../docs/from-typescript.md")]
pub mod from_typescript {}

/// `docs/start.md`
#[doc = include_str!("../../docs/start.md")]
pub mod start {}

/// `docs/walk-through.md`
#[doc = include_str!("../../docs/walk-through.md")]
pub mod walk_through {}

//! An integration: its name, its configuration and its steps.

mod hook;

pub use crate::graph::EncodedObject;
pub use hook::Verdict;

use crate::config::Config;
use crate::graph::Type;
use crate::step::{Cut, Runner, StepMeta, Switch};

/// The rule for an object whose key another object of the run has. The same object twice is always one object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicates {
    /// The first stays, the other is left out and named, and the types of its step keep what JupiterOne holds.
    #[default]
    Refuse,
    /// The first stays, and the other is left out silently: the provider lists a thing in several places, and
    /// not quite alike.
    KeepFirst,
    /// The step that adds the other fails.
    Fail,
}

/// An integration, made from a struct by `#[derive(J1Integration)]`.
///
/// The struct is what every step gets as its first parameter: usually the provider's client.
pub trait Integration: Sized + Send + Sync + 'static {
    /// The configuration by an operator.
    type Config: Config;

    /// The short name: the prefix of its variables, and of its documentation.
    const NAME: &'static str;
    /// The provider's name for people.
    const TITLE: &'static str;
    /// The integration type of its definition in JupiterOne, e.g. `my-billing`; what
    /// `J1_INTEGRATION_TYPE` overrides.
    const TYPE: &'static str;
    /// Its steps, as declared.
    const STEPS: &'static [StepMeta];
    /// The order in which the steps can run, as indices into `STEPS`.
    const ORDER: &'static [usize];

    /// Types that it once had. What JupiterOne holds of them is deleted; a type that is not here and that no step
    /// declares is kept.
    const RETIRED: &'static [Type] = &[];

    /// The cut into shards, if its work can be divided among several processes.
    const SHARDS: Option<Cut> = None;

    /// The rule for two objects with one key.
    const DUPLICATES: Duplicates = Duplicates::Refuse;

    /// Looks at an object before it is added.
    fn before_add(&self, _: &EncodedObject<'_>) -> Verdict {
        Verdict::Keep
    }

    /// Looks at an object that was added.
    fn after_add(&self, _: &EncodedObject<'_>) {}

    /// Returns the functions that start the steps, in the order of `STEPS`.
    fn runners() -> &'static [Runner<Self>];

    /// Returns the functions that say whether a step can run, in the order of `STEPS`; a step without one can.
    #[must_use]
    fn switches() -> &'static [Switch<Self>] {
        &[]
    }
}

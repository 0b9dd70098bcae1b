//! Conditions of steps: ingestion sources that an operator turns off and on, and checks of the integration's own.

use crate::graph::Type;
use crate::model::text::Text;
use crate::step::{StepFor, StepMeta, emits, optional};

/// An ingestion source: a part of what an integration collects, which an operator can turn on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id, such as `groups`.
    pub id: &'static str,
    /// Its name for people; its id by default.
    pub title: &'static str,
    /// The data it brings.
    pub description: &'static str,
    /// `true` if it is off until an operator turns it on.
    pub default_off: bool,
    /// `true` if it cannot be turned off.
    pub required: bool,
}

/// The answer to whether a step can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// It can.
    Yes,
    /// It cannot, for this reason. Its types keep what JupiterOne holds.
    No(String),
}

impl Enabled {
    /// It can when `on`, and otherwise cannot for this reason.
    pub fn when(on: bool, otherwise: impl Into<String>) -> Self {
        if on { Self::Yes } else { Self::No(otherwise.into()) }
    }
}

/// The function that says whether a step of the integration `C` can run.
pub type Switch<C> = fn(&C) -> Enabled;

/// The switch of one step.
#[doc(hidden)]
pub fn switch<C, S: StepFor<C>>(integration: &C) -> Enabled {
    S::enabled(integration)
}

/// Fails the build when a source is said to be two things, or a step that is on needs a type that only steps emit that
/// are off.
#[track_caller]
pub const fn check_source(steps: &[StepMeta], step: usize) {
    if let Some(source) = &steps[step].source {
        if source.required && source.default_off {
            two_things(source.id, "` is `required` and off by default; it can be one of the two");
        }
        let mut other = 0;
        while other < step {
            if let Some(before) = &steps[other].source
                && crate::model::text::same(before.id, source.id)
                && (before.required != source.required || before.default_off != source.default_off)
            {
                two_things(
                    source.id,
                    "` is `required` or off by default on one step and not on another; say it on each",
                );
            }
            other += 1;
        }
    }
    if !is_off(&steps[step]) {
        check_needs(steps, &steps[step]);
    }
}

#[track_caller]
const fn two_things(id: &str, what: &str) -> ! {
    let text = Text::EMPTY.put("[J1-E0711] the source `").put(id).put(what);
    panic!("{}", text.as_str());
}

#[track_caller]
const fn check_needs(steps: &[StepMeta], this: &StepMeta) {
    let mut i = 0;
    while i < this.needs.len() {
        let mut j = 0;
        while j < this.needs[i].len() {
            let ty = &this.needs[i][j];
            if !optional(this, ty)
                && let Some(source) = only_off(steps, ty)
            {
                let text = Text::EMPTY
                    .put("[J1-E0709] step `")
                    .put(this.id)
                    .put("` needs `")
                    .put(ty.pattern)
                    .put("`, which only the source `")
                    .put(source.id)
                    .put("` brings, and that is off by default; write `reads(optional ..)`, or put the step into a \
                          source that is off, too");
                panic!("{}", text.as_str());
            }
            j += 1;
        }
        i += 1;
    }
}

const fn is_off(step: &StepMeta) -> bool {
    matches!(&step.source, Some(source) if source.default_off)
}

/// The source of a type, where every step that emits it is off by default.
const fn only_off(steps: &[StepMeta], ty: &Type) -> Option<Source> {
    let (mut found, mut i) = (None, 0);
    while i < steps.len() {
        if emits(&steps[i], ty) {
            if !is_off(&steps[i]) {
                return None;
            }
            found = steps[i].source;
        }
        i += 1;
    }
    found
}

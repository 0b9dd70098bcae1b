//! Steps: async functions that declare what they emit and read, and the order that follows.

mod again;
mod cut;
mod job;
mod outcome;
mod source;
mod stored;

pub use cut::{
    Cut, CutIsEmitted, CutIsEmittedBefore, CutIsRead, Phase, check_cut, check_emitter, check_sharded,
    emits_before, is_read, phases,
};
pub use job::{Add, Collected, Each, Job};
pub use outcome::{Counts, Loss, Only, Outcome};
pub use source::{Enabled, Source, Switch, check_source, switch};

use std::any::Any;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::graph::{
    BoxFuture, Emitter, Entity, EntityMeta, Fact, LookupMeta, Object, ObjectMeta, Owned, Type,
};
use crate::model::text::Text;

/// A step, made from an async function by `#[step(...)]`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0706] `{Self}` is not a step",
    label = "not a step",
    note = "make it one: `#[step(emits(..))]` on an `async fn`"
)]
pub trait Step {
    /// Its description as data.
    const META: StepMeta;
}

/// A step that can run for the integration `C`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0707] step `{Self}` does not run for `{C}`",
    label = "its first parameter is not `&{C}`",
    note = "a step is `async fn(integration: &{C}, job: &mut Job<the_step>) -> Result<Outcome>`"
)]
pub trait StepFor<C>: Step + Sized {
    /// Returns whether it can run, as far as the integration knows.
    #[must_use]
    fn enabled(_: &C) -> Enabled {
        Enabled::Yes
    }

    /// Runs it.
    fn run<'a>(integration: &'a C, job: &'a mut Job<Self>) -> BoxFuture<'a, Result<Outcome>>;
}

/// The description of a step as data: for the order, the docs and the runtime.
#[derive(Clone, Copy, Debug)]
pub struct StepMeta {
    /// Its id: the name of the function in kebab-case.
    pub id: &'static str,
    /// Its documentation, as written.
    pub docs: &'static str,
    /// The objects it adds.
    pub emits: &'static [ObjectMeta],
    /// The types it reads back.
    pub reads: &'static [ReadMeta],
    /// The types that must be collected before: the ends of what it emits, and what it reads.
    pub needs: &'static [&'static [Type]],
    /// The permissions it needs, in the provider's words, such as `users:read`.
    pub permissions: &'static [&'static str],
    /// The ingestion source that it belongs to.
    pub source: Option<Source>,
}

/// A type that a step reads back, and how it is stored for that.
#[derive(Clone, Copy)]
pub struct ReadMeta {
    /// The type.
    pub ty: Type,
    /// `true` if the step also runs when no step emits the type.
    pub optional: bool,
    /// `true` if the step needs all entities of the type at once, those of every shard.
    pub all: bool,
    /// The function that stores it; `None` if it is not read back, but looked up or tied to.
    pub store: Option<Store>,
    /// The function that compares what is stored with what is read back.
    pub again: Option<Again>,
    /// `true` if the step begins when all steps that emit the type have ended: it looks keys up, and one that is not there
    /// yet would be taken for one that does not exist. `false` if it reads along, or ties to what may still come.
    pub after_all: bool,
    /// The fields by which it is looked up.
    pub by: &'static [LookupMeta],
}

/// Writes the provider's struct; `None` when it is another struct.
pub type Store = fn(&dyn Any) -> Option<Result<Vec<u8>>>;

impl std::fmt::Debug for ReadMeta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadMeta")
            .field("ty", &self.ty)
            .field("optional", &self.optional)
            .field("after_all", &self.after_all)
            .finish_non_exhaustive()
    }
}

/// An entity that can be stored between steps.
#[diagnostic::on_unimplemented(
    message = "[J1-E0708] `{Self}` cannot be read back: it is not an entity that serde can write and read",
    label = "a step reads back entities that are `Serialize` and `Deserialize`",
    note = "what steps read back waits on disk, so that memory does not grow with the data; add \
            `#[derive(Serialize, Deserialize)]`"
)]
pub trait Readable: Entity + Serialize + DeserializeOwned + 'static {}
// So that an entity without both is one error, about the entity, and not one for each trait of serde.
#[diagnostic::do_not_recommend]
impl<T: Entity + Serialize + DeserializeOwned + 'static> Readable for T {}

impl ReadMeta {
    /// A `T` that is stored between steps.
    #[must_use]
    pub const fn stored<T: Owned + Readable>(optional: bool) -> Self {
        Self {
            ty: T::TYPE,
            optional,
            all: false,
            store: Some(store::<T>),
            again: Some(again::<T>),
            after_all: true,
            by: &[],
        }
    }

    /// A `T` that the step reads while other steps still add some, and looks nothing up.
    #[must_use]
    pub const fn streamed<T: Owned + Readable>(optional: bool) -> Self {
        Self { after_all: false, ..Self::stored::<T>(optional) }
    }

    /// A `T` that is stored between steps, read by a step that needs those of every shard.
    #[must_use]
    pub const fn all<T: Owned + Readable>() -> Self {
        Self { all: true, ..Self::stored::<T>(false) }
    }

    /// A `T` of which only the keys are looked up, so that nothing is stored.
    #[must_use]
    pub const fn keys_only<T: Entity>() -> Self {
        Self { ty: T::TYPE, optional: false, all: false, store: None, again: None, after_all: true, by: &[] }
    }

    /// A `T` that relationships end at, whether or not it has been added yet.
    #[must_use]
    pub const fn expected<T: Entity>() -> Self {
        Self { after_all: false, ..Self::keys_only::<T>() }
    }

    /// Returns `true` if relationships end at the type, and nothing else is made of it.
    #[must_use]
    pub const fn is_expected(&self) -> bool {
        self.store.is_none() && !self.after_all
    }

    /// The same, looked up by these fields as well.
    #[must_use]
    pub const fn by(self, by: &'static [LookupMeta]) -> Self {
        Self { by, ..self }
    }
}

/// Returns the member that a struct has lost or changed when it is read back from what is stored of it.
pub type Again = fn(&[u8]) -> Option<String>;

fn again<T: Readable>(stored: &[u8]) -> Option<String> {
    again::changed::<T>(stored)
}

fn store<T: Readable>(original: &dyn Any) -> Option<Result<Vec<u8>>> {
    original.downcast_ref::<T>().map(|original| Ok(stored::write(original)?))
}

/// The function that starts a step of the integration `C`.
pub type Runner<C> = for<'a> fn(&'a C, Emitter) -> BoxFuture<'a, (Emitter, Result<Outcome>)>;

/// The runner of one step.
#[doc(hidden)]
pub fn runner<C: Sync, S: StepFor<C> + 'static>(
    integration: &C,
    emitter: Emitter,
) -> BoxFuture<'_, (Emitter, Result<Outcome>)> {
    Box::pin(async move {
        let marks = emitter.marks().clone();
        let mut job = Job::<S>::new(emitter);
        let outcome = marks.scope(S::run(integration, &mut job)).await;
        let emitter = job.into_emitter();
        let outcome = match outcome {
            Ok(outcome) => Ok(outcome.ending(&marks, S::META.emits)),
            Err(error) => Err(error.reported()),
        };
        marks.end();
        (emitter, outcome)
    })
}

/// The runner and the switch of one step.
#[doc(hidden)]
#[must_use]
pub const fn functions<C: Sync, S: StepFor<C> + 'static>() -> (Runner<C>, Switch<C>) {
    (runner::<C, S>, switch::<C, S>)
}

/// Fails the build when a step needs what no step emits, shares its id with another, or emits an entity whose
/// `_type` another struct has.
#[track_caller]
pub const fn check_step(steps: &[StepMeta], step: usize) {
    check_id(steps, step);
    check_types(steps, step);
    check_source(steps, step);
    let this = &steps[step];
    let mut i = 0;
    while i < this.needs.len() {
        let mut j = 0;
        while j < this.needs[i].len() {
            let ty = &this.needs[i][j];
            if !is_emitted(steps, ty) && !optional(this, ty) {
                unmet(this.id, ty);
            }
            j += 1;
        }
        i += 1;
    }
}

#[track_caller]
const fn unmet(id: &str, ty: &Type) -> ! {
    let text = Text::EMPTY
        .put("[J1-E0703] step `")
        .put(id)
        .put("` needs `")
        .put(ty.pattern)
        .put("`, and no step in this list emits it; add the step that does");
    panic!("{}", text.as_str());
}

#[track_caller]
const fn check_id(steps: &[StepMeta], step: usize) {
    let mut i = 0;
    while i < step {
        if crate::model::text::same(steps[i].id, steps[step].id) {
            let text = Text::EMPTY
                .put("[J1-E0705] two steps have the id `")
                .put(steps[i].id)
                .put("`, and JupiterOne tells steps apart by it; rename one of the two functions");
            panic!("{}", text.as_str());
        }
        i += 1;
    }
}

#[track_caller]
const fn check_types(steps: &[StepMeta], step: usize) {
    let mut i = 0;
    while i < steps[step].emits.len() {
        if let ObjectMeta::Entity(this) = &steps[step].emits[i] {
            let mut other = 0;
            while other <= step {
                check_type(this, &steps[other]);
                other += 1;
            }
        }
        i += 1;
    }
}

#[track_caller]
const fn check_type(this: &EntityMeta, step: &StepMeta) {
    let mut i = 0;
    while i < step.emits.len() {
        if let ObjectMeta::Entity(other) = &step.emits[i]
            && other.ty.hash == this.ty.hash
            && !crate::model::text::same(other.name, this.name)
        {
            let text = Text::EMPTY
                .put("[J1-E0107] `")
                .put(other.name)
                .put("` and `")
                .put(this.name)
                .put("` have the same `_type` `")
                .put(this.ty.pattern)
                .put("`, and JupiterOne could not tell them apart; give one another");
            panic!("{}", text.as_str());
        }
        i += 1;
    }
}

/// The fact that the step `S` does not emit a type that is said to be gone.
#[diagnostic::on_unimplemented(
    message = "[J1-E0710] this type is retired, so that JupiterOne deletes it, and step `{S}` emits it",
    label = "step `{S}` emits it",
    note = "remove it from `retired(..)`, or from the `emits(..)` of the step"
)]
pub trait IsGone<S> {}
impl<S> IsGone<S> for Fact<true> {}

/// Fails the build when a step emits a type that is said to be gone.
pub const fn check_retired<S, Gone: IsGone<S>>() {}

/// Returns `true` if a step does not emit the type of this pattern.
#[must_use]
pub const fn is_gone(step: &StepMeta, pattern: &'static str) -> bool {
    !emits(step, &Type::new(pattern))
}

pub(crate) const fn optional(step: &StepMeta, ty: &Type) -> bool {
    let mut i = 0;
    while i < step.reads.len() {
        if step.reads[i].ty.hash == ty.hash {
            return step.reads[i].optional;
        }
        i += 1;
    }
    false
}

/// Returns `true` if a step emits the type.
#[must_use]
pub const fn is_emitted(steps: &[StepMeta], ty: &Type) -> bool {
    let mut i = 0;
    while i < steps.len() {
        if emits(&steps[i], ty) {
            return true;
        }
        i += 1;
    }
    false
}

pub(crate) const fn emits(step: &StepMeta, ty: &Type) -> bool {
    let mut i = 0;
    while i < step.emits.len() {
        if step.emits[i].ty().hash == ty.hash {
            return true;
        }
        i += 1;
    }
    false
}

/// Returns `true` if `step` waits for `other`: it reads a type that `other` emits, or needs one and does not emit it itself.
#[must_use]
pub const fn waits_for(step: &StepMeta, other: &StepMeta) -> bool {
    let mut i = 0;
    while i < step.needs.len() {
        let mut j = 0;
        while j < step.needs[i].len() {
            let ty = &step.needs[i][j];
            if emits(other, ty) && (!emits(step, ty) || reads(step, ty)) {
                return true;
            }
            j += 1;
        }
        i += 1;
    }
    false
}

/// Returns `true` if `step`, which waits for `other`, begins only when `other` has ended: it looks up what `other` emits, ties
/// to it by a key that must be there, or emits the same type and would read its own. Otherwise it begins while `other` runs,
/// and ends after it.
#[must_use]
pub const fn begins_after(step: &StepMeta, other: &StepMeta) -> bool {
    let mut i = 0;
    while i < step.needs.len() {
        let mut j = 0;
        while j < step.needs[i].len() {
            let ty = &step.needs[i][j];
            if emits(other, ty) && (!emits(step, ty) || reads(step, ty)) && !reads_along(step, ty) {
                return true;
            }
            j += 1;
        }
        i += 1;
    }
    false
}

/// Returns `true` if the step reads or expects the type while other steps still add some.
const fn reads_along(step: &StepMeta, ty: &Type) -> bool {
    let (mut i, mut along) = (0, false);
    while i < step.reads.len() {
        if step.reads[i].ty.hash == ty.hash {
            if step.reads[i].after_all {
                return false;
            }
            along = true;
        }
        i += 1;
    }
    along && !emits(step, ty)
}

const fn reads(step: &StepMeta, ty: &Type) -> bool {
    let mut i = 0;
    while i < step.reads.len() {
        if step.reads[i].ty.hash == ty.hash {
            return true;
        }
        i += 1;
    }
    false
}

/// The order of the steps, worked out by rustc: first the steps that wait for nothing.
#[track_caller]
#[must_use]
pub const fn order<const N: usize>(steps: &[StepMeta; N]) -> [usize; N] {
    let mut waits = [[false; N]; N];
    let mut i = 0;
    while i < N {
        let mut j = 0;
        while j < N {
            waits[i][j] = i != j && waits_for(&steps[i], &steps[j]);
            j += 1;
        }
        i += 1;
    }
    let (mut order, mut done, mut len, mut progress) = ([0; N], [false; N], 0, true);
    while progress && len < N {
        progress = false;
        let mut step = 0;
        while step < N {
            if !done[step] && all_done(&waits[step], &done) {
                order[len] = step;
                done[step] = true;
                len += 1;
                progress = true;
            }
            step += 1;
        }
    }
    if len < N {
        cycle(steps, &done);
    }
    order
}

const fn all_done<const N: usize>(waits: &[bool; N], done: &[bool; N]) -> bool {
    let mut i = 0;
    while i < N {
        if waits[i] && !done[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[track_caller]
const fn cycle<const N: usize>(steps: &[StepMeta; N], done: &[bool; N]) -> ! {
    let mut text = Text::EMPTY.put("[J1-E0704] these steps wait for each other:");
    let (mut i, mut between) = (0, " `");
    while i < N {
        if !done[i] {
            text = text.put(between).put(steps[i].id).put("`");
            between = ", `";
        }
        i += 1;
    }
    let text = text.put("; move what both need into a step of its own");
    panic!("{}", text.as_str());
}

/// The types of the object `T`'s two ends, or none.
#[doc(hidden)]
#[must_use]
pub const fn needs_of<T: Object>() -> &'static [Type] {
    T::NEEDS
}

//! The cut of an integration into shards: which steps run once, and which run for each shard.
//!
//! Everything here is evaluated by rustc, so an integration that cannot be cut does not compile.

use crate::graph::{Fact, Type};
use crate::model::text::Text;
use crate::step::{StepMeta, emits, is_emitted};

/// The phase of a sharded run in which a step runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Once, before the shards: the step reads nothing that shards collect.
    Root,
    /// For each shard, with the shard's entities only.
    Map,
    /// Once, after the shards: the step needs what all of them collected.
    Reduce,
}

impl Phase {
    /// Returns the word for it in listings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Map => "map",
            Self::Reduce => "reduce",
        }
    }
}

/// The cut of an integration along the entities of one type.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// The type whose entities are divided among the shards.
    pub ty: Type,
    /// The phase of each step, in the order of the steps' declaration.
    pub phases: &'static [Phase],
    /// `true` if the provider limits the requests of each shard by themselves.
    pub own_budget: bool,
}

/// Derives the phase of each step.
///
/// A step runs for each shard if it reads the sharded type, or what such a step emits. It runs after the shards if it needs
/// what they emit without reading it one by one, reads `all` of it, or needs what runs after the shards. Every other step
/// runs before them.
#[must_use]
pub const fn phases<const N: usize>(steps: &[StepMeta; N], order: &[usize; N], ty: Type) -> [Phase; N] {
    let mut phases = [Phase::Root; N];
    let mut i = 0;
    while i < N {
        let step = order[i];
        phases[step] = phase(steps, &phases, step, &ty);
        i += 1;
    }
    phases
}

const fn phase(steps: &[StepMeta], phases: &[Phase], step: usize, ty: &Type) -> Phase {
    let this = &steps[step];
    let mut phase = Phase::Root;
    let mut i = 0;
    while i < this.reads.len() {
        let read = &this.reads[i];
        let sharded = emitted_in(steps, phases, Phase::Map, &read.ty, step);
        if sharded && read.all {
            return Phase::Reduce;
        }
        if read.store.is_some() && !read.all && (sharded || read.ty.hash == ty.hash) {
            phase = Phase::Map;
        }
        i += 1;
    }
    let mut i = 0;
    while i < this.needs.len() {
        let mut j = 0;
        while j < this.needs[i].len() {
            let needed = &this.needs[i][j];
            if emitted_in(steps, phases, Phase::Reduce, needed, step) {
                return Phase::Reduce;
            }
            if matches!(phase, Phase::Root) && emitted_in(steps, phases, Phase::Map, needed, step) {
                // Not read one by one, so all of it has to be there.
                phase = Phase::Reduce;
            }
            j += 1;
        }
        i += 1;
    }
    phase
}

/// Returns `true` if a step of this phase, other than `but`, emits the type.
const fn emitted_in(steps: &[StepMeta], phases: &[Phase], phase: Phase, ty: &Type, but: usize) -> bool {
    let mut i = 0;
    while i < steps.len() {
        if i != but && phases[i] as u8 == phase as u8 && emits(&steps[i], ty) {
            return true;
        }
        i += 1;
    }
    false
}

/// The fact that a step of the list emits the type `T`, along which the shards are cut.
#[diagnostic::on_unimplemented(
    message = "[J1-E0720] the shards are cut along `{T}`, and no step in this list emits it",
    label = "no step emits it",
    note = "name an entity that a step emits"
)]
pub trait CutIsEmitted<T> {}
impl<T> CutIsEmitted<T> for Fact<true> {}

/// The fact that the step `S` runs before the shards if it emits the type `T`, along which they are cut.
#[diagnostic::on_unimplemented(
    message = "[J1-E0720] the shards are cut along `{T}`, and step `{S}`, which emits it, runs in the shards or after them",
    label = "step `{S}` emits it too late",
    note = "emit the type only in steps that read nothing sharded"
)]
pub trait CutIsEmittedBefore<T, S> {}
impl<T, S> CutIsEmittedBefore<T, S> for Fact<true> {}

/// The fact that a step runs in the shards, which are cut along the type `T`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0720] the shards are cut along `{T}`, and no step reads it, so that nothing would run in the shards",
    label = "no step reads it",
    note = "write `reads({T})` on the steps that do their work for each of them"
)]
pub trait CutIsRead<T> {}
impl<T> CutIsRead<T> for Fact<true> {}

/// Fails the build when no step emits the type of the shards, or none reads it.
pub const fn check_cut<T, Emitted: CutIsEmitted<T>, Read: CutIsRead<T>>() {}

/// Fails the build when this step emits the type of the shards, and does not run before them.
pub const fn check_emitter<T, S, Before: CutIsEmittedBefore<T, S>>() {}

/// Returns `true` if a step runs in the shards; also if no step emits the type, which is an error of its own.
#[must_use]
pub const fn is_read(steps: &[StepMeta], phases: &[Phase], ty: &Type) -> bool {
    let mut i = 0;
    while i < steps.len() {
        if matches!(phases[i], Phase::Map) {
            return true;
        }
        i += 1;
    }
    !is_emitted(steps, ty)
}

/// Returns `true` if the step runs before the shards, or does not emit their type.
#[must_use]
pub const fn emits_before(step: &StepMeta, phase: Phase, ty: &Type) -> bool {
    matches!(phase, Phase::Root) || !emits(step, ty)
}

/// Fails the build when a step would look up by a field what other processes collect: they give keys to each other, not
/// fields.
#[track_caller]
const fn check_looked_up(this: &StepMeta, phase: Phase) {
    let mut i = 0;
    while i < this.reads.len() {
        if !this.reads[i].by.is_empty() && !matches!(phase, Phase::Root) {
            let text = Text::EMPTY
                .put("[J1-E0721] step `")
                .put(this.id)
                .put("` looks up `")
                .put(this.reads[i].ty.pattern)
                .put("` by a field, and in a sharded run another process collects it: processes share keys, not fields. Look it ")
                .put("up by its key, or remove `shards`");
            panic!("{}", text.as_str());
        }
        i += 1;
    }
}

/// Fails the build when a step that runs in the shards would do the same work in each of them.
#[track_caller]
pub const fn check_sharded(steps: &[StepMeta], phases: &[Phase], ty: &Type, step: usize) {
    check_looked_up(&steps[step], phases[step]);
    if !matches!(phases[step], Phase::Map) {
        return;
    }
    let this = &steps[step];
    let mut i = 0;
    while i < this.reads.len() {
        let read = &this.reads[i];
        let back = read.store.is_some() && read.ty.hash != ty.hash;
        if back && emitted_in(steps, phases, Phase::Map, &read.ty, steps.len()) {
            let mut other = 0;
            while other < steps.len() {
                if matches!(phases[other], Phase::Root) && emits(&steps[other], &read.ty) {
                    let text = Text::EMPTY
                        .put("[J1-E0721] step `")
                        .put(this.id)
                        .put("` runs in each shard and reads `")
                        .put(read.ty.pattern)
                        .put("`, and step `")
                        .put(steps[other].id)
                        .put("` emits that before the shards: each shard would read those again, and emit the same. Read ")
                        .put("them all in a step of its own, `reads(all ..)`, or give the two their own types");
                    panic!("{}", text.as_str());
                }
                other += 1;
            }
        }
        i += 1;
    }
}

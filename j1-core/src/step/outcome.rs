//! The completeness of a step.
//!
//! A DIFF finalize deletes what a run did not upload, so the types of a step that did not read everything must be protected.
//! A step therefore ends with an [`Outcome`], and a complete one comes only from a stream that reached its declared end, or
//! from a combination of such.

use crate::error::{Kind, Result, Tolerate};
use crate::graph::{Object, ObjectMeta, Type};
use crate::report::{Identity, KEPT, Marks, Open};

/// The completeness of a step: it read everything that exists, or not everything and why.
///
/// A partial outcome registers with the running step when it is made. Dropping it does not make the step complete; only
/// [`Outcome::tolerate`] does.
#[derive(Debug, Clone)]
#[must_use = "return it from the step or combine it with the step's outcome"]
pub struct Outcome {
    /// The reasons why something is missing; empty if everything was read.
    reasons: Vec<String>,
    /// The types that each reason concerns; as many as there are reasons.
    extents: Vec<Extent>,
    /// The number of reasons beyond those that are kept.
    more: u64,
    /// The types that these further reasons concern.
    more_extent: Extent,
    /// The marks of these reasons, in the step and among what belongs to no step.
    open: Vec<Open>,
    /// The step in which its lists were read.
    read: Read,
}

/// The step in which the lists of an outcome were read. They prove nothing of another step, or of a later run.
#[derive(Debug, Clone, PartialEq)]
enum Read {
    /// No list was read.
    Nothing,
    In(Identity),
    /// In several steps, or in none.
    Elsewhere,
}

impl Read {
    fn in_step(marks: Option<&Marks>) -> Self {
        match marks {
            Some(marks) => marks.identity().map_or(Self::Nothing, Self::In),
            None => Self::Elsewhere,
        }
    }

    fn join(&mut self, other: Self) {
        if *self == Self::Nothing {
            *self = other;
        } else if other != Self::Nothing && other != *self {
            *self = Self::Elsewhere;
        }
    }
}

/// The loss of a step that ends with what was read elsewhere.
const ELSEWHERE: &str = "the step ended with the outcome of another step or run, which proves nothing about this one; return \
                         the outcome of what the step itself has read";

/// The types that a loss concerns.
///
/// Extents only ever grow, except in [`Outcome::only`]: a type that a loss was said to concern stays partial.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Extent {
    /// `true` if it concerns every type of the step.
    step: bool,
    /// The types that it concerns by name.
    types: Vec<Type>,
}

impl Extent {
    const STEP: Self = Self { step: true, types: Vec::new() };

    fn widen(&mut self, other: &Self) {
        self.step |= other.step;
        for ty in &other.types {
            if !self.types.contains(ty) {
                self.types.push(*ty);
            }
        }
    }

    fn narrow(&mut self, ty: Type) {
        self.step = false;
        self.widen(&Self { step: false, types: vec![ty] });
    }

    fn types(&self) -> Option<&[Type]> {
        (!self.step).then_some(&self.types)
    }
}

/// A loss that an outcome reports.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Loss<'o> {
    /// The reason; empty for the reasons beyond those that are kept.
    pub reason: &'o str,
    /// The number of losses: 1, or that of the reasons beyond those that are kept.
    pub count: u64,
    /// The types that it concerns; `None` for every type of the step.
    pub types: Option<&'o [Type]>,
}

/// The number of records of a list by the provider's own count, and the number that arrived.
///
/// ```
/// use j1_core::Outcome;
/// use j1_core::step::Counts;
///
/// let read = Outcome::nothing_to_read("an example");
/// assert!(read.clone().checked_against(&Counts { list: "GET /users", expected: 120, read: 120 }).is_complete());
///
/// let cut_off = read.checked_against(&Counts { list: "GET /users", expected: 120, read: 100 });
/// assert_eq!(cut_off.reasons(), ["`GET /users` has 120 records by its own count, and 100 of them came"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts<'l> {
    /// The list, in words that a reader recognizes: `GET /users`.
    pub list: &'l str,
    /// The number of records by the provider's own count, taken from its last response that stated one.
    pub expected: u64,
    /// The number of records that arrived, including those that could not be read.
    pub read: u64,
}

impl Outcome {
    /// Something was not read, for this reason. JupiterOne keeps what it holds of the step's types.
    pub fn partial(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let open = Open::in_current(&reason).into_iter().collect();
        Self { reasons: vec![reason], extents: vec![Extent::STEP], open, ..Self::whole() }
    }

    /// The step makes its objects from values it already has, so there is nothing it could fail to read.
    ///
    /// `why` explains it to readers of the code: "the account is built from the configuration".
    pub fn nothing_to_read(why: &'static str) -> Self {
        debug_assert!(!why.is_empty(), "say why there is nothing to read");
        Self::whole()
    }

    /// Cannot be called: its only purpose is a compiler error that names the ways to create an outcome.
    #[doc(hidden)]
    pub fn complete<'proof>() -> Self
    where
        Self: WithoutProof<'proof>,
    {
        Self::whole()
    }

    /// Everything was read, in this step. For streams that know their end.
    pub(crate) fn proven(marks: Option<&Marks>) -> Self {
        Self { read: Read::in_step(marks), ..Self::whole() }
    }

    const fn whole() -> Self {
        Self {
            reasons: Vec::new(),
            extents: Vec::new(),
            more: 0,
            more_extent: Extent { step: false, types: Vec::new() },
            open: Vec::new(),
            read: Read::Nothing,
        }
    }

    /// Combines two outcomes: complete when both are.
    pub fn and(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    /// Compares what arrived with the provider's own count: partial when fewer records arrived than were counted.
    ///
    /// More records than counted are not a loss: the list grew while it was read.
    pub fn checked_against(self, counts: &Counts<'_>) -> Self {
        if counts.read >= counts.expected {
            return self;
        }
        let Counts { list, expected, read } = counts;
        self.and(Self::partial(format!(
            "`{list}` has {expected} records by its own count, and {read} of them came"
        )))
    }

    /// Adds the outcome of another part of the work.
    pub fn add(&mut self, other: Self) {
        self.read.join(other.read);
        self.more += other.more;
        self.more_extent.widen(&other.more_extent);
        for (reason, extent) in other.reasons.into_iter().zip(other.extents) {
            if let Some(same) = self.reasons.iter().position(|own| *own == reason) {
                self.extents[same].widen(&extent);
            } else if self.reasons.len() < KEPT {
                self.reasons.push(reason);
                self.extents.push(extent);
            } else {
                self.more += 1;
                self.more_extent.widen(&extent);
            }
        }
        for open in other.open {
            if !self.open.iter().any(|own| own.absorb(&open)) {
                self.open.push(open);
            }
        }
    }

    /// Confines the losses to one type of the step: the other types that it emits are complete without them.
    ///
    /// Everything built on the type is partial as well: the relationships that end at it, and the steps that read it.
    /// Called again, it adds a type. A type that the step does not emit confines nothing: all types of the step are partial.
    ///
    /// ```
    /// use j1_core::prelude::*;
    /// # #[derive(J1Entity)]
    /// # #[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
    /// # pub struct User { pub id: String }
    /// # #[derive(J1Entity)]
    /// # #[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
    /// # pub struct Group { pub id: String }
    /// # async fn add_members(_: &mut Job<fetch_groups>) -> Result<Outcome> { Ok(Outcome::partial("403")) }
    ///
    /// #[step(emits(Group, Has<Group, User>), reads(keys User))]
    /// async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    ///     // … adds the groups …
    ///     let members = add_members(job).await.only::<Has<Group, User>>()?;
    ///     Ok(Outcome::nothing_to_read("an example").and(members))
    /// }
    /// ```
    pub fn only<T: Object>(mut self) -> Self {
        self.extents.iter_mut().for_each(|extent| extent.narrow(T::TYPE));
        if self.more > 0 {
            self.more_extent.narrow(T::TYPE);
        }
        self
    }

    /// Returns the losses, each with the types that it concerns.
    pub fn losses(&self) -> impl Iterator<Item = Loss<'_>> {
        let named = self.reasons.iter().zip(&self.extents);
        let named = named.map(|(reason, extent)| Loss { reason, count: 1, types: extent.types() });
        let more = Loss { reason: "", count: self.more, types: self.more_extent.types() };
        named.chain((self.more > 0).then_some(more))
    }

    /// Accepts that something was not read, and returns a complete outcome.
    ///
    /// JupiterOne then deletes what was not read as if it were gone. `why` and the number of accepted losses are part of
    /// the run's summary.
    ///
    /// ```
    /// # use j1_core::Outcome;
    /// let photos = Outcome::partial("`GET /photos` failed with status 403");
    /// assert!(photos.tolerate("photos are decoration").is_complete());
    /// ```
    pub fn tolerate(self, why: &'static str) -> Self {
        for open in &self.open {
            open.tolerate(&self.reasons, why);
        }
        Self { read: self.read, ..Self::whole() }
    }

    /// Returns `true` if everything was read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.reasons.is_empty()
    }

    /// Returns why something is missing; the first reasons if there are very many.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// Returns the number of reasons beyond those of [`Outcome::reasons`].
    #[must_use]
    pub fn more_reasons(&self) -> u64 {
        self.more
    }

    /// Ends a step that emits these objects with this outcome: adds every loss of the step that it does not mention.
    pub(crate) fn ending(mut self, marks: &Marks, emits: &[ObjectMeta]) -> Self {
        for open in &self.open {
            open.reported(&self.reasons);
        }
        // A type that the step does not emit cannot limit its losses.
        for extent in self.extents.iter_mut().chain([&mut self.more_extent]) {
            extent.step |= extent.types.iter().any(|ty| emits.iter().all(|object| object.ty() != *ty));
        }
        let at_home = match &self.read {
            Read::Nothing => true,
            Read::In(step) => marks.identity().is_some_and(|this| this == *step),
            Read::Elsewhere => false,
        };
        if !at_home {
            marks.lost(ELSEWHERE);
        }
        let (reasons, more) = marks.open();
        let extents = vec![Extent::STEP; reasons.len()];
        let more_extent = if more > 0 { Extent::STEP } else { Extent::default() };
        self.and(Self { reasons, extents, more, more_extent, ..Self::whole() })
    }
}

/// A result of reading that can speak for some of a step's types.
pub trait Only {
    /// Confines what was not read to one type of the step; see [`Outcome::only`].
    ///
    /// # Errors
    /// If the upload cannot be completed or the run was cancelled. Any other error becomes a partial outcome.
    fn only<T: Object>(self) -> Result<Outcome>;
}

impl Only for Result<Outcome> {
    fn only<T: Object>(self) -> Self {
        match self {
            Ok(outcome) => Ok(outcome.only::<T>()),
            Err(error) if matches!(error.kind(), Kind::Upload | Kind::Cancelled) => Err(error),
            Err(error) => {
                let (reason, open) = error.into_loss();
                let (reasons, extents, open) = (vec![reason], vec![Extent::STEP], open.into_iter().collect());
                Ok(Outcome { reasons, extents, open, ..Outcome::whole() }.only::<T>())
            }
        }
    }
}

impl Tolerate for Outcome {
    type Output = Self;

    fn tolerate(self, why: &'static str) -> Self {
        Self::tolerate(self, why)
    }
}

/// Outcomes are equal when they give the same reasons.
impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        self.reasons == other.reasons
            && self.extents == other.extents
            && (self.more, &self.more_extent) == (other.more, &other.more_extent)
    }
}

impl Eq for Outcome {}

/// Carries the error for an outcome without proof. Nothing implements it; since the bound has a lifetime, rustc checks
/// it only where the function is called.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "[J1-E0713] nothing proves that the step has read everything",
    label = "a complete outcome is what `finish()` of a list returns",
    note = "end with the list that you read: `users.finish()`; join two with `users.finish()?.and(groups.finish()?)`",
    note = "a step that reads no list says why: `Outcome::nothing_to_read(\"the account is built from the configuration\")`"
)]
pub trait WithoutProof<'proof> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Emitter;

    macro_rules! objects {
        ($($name:ident $ty:literal)*) => { $(
            struct $name;

            impl Object for $name {
                const TYPE: Type = Type::new($ty);
                const NEEDS: &'static [Type] = &[];
                const META: ObjectMeta = unimplemented!();
                type Emitted = Self;
                type Added = ();
                type Related = ();

                fn emit(&self, _: &mut Emitter) -> Result<()> {
                    Ok(())
                }
            }
        )* };
    }
    objects! { Only1 "only_1" Only2 "only_2" }

    #[test]
    fn a_list_that_grew_while_it_was_read_is_complete() {
        let counts = Counts { list: "GET /users", expected: 100, read: 101 };
        assert!(Outcome::whole().checked_against(&counts).is_complete());
    }

    #[test]
    fn an_error_that_ends_the_run_is_not_a_partial_outcome() {
        use crate::error::{Code, Error};

        let only = |kind| Err(Error::new(kind, Code::OWN, "an example")).only::<Only1>();
        assert!(only(Kind::Upload).is_err() && only(Kind::Cancelled).is_err());
        assert!(only(Kind::Provider).is_ok_and(|outcome| !outcome.is_complete()));
    }

    #[test]
    fn a_type_that_a_loss_concerns_is_never_taken_back() {
        let types = |outcome: &Outcome| -> Vec<Option<Vec<&str>>> {
            let losses = outcome.losses();
            losses.map(|loss| loss.types.map(|all| all.iter().map(|ty| ty.pattern).collect())).collect()
        };
        let one = Outcome::partial("a").only::<Only1>();
        assert_eq!(types(&one.clone().only::<Only2>()), [Some(vec!["only_1", "only_2"])]);
        assert_eq!(types(&one.clone().and(Outcome::partial("a"))), [None]);
        let both = one.and(Outcome::partial("a")).only::<Only2>();
        assert_eq!(types(&both), [Some(vec!["only_1", "only_2"])]);
        let mut many = Outcome::whole();
        for record in 0..=KEPT {
            many.add(Outcome::partial(record.to_string()).only::<Only1>());
        }
        assert_eq!(types(&many)[KEPT], Some(vec!["only_1"]));
        let mut many = Outcome::whole();
        (0..=KEPT).for_each(|record| many.add(Outcome::partial(record.to_string())));
        assert_eq!(types(&many)[KEPT], None);
        assert_eq!(types(&many.only::<Only1>())[KEPT], Some(vec!["only_1"]));
    }

    #[test]
    fn outcomes_are_equal_when_all_of_their_losses_are() {
        let many = |records: usize| {
            let mut outcome = Outcome::whole();
            (0..records).for_each(|record| outcome.add(Outcome::partial(record.to_string())));
            outcome
        };
        assert_eq!(many(KEPT + 2), many(KEPT + 2));
        let others = [many(KEPT + 1), many(1), Outcome::partial("0").only::<Only1>(), Outcome::partial("1")];
        for (at, one) in others.iter().enumerate() {
            assert!(others.iter().skip(at + 1).all(|other| one != other), "{one:?}");
        }
        assert_ne!(many(KEPT + 2), many(KEPT + 2).only::<Only1>());
    }

    #[test]
    fn losses_that_are_not_named_concern_the_whole_step() {
        let marks = Marks::default();
        (0..KEPT + 2).for_each(|record| marks.lost(record.to_string()));
        let outcome = Outcome::whole().ending(&marks, &[]);
        let last = outcome.losses().last().map(|loss| (loss.count, loss.types.is_none()));
        assert_eq!(last, Some((2, true)));
        let whole = Outcome::whole().ending(&Marks::default(), &[]);
        assert!(whole.is_complete() && whole.more_extent == Extent::default(), "{whole:?}");
    }

    #[test]
    fn very_many_reasons_are_counted_not_kept() {
        let mut outcome = Outcome::whole();
        for record in 0..1000 {
            outcome.add(Outcome::partial(format!("record {record} cannot be read")));
        }
        outcome.add(Outcome::partial("record 0 cannot be read"));
        assert_eq!((outcome.reasons().len(), outcome.more_reasons()), (KEPT, 1000 - KEPT as u64));
        let both = Outcome::partial("something else").and(outcome);
        assert_eq!((both.reasons().len(), both.more_reasons()), (KEPT, 1001 - KEPT as u64));
    }
}

//! The order of the arguments of [`Mapped::to`] and [`Mapped::from`].
//!
//! Swapped arguments are taken for what they were meant to be, so that what is said of them is one error.

use crate::graph::{Edge, Far, Key, Mapped, Near, Target};

/// The arguments of [`Mapped::to`]: the key of an entity, and a target.
#[diagnostic::on_unimplemented(
    message = "[J1-E0604] `Mapped::to` takes the entity of this integration, and then the target",
    label = "expected `(&entity, target)`",
    note = "`is(&user, person)` takes its ends in the order of the verb, wherever the target is"
)]
pub trait NearAndFar<E: Edge, First, Second> {
    /// Makes the relationship.
    fn mapped(first: First, second: Second) -> Mapped<E>;
}

impl<E: Edge<Properties = ()>> NearAndFar<E, Key<E::From>, E::To> for (Near, Far)
where
    E::To: Target,
{
    fn mapped(first: Key<E::From>, second: E::To) -> Mapped<E> {
        Mapped::from_near(&first, second)
    }
}

impl<E: Edge<Properties = ()>> NearAndFar<E, E::To, Key<E::From>> for (Far, Near)
where
    E::To: InOrder<Key<E::From>>,
{
    fn mapped(first: E::To, second: Key<E::From>) -> Mapped<E> {
        Mapped::from_near(&second, first)
    }
}

/// The arguments of [`Mapped::from`]: a target, and the key of an entity.
#[diagnostic::on_unimplemented(
    message = "[J1-E0604] `Mapped::from` takes the target, and then the entity of this integration",
    label = "expected `(target, &entity)`",
    note = "`has(company, &team)` takes its ends in the order of the verb, wherever the target is"
)]
pub trait FarAndNear<E: Edge, First, Second> {
    /// Makes the relationship.
    fn mapped(first: First, second: Second) -> Mapped<E>;
}

impl<E: Edge<Properties = ()>> FarAndNear<E, E::From, Key<E::To>> for (Far, Near)
where
    E::From: Target,
{
    fn mapped(first: E::From, second: Key<E::To>) -> Mapped<E> {
        Mapped::from_far(first, &second)
    }
}

impl<E: Edge<Properties = ()>> FarAndNear<E, Key<E::To>, E::From> for (Near, Far)
where
    Key<E::To>: InOrder<E::From>,
{
    fn mapped(first: Key<E::To>, second: E::From) -> Mapped<E> {
        Mapped::from_far(second, &first)
    }
}

/// Two arguments in the order in which they are expected. Nothing implements it.
#[diagnostic::on_unimplemented(
    message = "[J1-E0604] the arguments of this mapped relationship are swapped",
    label = "swap the two arguments",
    note = "`Mapped::to(&user, person)` takes the target second and `Mapped::from(company, &team)` first; `is(&user, person)` \
            takes the ends in the order of the verb, wherever the target is"
)]
pub trait InOrder<Second> {}

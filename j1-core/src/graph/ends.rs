//! The two ends that a verb's function takes: keys of entities, and targets that another integration owns.

use crate::graph::{Edge, Far, HasKey, Key, Mapped, Near, Target};

/// An end of a relationship: the key of an entity, by reference, or a target, by value.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not an end of a relationship",
    label = "expected the key of an entity, such as `&user`, or a target, such as `Person {{ .. }}`",
    note = "a key is what `job.add(entity).await?` gives, or `job.find::<Entity>(id)`; derive `J1Target` for what another \
            integration owns"
)]
pub trait End {
    /// The entity, or the target.
    type Entity;
    /// [`Near`] for an entity of this integration, [`Far`] for a target.
    type Side;
    /// The key, or the target itself.
    type Held;

    /// Returns what the relationship keeps of it.
    fn into_held(self) -> Self::Held;
}

impl<K: HasKey> End for &K {
    type Entity = K::Entity;
    type Side = Near;
    type Held = Key<K::Entity>;

    fn into_held(self) -> Self::Held {
        self.key().clone()
    }
}

/// Two ends of which not both are targets: they make the relationship `E`, or the mapped one.
#[diagnostic::on_unimplemented(
    message = "[J1-E0604] both ends of this relationship are targets",
    label = "one of the two is an entity of this integration",
    note = "JupiterOne finds a target from the entity at the other end: `is(&user, Person {{ .. }})`"
)]
pub trait Joins<E, From, To> {
    /// `E`, or `Mapped<E>` where one end is a target.
    type Relationship;

    /// Makes it.
    fn join(from: From, to: To) -> Self::Relationship;
}

impl<E: Edge<Properties = ()>> Joins<E, Key<E::From>, Key<E::To>> for (Near, Near) {
    type Relationship = E;

    fn join(from: Key<E::From>, to: Key<E::To>) -> E {
        E::between(from, to, ())
    }
}

impl<E: Edge<Properties = ()>> Joins<E, Key<E::From>, E::To> for (Near, Far)
where
    E::To: Target,
{
    type Relationship = Mapped<E>;

    fn join(from: Key<E::From>, to: E::To) -> Mapped<E> {
        Mapped::from_near(&from, to)
    }
}

impl<E: Edge<Properties = ()>> Joins<E, E::From, Key<E::To>> for (Far, Near)
where
    E::From: Target,
{
    type Relationship = Mapped<E>;

    fn join(from: E::From, to: Key<E::To>) -> Mapped<E> {
        Mapped::from_far(from, &to)
    }
}

/// The sides of two ends.
pub type SidesOf<F, T> = (<F as End>::Side, <T as End>::Side);

/// The relationship that two ends make of the verb `E`: `E` itself, or `Mapped<E>` where one end is a target.
pub type Joined<E, F, T> = <SidesOf<F, T> as Joins<E, <F as End>::Held, <T as End>::Held>>::Relationship;

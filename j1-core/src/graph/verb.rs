//! The 49 relationship classes of the data model, each as a type of two entities and a function that makes one.
//!
//! `Has<Account, User>` is what a step declares in `emits(...)`; `has(&account, &user)` makes one from two
//! keys, and `is(&user, Person { .. })` a [`Mapped`](crate::graph::Mapped) one. A third type, `Has<Account, User, Membership>`, is its properties, and `has(..).with_properties(membership)` sets them.

use crate::error::Result;
use crate::graph::{
    Direct, Edge, Emitter, End, Entity, Joined, Joins, Key, Object, ObjectMeta, Properties, SidesOf, Type,
};

macro_rules! verbs {
    ($($ty:ident $make:ident $class:literal;)*) => {
        $(
            #[doc = concat!("`From` ", $class, " `To`.")]
            pub struct $ty<From, To, P = ()> {
                from: Key<From>,
                to: Key<To>,
                properties: P,
            }

            impl<From, To> $ty<From, To> {
                /// The same relationship with these properties.
                pub fn with_properties<P: Properties>(self, properties: P) -> $ty<From, To, P> {
                    $ty { from: self.from, to: self.to, properties }
                }
            }

            impl<From, To, P: Properties> Edge for $ty<From, To, P> {
                type From = From;
                type To = To;
                type Properties = P;
                type With<Q: Properties> = $ty<From, To, Q>;
                const CLASS: &'static str = $class;

                fn ends(&self) -> (&Key<From>, &Key<To>) {
                    (&self.from, &self.to)
                }

                fn properties(&self) -> &P {
                    &self.properties
                }

                fn between(from: Key<From>, to: Key<To>, properties: P) -> Self {
                    Self { from, to, properties }
                }
            }

            impl<From: Entity, To: Entity, P: Properties> Object for $ty<From, To, P> {
                const TYPE: Type = Direct::<Self>::TYPE;
                const NEEDS: &'static [Type] = &[From::TYPE, To::TYPE];
                const META: ObjectMeta = Direct::<Self>::META;
                type Emitted = Self;
                type Added = ();
                type Related = ();

                fn emit(&self, emitter: &mut Emitter) -> Result<()> {
                    Direct::emit(self, emitter)
                }
            }

            #[doc = concat!("The relationship `from` ", $class, " `to`; a mapped one where one of the two is a target.")]
            pub fn $make<F: End, T: End>(from: F, to: T) -> Joined<$ty<F::Entity, T::Entity>, F, T>
            where
                SidesOf<F, T>: Joins<$ty<F::Entity, T::Entity>, F::Held, T::Held>,
            {
                SidesOf::<F, T>::join(from.into_held(), to.into_held())
            }
        )*

        /// Every relationship class, in alphabetical order.
        pub const CLASSES: &[&str] = &[$($class),*];
    };
}

verbs! {
    Allows allows "ALLOWS";
    Approved approved "APPROVED";
    Assigned assigned "ASSIGNED";
    Completed completed "COMPLETED";
    Connects connects "CONNECTS";
    Contains contains "CONTAINS";
    Created created "CREATED";
    Defines defines "DEFINES";
    Denies denies "DENIES";
    Deployed deployed "DEPLOYED";
    Enforces enforces "ENFORCES";
    Evaluates evaluates "EVALUATES";
    Exploits exploits "EXPLOITS";
    Extends extends "EXTENDS";
    Generated generated "GENERATED";
    Has has "HAS";
    Hosts hosts "HOSTS";
    Identified identified "IDENTIFIED";
    Implements implements "IMPLEMENTS";
    Installed installed "INSTALLED";
    Is is "IS";
    Knows knows "KNOWS";
    Limits limits "LIMITS";
    Links links "LINKS";
    Logs logs "LOGS";
    Manages manages "MANAGES";
    Mitigates mitigates "MITIGATES";
    Monitors monitors "MONITORS";
    Notifies notifies "NOTIFIES";
    Opened opened "OPENED";
    Overrides overrides "OVERRIDES";
    Owns owns "OWNS";
    Performed performed "PERFORMED";
    Protects protects "PROTECTS";
    Provides provides "PROVIDES";
    Published published "PUBLISHED";
    Publishes publishes "PUBLISHES";
    Reported reported "REPORTED";
    Restricts restricts "RESTRICTS";
    Reviewed reviewed "REVIEWED";
    Runs runs "RUNS";
    Scans scans "SCANS";
    Sends sends "SENDS";
    Shared shared "SHARED";
    Triggers triggers "TRIGGERS";
    Trusts trusts "TRUSTS";
    Updated updated "UPDATED";
    Uses uses "USES";
    Violates violates "VIOLATES";
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_verbs_are_the_relationship_classes_of_the_data_model() {
        assert_eq!(super::CLASSES, crate::model::RELATIONSHIP_CLASSES);
    }
}

//! Mapped relationships: edges to what another integration owns, found by its properties instead of its key.
//!
//! ```
//! use j1_core::graph::Mapped;
//! use j1_core::prelude::*;
//!
//! #[derive(J1Entity)]
//! #[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = login, display_name = login)]
//! pub struct User {
//!     pub id: String,
//!     pub login: String,
//! }
//!
//! /// The person with this e-mail address, from any integration.
//! #[derive(J1Target)]
//! #[j1(class = Person, filter(_class, email), skip_target_creation = true)]
//! pub struct Person {
//!     pub email: String,
//! }
//!
//! #[step(emits(User, Mapped<Is<User, Person>>))]
//! async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
//!     let user = job.add(User { id: "1".into(), login: "ada@example.com".into() }).await?;
//!     job.add(is(&user, Person { email: "ada@example.com".into() })).await?;
//!     Ok(Outcome::nothing_to_read("an example"))
//! }
//! ```

mod order;
mod record;
mod target;

pub use order::{FarAndNear, NearAndFar};
pub use target::{Far, MappedEnd, Near, Target, TargetMeta};

use crate::error::Result;
use crate::graph::{
    Edge, Emitter, End, Entity, Key, MappingMeta, Object, ObjectMeta, ObjectWriter, Properties,
    RelationshipMeta, SidesOf, Type,
};
use crate::model::text::Text;

/// The relationship `E` between an entity of this integration and one that another owns.
///
/// It goes the way its verb says: `Mapped<Is<User, Person>>` from the user to the person,
/// `Mapped<Has<Vendor, Account>>` from the vendor, which is the target, to the account.
pub struct Mapped<E: Edge> {
    /// The key of the entity of this integration.
    source: std::sync::Arc<str>,
    target: Described<E>,
    properties: E::Properties,
}

/// The target, at the end where it is.
enum Described<E: Edge> {
    To(E::To),
    From(E::From),
}

impl<E: Edge<Properties = ()>> Mapped<E> {
    /// The relationship from `source`, by reference, to whatever `target` describes. The functions of the verbs make the same:
    /// `is(&user, person)`.
    pub fn to<S: End, T: End>(source: S, target: T) -> Self
    where
        SidesOf<S, T>: NearAndFar<E, S::Held, T::Held>,
    {
        SidesOf::<S, T>::mapped(source.into_held(), target.into_held())
    }

    /// The relationship from whatever `target` describes to `source`, by reference. The functions of the verbs make the same:
    /// `has(company, &team)`.
    pub fn from<T: End, S: End>(target: T, source: S) -> Self
    where
        SidesOf<T, S>: FarAndNear<E, T::Held, S::Held>,
    {
        SidesOf::<T, S>::mapped(target.into_held(), source.into_held())
    }

    pub(crate) fn from_near(source: &Key<E::From>, target: E::To) -> Self {
        Self { source: source.shared(), target: Described::To(target), properties: () }
    }

    pub(crate) fn from_far(target: E::From, source: &Key<E::To>) -> Self {
        Self { source: source.shared(), target: Described::From(target), properties: () }
    }

    /// The same relationship with these properties.
    pub fn with_properties<P: Properties>(self, properties: P) -> Mapped<E::With<P>> {
        let target = match self.target {
            Described::To(target) => Described::To(target),
            Described::From(target) => Described::From(target),
        };
        Mapped { source: self.source, target, properties }
    }
}

/// The direction of a mapped relationship: one end is an entity, the other a target.
#[diagnostic::on_unimplemented(
    message = "[J1-E0604] `Mapped<{E}>` has no direction: one end is an entity of this integration, the other a target",
    label = "its ends are both entities, or both targets",
    note = "between two entities of this integration write `{E}` without `Mapped`; derive `J1Target` for the end that \
            another integration owns"
)]
pub trait Direction<E: Edge> {
    /// The name that JupiterOne uses for it.
    const NAME: &'static str;
    /// The `_type` of the entity of this integration.
    const NEAR: Type;
    /// The description of the target.
    const TARGET: &'static TargetMeta;

    /// Writes what is known of the target.
    #[doc(hidden)]
    fn write(mapped: &Mapped<E>, out: &mut ObjectWriter);
}

impl<E: Edge> Direction<E> for (Near, Far)
where
    E::From: Entity,
    E::To: Target,
{
    const NAME: &'static str = "FORWARD";
    const NEAR: Type = E::From::TYPE;
    const TARGET: &'static TargetMeta = E::To::TARGET;

    fn write(mapped: &Mapped<E>, out: &mut ObjectWriter) {
        if let Described::To(target) = &mapped.target {
            target.write(out);
        }
    }
}

impl<E: Edge> Direction<E> for (Far, Near)
where
    E::From: Target,
    E::To: Entity,
{
    const NAME: &'static str = "REVERSE";
    const NEAR: Type = E::To::TYPE;
    const TARGET: &'static TargetMeta = E::From::TARGET;

    fn write(mapped: &Mapped<E>, out: &mut ObjectWriter) {
        if let Described::From(target) = &mapped.target {
            target.write(out);
        }
    }
}

/// The sides of the two ends of `E`.
type Sides<E> = (<<E as Edge>::From as MappedEnd>::Side, <<E as Edge>::To as MappedEnd>::Side);

/// The constants of a mapped relationship.
struct Named<E, D>(core::marker::PhantomData<(E, D)>);

impl<E: Edge, D: Direction<E>> Named<E, D> {
    const FAR: Type = Type::new(D::TARGET.type_or_class());
    const FORWARD: bool = matches!(D::NAME.as_bytes(), b"FORWARD");
    /// Both types whole, as JupiterOne's page writes them: the target's belongs to another integration.
    const TEXT: Text = if Self::FORWARD {
        Self::between(D::NEAR.pattern, Self::FAR.pattern)
    } else {
        Self::between(Self::FAR.pattern, D::NEAR.pattern)
    };
    const TYPE: Type = Type::new(Self::TEXT.as_str());

    const fn between(from: &str, to: &str) -> Text {
        Text::EMPTY.put_lower(from).put("_").put_lower(E::CLASS).put("_").put_lower(to)
    }
}

impl<E: Edge> Object for Mapped<E>
where
    E::From: MappedEnd,
    E::To: MappedEnd,
    Sides<E>: Direction<E>,
{
    const TYPE: Type = Named::<E, Sides<E>>::TYPE;
    const NEEDS: &'static [Type] = &[<Sides<E> as Direction<E>>::NEAR];
    const META: ObjectMeta = {
        let (near, far) = (<Sides<E> as Direction<E>>::NEAR, Named::<E, Sides<E>>::FAR);
        let (from, to) = if Named::<E, Sides<E>>::FORWARD { (near, far) } else { (far, near) };
        ObjectMeta::Relationship(RelationshipMeta {
            ty: Named::<E, Sides<E>>::TYPE,
            class: E::CLASS,
            from,
            to,
            properties: E::Properties::PROPERTIES,
            mapping: Some(MappingMeta {
                direction: <Sides<E> as Direction<E>>::NAME,
                target: <Sides<E> as Direction<E>>::TARGET,
            }),
        })
    };
    type Emitted = Self;
    type Added = ();
    type Related = ();

    fn emit(&self, emitter: &mut Emitter) -> Result<()> {
        emitter.mapped(&record::Mapping {
            ty: Self::TYPE,
            class: E::CLASS,
            source: &self.source,
            direction: <Sides<E> as Direction<E>>::NAME,
            target: <Sides<E> as Direction<E>>::TARGET,
            write_target: &|out| <Sides<E> as Direction<E>>::write(self, out),
            write_properties: &|out| self.properties.write(E::Properties::PROPERTIES, out),
        })
    }
}

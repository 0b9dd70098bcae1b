//! Relationships: the edges of the graph, as types of a verb and two entities.

use crate::error::Result;
use crate::graph::property::PropertySpec;
use crate::graph::{
    DirectRelationship, Emitter, Entity, Key, Object, ObjectMeta, Properties, TargetMeta, Type,
    relationship_type,
};
use crate::model::text::Text;

/// The description of a relationship as data.
#[derive(Clone, Copy, Debug)]
pub struct RelationshipMeta {
    /// Its `_type`.
    pub ty: Type,
    /// Its `_class`, one of the data model's 49.
    pub class: &'static str,
    /// The `_type` it goes from.
    pub from: Type,
    /// The `_type` it goes to.
    pub to: Type,
    /// The properties it has of its own, in the order they are sent.
    pub properties: &'static [PropertySpec],
    /// The rule by which JupiterOne finds the other end, if another integration owns it.
    pub mapping: Option<MappingMeta>,
}

/// The rule by which JupiterOne finds the far end of a mapped relationship, as data.
#[derive(Clone, Copy, Debug)]
pub struct MappingMeta {
    /// `FORWARD` to the target, `REVERSE` from it.
    pub direction: &'static str,
    /// The description of the target.
    pub target: &'static TargetMeta,
}

/// A verb between two entities, made by the types of [`crate::graph::verb`] such as `Has<Account, User>`.
pub trait Edge {
    /// The entity it begins at.
    type From;
    /// The entity it ends at.
    type To;
    /// The properties it has of its own; `()` where it has none.
    type Properties: Properties;
    /// The same relationship with other properties.
    type With<P: Properties>: Edge<From = Self::From, To = Self::To, Properties = P>;
    /// The relationship class.
    const CLASS: &'static str;

    /// The two ends.
    fn ends(&self) -> (&Key<Self::From>, &Key<Self::To>);

    /// The properties.
    fn properties(&self) -> &Self::Properties;

    /// The relationship between two ends that are known to be collected before it.
    #[doc(hidden)]
    fn between(from: Key<Self::From>, to: Key<Self::To>, properties: Self::Properties) -> Self;
}

/// The constants and the record of an edge between two entities; every verb's `Object` refers to them.
pub(crate) struct Direct<E>(core::marker::PhantomData<E>);

impl<E: Edge> Direct<E>
where
    E::From: Entity,
    E::To: Entity,
{
    const TEXT: Text = relationship_type(&E::From::TYPE, E::CLASS, &E::To::TYPE);
    pub(crate) const TYPE: Type = Type::new(Self::TEXT.as_str());
    pub(crate) const META: ObjectMeta = ObjectMeta::Relationship(RelationshipMeta {
        ty: Self::TYPE,
        class: E::CLASS,
        from: E::From::TYPE,
        to: E::To::TYPE,
        properties: E::Properties::PROPERTIES,
        mapping: None,
    });

    pub(crate) fn emit(edge: &E, emitter: &mut Emitter) -> Result<()> {
        let (from, to) = edge.ends();
        emitter.edge(&DirectRelationship {
            ty: Self::TYPE,
            class: E::CLASS,
            from: from.as_str(),
            to: to.as_str(),
            write_properties: &|out| edge.properties().write(E::Properties::PROPERTIES, out),
        })
    }
}

//! Structs whose fields are properties of something else: of a relationship, or of the entity that holds them.

use std::marker::PhantomData;

use crate::graph::property::{Absence, PropertySpec, pick_name};
use crate::graph::{Fact, Kind, ObjectWriter};
use crate::model::ClassDef;

/// The properties of a relationship, or of an entity that holds the struct with `#[j1(flatten)]`; made from a struct by
/// `#[derive(J1Properties)]`.
///
/// ```
/// use j1_core::prelude::*;
///
/// /// The role of a member.
/// #[derive(J1Properties)]
/// pub struct Membership {
///     pub role: String,
///     pub joined_at: Option<Timestamp>,
/// }
/// # #[derive(J1Entity)]
/// # #[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
/// # pub struct Group { pub id: String }
/// # #[derive(J1Entity)]
/// # #[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
/// # pub struct User { pub id: String }
///
/// #[step(emits(Group, User, Has<Group, User, Membership>))]
/// async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
///     let group = job.add(Group { id: "developers".into() }).await?;
///     let user = job.add(User { id: "ada@example.com".into() }).await?;
///     let membership = Membership { role: "owner".into(), joined_at: None };
///     job.add(has(&group, &user).with_properties(membership)).await?;
///     Ok(Outcome::nothing_to_read("an example"))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not the properties of a relationship",
    label = "not a struct of properties",
    note = "derive it: `#[derive(J1Properties)]`"
)]
pub trait Properties {
    /// Its fields, in the order they are sent.
    const FIELDS: &'static [FieldSpec];
    /// The properties that its fields become on a relationship, in the same order.
    const PROPERTIES: &'static [PropertySpec];

    /// Writes the fields as these properties, one for each field.
    fn write(&self, properties: &'static [PropertySpec], out: &mut ObjectWriter);
}

/// No properties.
impl Properties for () {
    const FIELDS: &'static [FieldSpec] = &[];
    const PROPERTIES: &'static [PropertySpec] = &[];

    fn write(&self, _: &'static [PropertySpec], _: &mut ObjectWriter) {}
}

/// Properties that a relationship can hold.
///
/// A derive implements it with a bound for each field that a relationship cannot hold, or may not.
#[diagnostic::on_unimplemented(
    message = "[J1-E0505] `{Self}` is not known to be properties that a relationship can hold",
    label = "implements `Properties` by hand",
    note = "derive it: `#[derive(J1Properties)]`"
)]
pub trait OnRelationship: Properties {}
impl OnRelationship for () {}

/// The fact that the values of `Field` are not lists.
#[diagnostic::on_unimplemented(
    message = "[J1-E0505] property `{Field}` of this relationship is a list, and JupiterOne's relationships hold strings, \
               numbers and booleans",
    label = "its `{Field}` is a list",
    note = "join the list into one text, or leave the field out with `#[j1(skip)]`"
)]
pub trait NoList<Field> {}
impl<Field> NoList<Field> for &Fact<true> {}

/// Carries the error for a `Field` that would be the verb of its relationship. Nothing implements it.
#[diagnostic::on_unimplemented(
    message = "[J1-E0306] property `{Field}` of this relationship becomes `displayName`, which is its verb",
    label = "its `{Field}` would be the verb",
    note = "give the field another name with `#[j1(rename = \"..\")]`"
)]
pub trait BesideTheVerb<Field> {}

/// Fails the build when a relationship cannot hold these properties.
pub const fn check_held<P: OnRelationship>(_: PhantomData<P>) {}

/// A field, before the classes that it is a property of are known.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// The name of the property if no class has a property called `plain`.
    pub name: &'static str,
    /// The name under which a class may have it; `None` if an attribute sets the name.
    pub plain: Option<&'static str>,
    /// Facts about its values that are known at compile time.
    pub kind: Kind,
    /// `true` if a string that is too long is cut to fit.
    pub truncate: bool,
    /// The name of the field, as written in Rust.
    pub source: &'static str,
    /// The documentation of the field, as written.
    pub docs: &'static str,
}

impl FieldSpec {
    /// Returns the name of the property on an entity of these classes.
    pub(crate) const fn name_in(&self, classes: &[&ClassDef]) -> &'static str {
        match self.plain {
            Some(plain) => pick_name(classes, plain, self.name),
            None => self.name,
        }
    }

    /// Returns the field as a property of an object without classes.
    #[must_use]
    pub const fn plain(&self) -> PropertySpec {
        PropertySpec {
            name: self.name,
            member: "",
            kind: self.kind,
            classes: &[],
            defs: &[],
            any_text: true,
            absence: Absence::Omitted,
            truncate: self.truncate,
            source: self.source,
            docs: self.docs,
        }
    }
}

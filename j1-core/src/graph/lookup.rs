//! Looking entities up by the values of their fields, for joins by something other than the key.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use crate::graph::KeyPart;

/// A field by which a step looks up entities of a type that it reads: one of its `reads(User by email)`.
#[derive(Clone, Copy)]
pub struct LookupMeta {
    /// The name of the field.
    pub field: &'static str,
    /// Calls a function with each value that the field of an entity has; `false` if the entity is another struct.
    pub values: FieldValues,
}

/// Calls a function with each value that a field of the provider's struct has.
pub type FieldValues = fn(&dyn Any, &mut dyn FnMut(&str)) -> bool;

impl fmt::Debug for LookupMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LookupMeta").field("field", &self.field).finish_non_exhaustive()
    }
}

/// A field by which the step `S` looks up entities: `fetch_devices::email` for `reads(User by email)`.
pub struct Property<S, const NAME: u64> {
    field: &'static str,
    of: PhantomData<fn() -> S>,
}

impl<S, const NAME: u64> Property<S, NAME> {
    /// The field of this name.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(field: &'static str) -> Self {
        Self { field, of: PhantomData }
    }

    /// Returns the name of the field.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

/// A field by which the step `S` may look up entities of the type `T`.
#[diagnostic::on_unimplemented(
    message = "[J1-E0702] step `{S}` looks up `{T}` by a field that it does not declare for `{T}`",
    label = "not one of the fields of `{T}` in the `reads(..)` of `{S}`",
    note = "declare it: `#[step(reads({T} by field))]`; what is looked up is indexed while it is collected"
)]
pub trait LooksUp<S, T> {
    /// Returns the name of the field.
    fn field_name(&self) -> &'static str;
}

/// A field that entities can be looked up by: a value that a key can be made of, an `Option` or a list of such.
#[diagnostic::on_unimplemented(
    message = "[J1-E0702] entities cannot be looked up by a `{Self}`",
    label = "expected a string, an integer or a UUID, or an `Option` or `Vec` of one",
    note = "look them up by another field"
)]
pub trait LookupValue {
    /// Calls a function with each value.
    fn each_text(&self, each: &mut dyn FnMut(&str));
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart + ?Sized> LookupValue for T {
    fn each_text(&self, each: &mut dyn FnMut(&str)) {
        let mut text = String::new();
        self.write_part(&mut text);
        each(&text);
    }
}

impl<T: LookupValue> LookupValue for Option<T> {
    fn each_text(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.each_text(each));
    }
}

impl<T: LookupValue> LookupValue for Vec<T> {
    fn each_text(&self, each: &mut dyn FnMut(&str)) {
        self.iter().for_each(|value| value.each_text(each));
    }
}

/// Calls a function with each value of a field; a function of its own so that a type that cannot be looked up is
/// underlined where the field is named.
#[doc(hidden)]
pub fn each_text<T: LookupValue + ?Sized>(value: &T, each: &mut dyn FnMut(&str)) {
    value.each_text(each);
}

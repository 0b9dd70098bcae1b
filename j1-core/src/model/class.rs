//! The classes as types.

use j1_model::ClassDef;

/// A class of the JupiterOne data model, as a type.
///
/// The types are those of [`crate::class`]; no others can be made.
#[diagnostic::on_unimplemented(
    message = "[J1-E0101] `{Self}` is not a class of the JupiterOne data model",
    label = "not a class",
    note = "the classes are the types of `j1::class`; `cargo j1 model` lists them"
)]
pub trait Class: sealed::Sealed {
    /// The class as data.
    const DEF: &'static ClassDef;
}

/// Keeps [`Class`] to the classes of the data model.
pub(crate) mod sealed {
    /// Implemented by the types of [`crate::class`] only.
    pub trait Sealed {}
}

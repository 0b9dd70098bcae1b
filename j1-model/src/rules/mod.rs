//! The rules of the data model and of JupiterOne's upload that need only names, types and literals.
//!
//! Each is a function that returns the message of what is wrong, with its code in front, or nothing. Most are `const
//! fn`, because a nested struct, or a type that its name does not tell, is known to the compiler and not to a macro.

mod class;
mod constant;
mod integration;
mod key;
mod name;
mod raw;
mod setting;
mod synonym;
mod value;
mod word;

pub use class::{never_both, no_name, required, twice, type_is_a_class, unknown_class};
pub use constant::{boolean, integer, number, text};
pub use integration::{integration_name, integration_type};
pub use key::{too_short, undefined};
pub use name::{
    Checked, Named, allows_nothing, breaks, broken_rule, flattened_allows_nothing, known_as, name,
    needs_the_type,
};
pub use raw::raw_member;
pub use setting::{
    EACH_ITEM, allows_no_credential, default_of_a_secret, default_of_an_option, default_value,
    invalid_default, open_credential,
};
pub use synonym::{is_verb_behind_is, reads_as_a_date};
pub use value::{lists_a_list, target_value, truncates_nothing, value};

/// The name of a property and the field or method it comes from, for rules that see all of an entity's.
pub type Mapped<'a> = (&'a str, &'a str);

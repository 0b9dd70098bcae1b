//! Tags: properties whose names the provider's customers choose.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use j1_core::prelude::*;
//!
//! #[derive(J1Entity)]
//! #[j1(type = "acme_host", class = Record, key = "acme-host:{id}", name = id, display_name = id)]
//! pub struct Host {
//!     pub id: String,
//!     /// `tag.environment` and the like.
//!     #[j1(tags)]
//!     pub labels: BTreeMap<String, String>,
//! }
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::graph::ObjectWriter;
use crate::graph::property::PropertySpec;

/// The name that stands for all tags of an entity in a list of its properties.
pub const TAGS: &str = "tag.*";

/// The tags of a thing: each becomes a property `tag.<name>`.
///
/// Maps, and lists of pairs or of what is a [`Tag`], are tags. So is what holds them, when it says how:
///
/// ```
/// use j1_core::graph::{TagList, Tags};
///
/// /// The form in which the provider sends them: `{"custom": [{"key": "environment", "value": "production"}]}`.
/// struct Labels {
///     custom: Vec<Label>,
/// }
///
/// struct Label {
///     key: String,
///     value: Option<String>,
/// }
///
/// impl Tags for Labels {
///     fn list(&self, tags: &mut TagList) {
///         for label in &self.custom {
///             tags.add(&label.key, &label.value);
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "[J1-E0202] `{Self}` is not the tags of a thing",
    label = "neither a map nor a list of pairs",
    note = "tags are a `BTreeMap` or `HashMap` of strings, numbers or booleans, a `Vec` of pairs of a name and one of these, or \
            an `Option` of one; implement `j1::graph::Tag` for a struct of a name and a value, and `Tags` for \
            what holds them"
)]
pub trait Tags {
    /// Adds each tag.
    fn list(&self, tags: &mut TagList);
}

/// One tag in a list.
#[diagnostic::on_unimplemented(
    message = "[J1-E0202] `{Self}` is not a tag",
    label = "not a name and a value",
    note = "a pair of a name and a string, a number or a boolean is a tag; implement `j1::graph::Tag` for a struct of both"
)]
pub trait Tag {
    /// Adds it.
    fn add_to(&self, tags: &mut TagList);
}

/// A value of a tag: a text, a number, true or false, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "[J1-E0214] the value of a tag cannot be `{Self}`",
    label = "not a string, a number or a boolean",
    note = "the data model takes strings, numbers and booleans as tags; convert it, or leave it out"
)]
pub trait Tagged {
    /// The value.
    fn tag_value(&self) -> TagValue;
}

/// The value of a tag: the types that the data model has for `tag.*`.
#[derive(Clone, Debug, PartialEq)]
pub enum TagValue {
    /// The tag is only a name.
    None,
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number; one that is not finite is a violation.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

/// Tags on their way, by the names of their properties.
#[derive(Debug, Default)]
pub struct TagList(BTreeMap<String, Vec<TagValue>>);

impl TagList {
    /// Adds a tag. One without a name is ignored; an empty text is not a value.
    pub fn add(&mut self, name: &str, value: &(impl Tagged + ?Sized)) {
        let Some(name) = property_name(name) else { return };
        let value = match value.tag_value() {
            TagValue::Text(text) if text.is_empty() => TagValue::None,
            value => value,
        };
        self.0.entry(name).or_default().push(value);
    }
}

/// The name of the property: `tag.` and what the name has of the characters that the data model allows there, which are
/// letters and digits of ASCII, spaces, dots and hyphens; a hyphen stands for each run of others.
fn property_name(name: &str) -> Option<String> {
    let mut out = String::from("tag.");
    for c in name.trim().chars() {
        if c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-') {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    // Of a name in another script nothing would be left that tells it from others.
    out.chars().skip(4).any(|c| c.is_ascii_alphanumeric()).then_some(out)
}

/// The one value of the values that tags of one name have: the texts, each once and in order, with commas between.
fn joined(mut values: Vec<TagValue>) -> TagValue {
    values.retain(|value| *value != TagValue::None);
    let texts: BTreeSet<String> = values.iter().map(TagValue::text).collect();
    match values.pop() {
        Some(value) if texts.len() == 1 => value,
        Some(_) => TagValue::Text(texts.into_iter().collect::<Vec<_>>().join(", ")),
        None => TagValue::None,
    }
}

impl TagValue {
    /// It as a text.
    fn text(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
        }
    }
}

impl ObjectWriter {
    /// Writes the tags of an entity, but for those that have the name of one of its own properties.
    pub(crate) fn tags(&mut self, own: &'static [PropertySpec], tags: &impl Tags) {
        let mut list = TagList::default();
        tags.list(&mut list);
        for (name, values) in list.0 {
            if own.iter().any(|spec| spec.name == name) {
                continue;
            }
            match joined(values) {
                // A tag that is only a name is true of the thing.
                TagValue::None => self.tag(&name, &true),
                TagValue::Text(text) => self.tag(&name, &text),
                TagValue::Integer(number) => self.tag(&name, &number),
                TagValue::Number(number) => self.tag(&name, &number),
                TagValue::Boolean(value) => self.tag(&name, &value),
            }
        }
    }
}

macro_rules! values {
    ($($variant:ident of $($ty:ty)*;)*) => { $($(
        impl Tagged for $ty {
            fn tag_value(&self) -> TagValue {
                TagValue::$variant((*self).into())
            }
        }
    )*)* };
}
values! {
    Integer of i8 i16 i32 i64 u8 u16 u32;
    Number of f32 f64;
    Boolean of bool;
}

macro_rules! texts {
    ($($ty:ty)*) => { $(
        impl Tagged for $ty {
            fn tag_value(&self) -> TagValue {
                TagValue::Text((*self).to_string())
            }
        }
    )* };
}
texts!(str String Box<str>);

impl<T: Tagged> Tagged for Option<T> {
    fn tag_value(&self) -> TagValue {
        self.as_ref().map_or(TagValue::None, T::tag_value)
    }
}

impl<T: Tagged + ?Sized> Tagged for &T {
    fn tag_value(&self) -> TagValue {
        (**self).tag_value()
    }
}

impl<N: AsRef<str>, V: Tagged> Tag for (N, V) {
    fn add_to(&self, tags: &mut TagList) {
        tags.add(self.0.as_ref(), &self.1);
    }
}

impl<T: Tag> Tags for [T] {
    fn list(&self, tags: &mut TagList) {
        for tag in self {
            tag.add_to(tags);
        }
    }
}

impl<T: Tag> Tags for Vec<T> {
    fn list(&self, tags: &mut TagList) {
        self.as_slice().list(tags);
    }
}

impl<N: AsRef<str>, V: Tagged> Tags for BTreeMap<N, V> {
    fn list(&self, tags: &mut TagList) {
        for (name, value) in self {
            tags.add(name.as_ref(), value);
        }
    }
}

impl<N: AsRef<str>, V: Tagged, S> Tags for HashMap<N, V, S> {
    fn list(&self, tags: &mut TagList) {
        for (name, value) in self {
            tags.add(name.as_ref(), value);
        }
    }
}

impl<T: Tags> Tags for Option<T> {
    fn list(&self, tags: &mut TagList) {
        if let Some(held) = self {
            held.list(tags);
        }
    }
}

impl<T: Tags + ?Sized> Tags for Box<T> {
    fn list(&self, tags: &mut TagList) {
        (**self).list(tags);
    }
}

impl<T: Tags + ?Sized> Tags for &T {
    fn list(&self, tags: &mut TagList) {
        (**self).list(tags);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_characters_that_the_data_model_allows() {
        for (name, property) in [
            ("environment", Some("tag.environment")),
            ("Cost Center", Some("tag.Cost Center")),
            (" data_class ", Some("tag.data-class")),
            ("aws:cloudformation/stack__name", Some("tag.aws-cloudformation-stack-name")),
            ("größe", Some("tag.gr-e")),
            ("部署", None),
            ("__", None),
            ("", None),
        ] {
            assert_eq!(property_name(name).as_deref(), property, "{name}");
            assert!(property.is_none_or(crate::model::is_property_name), "{name}");
        }
    }

    #[test]
    fn values_of_one_name_are_joined_in_an_order_of_their_own() {
        let text = |text: &str| TagValue::Text(text.to_owned());
        assert_eq!(joined(vec![text("production"), text("pci"), text("pci")]), text("pci, production"));
        assert_eq!(joined(vec![TagValue::Integer(7), TagValue::Integer(7)]), TagValue::Integer(7));
        assert_eq!(joined(vec![text("b"), TagValue::None, TagValue::Integer(7)]), text("7, b"));
        assert_eq!(joined(vec![TagValue::None, TagValue::None]), TagValue::None);
    }
}

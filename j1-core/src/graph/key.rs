//! `_key`s that only exist for entities that do.

use std::marker::PhantomData;
use std::sync::Arc;
use std::{cmp, fmt, hash};

use crate::graph::Naming;

/// The `_key` of an entity of type `T`.
///
/// Only adding a `T`, reading one back, or finding one makes it, so a relationship cannot end in something
/// that was never collected, and the text `undefined` cannot occur in it.
pub struct Key<T> {
    text: Arc<str>,
    of: PhantomData<fn() -> T>,
}

impl<T> Key<T> {
    pub(crate) fn new(text: impl Into<Arc<str>>) -> Self {
        Self { text: text.into(), of: PhantomData }
    }

    /// The text, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The key as JupiterOne sees it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        Self { text: Arc::clone(&self.text), of: PhantomData }
    }
}

impl<T> PartialEq for Key<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<T> Eq for Key<T> {}

impl<T> PartialOrd for Key<T> {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Key<T> {
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl<T> hash::Hash for Key<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<T> fmt::Display for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.text, f)
    }
}

/// Something that has the key of an entity: the key itself, or an entity read back.
#[diagnostic::on_unimplemented(
    message = "[J1-E0503] `{Self}` is not an end of a relationship",
    label = "expected the key of an entity",
    note = "a key is what `job.add(entity).await?` gives, or `job.find::<Entity>(id)`; a target is given by value"
)]
pub trait HasKey {
    /// The entity.
    type Entity;

    /// Its key.
    fn key(&self) -> &Key<Self::Entity>;
}

impl<T> HasKey for Key<T> {
    type Entity = T;
    fn key(&self) -> &Self {
        self
    }
}

impl<K: HasKey> HasKey for &K {
    type Entity = K::Entity;
    fn key(&self) -> &Key<K::Entity> {
        (**self).key()
    }
}

/// A value that can be part of a `_key`: always there, and always written the same way.
#[diagnostic::on_unimplemented(
    message = "[J1-E0403] `{Self}` cannot be part of a `_key`",
    label = "a key is made of strings, integers and UUIDs that are always there",
    note = "JupiterOne deletes and creates anew an entity whose key changes: name the field the provider \
            identifies the record by"
)]
pub trait KeyPart {
    /// The borrowed form that the key is made from: `str` for a `String`, so that any string can look it up.
    type Borrowed: ?Sized + KeyPart;

    /// The fewest characters it can have; `None` if it is unknown at compile time.
    const MIN_CHARS: Option<usize> = None;

    /// The part.
    fn borrow_part(&self) -> &Self::Borrowed;

    /// Writes it.
    fn write_part(&self, out: &mut String);
}

impl KeyPart for str {
    type Borrowed = Self;
    fn borrow_part(&self) -> &Self {
        self
    }
    fn write_part(&self, out: &mut String) {
        out.push_str(self);
    }
}

macro_rules! string_parts {
    ($($ty:ty),*) => { $(
        impl KeyPart for $ty {
            type Borrowed = str;
            fn borrow_part(&self) -> &str {
                self
            }
            fn write_part(&self, out: &mut String) {
                out.push_str(self);
            }
        }
    )* };
}
string_parts!(String, Box<str>, Arc<str>, std::borrow::Cow<'_, str>);

impl<T: KeyPart + ?Sized> KeyPart for &T {
    type Borrowed = T::Borrowed;
    const MIN_CHARS: Option<usize> = T::MIN_CHARS;
    fn borrow_part(&self) -> &T::Borrowed {
        (**self).borrow_part()
    }
    fn write_part(&self, out: &mut String) {
        (**self).write_part(out);
    }
}

macro_rules! display_parts {
    ($min:literal: $($ty:ty),*) => { $(
        impl KeyPart for $ty {
            type Borrowed = Self;
            const MIN_CHARS: Option<usize> = Some($min);
            fn borrow_part(&self) -> &Self {
                self
            }
            fn write_part(&self, out: &mut String) {
                use std::fmt::Write as _;
                // Writing to a `String` does not fail.
                let _ = write!(out, "{self}");
            }
        }
    )* };
}
display_parts!(1: char, i8, i16, i32, i64, u8, u16, u32, u64);
display_parts!(2: std::net::IpAddr);
display_parts!(36: uuid::Uuid);

/// The buffer that a key template is filled into.
pub struct KeyWriter<'a> {
    naming: &'a Naming,
    text: String,
}

impl<'a> KeyWriter<'a> {
    pub(crate) fn new(naming: &'a Naming) -> Self {
        // Longer than most keys, so that it seldom grows.
        Self { naming, text: String::with_capacity(64) }
    }

    /// Writes text of the template.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes the integration type.
    pub fn integration(&mut self) {
        self.text.push_str(self.naming.integration_type());
    }

    /// Writes a field.
    pub fn part<P: KeyPart + ?Sized>(&mut self, part: &P) {
        part.write_part(&mut self.text);
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

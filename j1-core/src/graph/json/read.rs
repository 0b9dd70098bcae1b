//! A deserializer for JSON that gives up wherever it might not do what `serde_json` does.
//!
//! Invariant: a value that is read here is the one that `serde_json` reads. A property test checks it. Giving up is an error
//! that is also remembered, since a visitor may swallow it, and all that was read until then is thrown away.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde::de::value::StrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Number};

use super::scan;
use crate::graph::raw::WITH_RAW;

/// Reads a JSON text; `None` if `serde_json` has to.
pub(super) fn at_once<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut reader = Reader { text, at: 0, depth: 0, gave_up: false };
    let value = T::deserialize(&mut reader).ok()?;
    let at_end = scan::blank(text.as_bytes(), reader.at) == text.len();
    (at_end && !reader.gave_up).then_some(value)
}

/// `true` if numbers keep their text, which a crate of the build may ask of `serde_json`.
static NUMBERS_ARE_TEXT: LazyLock<bool> =
    LazyLock::new(|| serde_json::from_str::<Number>("1.50").is_ok_and(|number| number.to_string() == "1.50"));

/// A place in a JSON text.
struct Reader<'de> {
    text: &'de str,
    at: usize,
    /// The number of objects and arrays around it.
    depth: u32,
    /// `true` once `serde_json` has to read the text.
    gave_up: bool,
}

impl<'de> Reader<'de> {
    /// The byte that the next value begins with, or that follows a value; 0, which is neither, at the end.
    #[inline]
    fn peek(&mut self) -> u8 {
        self.at = scan::blank(self.text.as_bytes(), self.at);
        self.text.as_bytes().get(self.at).copied().unwrap_or_default()
    }

    /// Steps over a byte, if it is the next one.
    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        // Not `self.at += usize::from(..)`: rustc 1.95 and 1.97 lose that addition where this is inlined.
        if self.peek() != byte {
            return false;
        }
        self.at += 1;
        true
    }

    #[cold]
    fn give_up<T>(&mut self) -> Result<T, Error> {
        self.gave_up = true;
        Err(Error::custom(""))
    }

    /// Goes on at a place, if there is one.
    #[inline]
    fn go(&mut self, to: Option<usize>) -> Result<(), Error> {
        match to {
            Some(to) => {
                self.at = to;
                Ok(())
            }
            None => self.give_up(),
        }
    }

    /// Reads a string.
    #[inline]
    fn string(&mut self) -> Result<Cow<'de, str>, Error> {
        if self.peek() != b'"' {
            return self.give_up();
        }
        let start = self.at;
        let Some((end, escaped)) = scan::string(self.text.as_bytes(), start) else { return self.give_up() };
        self.at = end;
        let inner = &self.text[start + 1..end - 1];
        if !escaped {
            return Ok(Cow::Borrowed(inner));
        }
        match unescaped(inner).or_else(|| serde_json::from_str(&self.text[start..end]).ok()) {
            Some(text) => Ok(Cow::Owned(text)),
            None => self.give_up(),
        }
    }

    fn text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_str(&text),
        }
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        /// Digits of which every number is less than 2^63.
        const SHORT: usize = 18;
        self.peek();
        let start = self.at;
        self.go(scan::number(self.text.as_bytes(), start))?;
        let text = &self.text[start..self.at];
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.len() <= SHORT && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = digits.bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
            if digits.len() == text.len() {
                return visitor.visit_u64(number.unsigned_abs());
            }
            if number > 0 {
                return visitor.visit_i64(-number);
            }
        }
        let number = if *NUMBERS_ARE_TEXT { None } else { serde_json::from_str::<Number>(text).ok() };
        let Some(number) = number else { return self.give_up() };
        match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => visitor.visit_u64(number),
            (_, Some(number), _) => visitor.visit_i64(number),
            (.., Some(number)) => visitor.visit_f64(number),
            _ => self.give_up(),
        }
    }

    /// Steps over the bytes of a word.
    fn word(&mut self, word: &str) -> Result<(), Error> {
        self.go(scan::word(self.text.as_bytes(), self.at, word.as_bytes()))
    }

    fn boolean<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let is_true = self.peek() == b't';
        self.word(if is_true { "true" } else { "false" })?;
        visitor.visit_bool(is_true)
    }

    fn null(&mut self) -> Result<(), Error> {
        self.peek();
        self.word("null")
    }

    /// Lets a visitor read what stands between two brackets, of which the first is here.
    #[inline]
    fn inside<T>(
        &mut self,
        close: u8,
        visit: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth == scan::DEEPEST {
            return self.give_up();
        }
        self.depth += 1;
        self.at += 1;
        let read = visit(self);
        self.depth -= 1;
        // A visitor that stops early leaves the reader within.
        if read.is_err() || !self.take(close) {
            return self.give_up();
        }
        read
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.inside(b']', |reader| visitor.visit_seq(Inside { reader, close: b']', is_first: true }))
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        self.inside(b'}', |reader| visitor.visit_map(Inside { reader, close: b'}', is_first: true }))
    }
}

/// A text of JSON with its escapes of two bytes decoded; `None` if there are others.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(escape) = rest.find('\\') {
        out.push_str(&rest[..escape]);
        out.push(match rest.as_bytes().get(escape + 1)? {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return None,
        });
        rest = &rest[escape + 2..];
    }
    out.push_str(rest);
    Some(out)
}

/// What stands between two brackets.
struct Inside<'r, 'de> {
    reader: &'r mut Reader<'de>,
    close: u8,
    is_first: bool,
}

impl Inside<'_, '_> {
    /// Goes on to the next element or member; `false` at the end.
    #[inline]
    fn has_next(&mut self) -> Result<bool, Error> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        match self.reader.peek() {
            byte if byte == self.close => return Ok(false),
            b',' if !is_first => self.reader.at += 1,
            _ if is_first => {}
            _ => return self.reader.give_up(),
        }
        // Nothing may follow a comma but a value.
        if !is_first && self.reader.peek() == self.close {
            return self.reader.give_up();
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Inside<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if self.has_next()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Inside<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        if self.has_next()? { seed.deserialize(Name(self.reader)).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        if !self.reader.take(b':') {
            return self.reader.give_up();
        }
        seed.deserialize(&mut *self.reader)
    }
}

/// Gives up on what is seldom asked for.
macro_rules! give_up {
    ($($method:ident($($ty:ty),*);)*) => { $(
        fn $method<V: Visitor<'de>>(self, $(_: $ty,)* _: V) -> Result<V::Value, Error> {
            self.give_up()
        }
    )* };
}

/// Reads each of these by another method.
macro_rules! read_by {
    ($($by:ident: $($method:ident)*;)*) => { $($(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.$by(visitor)
        }
    )*)* };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.peek() {
            b'"' => self.text(visitor),
            b'{' => self.object(visitor),
            b'[' => self.list(visitor),
            b't' | b'f' => self.boolean(visitor),
            b'n' => self.deserialize_unit(visitor),
            _ => self.number(visitor),
        }
    }

    read_by! {
        boolean: deserialize_bool;
        number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16 deserialize_u32
            deserialize_u64 deserialize_f64;
        text: deserialize_char deserialize_str deserialize_string deserialize_identifier;
    }

    give_up! {
        deserialize_i128();
        deserialize_u128();
        deserialize_f32();
        deserialize_bytes();
        deserialize_byte_buf();
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.peek() == b'n' {
            self.null()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.null()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == WITH_RAW {
            self.peek();
            let start = self.at;
            // All of the text is read as the record, and so need not be stepped over.
            let is_all = self.depth == 0;
            self.go(if is_all { Some(self.text.len()) } else { scan::value(self.text.as_bytes(), start) })?;
            return visitor.visit_borrowed_str(self.text[start..self.at].trim_end());
        }
        // `serde_json` reads values of its own in a way of its own.
        if name.starts_with('$') {
            return self.give_up();
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.peek() == b'[' { self.list(visitor) } else { self.give_up() }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.peek() == b'{' { self.object(visitor) } else { self.give_up() }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name.starts_with('$') {
            return self.give_up();
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let name = self.string()?;
        let name: StrDeserializer<'_, Error> = (*name).into_deserializer();
        visitor.visit_enum(name)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.go(scan::value(self.text.as_bytes(), self.at))?;
        visitor.visit_unit()
    }
}

/// The name of a member.
struct Name<'r, 'de>(&'r mut Reader<'de>);

impl Name<'_, '_> {
    #[cold]
    fn give_up<T>(self) -> Result<T, Error> {
        self.0.give_up()
    }
}

impl<'de> Deserializer<'de> for Name<'_, 'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.0.text(visitor)
    }

    forward_to_deserialize_any! { char str string identifier ignored_any }

    // Names that are read as something else than text.
    give_up! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(&'static str);
        deserialize_newtype_struct(&'static str);
        deserialize_seq();
        deserialize_tuple(usize);
        deserialize_tuple_struct(&'static str, usize);
        deserialize_map();
        deserialize_struct(&'static str, &'static [&'static str]);
        deserialize_enum(&'static str, &'static [&'static str]);
    }
}

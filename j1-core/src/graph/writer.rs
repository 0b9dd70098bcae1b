//! From typed values straight to the bytes of the upload, checked on the way.
//!
//! No map of dynamic values stands in between: property names are constants, every value is written
//! once, and the rules of [`crate::validate`] look at it while it passes.

use std::fmt::Display;
use std::io::Write as _;

use crate::graph::bytes::{is_plain, quote_backslash_or_control};
use crate::graph::property::{Absence, PropertySpec};
use crate::graph::{Item, TAGS, Value};
use crate::model::limits::MAX_STRING_UTF16;
use crate::validate::{PropertyCheck, Scalar, Violation};

/// Writes the members of one JSON object, and gathers what is wrong with them.
#[derive(Default)]
pub struct ObjectWriter {
    bytes: Vec<u8>,
    violations: Vec<Violation>,
    /// The violations of values that were replaced by their absence.
    withheld: Vec<Violation>,
    /// Names of the strings that were shortened because their field allows it.
    truncated: Vec<&'static str>,
}

impl ObjectWriter {
    /// Begins the next object in the same buffers.
    pub(crate) fn begin(&mut self) {
        self.bytes.clear();
        self.violations.clear();
        self.withheld.clear();
        self.truncated.clear();
        self.bytes.push(b'{');
    }

    pub(crate) fn finish(&mut self) {
        self.bytes.push(b'}');
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn violations(&mut self) -> &mut Vec<Violation> {
        &mut self.violations
    }

    /// The violations of values that are not sent, in an object that is.
    pub(crate) fn withheld(&mut self) -> &mut Vec<Violation> {
        &mut self.withheld
    }

    pub(crate) fn truncated(&self) -> &[&'static str] {
        &self.truncated
    }

    /// Writes members that are known to be right: `"_type":"…"` and the like.
    pub(crate) fn raw(&mut self, members: &[u8]) {
        if !members.is_empty() {
            self.separate();
            self.bytes.extend_from_slice(members);
        }
    }

    /// Writes a member that no rule looks at.
    pub(crate) fn plain(&mut self, name: &str, text: &str) {
        self.name(name);
        write_json_string(&mut self.bytes, text);
    }

    /// Writes one property, or what stands for its absence.
    ///
    /// A value that breaks a rule is withheld: the property is absent, or `null`, if its classes allow that. Only where they
    /// do not is the violation one of the object.
    pub fn property<T: Value + ?Sized>(&mut self, spec: &'static PropertySpec, value: &T) {
        if value.is_absent() {
            self.absent(spec);
            return;
        }
        let start = self.bytes.len();
        self.member(spec);
        let check = PropertyCheck::new(spec.name, spec.classes, spec.defs);
        let (wrong, was_cut) = self.value(value, check, spec.any_text, spec.truncate);
        if wrong.is_empty() {
            if was_cut {
                self.truncated.push(spec.name);
            }
        } else if spec.absence == Absence::Refused {
            self.violations.extend(wrong);
        } else {
            self.bytes.truncate(start);
            self.absent(spec);
            self.withheld.extend(wrong);
        }
    }

    /// Writes what stands for the absence of a property.
    fn absent(&mut self, spec: &'static PropertySpec) {
        match spec.absence {
            Absence::Omitted => {}
            Absence::Null => {
                self.member(spec);
                self.bytes.extend_from_slice(b"null");
            }
            Absence::Refused => self.violations.push(spec.missing()),
        }
    }

    /// Writes a value; returns the rules that it breaks, and `true` if it was cut.
    fn value<T: Value + ?Sized>(
        &mut self,
        value: &T,
        check: PropertyCheck<'_>,
        any_text: bool,
        cut: bool,
    ) -> (Vec<Violation>, bool) {
        let mut out = ValueWriter { bytes: &mut self.bytes, check, any_text, cut, was_cut: false };
        value.write(&mut out);
        // Nothing is allocated when nothing is wrong.
        let mut wrong = Vec::new();
        out.check.finish(&mut wrong);
        (wrong, out.was_cut)
    }

    /// Writes one tag; a text that is too long is cut, and a value that cannot be sent is withheld.
    pub(crate) fn tag(&mut self, name: &str, value: &impl Value) {
        let start = self.bytes.len();
        self.name(name);
        let (wrong, was_cut) = self.value(value, PropertyCheck::new(name, &[], &[]), true, true);
        if !wrong.is_empty() {
            self.bytes.truncate(start);
            self.withheld.extend(wrong);
        } else if was_cut {
            self.truncated.push(TAGS);
        }
    }

    fn member(&mut self, spec: &PropertySpec) {
        // The first member of an object has no comma before it.
        if self.bytes.len() > 1 && !spec.member.is_empty() {
            self.bytes.extend_from_slice(spec.member.as_bytes());
        } else {
            self.name(spec.name);
        }
    }

    fn name(&mut self, name: &str) {
        self.separate();
        write_json_string(&mut self.bytes, name);
        self.bytes.push(b':');
    }

    fn separate(&mut self) {
        if self.bytes.len() > 1 {
            self.bytes.push(b',');
        }
    }
}

/// Writes one value of a property.
pub struct ValueWriter<'w, 'c> {
    bytes: &'w mut Vec<u8>,
    check: PropertyCheck<'c>,
    /// `true` if every string is right that is not too long.
    any_text: bool,
    cut: bool,
    was_cut: bool,
}

impl ValueWriter<'_, '_> {
    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        if self.any_text && text.len() <= MAX_STRING_UTF16 && self.check.is_whole() {
            write_json_string(self.bytes, text);
        } else {
            self.checked_string(text);
        }
    }

    fn checked_string(&mut self, text: &str) {
        let text = match shortened(text) {
            Some(short) if self.cut => {
                self.was_cut = true;
                self.check.scalar(Scalar::Str(&short));
                write_json_string(self.bytes, &short);
                return;
            }
            _ => text,
        };
        self.check.scalar(Scalar::Str(text));
        write_json_string(self.bytes, text);
    }

    /// Writes the text of something that can be displayed.
    pub fn display(&mut self, value: impl Display) {
        self.string(&value.to_string());
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, value: bool) {
        self.check.scalar(Scalar::Bool(value));
        self.bytes.extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Writes an integer.
    pub fn integer(&mut self, value: i128) {
        self.check.scalar(Scalar::Int(value));
        // Writing to a `Vec` does not fail.
        let _ = write!(self.bytes, "{value}");
    }

    /// Writes a number; one that is not finite is a violation.
    pub fn float(&mut self, value: f64) {
        self.check.scalar(Scalar::Float(value));
        // Not finite becomes `null`; the violation above keeps the object from being sent.
        let _ = serde_json::to_writer(&mut *self.bytes, &value);
    }

    /// Writes a value that should be a date and is not, which is a violation.
    pub(crate) fn no_date(&mut self) {
        self.check.no_date();
        // The violation keeps it from being sent.
        self.bytes.extend_from_slice(b"null");
    }

    /// Writes an explicit `null`.
    pub fn null(&mut self) {
        self.check.scalar(Scalar::Null);
        self.bytes.extend_from_slice(b"null");
    }

    /// Writes an array.
    pub fn list<'v, T: Item + 'v>(&mut self, items: impl IntoIterator<Item = &'v T>) {
        self.check.array_begin();
        self.bytes.push(b'[');
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.bytes.push(b',');
            }
            item.write(self);
        }
        self.bytes.push(b']');
        self.check.array_end();
    }

    /// Writes an array of one value.
    pub(crate) fn one<T: Value>(&mut self, item: &T) {
        self.check.array_of_one_begin();
        self.bytes.push(b'[');
        item.write(self);
        self.bytes.push(b']');
        self.check.array_end();
    }
}

/// Cuts a text that is too long for JupiterOne to what fits, with `…` behind it.
fn shortened(text: &str) -> Option<String> {
    // A UTF-16 unit is at least one byte of UTF-8, so most strings need no counting.
    if text.len() <= MAX_STRING_UTF16 || text.encode_utf16().count() <= MAX_STRING_UTF16 {
        return None;
    }
    let mut units = 1; // the ellipsis
    let mut short: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= MAX_STRING_UTF16
        })
        .collect();
    short.push('…');
    Some(short)
}

/// Appends `text` as a JSON string.
pub(crate) fn write_json_string(bytes: &mut Vec<u8>, text: &str) {
    bytes.reserve(text.len() + 2);
    bytes.push(b'"');
    let mut rest = text.as_bytes();
    if !is_plain(rest) {
        while let Some((at, special)) =
            quote_backslash_or_control(rest, 0).and_then(|at| Some((at, *rest.get(at)?)))
        {
            bytes.extend_from_slice(&rest[..at]);
            write_escaped(bytes, special);
            rest = &rest[at + 1..];
        }
    }
    bytes.extend_from_slice(rest);
    bytes.push(b'"');
}

/// Writes a byte that JSON does not write as it is.
fn write_escaped(bytes: &mut Vec<u8>, special: u8) {
    let letter = match special {
        b'"' | b'\\' => special,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            // Writing to a `Vec` does not fail.
            let _ = write!(bytes, "\\u{special:04x}");
            return;
        }
    };
    bytes.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters_to_exactly_what_fits() {
        for text in ["é".repeat(5000), "🦀".repeat(3000), format!("a{}", "🦀".repeat(3000))] {
            let short = shortened(&text).expect("too long");
            let units = short.encode_utf16().count();
            assert!(units == MAX_STRING_UTF16 || units == MAX_STRING_UTF16 - 1, "{units}");
            assert!(short.ends_with('…'));
        }
    }

    #[test]
    fn a_text_is_written_as_serde_json_writes_it() {
        for letter in (0..=0x100).filter_map(char::from_u32).chain("🦀\u{2028}".chars()) {
            for text in [
                format!("{letter}"),
                format!("{letter}{letter}é"),
                format!("some text {letter}, and more of it"),
            ] {
                let mut bytes = b"[".to_vec();
                write_json_string(&mut bytes, &text);
                assert_eq!(
                    String::from_utf8_lossy(&bytes[1..]),
                    serde_json::to_string(&text).expect("a text")
                );
            }
        }
    }

    #[test]
    fn a_text_that_fits_is_left_alone() {
        assert_eq!(shortened(&"🦀".repeat(MAX_STRING_UTF16 / 2)), None);
        assert_eq!(shortened(&"a".repeat(MAX_STRING_UTF16)), None);
    }
}

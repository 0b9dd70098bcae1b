//! Writes lists.

use std::fmt::{self, Display, Formatter};

use serde::ser::{Impossible, Serialize, SerializeStruct, Serializer};

use super::{DIGITS, LIST, PRIVATE, TEXT};

/// Writes a struct with named fields, or a field that is a text; refuses all else.
pub(super) struct Writer<'b> {
    bytes: &'b mut Vec<u8>,
    is_field: bool,
}

impl<'b> Writer<'b> {
    pub fn of_a_struct(bytes: &'b mut Vec<u8>) -> Self {
        Self { bytes, is_field: false }
    }
}

/// Something else, which is written as JSON.
#[derive(Debug)]
pub(super) struct Other;

impl Display for Other {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("it is written as JSON")
    }
}

impl std::error::Error for Other {}

impl serde::ser::Error for Other {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the number is taken apart")]
fn write_head(bytes: &mut Vec<u8>, mut head: usize) {
    while head >= usize::from(DIGITS) {
        bytes.push((head % usize::from(DIGITS)) as u8 | DIGITS);
        head /= usize::from(DIGITS);
    }
    bytes.push(head as u8);
}

/// Methods that refuse a value.
macro_rules! refuse {
    ($($name:ident($($ty:ty),*) -> $out:ty;)*) => { $(
        fn $name(self, $(_: $ty),*) -> Result<$out, Other> {
            Err(Other)
        }
    )* };
}

type No = Impossible<(), Other>;
type Name = &'static str;

impl Serializer for Writer<'_> {
    type Ok = ();
    type Error = Other;
    type SerializeStruct = Self;
    type SerializeMap = No;
    type SerializeSeq = No;
    type SerializeStructVariant = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;

    fn serialize_str(self, text: &str) -> Result<(), Other> {
        if !self.is_field {
            return Err(Other);
        }
        write_head(self.bytes, text.len() << 1 | TEXT);
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn serialize_unit_variant(self, _: Name, _: u32, variant: Name) -> Result<(), Other> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Other> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: Name, value: &T) -> Result<(), Other> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: Name,
        _: u32,
        _: Name,
        _: &T,
    ) -> Result<(), Other> {
        Err(Other)
    }

    fn serialize_struct(self, name: Name, _: usize) -> Result<Self, Other> {
        if self.is_field || name.starts_with(PRIVATE) { Err(Other) } else { Ok(self) }
    }

    refuse! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_i128(i128) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_u128(u128) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(Name) -> ();
        serialize_map(Option<usize>) -> No;
        serialize_seq(Option<usize>) -> No;
        serialize_struct_variant(Name, u32, Name, usize) -> No;
        serialize_tuple(usize) -> No;
        serialize_tuple_struct(Name, usize) -> No;
        serialize_tuple_variant(Name, u32, Name, usize) -> No;
    }
}

impl SerializeStruct for Writer<'_> {
    type Ok = ();
    type Error = Other;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: Name, value: &T) -> Result<(), Other> {
        let bytes = &mut *self.bytes;
        write_head(bytes, name.len());
        bytes.extend_from_slice(name.as_bytes());
        let start = bytes.len();
        if value.serialize(Writer { bytes, is_field: true }).is_err() {
            bytes.truncate(start);
            // A value without a JSON form is an error once the struct is written as JSON as a whole.
            serde_json::to_writer(&mut *bytes, value).map_err(|_| Other)?;
            let end = bytes.len();
            write_head(bytes, (end - start) << 1);
            let head = bytes.len() - end;
            bytes[start..].rotate_right(head);
        }
        Ok(())
    }

    fn end(self) -> Result<(), Other> {
        self.bytes.push(LIST);
        Ok(())
    }
}

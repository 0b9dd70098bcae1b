//! A serializer that writes JSON as `serde_json` does, and gives up on what records seldom hold.
//!
//! Invariant: what is written here are the bytes that `serde_json` writes. A property test checks it.

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};
use serde_json::Error;

use crate::graph::write_json_string;

/// Writes a value after what is in `out`; `None`, and perhaps a part of it, if `serde_json` has to.
pub(super) fn at_once<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Option<()> {
    let mut writer = Writer { out, gave_up: false };
    let written = value.serialize(&mut writer);
    (written.is_ok() && !writer.gave_up).then_some(())
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    /// `true` once `serde_json` has to write the value.
    gave_up: bool,
}

impl Writer<'_> {
    #[cold]
    fn give_up<T>(&mut self) -> Result<T, Error> {
        self.gave_up = true;
        Err(Error::custom(""))
    }

    /// `serde_json` reads and writes values of its own in a way of its own.
    fn known(&mut self, name: &str) -> Result<(), Error> {
        if name.starts_with('$') { self.give_up() } else { Ok(()) }
    }
}

/// Writes numbers as `serde_json` does.
macro_rules! numbers {
    ($($method:ident: $ty:ty;)*) => { $(
        fn $method(self, number: $ty) -> Result<(), Error> {
            serde_json::to_writer(&mut *self.out, &number)
        }
    )* };
}

impl<'w, 'o> Serializer for &'w mut Writer<'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Inside<'w, 'o>;
    type SerializeTuple = Inside<'w, 'o>;
    type SerializeTupleStruct = Inside<'w, 'o>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Inside<'w, 'o>;
    type SerializeStruct = Inside<'w, 'o>;
    type SerializeStructVariant = Impossible<(), Error>;

    numbers! {
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
        serialize_f32: f32;
        serialize_f64: f64;
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        write_json_string(self.out, text);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        self.give_up()
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.known(name)?;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        self.give_up()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'w, 'o>, Error> {
        Ok(Inside::open(self, b'[', b']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'w, 'o>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'w, 'o>, Error> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        self.give_up()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'w, 'o>, Error> {
        Ok(Inside::open(self, b'{', b'}'))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Inside<'w, 'o>, Error> {
        self.known(name)?;
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Impossible<(), Error>, Error> {
        self.give_up()
    }
}

/// What stands between two brackets.
struct Inside<'w, 'o> {
    writer: &'w mut Writer<'o>,
    close: u8,
    is_first: bool,
}

impl<'w, 'o> Inside<'w, 'o> {
    fn open(writer: &'w mut Writer<'o>, open: u8, close: u8) -> Self {
        writer.out.push(open);
        Self { writer, close, is_first: true }
    }

    fn separate(&mut self) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.writer.out.push(b',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.separate();
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        self.writer.out.push(self.close);
    }
}

/// Writes what stands between square brackets.
macro_rules! elements {
    ($($sequence:ident::$element:ident;)*) => { $(
        impl $sequence for Inside<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.element(value)
            }

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        }
    )* };
}

elements! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
}

impl SerializeMap for Inside<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.separate();
        let start = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        // Other names, such as numbers, become texts.
        if self.writer.out.get(start) == Some(&b'"') { Ok(()) } else { self.writer.give_up() }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.writer.out.push(b':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl SerializeStruct for Inside<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.separate();
        write_json_string(self.writer.out, name);
        self.writer.out.push(b':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

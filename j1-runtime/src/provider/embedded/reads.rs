//! Finds out which members of a record its type reads as lists or as objects: it gives the type a record with one member,
//! and the type asks for a value of some kind.

use std::fmt;

use j1_core::graph::{MOMENT, WITH_RAW};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor};

use crate::provider::nested::NESTED;

/// The members that a type reads of its record.
#[derive(Debug, PartialEq)]
pub(super) enum Reads {
    /// Members that are not known, such as those of a map.
    Any,
    /// These members.
    Members(Vec<Member>),
}

/// A member that a type reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Member {
    pub name: &'static str,
    pub list: bool,
    pub object: bool,
}

impl Reads {
    /// Returns `true` for a type without lists, and without objects that may hold one.
    pub fn is_flat(&self) -> bool {
        matches!(self, Self::Members(members) if !members.iter().any(|member| member.list || member.object))
    }

    pub fn from_type<T: DeserializeOwned>() -> Self {
        let mut names = Asked::default();
        // Nothing is read here, so it is an error; what was asked for is the result.
        drop(T::deserialize(Record(&mut names, None)));
        if names.kind == Some(Kind::Any) {
            return Self::Any;
        }
        let member = |name: &&'static str| {
            let mut asked = Asked::default();
            drop(T::deserialize(Record(&mut asked, Some(name))));
            Member {
                name,
                list: matches!(asked.kind, Some(Kind::List | Kind::Any)),
                object: matches!(asked.kind, Some(Kind::Object | Kind::Any)),
            }
        };
        Self::Members(names.members.iter().map(member).collect())
    }
}

/// The names and the kind of value that a type has asked for.
#[derive(Default)]
struct Asked {
    members: &'static [&'static str],
    kind: Option<Kind>,
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Scalar,
    List,
    Object,
    /// Any of them; of the record, any members.
    Any,
}

/// Nothing was read.
#[derive(Debug)]
struct Nothing;

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing is read")
    }
}

impl std::error::Error for Nothing {}

impl serde::de::Error for Nothing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A record with one member, or without one the question for the names of all.
struct Record<'a>(&'a mut Asked, Option<&'static str>);

/// The value of the member.
struct Value<'a>(&'a mut Asked);

/// The only member, until its name was taken.
struct Only<'a> {
    asked: &'a mut Asked,
    name: Option<&'static str>,
}

impl<'de> MapAccess<'de> for Only<'_> {
    type Error = Nothing;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Nothing> {
        let name = self.name.take();
        name.map(|name| seed.deserialize(StrDeserializer::new(name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Nothing> {
        seed.deserialize(Value(self.asked))
    }
}

/// Notes the kind of the value that is asked for, and reads nothing.
macro_rules! asks_for {
    ($kind:expr; $($method:ident($($ty:ty),*))*) => { $(
        fn $method<V: Visitor<'de>>(self, $(_: $ty,)* _: V) -> Result<V::Value, Nothing> {
            self.0.kind = Some($kind);
            Err(Nothing)
        }
    )* };
}

impl<'de> Deserializer<'de> for Record<'_> {
    type Error = Nothing;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        match self.1 {
            None => {
                self.0.members = fields;
                Err(Nothing)
            }
            name => visitor.visit_map(Only { asked: self.0, name }),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        if name == WITH_RAW { visitor.visit_some(self) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        visitor.visit_some(self)
    }

    asks_for! { Kind::Any;
        deserialize_any()
        deserialize_map()
        deserialize_enum(&'static str, &'static [&'static str])
    }

    asks_for! { Kind::Scalar;
        deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128() deserialize_f32()
        deserialize_f64() deserialize_char() deserialize_str() deserialize_string() deserialize_bytes()
        deserialize_byte_buf() deserialize_unit() deserialize_unit_struct(&'static str) deserialize_seq()
        deserialize_tuple(usize) deserialize_tuple_struct(&'static str, usize) deserialize_identifier()
        deserialize_ignored_any()
    }
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Nothing;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        if name == NESTED {
            // Its author is handed what it says.
            return Err(Nothing);
        }
        if name == MOMENT {
            self.0.kind = Some(Kind::Scalar);
            return Err(Nothing);
        }
        if name.starts_with('$') {
            // The text of the value, from which anything may be read.
            self.0.kind = Some(Kind::Any);
            return Err(Nothing);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        visitor.visit_some(self)
    }

    asks_for! { Kind::List;
        deserialize_seq() deserialize_tuple(usize) deserialize_tuple_struct(&'static str, usize)
    }

    asks_for! { Kind::Object;
        deserialize_map() deserialize_struct(&'static str, &'static [&'static str])
    }

    asks_for! { Kind::Any;
        deserialize_any() deserialize_enum(&'static str, &'static [&'static str])
    }

    asks_for! { Kind::Scalar;
        deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128() deserialize_f32()
        deserialize_f64() deserialize_char() deserialize_str() deserialize_string() deserialize_bytes()
        deserialize_byte_buf() deserialize_unit() deserialize_unit_struct(&'static str) deserialize_identifier()
        deserialize_ignored_any()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use j1_core::prelude::*;
    use serde::Deserialize;
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::{Member, Reads};
    use crate::provider::Nested;

    #[derive(Deserialize, J1Entity)]
    #[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id, raw_data(allow = [id]))]
    struct Group {
        id: String,
        #[serde(default, rename = "memberIds", alias = "users")]
        #[j1(skip)]
        #[expect(dead_code, reason = "only its type matters")]
        members: Option<Vec<String>>,
        #[j1(skip)]
        #[expect(dead_code, reason = "only its type matters")]
        owner: Owner,
    }

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only the types matter")]
    struct Owner {
        any: Value,
        text: Box<RawValue>,
        map: BTreeMap<String, u8>,
        pair: (u8, u8),
        nested: Option<Nested<u8>>,
        #[serde(default)]
        number: u8,
    }

    #[derive(Deserialize)]
    struct Transparent(#[expect(dead_code, reason = "only its type matters")] Owner);

    #[derive(Deserialize)]
    #[expect(dead_code, reason = "only the types matter")]
    struct Flat {
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }

    #[test]
    fn a_type_says_what_it_reads() {
        let none = |name| Member { name, list: false, object: false };
        let list = |name| Member { name, list: true, object: false };
        let object = |name| Member { name, list: false, object: true };
        let both = |name| Member { name, list: true, object: true };
        let group = || Reads::Members(vec![none("id"), list("memberIds"), object("owner"), list("users")]);
        let sorted = |reads| match reads {
            Reads::Members(mut members) => {
                members.sort_by_key(|member: &Member| member.name);
                Reads::Members(members)
            }
            any @ Reads::Any => any,
        };
        assert_eq!(sorted(Reads::from_type::<Group>()), group());
        assert_eq!(sorted(Reads::from_type::<WithRaw<Group>>()), group());
        let owner =
            vec![both("any"), object("map"), none("nested"), none("number"), list("pair"), both("text")];
        assert_eq!(sorted(Reads::from_type::<Transparent>()), Reads::Members(owner));
        for any in [
            Reads::from_type::<Value>(),
            Reads::from_type::<BTreeMap<String, u8>>(),
            Reads::from_type::<Flat>(),
        ] {
            assert_eq!(any, Reads::Any);
        }
        assert_eq!(Reads::from_type::<Vec<u8>>(), Reads::Members(Vec::new()));
    }
}

//! The id of a JumpCloud object.

use std::fmt;

use j1::prelude::*;
use serde::{Deserialize, Serialize};

/// The id of a JumpCloud object, 24 hexadecimal digits.
///
/// Version 1 of the API calls it `_id`, version 2 `id`, and some answers hold both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Members", into = "Members")]
pub struct ObjectId(String);

#[derive(Serialize, Deserialize)]
struct Members {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    id_of_v1: Option<String>,
}

impl ObjectId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the time the object was created, to the second.
    ///
    /// JumpCloud's ids are `ObjectId`s of BSON, which begin with 4 bytes of seconds since 1970. `None` for an id of
    /// another form.
    #[must_use]
    pub fn made_on(&self) -> Option<Timestamp> {
        let hexadecimal = self.0.len() == 24 && self.0.bytes().all(|digit| digit.is_ascii_hexdigit());
        let seconds = i64::from_str_radix(self.0.get(..8)?, 16).ok()?;
        Timestamp::from_second(seconds).ok().filter(|_| hexadecimal)
    }
}

impl TryFrom<Members> for ObjectId {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        [members.id, members.id_of_v1]
            .into_iter()
            .flatten()
            .find(|id| !id.is_empty())
            .map(Self)
            .ok_or("it has neither `id` nor `_id`")
    }
}

impl From<ObjectId> for Members {
    fn from(id: ObjectId) -> Self {
        Self { id: Some(id.0), id_of_v1: None }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Value for ObjectId {
    const KIND: Kind = Kind::new(Types::STRING);
    fn write(&self, out: &mut ValueWriter<'_, '_>) {
        out.string(&self.0);
    }
}

impl KeyPart for ObjectId {
    type Borrowed = str;
    fn borrow_part(&self) -> &str {
        &self.0
    }
    fn write_part(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{ObjectId, Timestamp};

    fn made_on(id: &str) -> Option<i64> {
        ObjectId(id.to_owned()).made_on().map(Timestamp::as_second)
    }

    #[test]
    fn an_id_says_when_its_object_was_made() {
        assert_eq!(made_on("60259a3cb544065d1eaf2760"), Some(1_613_077_052), "2021-02-11T20:57:32Z");
        assert_eq!(made_on("FFFFFFFF0000000000000000"), Some(4_294_967_295));
        for other in [
            "",
            "60259a3c",
            "60259a3cb544065d1eaf276",
            "60259a3cb544065d1eaf276x",
            "+0259a3cb544065d1eaf2760",
        ] {
            assert_eq!(made_on(other), None, "{other}");
        }
    }
}

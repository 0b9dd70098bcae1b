//! The id of a JumpCloud object.

use std::fmt;

use j1_core::prelude::*;
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

impl TryFrom<Members> for ObjectId {
    type Error = &'static str;

    fn try_from(members: Members) -> Result<Self, Self::Error> {
        members
            .id
            .or(members.id_of_v1)
            .filter(|id| !id.is_empty())
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
    const KIND: Kind = Kind::of(Types::STRING);
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

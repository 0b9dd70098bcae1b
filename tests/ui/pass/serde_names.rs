use j1::prelude::*;

/// What serde reads a field from is the provider's business: the property is named as the field is.
#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Team {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(rename = "member-count", default, alias = "members")]
    pub member_count: u32,
    #[serde(skip)]
    #[j1(skip)]
    pub cached: Option<u64>,
    #[serde(with = "text", rename(serialize = "OPEN", deserialize = "open"))]
    pub is_open: bool,
}

mod text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        bool::deserialize(deserializer)
    }
}

fn main() {}

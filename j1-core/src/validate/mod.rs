//! The rules of the data model and of JupiterOne's upload, in one place.
//!
//! The typed writer runs [`PropertyCheck`] on every value while it writes it; [`entity`], [`relationship`] and
//! [`mapped_relationship`] run it on JSON from elsewhere. Three layers are told apart: what the official
//! validator says of the class ([`Layer::Model`]), what the service refuses ([`Layer::Upload`]), and what JupiterOne's page
//! for integrations forbids although neither refuses it ([`Layer::Guidance`]).

mod guidance;
mod items;
mod json;
mod mapping;
mod property;
mod relationship;
mod rules;
mod violation;

pub use j1_model::Scalar;
pub use json::{entity, object, uploaded_entity, without_byte_order_mark};
pub use mapping::mapped_relationship;
pub use property::PropertyCheck;
pub use relationship::relationship;
pub use violation::{Layer, Violation};

use crate::error::Code;
use crate::model::DATA_MODEL_VERSION;
use crate::model::limits::{MAX_KEY_CHARS, MIN_KEY_CHARS, MIN_TYPE_CHARS};

/// Checks a `_key`: what the data model asks of it, and what JupiterOne does.
pub fn check_key(key: &str, out: &mut Vec<Violation>) {
    if key.len() < MIN_KEY_CHARS * 4 {
        let chars = key.chars().count();
        if chars < MIN_KEY_CHARS {
            let message = format!(
                "the `_key` has {chars} characters, and data model {DATA_MODEL_VERSION} asks for \
                 {MIN_KEY_CHARS}; put \
                 the type before the id, as in `acme-user:{{id}}`"
            );
            out.push(Violation::model(Code::E0404, "_key", message));
        }
    }
    check_key_upload("_key", key, out);
}

/// Checks a key, be it the object's own or that of another it names.
fn check_key_upload(property: &str, key: &str, out: &mut Vec<Violation>) {
    if key.len() > MAX_KEY_CHARS {
        let chars = key.chars().count();
        if chars > MAX_KEY_CHARS {
            let message = format!(
                "the key in `{property}` has {chars} characters, and JupiterOne takes {MAX_KEY_CHARS}; \
                 hash its parts"
            );
            out.push(Violation::upload(Code::E0405, property, message));
        }
    }
    if says_undefined(key) {
        let message = format!(
            "the key in `{property}` contains `undefined`, which in JupiterOne is the trace of a field \
             that was not \
             there; build it from fields that always are"
        );
        out.push(Violation::upload(Code::E0406, property, message));
    }
}

/// As `contains("undefined")`, which prepares a search for long texts with each call. Few keys have an `f`.
fn says_undefined(key: &str) -> bool {
    key.as_bytes().contains(&b'f')
        && key.match_indices('f').any(|(at, _)| key[..at].ends_with("unde") && key[at..].starts_with("fined"))
}

/// Checks a `_type`.
pub fn check_type(ty: &str, out: &mut Vec<Violation>) {
    if ty.chars().count() < MIN_TYPE_CHARS {
        let message = format!(
            "the `_type` is shorter than the {MIN_TYPE_CHARS} characters that data model \
             {DATA_MODEL_VERSION} asks for; \
             write `provider_resource`"
        );
        out.push(Violation::model(Code::E0105, "_type", message));
    }
}

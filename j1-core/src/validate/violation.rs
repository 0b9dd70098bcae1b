//! Violations of rules.

use std::borrow::Cow;

use crate::error::Code;
use crate::model::text::EXCERPT;

/// The layer that defines the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// The official validator's: the schemas of the data model's classes.
    Model,
    /// The service's: it refuses the upload.
    Upload,
    /// JupiterOne's page for those who write integrations. Neither the official validator nor the service refuses it.
    Guidance,
}

/// One thing that is wrong with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Its stable code.
    pub code: Code,
    /// The property, where it is one.
    pub property: Option<Cow<'static, str>>,
    /// The problem, and what to write instead.
    pub message: String,
    /// The layer that defines the rule.
    pub layer: Layer,
}

impl Violation {
    pub(crate) fn model(code: Code, property: &str, message: String) -> Self {
        Self { code, property: Some(property.to_owned().into()), message, layer: Layer::Model }
    }

    pub(crate) fn upload(code: Code, property: &str, message: String) -> Self {
        Self { code, property: Some(property.to_owned().into()), message, layer: Layer::Upload }
    }

    pub(crate) fn guidance(code: Code, property: &str, message: String) -> Self {
        Self { code, property: Some(property.to_owned().into()), message, layer: Layer::Guidance }
    }
}

/// Returns the beginning of a foreign text on one line, for messages.
pub(super) fn excerpt(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(EXCERPT)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if text.chars().nth(EXCERPT).is_some() {
        shown.push('…');
    }
    shown
}

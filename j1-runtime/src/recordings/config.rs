//! The configuration that recordings were made with, in a file beside them.
//!
//! URLs depend on it: the provider's base URL, a tenant in the path. So that a replay makes the same requests wherever
//! it runs, the values are kept in `config.json`, without secrets and with the pseudonyms of the recordings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use j1_core::Result;
use j1_core::validate::without_byte_order_mark;
use serde::{Deserialize, Serialize};

use crate::disk;
use crate::recordings::replay::bad;

/// The name of the file.
pub(crate) const FILE: &str = "config.json";

/// Values by the name of their field, as their variables hold them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct RecordedConfig {
    /// The mark of a file that `--record` wrote.
    #[serde(default)]
    pub comment: String,
    /// The values that were set and are not secret.
    pub config: BTreeMap<String, String>,
}

impl RecordedConfig {
    /// Reads the file beside recordings: in their folder, or in that of a single recording. Without one, nothing is set.
    ///
    /// # Errors
    /// `J1-R1102` when the file cannot be read.
    pub fn beside(recordings: &Path) -> Result<Self> {
        let file = path(recordings);
        let text = match disk::read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(bad(&file, "cannot be read").caused_by(error)),
        };
        serde_json::from_slice(without_byte_order_mark(&text)).map_err(|error| {
            bad(&file, "is not the configuration of recordings; record them again, or remove it")
                .caused_by(error)
        })
    }

    /// The value of a field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.config.get(field).map(String::as_str)
    }
}

fn path(recordings: &Path) -> PathBuf {
    if recordings.is_file() { recordings.with_file_name(FILE) } else { recordings.join(FILE) }
}

/// A value that the operator set.
#[derive(Clone, Debug)]
pub(crate) struct ConfiguredValue {
    /// The name of its field.
    pub field: &'static str,
    /// As its variable holds it.
    pub value: String,
    /// The part of it that may identify the operator.
    pub tells: Tells,
}

/// The way in which a value may identify the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tells {
    /// It does not: a number, one of several choices, the default.
    Nothing,
    /// The operator's own address.
    Host,
    /// A name such as that of a tenant.
    Text,
}

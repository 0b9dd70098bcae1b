//! Reads the text of a file as JSON or YAML.

use std::path::Path;

use j1_core::validate::without_byte_order_mark;

use super::json::Json;
use crate::error::of_yaml;

/// The fault of a file that cannot be read, and the error of the parser.
type Unread = (&'static str, Box<dyn std::error::Error + Send + Sync>);

/// Reads a file as JSON, or as YAML if its name says so or it begins like an OpenAPI document in YAML.
pub fn parsed(path: &Path, bytes: &[u8]) -> Result<Json, Unread> {
    let text = without_byte_order_mark(bytes);
    let named = path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"));
    let begins = |word: &[u8]| text.trim_ascii_start().starts_with(word);
    if named || begins(b"openapi:") || begins(b"swagger:") {
        return yaml(text).map_err(|error| ("is not valid YAML, or is cut off", of_yaml(&error).into()));
    }
    serde_json::from_slice(text).map_err(|source| (fault(&source), source.into()))
}

/// Returns what is wrong with a text that is not read as JSON. Some is JSON: its grammar bounds neither numbers nor nesting.
fn fault(error: &serde_json::Error) -> &'static str {
    let said = error.to_string();
    if said.starts_with("number out of range") {
        "has a number that is too large to be read"
    } else if said.starts_with("recursion limit exceeded") {
        "is nested more deeply than 127 levels, which are read"
    } else {
        "is not valid JSON, or is cut off"
    }
}

/// The most lines that are moved to the right before a file is given up.
const MOST_MOVED: usize = 200;

/// Reads YAML. Lines of a quoted text may stand as far to the left as its key, as other parsers take them: the blanks before
/// them mean nothing.
fn yaml(text: &[u8]) -> Result<Json, serde_saphyr::Error> {
    let mut read = strict_yaml(text);
    let mut text = text.to_vec();
    for _ in 0..MOST_MOVED {
        let Err(error) = &read else { break };
        let line = error.location().and_then(|at| usize::try_from(at.line()).ok());
        let is_left = error.to_string().contains("indentation in multiline quoted scalar");
        let Some(line) = line.filter(|line| is_left && *line > 1) else { break };
        let starts = text.split_inclusive(|byte| *byte == b'\n').take(line - 1).map(<[u8]>::len);
        let start: usize = starts.sum();
        // Deeper than any key of a document stands.
        text.splice(start..start, [b' '; 64]);
        read = strict_yaml(&text);
    }
    read
}

/// Reads YAML as its standard says. Its size bounds it: every node takes a byte at least, and only aliases make more of them than the file has.
fn strict_yaml(text: &[u8]) -> Result<Json, serde_saphyr::Error> {
    let most = text.len().max(1 << 16);
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: most * 2,
            max_nodes: most,
            max_total_scalar_bytes: most * 2,
            max_merge_keys: most,
            max_aliases: most,
            max_anchors: most,
        },
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        // `600e27371700` is a hash that was meant as a text.
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
    };
    serde_saphyr::from_slice_with_options(text, options)
}

//! Finds planted secrets in what was written, by undoing what may have been done to them.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::escapes;

/// Base64 with or without its padding and with rests: what is cut out of a longer one.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A scanner for secrets.
pub struct Scanner {
    needles: Vec<String>,
    all: AhoCorasick,
}

impl Scanner {
    pub fn new<'s>(needles: impl IntoIterator<Item = &'s str>) -> Self {
        let needles: Vec<String> = needles.into_iter().map(str::to_lowercase).collect();
        Self { all: AhoCorasick::new(&needles).expect("a few needles"), needles }
    }

    /// The needles that a text holds, in whatever form.
    pub fn hits(&self, text: &str) -> Vec<&str> {
        let mut hits = BTreeSet::new();
        for view in views(text) {
            let view = view.to_lowercase();
            hits.extend(self.all.find_overlapping_iter(&view).map(|hit| hit.pattern().as_usize()));
        }
        hits.into_iter().map(|number| &*self.needles[number]).collect()
    }
}

/// The text as it is, and with what may have been done to it undone.
fn views(text: &str) -> Vec<String> {
    let once = percent_decoded(text);
    let json = unescaped(text);
    let twice = unescaped(&json);
    let mut plain = vec![percent_decoded(&once), html(text), html(&json), once.replace('+', " ")];
    plain.extend([unescaped(&once), unescaped(&twice), once, json, twice]);
    let mut read = vec![text.to_owned()];
    for _ in 0..4 {
        read.extend(read.last().map(|text| escapes::read(text)));
    }
    let mut all = plain;
    for view in &read {
        // Short ones, so all of them as lines of one text.
        let decoded = encodings(view).join("\n");
        all.push(encodings(&decoded).join("\n"));
        all.push(escapes::read(&decoded).replace('+', " "));
        all.push(escapes::read(&decoded));
        all.push(decoded);
    }
    all.extend(read);
    all
}

/// Decodes the parts of a text that may be base64 or hexadecimal.
fn encodings(text: &str) -> Vec<String> {
    let mut all: Vec<String> =
        runs(text, |c| c.is_ascii_hexdigit()).iter().filter_map(|run| hex(run)).collect();
    let url_safe = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    for run in runs(text, url_safe) {
        let run = run.replace('-', "+").replace('_', "/");
        all.extend((0..4).filter_map(|from| {
            let run = run.get(from..)?;
            // One character over says nothing.
            let run = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
            LENIENT.decode(run).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        }));
    }
    all
}

/// The longest parts of a text that are made of such characters.
fn runs(text: &str, of: impl Fn(char) -> bool) -> Vec<&str> {
    text.split(|c| !of(c)).filter(|run| run.len() >= 10).collect()
}

fn hex(run: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> =
        (0..run.len() / 2).map(|at| u8::from_str_radix(&run[2 * at..2 * at + 2], 16).ok()).collect();
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let byte = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(next) = rest.chars().next() else { break };
        rest = &rest[next.len_utf8()..];
        match next {
            'n' => out.push('\n'),
            'u' => {
                let digits = rest.trim_start_matches('{').get(..4).unwrap_or_default();
                out.extend(
                    u32::from_str_radix(digits.trim_end_matches('}'), 16).ok().and_then(char::from_u32),
                );
                rest = rest.get(4..).unwrap_or_default();
            }
            other => out.push(other),
        }
    }
    out + rest
}

fn html(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

//! Relationships added before one of their ends was collected. They wait on disk, since it can be every relationship of
//! a run.
//!
//! Sinks append while steps run. The run reads them once, after the last step has ended, when every key is known.

use std::collections::HashMap;
use std::sync::Arc;

use j1_core::Error;
use j1_core::Result;
use j1_core::error::Kind;
use j1_core::graph::{EncodedObject, Stored};

use crate::code;
use crate::engine::spool::Spool;

/// A relationship that waits for an end.
pub(super) struct Waiting {
    pub step: usize,
    pub ty: Arc<str>,
    pub key: String,
    pub from: String,
    pub to: String,
    /// `true` if it is left out silently when an end was not collected.
    pub expected: bool,
    pub json: Vec<u8>,
}

/// The relationships of a run that wait for an end.
#[derive(Default)]
pub(super) struct Pending(Arc<Spool>);

impl Pending {
    /// Stores a relationship of this step, with its two ends.
    pub fn push(&self, step: usize, record: &EncodedObject<'_>, ends: (&str, &str)) -> Result<()> {
        let texts = [&**record.type_name, record.key, ends.0, ends.1];
        self.keep(step, record.expected, texts, record.json)
    }

    /// Keeps a relationship: its type, its key and its two ends.
    pub fn keep(&self, step: usize, expected: bool, texts: [&str; 4], json: &[u8]) -> Result<()> {
        let [ty, key, from, to] = texts.map(str::as_bytes);
        let parts = [ty, key, from, to, json];
        let length = parts.iter().map(|part| 8 + part.len()).sum::<usize>() + 16;
        let mut bytes = Vec::with_capacity(length);
        bytes.extend_from_slice(&(step as u64).to_le_bytes());
        bytes.extend_from_slice(&u64::from(expected).to_le_bytes());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        self.0.push("", &bytes).map(drop)
    }

    /// Reads them in the order in which they were added.
    pub fn read(&self) -> Result<Reader> {
        Ok(Reader { stored: self.0.read()?, types: HashMap::new() })
    }
}

/// Reads the waiting relationships, one at a time.
pub(super) struct Reader {
    stored: Box<dyn Stored>,
    types: HashMap<String, Arc<str>>,
}

impl Reader {
    pub fn next(&mut self) -> Result<Option<Waiting>> {
        let Some(bytes) = self.stored.next()? else { return Ok(None) };
        let mut rest = &bytes[..];
        let parts = (|| {
            let (step, expected) = (usize::try_from(number(&mut rest)?).ok()?, number(&mut rest)? != 0);
            let ty = text(&mut rest)?;
            let (key, from, to) = (text(&mut rest)?, text(&mut rest)?, text(&mut rest)?);
            Some((step, expected, ty, key, from, to, part(&mut rest)?.to_vec()))
        })();
        let Some((step, expected, ty, key, from, to, json)) = parts else {
            let message =
                "the relationships that wait for an end in the temporary folder cannot be read back";
            return Err(Error::new(Kind::Other, code::DISK, message));
        };
        let ty = Arc::clone(self.types.entry(ty).or_insert_with_key(|ty| ty.as_str().into()));
        Ok(Some(Waiting { step, ty, key, from, to, expected, json }))
    }
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*number))
}

fn part<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (part, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(part)
}

fn text(rest: &mut &[u8]) -> Option<String> {
    String::from_utf8(part(rest)?.to_vec()).ok()
}

//! Finds the records of a list in a page.

use std::fmt;

use j1_core::graph::{Places, each_record};
use serde::de::{Deserializer as _, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The maximum number of records on one page: a page is a few megabytes, and records such as `0` would be counted by the
/// million.
pub(super) const MAX_RECORDS: usize = 1_000_000;
/// The number of records, of any length, that a page may have; further ones must be [`SHORT_RECORD`] bytes long on average.
/// For each record about 36 bytes are kept, which would be many times the page if its records were `{}`.
const SHORT_RECORDS: usize = 100_000;
const SHORT_RECORD: usize = 8;
/// The part of a page that the places of its members may take. Those of ordinary records take a quarter; of one with shorter members
/// they are found when it is read.
const SHARE_OF_PLACES: usize = 2;

/// The place of a record in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    length: u32,
}

impl Span {
    /// No record: a value has at least one byte.
    pub const NONE: Self = Self { start: 0, length: 0 };

    pub fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.length as usize
    }

    /// The place of a value that was borrowed from these bytes.
    pub fn of_value(value: &RawValue, bytes: &[u8]) -> Option<Self> {
        let start = (value.get().as_ptr() as usize).checked_sub(bytes.as_ptr() as usize)?;
        Self::between(start, start + value.get().len())
    }

    fn between(start: usize, end: usize) -> Option<Self> {
        Some(Self { start: u32::try_from(start).ok()?, length: u32::try_from(end - start).ok()? })
    }
}

/// The records of a list.
#[derive(Default)]
pub(super) struct List {
    pub spans: Vec<Span>,
    pub places: Places,
}

impl List {
    /// A list of what is inside of records.
    pub fn inner(spans: Vec<Span>) -> Self {
        Self { spans, places: Places::default() }
    }
}

/// Collects the places of the elements of an array, without the elements.
struct Spans<'b>(&'b [u8]);

impl<'de> Visitor<'de> for Spans<'_> {
    type Value = Vec<Span>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<Span>, A::Error> {
        let mut spans = Vec::new();
        let most = most_records(self.0);
        while let Some(record) = list.next_element::<&'de RawValue>()? {
            if spans.len() == most {
                return Err(A::Error::custom(format!("more than {most} records on one page of this length")));
            }
            spans.push(Span::of_value(record, self.0).ok_or_else(|| A::Error::custom("too large"))?);
        }
        spans.shrink_to_fit();
        Ok(spans)
    }
}

/// The places of the records of an array, which is a part of a body.
pub(super) fn list(array: &[u8], body: &[u8]) -> serde_json::Result<List> {
    if let Some(list) = list_at_once(array, body) {
        return Ok(list);
    }
    let mut reader = serde_json::Deserializer::from_slice(array);
    let spans = (&mut reader).deserialize_seq(Spans(body))?;
    reader.end()?;
    Ok(List::inner(spans))
}

/// As [`list`], without the errors that it returns.
fn list_at_once(array: &[u8], body: &[u8]) -> Option<List> {
    let before = (array.as_ptr() as usize).checked_sub(body.as_ptr() as usize)?;
    let (most, mut spans) = (most_records(body), Vec::new());
    let mut places = Places::with_room(array.len() / SHARE_OF_PLACES);
    each_record(array, &mut places, |start, end| {
        let fits = spans.len() < most;
        spans.push(Span::between(before + start, before + end).filter(|_| fits)?);
        Some(())
    })?;
    spans.shrink_to_fit();
    Some(List { spans, places })
}

/// The number of records that a page of this length may have.
fn most_records(body: &[u8]) -> usize {
    MAX_RECORDS.min(SHORT_RECORDS + body.len() / SHORT_RECORD)
}

//! The places of the members of records, found once for all that read them: the struct of the record, and its raw data.

use std::ops::Range;

use super::scan::{self, Member};

/// The place of one member: where its name and its value begin, and the end of the value, from the beginning of the record. Bytes,
/// since they are handed on as what any format of serde can hold.
pub(super) type Place = [u8; BYTES];
const BYTES: usize = 12;
/// Set beside the place of a value where the name before it has an escape, and beside its end where the value is not plain. So a
/// record is shorter than that.
const MARK: u32 = 1 << 31;

/// Places of the members of several records.
#[derive(Default)]
#[doc(hidden)]
pub struct Places {
    places: Vec<Place>,
    /// The number of places of each record and those before it.
    ends: Vec<u32>,
    /// The places that there is room for.
    room: usize,
}

/// The places of the members of one record; none if they are not known.
#[derive(Clone, Copy, Debug, Default)]
#[doc(hidden)]
pub struct RecordPlaces<'p>(&'p [Place]);

/// A member of a record.
pub(crate) struct Found<'t> {
    /// Its name in quotes, and all that stands before its value.
    pub name: &'t str,
    /// Its value.
    pub value: &'t str,
    /// The place of its value.
    pub at: Range<usize>,
    /// `true` if there is an escape in the name.
    pub name_escaped: bool,
    /// `true` if a string has no escape in it, and raw data holds an object or an array as it stands.
    pub value_plain: bool,
}

impl Places {
    /// Collects places until they take this many bytes.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { room: bytes / BYTES, ..Self::default() }
    }

    /// The places of one of the records.
    #[must_use]
    pub fn of_record(&self, number: usize) -> RecordPlaces<'_> {
        let start =
            number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        let places = self.ends.get(number).and_then(|end| self.places.get(start as usize..*end as usize));
        RecordPlaces(places.unwrap_or_default())
    }

    /// Steps over a record, and keeps where its members are. Returns the place behind it; `None` if it is not JSON.
    pub(super) fn step_over(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let before = self.places.len();
        let end = if bytes.get(at) == Some(&b'{') {
            let (places, room) = (&mut self.places, self.room);
            scan::object::<true>(bytes, at, |member| {
                if places.len() < room {
                    places.push(place(&member, at));
                }
                true
            })?
        } else {
            scan::value(bytes, at)?
        };
        // A part of them would not help.
        if self.places.len() == self.room || end - at >= MARK as usize {
            self.places.truncate(before);
        }
        self.ends.push(u32::try_from(self.places.len()).ok()?);
        Some(end)
    }

    /// Gives back what memory is left over.
    pub(super) fn shrink(&mut self) {
        self.places.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Finds the members of a record; `None` if it is not an object, or not JSON.
pub(crate) fn find(text: &str) -> Option<FoundPlaces> {
    let (bytes, mut places) = (text.as_bytes(), Vec::new());
    let at = scan::blank(bytes, 0);
    let end = scan::object::<true>(bytes, at, |member| {
        places.push(place(&member, 0));
        true
    })?;
    (scan::blank(bytes, end) == bytes.len() && end < MARK as usize).then_some(FoundPlaces(places))
}

/// The places of the members of one record.
pub(crate) struct FoundPlaces(Vec<Place>);

impl FoundPlaces {
    pub(crate) fn get(&self) -> RecordPlaces<'_> {
        RecordPlaces(&self.0)
    }
}

/// The place of a member in a record that begins at `start`. What does not fit is not used.
fn place(member: &Member, start: usize) -> Place {
    let number = |at: usize, marked| {
        u32::try_from(at - start).map_or(0, |at| at & !MARK) | if marked { MARK } else { 0 }
    };
    let mut place = [0; BYTES];
    place[..4].copy_from_slice(&number(member.name, false).to_le_bytes());
    place[4..8].copy_from_slice(&number(member.value, member.name_escaped).to_le_bytes());
    place[8..].copy_from_slice(&number(member.end, !member.value_plain).to_le_bytes());
    place
}

impl<'p> RecordPlaces<'p> {
    /// As bytes, of which [`RecordPlaces::from_bytes`] makes the places again.
    pub(crate) fn as_bytes(self) -> &'p [u8] {
        self.0.as_flattened()
    }

    pub(crate) fn from_bytes(bytes: &'p [u8]) -> Self {
        Self(bytes.as_chunks().0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Takes the first member out; `None` at the end, and for what is not a place of this text.
    #[inline]
    pub(crate) fn next<'t>(&mut self, text: &'t str) -> Option<Found<'t>> {
        let (place, rest) = self.0.split_first()?;
        self.0 = rest;
        let number = |at: usize| u32::from_le_bytes([place[at], place[at + 1], place[at + 2], place[at + 3]]);
        let (name, value, end) = (number(0) as usize, number(4), number(8));
        let at = (value & !MARK) as usize..(end & !MARK) as usize;
        Some(Found {
            name: text.get(name..at.start)?,
            value: text.get(at.clone())?,
            at,
            name_escaped: value & MARK != 0,
            value_plain: end & MARK == 0,
        })
    }
}

impl<'t> Found<'t> {
    /// The name without its quotes, if it has no escape in it.
    #[inline]
    pub(crate) fn plain_name(&self) -> Option<&'t str> {
        if self.name_escaped {
            return None;
        }
        match self.name.strip_suffix("\":") {
            Some(name) => name.get(1..),
            None => self.quoted().get(1..)?.strip_suffix('"'),
        }
    }

    /// The name in its quotes, as it is written.
    pub(crate) fn quoted(&self) -> &'t str {
        self.name.trim_ascii_end().trim_end_matches(':').trim_ascii_end()
    }
}

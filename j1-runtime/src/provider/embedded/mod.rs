//! Lists inside of records: what a record says of them beside them.
//!
//! A provider may embed the first members of a group in the group, and say beside them that there are more. Only what names a
//! list of the same object is believed, and only of lists that the type of the record reads: what it does not read cannot be
//! missing in what is made of it. A [`Nested`](crate::provider::Nested) list is left to the step, which has to ask for its
//! outcome.

mod reads;

use std::collections::BTreeMap;

use j1_core::graph::{each_element, each_member};
use j1_core::shared::ByHash;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_64;

use crate::provider::digest::digest;
use crate::provider::evidence::{About, Came, Inner, Said, is_of_page};
use crate::provider::nested::RECORDS;
use crate::provider::position::is_usual_length;
use reads::Reads;

/// The number of names without a meaning that are remembered. Records with more are maps.
const REMEMBERED: usize = 1000;
/// The deepest object below the record whose lists are looked at.
const DEEPEST: usize = 3;
/// The most members of an object whose lists are looked at. One with more is a map.
const MOST_MEMBERS: usize = 1000;
/// Parts of the names that say something of a list. A name without one is not compared with those of the lists.
const SPEAK: [&[u8]; 15] = [
    b"count",
    b"num",
    b"total",
    b"found",
    b"more",
    b"next",
    b"last",
    b"trunc",
    b"page",
    b"pagi",
    b"complete",
    b"partial",
    b"cursor",
    b"meta",
    b"link",
];

/// The lists inside of the records of one list.
#[derive(Debug)]
pub(super) struct Embedded {
    reads: Reads,
    /// `true` if the type reads no lists, and nothing that may hold one.
    reads_none: bool,
    /// Members and lists that are not taken as evidence.
    ignored: &'static [&'static str],
    /// The meanings of names, as places in `meanings`, by the hash of the name. Most have none.
    names: ByHash<Option<usize>>,
    meanings: Vec<Meaning>,
    /// The words of names, by their hashes, in objects of which it is not known what is read.
    words: ByHash<Word>,
    /// The meaning of a name for a list there, by the hashes of both.
    pairs: ByHash<Option<About>>,
    lengths: BTreeMap<String, Lengths>,
    /// Reasons why lists are not whole, by the lists and the members that say so, with the number of records.
    cut: BTreeMap<(String, String), (String, u64)>,
}

/// The meaning of a member's name.
#[derive(Debug, Default)]
struct Meaning {
    name: String,
    list: bool,
    object: bool,
    /// The lists that it is about.
    about: Vec<(&'static str, About)>,
}

/// The kinds of statements that a name may make about lists beside it.
#[derive(Clone, Copy, Debug)]
struct Word {
    hash: u64,
    speaks: bool,
    /// `true` if an object with such a member may be a page.
    of_page: bool,
}

/// The lengths of one list in all records.
#[derive(Debug, Default)]
struct Lengths {
    shortest: u64,
    longest: u64,
    /// The number of records that have the longest.
    longest_in: u64,
    /// The contents of the first of them, if it is of a length at which a short list may be cut.
    contents: Option<u64>,
    /// `true` if another of them has other contents. All administrators have the same thirty permissions.
    differ: bool,
}

impl Embedded {
    pub fn new<T: DeserializeOwned>(ignored: &'static [&'static str]) -> Self {
        let reads = Reads::from_type::<T>();
        Self {
            reads_none: reads.is_flat(),
            reads,
            ignored,
            names: ByHash::default(),
            meanings: Vec::new(),
            words: ByHash::default(),
            pairs: ByHash::default(),
            lengths: BTreeMap::new(),
            cut: BTreeMap::new(),
        }
    }

    /// The members that the type of the records reads, and `true` for those that it reads as lists. None of a map.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let members = if let Reads::Members(members) = &self.reads { &members[..] } else { &[] };
        members.iter().map(|member| (member.name, member.list))
    }

    /// Looks at one record.
    pub fn look(&mut self, record: &[u8]) {
        if self.reads_none {
            return;
        }
        if self.reads == Reads::Any {
            return self.object(record, "", 0);
        }
        let mut said: Vec<(usize, &[u8])> = Vec::new();
        // What is not JSON failed to be read.
        let _ = each_member(record, |quoted, value| {
            said.extend(self.meaning(quoted).map(|meaning| (meaning, value)));
        });
        let meanings = std::mem::take(&mut self.meanings);
        let of = |at: &usize| &meanings[*at];
        for (at, value) in &said {
            let Meaning { name, list, object, .. } = of(at);
            if *object && value.starts_with(b"{") {
                self.object(value, name, 1);
            } else if *list && value.starts_with(b"[") {
                let about = said.iter().flat_map(|(at, value)| {
                    let about = of(at).about.iter().filter(|(list, _)| list == name);
                    about.map(|(_, about)| (*about, &*of(at).name, *value))
                });
                if !self.list(name, value, about) {
                    self.measure(name, value);
                }
            }
        }
        self.meanings = meanings;
    }

    /// Lists the reasons why lists inside of the records may not be whole.
    pub fn doubts(&self) -> impl Iterator<Item = String> {
        let cut = self.cut.iter().map(|((list, member), (said, records))| {
            format!(
                "has records whose `{list}` is not whole: {said} ({records} records); request the list of each record, or \
                 declare `.ignoring(&[\"{member}\"])` if that says something else"
            )
        });
        let usual = self.lengths.iter().filter(|(_, lengths)| lengths.are_usual());
        cut.chain(usual.map(|(list, Lengths { longest, longest_in, .. })| {
            format!(
                "has no record with more than {longest} `{list}`, and {longest_in} with as many, where many providers cut a \
                 list; request the list of each record, or declare `.ignoring(&[\"{list}\"])` if this API does not cut it"
            )
        }))
    }

    /// The place of the meaning of a name, in its quotes.
    fn meaning(&mut self, quoted: &[u8]) -> Option<usize> {
        let hash = xxh3_64(quoted);
        if let Some(known) = self.names.get(&hash) {
            return *known;
        }
        let meaning = self.read_name(quoted).map(|meaning| {
            self.meanings.push(meaning);
            self.meanings.len() - 1
        });
        if meaning.is_some() || self.names.len() < REMEMBERED {
            self.names.insert(hash, meaning);
        }
        meaning
    }

    fn read_name(&self, quoted: &[u8]) -> Option<Meaning> {
        let Reads::Members(members) = &self.reads else { return None };
        let name: String = serde_json::from_slice(quoted).ok()?;
        if self.ignores(&name) {
            return None;
        }
        let read = members.iter().find(|member| member.name == name);
        let lists =
            members.iter().filter(|member| member.list && member.name != name && !self.ignores(member.name));
        let about: Vec<_> =
            lists.filter_map(|list| Some((list.name, About::new(list.name, &name)?))).collect();
        let (list, object) = (read.is_some_and(|read| read.list), read.is_some_and(|read| read.object));
        (list || object || !about.is_empty()).then_some(Meaning { name, list, object, about })
    }

    fn ignores(&self, name: &str) -> bool {
        self.ignored.iter().any(|ignored| ignored.eq_ignore_ascii_case(name))
    }

    /// Looks at the members that are about a list; `true` if one says that it is whole.
    fn list<'a>(
        &mut self,
        name: &str,
        list: &[u8],
        about: impl Iterator<Item = (About, &'a str, &'a [u8])>,
    ) -> bool {
        let mut whole = false;
        for (about, member, value) in about {
            let said = if about.object && value.starts_with(b"{") {
                Inner::new(value, None, self.ignored).said(came(list), false)
            } else {
                about.said(member, value, || came(list))
            };
            match said {
                Said::Cut(said) => self.is_cut(name, member, said),
                Said::Whole => whole = true,
                Said::Nothing => {}
            }
        }
        whole
    }

    fn is_cut(&mut self, list: &str, member: &str, said: String) {
        self.cut.entry((list.to_owned(), member.to_owned())).or_insert((said, 0)).1 += 1;
    }

    fn measure(&mut self, name: &str, list: &[u8]) {
        let mut length = 0;
        let counted = each_element(list, |_, _| {
            length += 1;
            Some(())
        });
        if counted.is_none() {
            return;
        }
        if let Some(lengths) = self.lengths.get_mut(name) {
            lengths.add(length, list);
        } else {
            let mut lengths = Lengths { shortest: length, ..Lengths::default() };
            lengths.add(length, list);
            self.lengths.insert(name.to_owned(), lengths);
        }
    }

    /// Looks at an object of which it is not known which of its lists are read. `path` leads to it.
    fn object(&mut self, object: &[u8], path: &str, depth: usize) {
        if !object.contains(&b'[') {
            return;
        }
        let mut members: Vec<(Word, &[u8], &[u8])> = Vec::new();
        let _ = each_member(object, |quoted, value| members.push((self.word(quoted), quoted, value)));
        if members.len() > MOST_MEMBERS {
            return;
        }
        let named = |quoted: &[u8]| serde_json::from_slice::<String>(quoted).ok();
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let speakers: Vec<_> = members.iter().filter(|(word, ..)| word.speaks).copied().collect();
        let lists = members.iter().filter(|(_, _, value)| value.starts_with(b"[")).count();
        let of_page = lists == 1 && members.iter().any(|(word, ..)| word.of_page);
        for (word, quoted, value) in members {
            let holds = value.starts_with(b"{") && depth < DEEPEST && value.contains(&b'[');
            if !holds && !value.starts_with(b"[") {
                continue;
            }
            let Some(name) = named(quoted).filter(|name| !self.ignores(name)) else { continue };
            if holds {
                self.object(value, &below(&name), depth + 1);
                continue;
            }
            // Everything beside the records of an object that is a list is about them.
            if depth > 0 && (RECORDS.contains(&&*name) || of_page) {
                let inner = Inner::new(object, Some(&name), self.ignored);
                if inner.is_page || RECORDS.contains(&&*name) {
                    if let Said::Cut(said) = inner.said(came(value), is_measured(value)) {
                        self.is_cut(path, path.rsplit('.').next().unwrap_or(path), said);
                    }
                    continue;
                }
            }
            let mut about = Vec::new();
            for (other_word, other, value) in speakers.iter().filter(|(_, other, _)| *other != quoted) {
                let said =
                    self.pair(&name, word.hash.rotate_left(1) ^ other_word.hash, other).zip(named(other));
                about.extend(said.filter(|(_, other)| !self.ignores(other)).map(|said| (said, *value)));
            }
            if !about.is_empty() {
                let about = about.iter().map(|((about, other), value)| (*about, &**other, *value));
                self.list(&below(&name), value, about);
            }
        }
    }

    /// Reads a name, in its quotes.
    fn word(&mut self, quoted: &[u8]) -> Word {
        let hash = xxh3_64(quoted);
        if let Some(known) = self.words.get(&hash) {
            return *known;
        }
        let word =
            Word { hash, speaks: speaks(quoted), of_page: is_of_page(&String::from_utf8_lossy(quoted)) };
        if self.words.len() < REMEMBERED {
            self.words.insert(hash, word);
        }
        word
    }

    /// Returns the meaning of a name for a list; `hash` is that of both.
    fn pair(&mut self, list: &str, hash: u64, other: &[u8]) -> Option<About> {
        if let Some(known) = self.pairs.get(&hash) {
            return *known;
        }
        let about = serde_json::from_slice::<String>(other).ok().and_then(|other| About::new(list, &other));
        if self.pairs.len() < REMEMBERED {
            self.pairs.insert(hash, about);
        }
        about
    }
}

impl Lengths {
    fn add(&mut self, length: u64, list: &[u8]) {
        self.shortest = self.shortest.min(length);
        if length < self.longest {
            return;
        }
        if length > self.longest {
            (self.longest, self.longest_in, self.contents, self.differ) = (length, 0, None, false);
        }
        self.longest_in += 1;
        // Only of short lists, and of two, does it matter what is in them.
        if !self.differ && is_usual_length(length, true) {
            let contents = xxh3_64(list);
            self.differ = self.contents.is_some_and(|first| first != contents);
            self.contents.get_or_insert(contents);
        }
    }

    /// Returns `true` if no list is longer than a number at which providers cut lists, and one is as long.
    fn are_usual(&self) -> bool {
        is_usual_length(self.longest, self.shortest < self.longest && self.differ)
    }
}

/// Returns `true` for a name, in its quotes, that may say something of a list.
fn speaks(quoted: &[u8]) -> bool {
    SPEAK.iter().any(|part| quoted.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part)))
}

/// Returns `true` for a list of numbers.
fn is_measured(list: &[u8]) -> bool {
    let mut numbers = true;
    let _ = each_element(list, |start, _| {
        numbers = list.get(start).is_some_and(|first| matches!(first, b'0'..=b'9' | b'-'));
        numbers.then_some(())
    });
    numbers
}

/// Counts the records of a list.
fn came(list: &[u8]) -> Came {
    let mut digests = Vec::new();
    let _ = each_element(list, |start, end| {
        digests.push(digest(list.get(start..end)?));
        Some(())
    });
    Came::new(digests.len(), &digests)
}

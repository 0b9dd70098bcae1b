//! Replaces persons and names of the operator by pseudonyms: the same one for the same text wherever it stands, so that what
//! belongs together still does.
//!
//! Order: [`Persons::note`] for every entry, then [`Persons::all_noted`], then [`Persons::rewrite`]. A name may stand in an entry
//! before another entry shows that it is one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};
use std::ops::{ControlFlow, Range};
use std::sync::LazyLock;

use j1_core::shared::inserted;
use regex_lite::{Captures, Regex};
use url::Url;

use crate::provider::transport::authority;
use crate::recordings::config::{ConfiguredValue, Tells};
use crate::recordings::record::rules::Recording;
use crate::recordings::record::scrub::FORM;
use crate::recordings::replay::har::{Entry, Pair};
use crate::redact::json::{self, Path, Place};
use crate::redact::personal::{self, Personal};
use crate::redact::table::{PREFIX, Table};
use crate::redact::{self, MARK};

/// A shorter name inside a longer text is more likely part of a word.
const SHORTEST_INSIDE: usize = 5;

/// Replaces personal data by pseudonyms.
pub(super) struct Persons {
    rules: Recording,
    /// Random, and never written down, so that names cannot be tried to see which one a pseudonym stands for.
    salt: RandomState,
    /// The personal texts that were found, in lower case.
    found: BTreeMap<String, Personal>,
    /// The operator's own addresses, and what stands for each.
    hosts: Vec<(String, String)>,
    /// The operator's own names, such as that of a tenant, in lower case, and what stands for each.
    tenants: BTreeMap<String, String>,
    /// Those of them that are part of a URL. The others tell the provider nothing, so they stay.
    in_urls: BTreeSet<String>,
    /// Finds them inside longer texts.
    inside: Table<()>,
}

impl Persons {
    pub fn new(rules: Recording, configured: &[ConfiguredValue]) -> Self {
        let own = |tells| configured.iter().filter(move |one| one.tells == tells);
        let addresses = own(Tells::Host).filter_map(|one| authority(&Url::parse(&one.value).ok()?));
        let hosts = addresses.enumerate().map(|(place, host)| {
            let number = if place == 0 { String::new() } else { format!("-{}", place + 1) };
            (host, format!("provider{number}.example"))
        });
        let tenants = own(Tells::Text).flat_map(|one| {
            let items = one.value.split(',').map(str::trim).filter(|item| is_telling(item)).enumerate();
            items.map(|(place, item)| {
                let number = if place == 0 { String::new() } else { format!("-{}", place + 1) };
                (item.to_lowercase(), format!("example-{}{number}", one.field.replace('_', "-")))
            })
        });
        Self {
            rules,
            salt: RandomState::new(),
            found: BTreeMap::new(),
            hosts: hosts.collect(),
            tenants: inserted(tenants),
            in_urls: BTreeSet::new(),
            inside: Table::default(),
        }
    }

    /// Notes the persons of an entry.
    pub fn note(&mut self, entry: &Entry) {
        self.note_url(&entry.request.url);
        for body in bodies(entry) {
            let (rules, found) = (self.rules, &mut self.found);
            // Bodies that are not JSON have no members that say what they hold.
            let _ = json::rewrite(body, &mut |path, place, text| {
                if let Some(what) = what(rules, path, place).filter(|_| says_something(text)) {
                    found.insert(text.to_lowercase(), what);
                }
                None
            });
        }
    }

    fn note_url(&mut self, url: &str) {
        let Ok(url) = Url::parse(url) else { return };
        let mut parts: Vec<String> =
            url.host_str().into_iter().flat_map(|host| host.split('.')).map(str::to_owned).collect();
        parts.extend(url.host_str().map(str::to_owned));
        parts.extend(url.path_segments().into_iter().flatten().map(url_decoded));
        parts.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        let parts = parts.into_iter().map(|part| part.to_lowercase());
        self.in_urls.extend(parts.filter(|part| self.tenants.contains_key(part)));
    }

    /// Ends the noting. Only after this, entries may be rewritten.
    pub fn all_noted(&mut self) {
        self.tenants.retain(|tenant, _| self.in_urls.contains(tenant));
        // One word may be anything; what has two, or is a number, is said of one person only.
        let inside =
            |text: &&String| text.len() >= SHORTEST_INSIDE && text.contains([' ', '.', '-', '_', '@']);
        for text in self.found.keys().filter(inside).chain(self.tenants.keys()) {
            self.inside.add(text.as_bytes(), ());
        }
    }

    /// The entry with pseudonyms.
    pub fn rewrite(&self, entry: &mut Entry) {
        let request = &mut entry.request;
        request.url = self.url(&request.url);
        request.query_string.iter_mut().for_each(|pair| pair.value = self.text(&pair.value));
        if let Some(data) = &mut request.post_data {
            data.text = data.text.as_deref().map(|text| self.body(text, &data.mime_type));
        }
        let response = &mut entry.response;
        if response.content.encoding.is_none() {
            let media_type = &response.content.mime_type;
            response.content.text = response.content.text.as_deref().map(|text| self.body(text, media_type));
            response.content.size = response
                .content
                .text
                .as_ref()
                .map_or(0, |text| i64::try_from(text.len()).unwrap_or(i64::MAX));
            response.body_size = response.content.size;
        }
        let links = |pair: &mut Pair| pair.value = self.header(&pair.value);
        request.headers.iter_mut().for_each(links);
        response.headers.iter_mut().for_each(links);
    }

    fn header(&self, value: &str) -> String {
        // A header such as `link` holds URLs between other things.
        self.host(&self.text(value))
    }

    fn body(&self, body: &str, media_type: &str) -> String {
        let rules = self.rules;
        let changed = json::rewrite(body, &mut |path, place, text| {
            if place == Place::Name {
                return None;
            }
            let kept = rules.keep.iter().any(|pointer| path.is(pointer));
            let new = match what(rules, path, place) {
                _ if kept => self.host(text),
                Some(what) if says_something(text) => self.pseudonym(what, text),
                _ if place == Place::Number => match self.found.get(text) {
                    Some(what) => self.pseudonym(*what, text),
                    None => return None,
                },
                _ if text.contains("://") => self.url(text),
                _ => self.text(text),
            };
            (new != text).then_some(new)
        });
        match changed {
            Some(json) => json,
            None if media_type.starts_with(FORM) => {
                let fields = url::form_urlencoded::parse(body.as_bytes());
                let fields = fields.map(|(name, field)| (name, self.text(&field)));
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
            }
            None => self.host(&self.text(body)),
        }
    }

    /// A URL, part by part, so that what is encoded in it is found. Anything else is treated as text.
    fn url(&self, text: &str) -> String {
        let Some(mut url) = Url::parse(text).ok().filter(|url| !url.cannot_be_a_base()) else {
            return self.host(&self.text(text));
        };
        let segments: Vec<String> =
            url.path_segments().map_or_else(Vec::new, |segments| segments.map(url_decoded).collect());
        let changed: Vec<String> = segments.iter().map(|segment| self.text(segment)).collect();
        if changed != segments
            && let Ok(mut path) = url.path_segments_mut()
        {
            path.clear().extend(&changed);
        }
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let changed: Vec<_> = pairs.iter().map(|(name, value)| (name.clone(), self.text(value))).collect();
        if changed != pairs {
            url.query_pairs_mut().clear().extend_pairs(&changed);
        }
        let host = authority(&url).unwrap_or_default();
        let own = self.host_of(&host);
        if own == host {
            // As it was written, where nothing of it had to change.
            let same = Url::parse(text).is_ok_and(|before| before == url);
            return if same { text.to_owned() } else { url.into() };
        }
        // These fail only for URLs that have no host. An address of one's own may be a port as well.
        if self.host(&host) != host {
            let _ = url.set_port(None);
        }
        let _ = url.set_host(Some(own.split_once(':').map_or(&*own, |(name, _)| name)));
        url.into()
    }

    /// A text in which persons are made up.
    fn text(&self, text: &str) -> String {
        static MAIL: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"(?i)[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+").ok());
        if text == MARK {
            return text.to_owned();
        }
        if let Some(known) = self.known(text) {
            return known;
        }
        let out = match &*MAIL {
            Some(mail) if text.contains('@') => {
                mail.replace_all(text, |found: &Captures<'_>| self.mail(&found[0])).into_owned()
            }
            _ => text.to_owned(),
        };
        let mut replaced = String::new();
        let mut from = 0;
        for name in self.names_in(&out) {
            if name.start >= from {
                replaced.push_str(&out[from..name.start]);
                from = name.end;
                let name = &out[name];
                replaced.push_str(&self.known(name).unwrap_or_else(|| self.pseudonym(Personal::Name, name)));
            }
        }
        replaced.push_str(&out[from..]);
        replaced
    }

    /// The places of names that are words of a text, in their order; of those that begin in one place the longest first.
    fn names_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let _ = self.inside.matches(text.as_bytes(), |at, length, ()| {
            if is_word(text, at, at + length) {
                places.push(at..at + length);
            }
            ControlFlow::<()>::Continue(())
        });
        places.sort_by_key(|place| (place.start, Reverse(place.end)));
        places
    }

    /// The pseudonym of a text that is one of the operator's own or a person's.
    fn known(&self, text: &str) -> Option<String> {
        let lower = text.to_lowercase();
        let tenant = self.tenants.get(&lower).cloned();
        tenant.or_else(|| self.found.get(&lower).map(|what| self.pseudonym(*what, text)))
    }

    /// A configured value as it is kept beside the recordings.
    pub fn configured(&self, value: &ConfiguredValue) -> String {
        let text = redact::text(&value.value);
        match value.tells {
            Tells::Host => self.url(&text),
            Tells::Nothing | Tells::Text => {
                text.split(',').map(|item| self.text(item.trim())).collect::<Vec<_>>().join(",")
            }
        }
    }

    fn host(&self, text: &str) -> String {
        self.hosts.iter().fold(text.to_owned(), |text, (host, other)| text.replace(host, other))
    }

    /// A host in which the operator's own names are replaced.
    fn host_of(&self, host: &str) -> String {
        let own = self.host(host);
        if own != host {
            return own;
        }
        if let Some(whole) = self.tenants.get(&host.to_lowercase()) {
            return whole.clone();
        }
        let labels = host
            .split('.')
            .map(|label| self.tenants.get(&label.to_lowercase()).map_or(label, String::as_str));
        labels.collect::<Vec<_>>().join(".")
    }

    fn pseudonym(&self, what: Personal, text: &str) -> String {
        if text.contains('@') {
            return self.mail(text);
        }
        match what {
            Personal::Name => {
                let hash = self.hash(text);
                let person = if text.starts_with(char::is_lowercase) { "person" } else { "Person" };
                let between = if text.contains(' ') { ' ' } else { '-' };
                format!("{person}{between}{hash:012x}")
            }
            Personal::Number => self.alike(text),
        }
    }

    fn mail(&self, address: &str) -> String {
        format!("person-{:012x}@example.com", self.hash(address))
    }

    /// Another number of the same form.
    fn alike(&self, number: &str) -> String {
        let all_hex = number.chars().all(|c| !c.is_ascii_alphabetic() || c.is_ascii_hexdigit());
        let mut out = String::new();
        for (place, old) in number.chars().enumerate() {
            // Divisions by so small numbers leave no rest that matters.
            let random = self.salt.hash_one((number.to_lowercase(), place));
            let pick = |from: &[u8]| {
                char::from(from[usize::try_from(random % from.len() as u64).unwrap_or_default()])
            };
            out.push(match old {
                // A number that begins with 0 is another one, and not valid in JSON.
                '0'..='9' if place == 0 => pick(b"123456789"),
                '0'..='9' => pick(b"0123456789"),
                'a'..='z' if all_hex => pick(b"abcdef"),
                'A'..='Z' if all_hex => pick(b"ABCDEF"),
                'a'..='z' => pick(b"abcdefghijklmnopqrstuvwxyz"),
                'A'..='Z' => pick(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                other => other,
            });
        }
        out
    }

    /// 48 bits that stand for a text, whether in small letters or large: a hundred thousand texts meet once in 50,000
    /// recordings.
    fn hash(&self, text: &str) -> u64 {
        self.salt.hash_one(text.to_lowercase()) >> 16
    }
}

/// The kind of personal data that the place of a text implies.
fn what(rules: Recording, path: &Path, place: Place) -> Option<Personal> {
    if place == Place::Name || rules.keep.iter().any(|pointer| path.is(pointer)) {
        return None;
    }
    if rules.hide.iter().any(|pointer| path.is(pointer)) {
        return Some(if place == Place::Number { Personal::Number } else { Personal::Name });
    }
    let what = path.member().and_then(personal::of_member)?;
    Some(if place == Place::Number { Personal::Number } else { what })
}

/// Returns `true` if a name is long enough to be told from other words. Ids stay as they are.
fn is_telling(text: &str) -> bool {
    text.len() >= PREFIX && !text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns `true` if a text can identify a person. One letter does not, and neither does a mark.
fn says_something(text: &str) -> bool {
    text.chars().nth(1).is_some() && text != MARK
}

/// The bodies of an entry that are text.
fn bodies(entry: &Entry) -> impl Iterator<Item = &str> {
    let asked = entry.request.post_data.as_ref().and_then(|data| data.text.as_deref());
    let content = &entry.response.content;
    let answered = content.text.as_deref().filter(|_| content.encoding.is_none());
    asked.into_iter().chain(answered)
}

fn url_decoded(segment: &str) -> String {
    // The decoder of forms takes `+` for a blank, which a path does not.
    let text = segment.replace('+', "%2B");
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .filter(|(_, value)| value.is_empty() && !text.contains('='))
        .map_or_else(|| segment.to_owned(), |(name, _)| name.into_owned())
}

/// Returns `true` if this part of a text is not part of a longer word.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    ![before, after].into_iter().flatten().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_that_is_a_word_is_replaced_in_any_case() {
        let mut persons = Persons::new(Recording::STANDARD, &[]);
        for name in ["jo smith", "jo smith-barr", "smith-barr ann", "zoë o-neil"] {
            persons.found.insert(name.to_owned(), Personal::Name);
        }
        persons.all_noted();
        let hidden = |text: &str| persons.pseudonym(Personal::Name, text);
        for (text, names) in [
            ("(Jo Smith-Barr)", &["Jo Smith-Barr"][..]),
            ("jo smith-barrs", &["jo smith"]),
            ("JO SMITH-BARR ANN", &["JO SMITH-BARR"]),
            ("jo smith; jo smithers, Zoë O-Neil", &["jo smith", "Zoë O-Neil"]),
            ("Bjo smith", &[]),
        ] {
            let expected =
                names.iter().fold(text.to_owned(), |text, name| text.replacen(name, &hidden(name), 1));
            assert_eq!(persons.text(text), expected, "{text}");
        }
    }
}

//! The kinds of value that one place can hold: seen in samples, or described by a document.

use super::json::Json;

/// The kinds of value that one place can hold.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of value that is among them or not")]
pub struct Shape {
    /// `null` is among them.
    pub null: bool,
    /// `true` or `false` is.
    pub boolean: bool,
    /// Numbers without a fraction are.
    pub integer: bool,
    /// One is larger than an `i64` holds.
    pub large: bool,
    /// Numbers with a fraction are, or such as no integer type holds.
    pub float: bool,
    /// The first few integers that were seen.
    pub numbers: Vec<i64>,
    /// Texts, if there are any.
    pub text: Option<Texts>,
    /// The items of lists, if there are any; empty for lists without items.
    pub list: Option<Box<Shape>>,
    /// The members of objects in the order they came, if there are any.
    pub object: Option<Vec<Member>>,
    /// The number of objects seen; 0 for a document.
    pub objects: usize,
    /// The members are data, such as a map from a city to its latency.
    pub map: bool,
    /// The schema of the values contains itself, and is not followed again.
    pub circular: bool,
    /// The values of such a map, where all are objects.
    pub values: Option<Box<Shape>>,
    /// The description that a document gives.
    pub docs: Option<String>,
    /// The identity of a schema within its document; `None` for samples.
    pub schema: Option<usize>,
}

/// Texts of one place.
#[expect(clippy::struct_excessive_bools, reason = "independent observations of the same texts")]
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// All that were seen, or the document, say that they are moments, such as `2024-05-01T12:00:00Z`.
    pub moments: bool,
    /// All are dates without a time.
    pub dates: bool,
    /// The only words there are, as a document says.
    pub words: Vec<String>,
    /// Some that were seen.
    pub seen: Vec<String>,
    /// One of them was empty.
    pub empty: bool,
    /// One of them was a date that stands for none, such as `0000-00-00`.
    pub zero_date: bool,
}

/// A member of objects.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, as the provider writes it.
    pub name: String,
    /// Every object has it.
    pub always: bool,
    /// A document says that only the server sets it.
    pub read_only: bool,
    /// The number of objects with it; 0 for a document.
    pub seen: usize,
    /// Its values.
    pub shape: Shape,
}

/// The number of texts and numbers kept for a place.
const SEEN: usize = 64;
/// The most members that an object is looked at with.
const MOST_MEMBERS: usize = 1_000;
/// The depth to which objects are read; deeper members are left out.
const DEEPEST: usize = 12;

impl Shape {
    /// Returns the shape of these values.
    pub fn from_values<'j>(values: impl IntoIterator<Item = &'j Json>) -> Self {
        let mut shape = Self::default();
        for value in values {
            shape.add(value, 0);
        }
        shape.mark_maps();
        shape
    }

    fn add(&mut self, value: &Json, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match value {
            Json::Null => self.null = true,
            Json::Bool(_) => self.boolean = true,
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => {
                    self.integer = true;
                    if self.numbers.len() < SEEN {
                        self.numbers.push(number);
                    }
                }
                (None, Some(_)) => (self.integer, self.large) = (true, true),
                (None, None) => self.float = true,
            },
            Json::Text(text) => add_text(self.text.get_or_insert_default(), text),
            Json::List(items) => {
                let of_items = self.list.get_or_insert_default();
                for item in items {
                    of_items.add(item, depth + 1);
                }
            }
            Json::Object(members) => self.add_object(members, depth),
        }
    }

    fn add_object(&mut self, members: &[(String, Json)], depth: usize) {
        let first = self.object.is_none();
        self.objects += 1;
        // People do not give a thousand members names of their own: these are the keys of a data map.
        if members.len() > MOST_MEMBERS || self.members().len() > MOST_MEMBERS {
            self.object.get_or_insert_default();
            self.map = true;
            return;
        }
        let known = self.object.get_or_insert_default();
        for member in known.iter_mut() {
            member.always &= members.iter().any(|(name, _)| *name == member.name);
        }
        for (name, value) in members {
            let at = known.iter().position(|member| member.name == *name).unwrap_or_else(|| {
                let shape = Self::default();
                known.push(Member { name: name.clone(), always: first, read_only: false, seen: 0, shape });
                known.len() - 1
            });
            known[at].seen += 1;
            known[at].shape.add(value, depth + 1);
        }
    }

    /// Marks objects whose members are data rather than names: see [`has_data_names`].
    fn mark_maps(&mut self) {
        if let Some(items) = &mut self.list {
            items.mark_maps();
        }
        let objects = self.objects;
        if let Some(members) = &mut self.object {
            self.map |= has_data_names(members, objects);
            members.iter_mut().for_each(|member| member.shape.mark_maps());
            if self.map && members.iter().all(|member| member.shape.is_object()) {
                let values = members.iter().map(|member| member.shape.clone());
                self.values = values
                    .reduce(|mut all, one| {
                        all.join(one);
                        all
                    })
                    .map(Box::new);
            }
        }
    }

    /// Returns how many kinds of value there are, `null` aside. A number is one kind.
    pub fn kinds(&self) -> usize {
        let kinds = [
            self.boolean,
            self.integer || self.float,
            self.text.is_some(),
            self.list.is_some(),
            self.object.is_some(),
        ];
        kinds.into_iter().filter(|is| *is).count()
    }

    /// Returns `true` where the values are objects and nothing else.
    pub fn is_object(&self) -> bool {
        self.object.is_some() && self.kinds() == 1
    }

    /// Returns the members of an object, or an empty slice.
    pub fn members(&self) -> &[Member] {
        self.object.as_deref().unwrap_or_default()
    }

    /// Returns the member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }
}

/// Returns `true` where the names of members look like data: `New York City`, an id, a mail address; or where objects of one
/// shape stand under names of which hardly any two records have the same.
fn has_data_names(members: &[Member], objects: usize) -> bool {
    let is_data = |member: &&Member| {
        let name = &member.name;
        let digits = name.chars().filter(char::is_ascii_digit).count();
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        name.contains([' ', '@', '/', ':']) && !name.starts_with("urn:")
            || digits > 0 && digits >= letters
            || name.len() >= 20 && digits >= 4
    };
    let odd = members.iter().filter(is_data).count();
    if members.len() >= 2 && odd * 2 >= members.len() || odd >= 3 {
        return true;
    }
    let names: Vec<Vec<&str>> = members
        .iter()
        .map(|member| member.shape.members().iter().map(|inner| inner.name.as_str()).collect())
        .collect();
    let alike = members.len() >= 2
        && members.iter().all(|member| member.shape.is_object())
        && !names[0].is_empty()
        && names.iter().all(|one| *one == names[0]);
    let rare = members.iter().filter(|member| member.seen * 2 <= objects).count();
    alike && (odd > 0 || (objects >= 2 && rare * 2 > members.len()))
        || (objects >= 3 && members.len() >= 12 && rare * 10 >= members.len() * 9)
}

/// Returns `true` for a date that stands for none: what a provider writes where nothing ever happened.
fn is_zero_date(text: &str) -> bool {
    text.starts_with("0000-00-00") || text.starts_with("0001-01-01")
}

fn add_text(texts: &mut Texts, text: &str) {
    let first = texts.seen.is_empty();
    if text.is_empty() {
        texts.empty = true;
        return;
    }
    if is_zero_date(text) {
        texts.zero_date = true;
        return;
    }
    let moment = !text.is_empty() && text.parse::<j1_core::graph::Timestamp>().is_ok();
    let date = !moment && text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    (texts.moments, texts.dates) = (moment && (first || texts.moments), date && (first || texts.dates));
    if texts.seen.len() < SEEN {
        texts.seen.push(text.to_owned());
    }
}

impl Shape {
    /// Adds the values of another shape: each of the two may come.
    pub fn join(&mut self, other: Self) {
        self.null |= other.null;
        self.boolean |= other.boolean;
        self.integer |= other.integer;
        self.large |= other.large;
        self.float |= other.float;
        self.map |= other.map;
        self.circular |= other.circular;
        self.numbers.extend(other.numbers);
        match (&mut self.text, other.text) {
            (Some(known), Some(more)) => {
                known.moments &= more.moments;
                known.dates &= more.dates;
                known.empty |= more.empty;
                // Words close a list only where every alternative has one.
                if known.words.is_empty() || more.words.is_empty() {
                    known.words.clear();
                } else {
                    let new: Vec<_> =
                        more.words.into_iter().filter(|word| !known.words.contains(word)).collect();
                    known.words.extend(new);
                }
                known.seen.extend(more.seen);
            }
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
        match (&mut self.list, other.list) {
            (Some(known), Some(more)) => known.join(*more),
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
        match (&mut self.values, other.values) {
            (Some(known), Some(more)) => known.join(*more),
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
        match (&mut self.object, other.object) {
            (Some(known), Some(more)) => join_members(known, more),
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
        self.docs = self.docs.take().or(other.docs);
        self.schema = self.schema.or(other.schema);
    }

    /// Adds what another shape says of the same values: both hold, as in `allOf`.
    pub fn refine(&mut self, other: Self) {
        self.null |= other.null;
        if self.kinds() == 0 {
            let (docs, null, schema) = (self.docs.take(), self.null, self.schema);
            *self = other;
            self.docs = docs.or(self.docs.take());
            (self.null, self.schema) = (null, schema.or(self.schema));
            return;
        }
        self.map |= other.map;
        if let (Some(known), Some(more)) = (&mut self.text, other.text)
            && known.words.is_empty()
        {
            known.words = more.words;
        }
        if let (Some(known), Some(more)) = (&mut self.list, other.list) {
            known.refine(*more);
        }
        self.values = self.values.take().or(other.values);
        match (&mut self.object, other.object) {
            (Some(known), Some(more)) => {
                for member in more {
                    match known.iter_mut().find(|other| other.name == member.name) {
                        Some(other) => {
                            other.always |= member.always;
                            other.read_only |= member.read_only;
                            other.shape.refine(member.shape);
                        }
                        None => known.push(member),
                    }
                }
            }
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
        self.docs = self.docs.take().or(other.docs);
    }
}

fn join_members(known: &mut Vec<Member>, more: Vec<Member>) {
    for member in known.iter_mut() {
        member.always &= more.iter().any(|other| other.name == member.name && other.always);
    }
    for member in more {
        match known.iter_mut().find(|other| other.name == member.name) {
            Some(other) => {
                other.seen += member.seen;
                other.read_only |= member.read_only;
                other.shape.join(member.shape);
            }
            None => known.push(Member { always: false, ..member }),
        }
    }
}

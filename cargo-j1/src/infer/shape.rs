//! What is known of the values in one place: seen in samples, or said by a document.

use super::json::Json;

/// What values are seen or said to be.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a kind of value that is among them or not")]
pub struct Shape {
    /// Whether `null` is among them.
    pub null: bool,
    /// Whether `true` or `false` is.
    pub boolean: bool,
    /// Whether numbers without a fraction are, and whether one is larger than an `i64` holds.
    pub integer: bool,
    pub large: bool,
    /// Whether numbers with a fraction are, or such as no integer type holds.
    pub float: bool,
    /// The integers that were seen, the first few.
    pub numbers: Vec<i64>,
    /// What is known of texts, if there are any.
    pub text: Option<Texts>,
    /// What lists hold, if there are any; nothing is known of the items of empty ones.
    pub list: Option<Box<Shape>>,
    /// The members of objects, in the order they came, if there are any.
    pub object: Option<Vec<Member>>,
    /// What a document says of it.
    pub docs: Option<String>,
}

/// What is known of texts.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// Whether all that were seen, or the document, say that they are moments, such as `2024-05-01T12:00:00Z`.
    pub moments: bool,
    /// Whether all are dates without a time.
    pub dates: bool,
    /// The only words there are, as a document says.
    pub words: Vec<String>,
    /// Some that were seen.
    pub seen: Vec<String>,
    /// Whether one of them was empty.
    pub empty: bool,
}

/// A member of objects.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name, as the vendor writes it.
    pub name: String,
    /// Whether every object has it.
    pub always: bool,
    /// What it holds.
    pub shape: Shape,
}

/// How many texts and numbers of a place are kept to look at.
const SEEN: usize = 64;
/// How deep objects are looked into; what is below is left out.
const DEEPEST: usize = 12;

impl Shape {
    /// What these values have in common.
    pub fn of<'j>(values: impl IntoIterator<Item = &'j Json>) -> Self {
        let mut shape = Self::default();
        for value in values {
            shape.see(value, 0);
        }
        shape
    }

    fn see(&mut self, value: &Json, depth: usize) {
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
            Json::Text(text) => see_text(self.text.get_or_insert_default(), text),
            Json::List(items) => {
                let of_items = self.list.get_or_insert_default();
                for item in items {
                    of_items.see(item, depth + 1);
                }
            }
            Json::Object(members) => self.see_object(members, depth),
        }
    }

    fn see_object(&mut self, members: &[(String, Json)], depth: usize) {
        let first = self.object.is_none();
        let known = self.object.get_or_insert_default();
        for member in known.iter_mut() {
            member.always &= members.iter().any(|(name, _)| *name == member.name);
        }
        for (name, value) in members {
            let at = known.iter().position(|member| member.name == *name).unwrap_or_else(|| {
                known.push(Member { name: name.clone(), always: first, shape: Self::default() });
                known.len() - 1
            });
            known[at].shape.see(value, depth + 1);
        }
    }

    /// How many kinds of value there are, `null` aside. A number is one kind.
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

    /// Its members; none where it is no object.
    pub fn members(&self) -> &[Member] {
        self.object.as_deref().unwrap_or_default()
    }
}

fn see_text(texts: &mut Texts, text: &str) {
    let first = texts.seen.is_empty() && !texts.empty;
    if text.is_empty() {
        texts.empty = true;
        return;
    }
    let moment = text.parse::<jiff::Timestamp>().is_ok();
    let date = !moment && text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    (texts.moments, texts.dates) = (moment && (first || texts.moments), date && (first || texts.dates));
    if texts.seen.len() < SEEN {
        texts.seen.push(text.to_owned());
    }
}

impl Shape {
    /// Adds what is known of further values.
    pub fn join(&mut self, other: Self) {
        self.null |= other.null;
        self.boolean |= other.boolean;
        self.integer |= other.integer;
        self.large |= other.large;
        self.float |= other.float;
        self.numbers.extend(other.numbers);
        match (&mut self.text, other.text) {
            (Some(known), Some(more)) => {
                known.moments &= more.moments;
                known.dates &= more.dates;
                known.empty |= more.empty;
                known.words.extend(more.words);
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
        match (&mut self.object, other.object) {
            (Some(known), Some(more)) => join_members(known, more),
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
            Some(other) => other.shape.join(member.shape),
            None => known.push(Member { always: false, ..member }),
        }
    }
}

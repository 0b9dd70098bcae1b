//! Generates records that a provider might send, from one example.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Union;
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// The last second of the year 2100: providers send no later dates, other than by mistake.
const LATEST: i64 = 4_133_980_799;
/// A text that is not a date, a number, an address or a word of an enum.
const FREE: &str = "\u{2603} free\n\"text\"";

/// Generates records that resemble the example and that `T` can be read from.
///
/// As far as the struct allows, values are unusual: texts are empty or in any script, numbers are extreme, lists are
/// empty or longer, members are `null`, missing, or undocumented. To find out what the struct allows, the example is
/// read with one value changed at a time, so the example should have every member, with a value. A text that must be a
/// date, a number or an address stays one; a word that cannot be another one stays as it is.
///
/// `keep` lists JSON pointers (`/id`, `/owner/email`) to values that stay as they are, above all the parts of a key.
///
/// ```
/// use j1_runtime::testing::records_like;
/// use proptest::prelude::*;
/// use serde_json::json;
///
/// #[derive(serde::Deserialize)]
/// struct User {
///     id: u32,
///     name: Option<String>,
/// }
///
/// let example = json!({ "id": 1, "name": "Ada" });
/// proptest!(|(record in records_like::<User>(&example, &["/id"]))| {
///     let user: User = serde_json::from_value(record).unwrap();
///     prop_assert_eq!(user.id, 1);
///     prop_assert_ne!(user.name.as_deref(), Some("what nobody is called"));
/// });
/// ```
///
/// # Panics
/// When `T` cannot be read from the example, or nothing of the example is where `keep` points.
#[track_caller]
pub fn records_like<T: DeserializeOwned>(example: &Value, keep: &[&str]) -> BoxedStrategy<Value> {
    if let Err(error) = T::deserialize(example) {
        panic!(
            "the example is not a `{}`: {error}; take one that the provider sends",
            std::any::type_name::<T>()
        );
    }
    for pointer in keep {
        assert!(
            example.pointer(pointer).is_some(),
            "nothing of the example is at `{pointer}`; write where it is, e.g. `/id`, or take it out of `keep`"
        );
    }
    let takes = |record: &Value| T::deserialize(record).is_ok();
    let any = Likeness { example, keep, takes: &takes }.any("", example);
    // Each change is allowed by itself; that does not mean that all of them are allowed together.
    any.prop_filter("the struct cannot be read from it", takes).boxed()
}

/// The changes to try, and the struct that decides if they are allowed.
struct Likeness<'a> {
    example: &'a Value,
    keep: &'a [&'a str],
    takes: &'a dyn Fn(&Value) -> bool,
}

impl Likeness<'_> {
    /// Returns a strategy for values that can replace this one, which is at a pointer.
    fn any(&self, at: &str, value: &Value) -> BoxedStrategy<Value> {
        if self.keep.contains(&at) {
            return Just(value.clone()).boxed();
        }
        let any = match value {
            Value::Null => Just(Value::Null).boxed(),
            Value::Bool(is) if self.allows(at, &Value::Bool(!is)) => {
                any::<bool>().prop_map(Value::Bool).boxed()
            }
            Value::Bool(_) => Just(value.clone()).boxed(),
            Value::Number(number) => self.number(at, number),
            Value::String(text) => self.text(at, text),
            Value::Array(items) => self.list(at, items),
            Value::Object(members) => self.object(at, members),
        };
        if self.holds(at) || !self.allows(at, &Value::Null) {
            return any;
        }
        prop_oneof![7 => any, 1 => Just(Value::Null)].boxed()
    }

    /// Returns `true` if the struct can be read with this value at a place.
    fn allows(&self, at: &str, value: &Value) -> bool {
        let mut record = self.example.clone();
        let Some(place) = record.pointer_mut(at) else { return false };
        *place = value.clone();
        (self.takes)(&record)
    }

    /// Returns `true` if a place contains something that must stay unchanged.
    fn holds(&self, at: &str) -> bool {
        self.keep.iter().any(|kept| kept.strip_prefix(at).is_some_and(|rest| rest.starts_with('/')))
    }

    fn number(&self, at: &str, number: &Number) -> BoxedStrategy<Value> {
        const WHOLE: [(i64, i64); 9] = [
            (i64::MIN, i64::MAX),
            (0, i64::MAX),
            (i32::MIN as i64, i32::MAX as i64),
            (0, u32::MAX as i64),
            (i16::MIN as i64, i16::MAX as i64),
            (0, u16::MAX as i64),
            (i8::MIN as i64, i8::MAX as i64),
            (0, u8::MAX as i64),
            (0, LATEST),
        ];
        if !number.is_i64() && !number.is_u64() {
            let finite = proptest::num::f64::NORMAL | proptest::num::f64::ZERO;
            return finite.prop_map(Value::from).boxed();
        }
        let mut ranges = WHOLE.into_iter();
        match ranges.find(|(low, high)| self.allows(at, &(*low).into()) && self.allows(at, &(*high).into())) {
            Some((low, high)) => {
                let ends = prop_oneof![Just(low), Just(high), Just(0)];
                prop_oneof![4 => low..=high, 1 => ends].prop_map(Value::from).boxed()
            }
            None => Just(Value::Number(number.clone())).boxed(),
        }
    }

    fn text(&self, at: &str, text: &str) -> BoxedStrategy<Value> {
        let allows = |text: &str| self.allows(at, &text.into());
        let any = if text.parse::<Timestamp>().is_ok() {
            moment().boxed()
        } else if text.starts_with("https://") {
            "https://[a-z]{1,12}\\.example/[a-zA-Z0-9?=&%]{0,20}".boxed()
        } else if allows(FREE) {
            free().boxed()
        } else if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            "[1-9][0-9]{0,8}".boxed()
        } else {
            Just(text.to_owned()).boxed()
        };
        if allows("") {
            return prop_oneof![7 => any, 1 => Just(String::new())].prop_map(Value::from).boxed();
        }
        any.prop_map(Value::from).boxed()
    }

    fn list(&self, at: &str, items: &[Value]) -> BoxedStrategy<Value> {
        let each = |(number, item)| self.any(&format!("{at}/{number}"), item);
        let each: Vec<_> = items.iter().enumerate().map(each).collect();
        if each.is_empty() {
            return Just(Value::Array(Vec::new())).boxed();
        }
        // Something in it stays, or the struct has a list of so many.
        if self.holds(at) || !self.allows(at, &Value::Array(Vec::new())) {
            return each.prop_map(Value::Array).boxed();
        }
        vec(Union::new(each), 0..4).prop_map(Value::Array).boxed()
    }

    fn object(&self, at: &str, members: &Map<String, Value>) -> BoxedStrategy<Value> {
        let with = |name: &str, value: Option<Value>| {
            let mut members = members.clone();
            match value {
                Some(value) => members.insert(name.to_owned(), value),
                None => members.remove(name),
            };
            self.allows(at, &Value::Object(members))
        };
        let mut all: Vec<BoxedStrategy<(String, Option<Value>)>> = Vec::new();
        for (name, value) in members {
            let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            let any = self.any(&place, value).prop_map(Some);
            let stays = self.keep.contains(&&*place) || self.holds(&place) || !with(name, None);
            let any = if stays { any.boxed() } else { prop_oneof![7 => any, 1 => Just(None)].boxed() };
            let name = name.clone();
            all.push(any.prop_map(move |value| (name.clone(), value)).boxed());
        }
        let unknown = "j1UnknownMember";
        if with(unknown, Some(Value::from(1))) {
            let any = prop_oneof![3 => Just(None), 1 => free().prop_map(|text| Some(Value::from(text)))];
            all.push(any.prop_map(move |value| (unknown.to_owned(), value)).boxed());
        }
        let members = |all: Vec<(String, Option<Value>)>| {
            all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
        };
        all.prop_map(members).boxed()
    }
}

/// Any text that is not empty, in any script, sometimes with characters that cannot be printed.
fn free() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 ._-]{1,24}",
        3 => "\\PC{1,24}",
        1 => vec(any::<char>(), 1..12).prop_map(String::from_iter),
        1 => "[\\x00-\\x1f\"\\\\\u{7f}\u{2028}\u{feff}]{1,6}",
        1 => prop_oneof![Just("null"), Just("undefined"), Just("0"), Just("false")].prop_map(str::to_owned),
    ]
}

/// Any moment from 1970 to 2100.
fn moment() -> impl Strategy<Value = String> {
    (0..=LATEST, 0..1_000_000_000_i32).prop_filter_map("no moment", |(second, nanosecond)| {
        Timestamp::new(second, nanosecond).ok().map(|moment| moment.to_string())
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    use proptest::test_runner::{Config, TestRunner};
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Person,
        Robot,
    }

    #[derive(Deserialize)]
    struct Owner {
        email: String,
        #[serde(default)]
        team: String,
    }

    #[derive(Deserialize)]
    struct User {
        id: String,
        #[serde(rename = "fullName")]
        name: Option<String>,
        age: u8,
        score: i64,
        kind: Kind,
        seen: Option<Timestamp>,
        tags: Vec<String>,
        #[serde(flatten)]
        owner: Owner,
        pair: [bool; 2],
    }

    fn example() -> Value {
        json!({
            "id": "u-1", "fullName": "Ada", "age": 36, "score": -5, "kind": "person", "tags": ["a"],
            "seen": "2024-05-06T07:08:09Z", "email": "a@acme.example", "team": "red", "pair": [true, false],
        })
    }

    #[test]
    fn every_record_is_read_and_every_oddity_occurs() {
        let seen: RefCell<BTreeSet<&str>> = RefCell::default();
        let note = |is: bool, what| {
            if is {
                seen.borrow_mut().insert(what);
            }
        };
        let mut runner = TestRunner::new_with_rng(
            Config { cases: 600, failure_persistence: None, ..Config::default() },
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let any = records_like::<User>(&example(), &["/id", "/email"]);
        let each = |record: Value| {
            note(record["fullName"].is_null() && record.get("fullName").is_some(), "null");
            note(record.get("fullName").is_none(), "missing");
            note(record["fullName"] == "", "empty");
            note(record["fullName"].as_str().is_some_and(|name| !name.is_ascii()), "another script");
            note(record.get("j1UnknownMember").is_some(), "an unknown member");
            note(record["tags"] == json!([]), "an empty list");
            note(record["tags"].as_array().is_some_and(|tags| tags.len() > 1), "a longer list");
            note(record["score"] == i64::MIN, "the least number");
            note(record["age"] == u8::MAX, "the largest that the field can hold");
            note(record["team"].is_null(), "a default");
            note(record["seen"].as_str().is_some_and(|at| at != "2024-05-06T07:08:09Z"), "another date");
            let user: User = serde_json::from_value(record).expect("what the struct can be read from");
            note(user.pair[0] == user.pair[1], "two that are the same");
            assert_eq!((user.id.as_str(), user.owner.email.as_str()), ("u-1", "a@acme.example"));
            assert!(matches!(user.kind, Kind::Person));
            let _ = (user.name, user.age, user.score, user.seen, user.tags, user.owner.team, Kind::Robot);
            Ok(())
        };
        runner.run(&any, each).expect("each is one");
        assert_eq!(seen.borrow().len(), 12, "{seen:?}");
    }

    #[test]
    #[should_panic(
        expected = "the example is not a `j1_runtime::testing::records::tests::User`: missing field `age`"
    )]
    fn an_invalid_example_is_refused() {
        let mut example = example();
        example.as_object_mut().expect("an object").remove("age");
        let _ = records_like::<User>(&example, &[]);
    }

    #[test]
    #[should_panic(expected = "nothing of the example is at `id`")]
    fn members_to_keep_must_exist() {
        let _ = records_like::<User>(&example(), &["id"]);
    }
}

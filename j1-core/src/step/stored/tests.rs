use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{json, read, write};

/// Writes a value and reads it back, in the form of a store and as JSON; both are the same, and so are their errors.
fn same<T: Serialize, B: DeserializeOwned + Debug>(value: &T) -> Result<(), TestCaseError> {
    let (stored, text) = (write(value), serde_json::to_vec(value));
    let (Ok(stored), Ok(text)) = (&stored, &text) else {
        prop_assert_eq!(stored.is_err(), text.is_err());
        return Ok(());
    };
    let as_json = json(stored);
    prop_assert_eq!(String::from_utf8_lossy(&as_json), String::from_utf8_lossy(text));
    prop_assert_eq!(&write(value).expect("again"), stored);
    let shown = |read: Result<B, serde_json::Error>| {
        read.map_err(|error| error.classify()).map(|read| format!("{read:?}"))
    };
    prop_assert_eq!(shown(read(stored)), shown(serde_json::from_slice(text)));
    Ok(())
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Nothing,
    Named { name: String, more: Option<String> },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    Both { number: f64, text: String },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Plain {
    Word,
    #[serde(rename = "\"quoted\"")]
    Quoted,
    New(String),
    Pair(u8, char),
    Fields {
        text: String,
    },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct New(String);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Unit;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Inner {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is shown")]
struct Record {
    text: String,
    #[serde(rename = "a \"name\"")]
    optional_text: Option<String>,
    twice: Option<Box<Option<String>>>,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    skipped: String,
    #[serde(skip)]
    left_out: u8,
    new: New,
    unit: ((), Unit),
    letter: char,
    flag: bool,
    number: f64,
    narrow: f32,
    huge: i128,
    large: Option<u64>,
    inner: Option<Inner>,
    list: Vec<Option<String>>,
    map: BTreeMap<i64, Untagged>,
    tagged: Tagged,
    untagged: Untagged,
    plain: Plain,
    value: Value,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Flat {
    id: String,
    #[serde(flatten)]
    inner: Inner,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{0,8}", "\\PC{0,70}", "[\\x00-\\x1f\"\\\\é🦀]{0,9}", Just("x".repeat(5000))]
}

fn texts() -> impl Strategy<Value = String> {
    text()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(text(), inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn untagged() -> impl Strategy<Value = Untagged> {
    prop_oneof![
        any::<i64>().prop_map(Untagged::Number),
        text().prop_map(Untagged::Text),
        (any::<f64>(), text()).prop_map(|(number, text)| Untagged::Both { number, text }),
    ]
}

fn inner() -> impl Strategy<Value = Inner> {
    (text(), proptest::option::of(text())).prop_map(|(text, absent)| Inner { text, absent })
}

fn plain() -> impl Strategy<Value = Plain> {
    prop_oneof![
        Just(Plain::Word),
        Just(Plain::Quoted),
        text().prop_map(Plain::New),
        any::<(u8, char)>().prop_map(|(number, letter)| Plain::Pair(number, letter)),
        text().prop_map(|text| Plain::Fields { text }),
    ]
}

fn tagged() -> impl Strategy<Value = Tagged> {
    let named = (text(), proptest::option::of(text())).prop_map(|(name, more)| Tagged::Named { name, more });
    prop_oneof![Just(Tagged::Nothing), named]
}

prop_compose! {
    fn record()(
        (text, optional_text, twice, skipped, new) in (text(), proptest::option::of(text()), text(), text(), text()),
        (letter, flag, number, narrow) in (any::<char>(), any::<bool>(), any::<f64>(), any::<f32>()),
        odd in prop_oneof![4 => Just(None), 1 => Just(Some(f64::NAN)), 1 => Just(Some(f64::INFINITY))],
        (huge, large, inner) in (any::<i128>(), any::<Option<u64>>(), proptest::option::of(inner())),
        list in proptest::collection::vec(proptest::option::of(texts()), 0..3),
        map in proptest::collection::btree_map(any::<i64>(), untagged(), 0..3),
        (tagged, untagged, plain, value) in (tagged(), untagged(), plain(), value()),
    ) -> Record {
        Record {
            text, optional_text, twice: Some(Box::new(Some(twice))), skipped, left_out: 1, new: New(new), unit: ((), Unit), letter, flag,
            number: odd.unwrap_or(number), narrow, huge, large, inner, list, map, tagged, untagged, plain, value,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_record_is_read_back_as_from_json(record in record()) {
        same::<_, Record>(&record)?;
        same::<_, Value>(&record)?;
        same::<_, BTreeMap<String, Value>>(&record)?;
        same::<_, Box<RawValue>>(&record)?;
        same::<_, Option<Record>>(&Some(&record))?;
    }

    #[test]
    fn so_are_values_that_are_no_struct_with_named_fields(
        (value, untagged, plain, tagged, inner, text) in (value(), untagged(), plain(), tagged(), inner(), text()),
    ) {
        same::<_, Value>(&value)?;
        same::<_, Untagged>(&untagged)?;
        same::<_, Plain>(&plain)?;
        same::<_, Tagged>(&tagged)?;
        same::<_, String>(&text)?;
        same::<_, New>(&New(text.clone()))?;
        let others = BTreeMap::from([("more".to_owned(), value)]);
        same::<_, Flat>(&Flat { id: text, inner, others })?;
    }

    /// A struct that cannot be read back is an error, as with JSON, and damaged bytes never become another struct.
    #[test]
    fn a_struct_that_does_not_read_what_it_writes_fails_as_from_json(inner in inner(), cut in 0..200_usize) {
        same::<_, Tagged>(&inner)?;
        same::<_, String>(&inner)?;
        same::<_, Unit>(&inner)?;
        same::<_, BTreeMap<u64, String>>(&inner)?;
        same::<_, Others>(&inner)?;
        let stored = write(&inner).expect("it has a JSON");
        if cut < stored.len() {
            prop_assert!(read::<Inner>(&stored[..cut]).is_err());
        }
    }
}

/// Another form of [`Inner`].
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "its form is what matters")]
struct Others {
    text: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Raw {
    raw: Box<RawValue>,
    text: Option<Box<RawValue>>,
}

/// Another form of [`Raw`].
#[derive(Serialize)]
struct Texts {
    raw: &'static str,
}

/// Says that it has more fields than it writes.
struct Wrong;

impl Serialize for Wrong {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut fields = serializer.serialize_struct("Wrong", 7)?;
        fields.serialize_field("7", "eight")?;
        fields.end()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Keyed {
    map: BTreeMap<Vec<u8>, u8>,
}

#[test]
fn forms_that_only_json_has_are_kept() {
    let raw: Raw = serde_json::from_str(r#"{"raw":{"a" : [1e400, "é"]},"text":"\u00e9"}"#).expect("JSON");
    same::<_, Raw>(&raw).expect("the same");
    same::<_, Raw>(&BTreeMap::from([("raw", "text")])).expect("the same");
    same::<_, Raw>(&Texts { raw: "text" }).expect("the same");
    same::<_, BTreeMap<u64, String>>(&Wrong).expect("the same");
    same::<_, BTreeMap<String, char>>(&Wrong).expect("the same");
    same::<_, Keyed>(&Keyed { map: BTreeMap::new() }).expect("the same");
    assert!(write(&Keyed { map: BTreeMap::from([(vec![1], 1)]) }).is_err(), "JSON has no such map");
}

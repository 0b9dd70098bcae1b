use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Number, Value, json};

use super::{each_element, read, scan, write};

/// Takes every kind of member that a record may have.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Record {
    id: String,
    count: Option<u32>,
    small: u8,
    signed: i64,
    ratio: f64,
    single: f32,
    large: i128,
    active: bool,
    letter: Option<char>,
    none: (),
    pair: Option<(u8, String)>,
    tags: Vec<String>,
    kind: Option<Kind>,
    id_or_text: Option<IdOrText>,
    #[serde(deserialize_with = "lenient")]
    lenient: Option<u8>,
    #[serde(deserialize_with = "lenient")]
    lenient_text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    lenient_list: Option<Vec<u8>>,
    wrapped: Wrapped,
    nested: Option<Box<Record>>,
    by_number: HashMap<u8, bool>,
    by_name: BTreeMap<String, Value>,
    number: Option<Number>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Short,
    WithText(String),
    WithMembers { id: u8 },
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
enum IdOrText {
    Id(u64),
    Text(String),
    Many(Vec<i8>),
}

#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct Wrapped(String);

/// As `Record`, without what gives up or has to be read twice.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Plain {
    id: String,
    count: Option<u32>,
    tags: Option<Vec<String>>,
    nested: Option<Box<Plain>>,
}

/// Swallows errors, as authors' functions do.
#[expect(clippy::unnecessary_wraps, reason = "as serde calls it")]
fn lenient<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(deserializer).ok())
}

const NAMES: [&str; 25] = [
    "id",
    "count",
    "small",
    "signed",
    "ratio",
    "single",
    "large",
    "active",
    "letter",
    "none",
    "pair",
    "tags",
    "kind",
    "id_or_text",
    "lenient",
    "lenient_text",
    "lenient_list",
    "wrapped",
    "nested",
    "by_number",
    "by_name",
    "number",
    "other",
    "i\\u0064",
    "\\n",
];

/// JSON texts, with white space, every kind of escape, and members that come twice.
fn text() -> impl Strategy<Value = String> {
    let words = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "300",
        "-7",
        "1.5",
        "-1.25e3",
        "0.1",
        "1e999",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "123456789012345678",
        "999999999999999999999",
        "\"\"",
        "\"a\"",
        "\"é\"",
        "\"short\"",
        "\"7\"",
        "\"\\n\\t\\\"\\\\\\/\\b\\f\\r\"",
        "\"\\u00e9\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"a longer text than a word\"",
        "{\"withText\":\"a\"}",
        "{\"withMembers\":{\"id\":1}}",
        "[]",
        "{}",
        "{\"7\":true}",
        "[1,\"a\"]",
    ];
    let leaf = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    let blank = || prop::sample::select(vec!["", "", "", " ", "\n\t", "\r\n "]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let member = (prop::sample::select(NAMES.to_vec()), blank(), inner.clone(), blank());
        let members = prop::collection::vec(member, 0..6).prop_map(|members| {
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, before, value, after)| {
                    format!("{after}\"{name}\"{after}:{before}{value}{after}")
                })
                .collect();
            format!("{{{}}}", members.join(","))
        });
        let list = prop::collection::vec((blank(), inner), 0..5).prop_map(|items| {
            let items: Vec<String> =
                items.into_iter().map(|(blank, item)| format!("{blank}{item}{blank}")).collect();
            format!("[{}]", items.join(","))
        });
        prop_oneof![3 => members, 1 => list]
    })
}

/// JSON, or nearly.
fn perhaps_json() -> impl Strategy<Value = String> {
    let change = (
        any::<prop::sample::Index>(),
        prop::sample::select(vec!["", ",", "\"", "}", "]", "{", ":", "0", "\\", "\u{1}", "x"]),
    );
    (text(), prop::option::weighted(0.4, change)).prop_map(|(text, change)| {
        let Some((at, new)) = change else { return text };
        let places: Vec<(usize, char)> = text.char_indices().collect();
        let (at, old) = places[at.index(places.len())];
        format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..])
    })
}

/// What is read at once is what `serde_json` reads.
fn same<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> Result<(), TestCaseError> {
    if let Some(read) = read::at_once::<T>(text) {
        match serde_json::from_str::<T>(text) {
            Ok(expected) => prop_assert_eq!(read, expected, "{}", text),
            Err(error) => prop_assert!(false, "{} is refused by serde_json: {}", text, error),
        }
    }
    Ok(())
}

/// What is written at once is what `serde_json` writes.
fn written<T: Serialize>(value: &T) -> Result<(), TestCaseError> {
    let mut json = Vec::new();
    if write::at_once(value, &mut json).is_some() {
        prop_assert_eq!(String::from_utf8(json), String::from_utf8(serde_json::to_vec(value).expect("JSON")));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_read_at_once_is_what_serde_json_reads(text in perhaps_json()) {
        same::<Record>(&text)?;
        same::<Plain>(&text)?;
        same::<Value>(&text)?;
        same::<Vec<Record>>(&text)?;
        same::<BTreeMap<String, Option<IdOrText>>>(&text)?;
        same::<Vec<(u8, String)>>(&text)?;
        same::<()>(&text)?;
        same::<serde::de::IgnoredAny>(&text)?;
    }

    #[test]
    fn what_is_written_are_the_bytes_of_serde_json(text in text()) {
        written(&serde_json::from_str::<Value>(&text).ok())?;
        written(&serde_json::from_str::<Record>(&text).ok())?;
        written(&serde_json::from_str::<Plain>(&text).ok())?;
        written(&serde_json::from_str::<&RawValue>(&text).ok())?;
    }

    #[test]
    fn what_is_stepped_over_is_json_and_all_of_its_value(text in perhaps_json()) {
        let start = scan::blank(text.as_bytes(), 0);
        if let Some(end) = scan::value(text.as_bytes(), start) {
            let value = serde_json::from_str::<&RawValue>(&text[start..end]);
            prop_assert_eq!(value.map(RawValue::get).map_err(|error| error.to_string()), Ok(&text[start..end]));
        }
        let mut found = Vec::new();
        let all = each_element(text.as_bytes(), |start, end| {
            found.push(&text[start..end]);
            Some(())
        });
        if all.is_some() {
            let expected: Vec<&RawValue> = serde_json::from_str(&text).expect("an array");
            prop_assert_eq!(found, expected.into_iter().map(RawValue::get).collect::<Vec<_>>());
        }
    }
}

#[test]
fn ordinary_records_are_read_at_once() {
    let text = r#" { "id": "a \"b\" \n\u00e9", "count": 7, "other": [1.5, {"a": [true, null, -1]}], "tags": ["x", ""],
        "nested": {"id": "", "count": null, "tags": [], "nested": null} } "#;
    let read = read::at_once::<Plain>(text).expect("at once");
    assert_eq!((read.id.as_str(), read.count), ("a \"b\" \n\u{e9}", Some(7)));
    assert_eq!(read.nested.and_then(|nested| nested.tags), Some(Vec::new()));
    assert_eq!(read::at_once::<Value>("[1, -2, 0.5, true]"), Some(json!([1, -2, 0.5, true])));
    let mut count = 0;
    let all = each_element(b" [ {} , [1, 2] ,\"]\" ] ", |_, _| {
        count += 1;
        Some(())
    });
    assert_eq!((all, count), (Some(()), 3));
}

#[test]
fn ordinary_records_are_written_at_once() {
    let kinds = (Kind::Short, Some('c'), Wrapped("\u{1}\"é".to_owned()), 1.5_f64, -7_i8, (), None::<u8>);
    let record =
        Plain { id: "a\nb".to_owned(), count: Some(7), tags: Some(vec![String::new()]), nested: None };
    let mut json = Vec::new();
    assert_eq!(write::at_once(&(&kinds, &record), &mut json), Some(()));
    assert_eq!(json, serde_json::to_vec(&(&kinds, &record)).expect("JSON"));
    // Names that are numbers become texts, which `serde_json` does.
    assert_eq!(write::at_once(&HashMap::from([(7, true)]), &mut Vec::new()), None);
}

#[test]
fn an_error_that_was_swallowed_is_one_all_the_same() {
    // Half of a surrogate pair is no text, and what `serde_json` makes of the rest is for it to say.
    assert_eq!(read::at_once::<Record>(r#"{"lenient_text":"\ud83d","id":"a"}"#), None);
    assert_eq!(read::at_once::<Record>(r#"{"lenient_list":[1,"id",2],"id":"a"}"#), None);
    // A number that is too large was read to its end.
    let read = read::at_once::<Record>(r#"{"lenient":300,"id":"a"}"#).expect("at once");
    assert_eq!((read.lenient, read.id.as_str()), (None, "a"));
}

#[test]
fn a_number_is_one_by_the_grammar_of_json() {
    for text in [
        "0",
        "-0",
        "7",
        "-12",
        "1.5",
        "0.0",
        "1e5",
        "1E+5",
        "-1.25e-07",
        "01",
        "-01",
        "00",
        "1.",
        "1.e5",
        ".5",
        "-",
        "+1",
        "1e",
        "1e+",
        "1.5.0",
        "0x1",
        "1_0",
        "--1",
        "1-",
    ] {
        let is_number = serde_json::from_str::<&RawValue>(text).is_ok();
        assert_eq!(scan::number(text.as_bytes(), 0) == Some(text.len()), is_number, "{text}");
        assert_eq!(scan::value(text.as_bytes(), 0) == Some(text.len()), is_number, "{text}");
    }
}

#[test]
fn a_text_is_not_nested_deeper_than_the_stack_allows() {
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read::at_once::<Value>(&text), None);
    assert_eq!(scan::value(text.as_bytes(), 0), None);
}

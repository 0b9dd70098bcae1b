use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::{
    Places, RecordPlaces, RecordText, each_element, each_member, each_member_while, each_record, scan,
};

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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn stepping_over_a_value_takes_exactly_one_json_value(text in perhaps_json()) {
        let start = scan::blank(text.as_bytes(), 0);
        let end = scan::value(text.as_bytes(), start);
        let whole = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        prop_assert_eq!(end.is_some_and(|end| scan::blank(text.as_bytes(), end) == text.len()), whole);
        if let Some(end) = end {
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
fn the_elements_of_a_list_are_found_with_white_space_around_them() {
    let (text, mut found) =
        (r#" [ {} , [1, 2] ,"]" , {"a": {"b": [null, -1.5e3, "\\\u00e9"]} } ] "#, Vec::new());
    let all = each_element(text.as_bytes(), |start, end| {
        found.push(&text[start..end]);
        Some(())
    });
    assert_eq!(all, Some(()));
    assert_eq!(found, ["{}", "[1, 2]", "\"]\"", r#"{"a": {"b": [null, -1.5e3, "\\\u00e9"]} }"#]);
    assert_eq!(each_element(b"[1, \"\xff\"]", |_, _| Some(())), None, "no UTF-8");
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
fn json_is_stepped_over_however_deep_it_is() {
    for depth in [1, 63, 64, 65, 127, 128, 129, 100_000] {
        let text = format!("{}[{}{}", r#"[{"a":"#.repeat(depth), "]", "}]".repeat(depth));
        assert_eq!(scan::value(text.as_bytes(), 0), Some(text.len()), "{depth}");
        for wrong in
            [text.replacen("}]", "]]", 1), text.replacen("}]", "}}", 1), text[..text.len() - 1].to_owned()]
        {
            assert_eq!(scan::value(wrong.as_bytes(), 0), None, "{depth}");
        }
    }
}

/// A record with fields of every kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    id: Option<String>,
    count: Option<u64>,
    small: Option<u8>,
    signed: Option<i64>,
    ratio: Option<f64>,
    single: Option<f32>,
    large: Option<i128>,
    active: Option<bool>,
    letter: Option<char>,
    none: Option<()>,
    pair: Option<(u8, String)>,
    tags: Option<Vec<String>>,
    kind: Option<Kind>,
    id_or_text: Option<NumberOrText>,
    lenient: Option<Box<RawValue>>,
    lenient_text: Option<Box<str>>,
    lenient_list: Option<[u8; 2]>,
    wrapped: Option<New>,
    nested: Option<Box<Record>>,
    by_number: Option<BTreeMap<u64, bool>>,
    by_name: Option<BTreeMap<String, Value>>,
    number: Option<Number>,
    other: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(dead_code, reason = "it is shown")]
enum Kind {
    WithText(String),
    WithMembers {
        id: u64,
    },
    #[serde(rename = "a")]
    Word,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is shown")]
enum NumberOrText {
    Number(i64),
    Text(String),
}

#[derive(Debug, Deserialize)]
struct New(#[expect(dead_code, reason = "it is shown")] String);

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "it is shown")]
struct Flat {
    id: Value,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// Reads a record by the places of its members, known or not; what is wrong is the same as by `serde_json`, if not always at the same column.
fn same<T: DeserializeOwned + Debug>(text: &str, known: RecordPlaces<'_>) -> Result<(), TestCaseError> {
    let shown = |read: serde_json::Result<T>| {
        read.map(|read| format!("{read:?}")).map_err(|error| {
            assert!(error.line() > 0, "{error} says where");
            let text = error.to_string();
            // A `-1.5` of which an integer is read: its end is that of the value here.
            let text = text.replace("expected `,` or `}`", "trailing characters");
            text.split(" at line ").next().map(str::to_owned)
        })
    };
    let expected = shown(serde_json::from_str(text));
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        // Of several errors another may be named.
        prop_assert!(T::deserialize(RecordText::new(text, known)).is_err());
        return Ok(());
    }
    for places in [RecordPlaces::default(), known] {
        prop_assert_eq!(&shown(T::deserialize(RecordText::new(text, places))), &expected, "{}", text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn a_record_is_read_as_by_serde_json(text in perhaps_json(), room in prop_oneof![Just(1 << 20), 0..200_usize]) {
        let list = format!(" [ {{\"id\":7}},{text} ,{{}}]");
        let (mut places, mut found) = (Places::with_room(room), Vec::new());
        let is_list = each_record(list.as_bytes(), &mut places, |start, end| {
            found.push(start..end);
            Some(())
        });
        if is_list.is_some() && let [_, record, _] = &found[..] {
            let (record, places) = (&list[record.clone()], places.of_record(1));
            same::<Record>(record, places)?;
            same::<Flat>(record, places)?;
            same::<Value>(record, places)?;
            same::<BTreeMap<String, Value>>(record, places)?;
            same::<Option<Record>>(record, places)?;
            same::<IgnoredAny>(record, places)?;
        }
        same::<Record>(&text, RecordPlaces::default())?;
        same::<New>(&text, RecordPlaces::default())?;
    }
}

#[test]
fn members_are_found_with_their_names_as_they_are_written() {
    let text = r#" { "a" : 1 , "b\n": [{"c":","}]
        ,"":"}" } "#;
    let all = [[r#""a""#, "1"], [r#""b\n""#, r#"[{"c":","}]"#], [r#""""#, r#""}""#]];
    for most in 1..=all.len() {
        let mut found = Vec::new();
        let ended = each_member_while(text.as_bytes(), |name, value| {
            found.push([name, value].map(|text| str::from_utf8(text).expect("text")));
            found.len() < most
        });
        assert_eq!((&found[..], ended), (&all[..most], Some(())));
    }
    for none in
        ["", "[]", "{", "{,}", "{1:2}", r#"{"a"}"#, r#"{"a" 1}"#, r#"{"a":}"#, r#"{"a":1"#, r#"{"a":1]"#]
    {
        assert_eq!(each_member(none.as_bytes(), |_, _| ()), None, "{none}");
    }
    assert_eq!(each_member(b" { } ", |_, _| ()), Some(()));
}

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::{each_element, each_member, each_member_while, scan};

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
fn json_nested_too_deeply_is_refused() {
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(scan::value(text.as_bytes(), 0), None);
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

//! Random responses, read by a list and by a reference that knows JSON and nothing else.

use j1_runtime::provider::{Http, Incoming, Outgoing, Paging, Unanswered};
use serde_json::{Map, Value, json};

use crate::fuzz::{Script, fuzz};

/// Names that lead to records and next pages, and some that are nearly the same.
const NAMES: [&str; 8] = ["data", "items", "meta", "next", "Items", "nxt", "more", "count"];

/// A value of any shape.
fn value(script: &mut Script<'_>, depth: usize) -> Value {
    match script.below(if depth == 0 { 8 } else { 12 }) {
        0 => Value::Null,
        1 => json!(false),
        2 => json!(true),
        3 => json!(script.byte()),
        4 => json!(""),
        5 => json!("c1"),
        6 => json!([]),
        7 => json!([7, "x"]),
        8 => (0..script.below(4)).map(|id| json!({ "id": id })).collect(),
        9 => (0..script.below(3)).map(|_| value(script, depth - 1)).collect(),
        _ => object(script, depth - 1),
    }
}

fn object(script: &mut Script<'_>, depth: usize) -> Value {
    let members = (0..=script.below(4)).map(|_| {
        let name = NAMES[script.below(NAMES.len())];
        (name.to_owned(), value(script, depth))
    });
    Value::Object(members.collect::<Map<_, _>>())
}

/// The value at a path of objects.
fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| value.as_object()?.get(*name))
}

/// Reads one response as a list of two pages at most; the number of records if it is complete.
fn complete(paging: Paging, body: &Value) -> Option<usize> {
    let text = body.to_string();
    let http = Http::service(move |_: Outgoing| {
        let body = text.clone().into();
        async move { Ok::<_, Unanswered>(Incoming { status: 200, body, ..Incoming::default() }) }
    });
    let client = http.client("https://acme.example").expect("a URL");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let read = runtime.expect("a runtime").block_on(client.get("things").pages::<Value>(paging).all());
    read.ok().filter(|(_, outcome)| outcome.is_complete()).map(|(records, _)| records.len())
}

#[test]
fn a_response_is_complete_only_if_a_reference_finds_its_records_and_its_end() {
    fuzz("reference", include_str!("corpus/reference.txt"), 40, |script| {
        let mut bytes = Script(script.iter());
        let (style, body) = (bytes.below(4), object(&mut bytes, 3));
        let list = Paging::cursor("cursor", "meta.next").items("data.items").one_page();
        let (paging, records, next, more): (_, &[&str], Option<&[&str]>, Option<&[&str]>) = match style {
            0 => (Paging::whole().items("data.items"), &["data", "items"], None, None),
            1 => (list, &["data", "items"], Some(&["meta", "next"]), None),
            2 => (list.has_more("more"), &["data", "items"], None, Some(&["more"])),
            _ => (Paging::next_url("next").items("items").one_page(), &["items"], Some(&["next"]), None),
        };
        let Some(read) = complete(paging, &body) else { return };
        let records = at(&body, records).and_then(Value::as_array);
        assert_eq!(records.map(Vec::len), Some(read), "{body}");
        let next = next.and_then(|next| at(&body, next)).cloned().unwrap_or_default();
        assert!(next.is_null() || next == json!("") || next == json!(false), "{next} leads on: {body}");
        assert!(more.is_none_or(|more| at(&body, more) == Some(&json!(false))), "{body}");
    });
}

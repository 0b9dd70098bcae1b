//! Examples: those that a document gives of a response, and records made from their description, for a project's
//! recordings.

use super::document::{At, Document};
use crate::infer::json::Json;
use crate::infer::shape::{Member, Shape};
use crate::infer::words;

/// The depth to which a record is filled.
const DEEPEST: usize = 8;

/// Returns the shape of the example that a document gives of a response. It promises nothing.
pub fn of_response<'d>(document: &'d Document, response: At<'d>, content: At<'d>) -> Option<Shape> {
    let named = |at: At<'d>| {
        let (_, example) = at.members("examples").next()?;
        document.resolve(example).ok()?.get("value")
    };
    let of_kind = || {
        let (_, example) = response.members("examples").find(|(kind, _)| kind.contains("json"))?;
        Some(example)
    };
    let of_schema = || document.resolve(content.get("schema")?).ok()?.get("example");
    let example = content.get("example").or_else(|| named(content)).or_else(of_kind).or_else(of_schema)?;
    // Some documents hold the example as a text.
    let parsed = example.json.text().and_then(|text| serde_json::from_str(text).ok());
    let json = parsed.as_ref().unwrap_or(example.json);
    let mut shape = Shape::from_values([json]);
    promise_nothing(&mut shape);
    Some(shape)
}

fn promise_nothing(shape: &mut Shape) {
    for member in shape.object.iter_mut().flatten() {
        member.always = false;
        promise_nothing(&mut member.shape);
    }
    if let Some(items) = &mut shape.list {
        promise_nothing(items);
    }
}

/// Returns the record of this number. Ids differ from one number to the next.
pub fn record(shape: &Shape, name: &str, number: i64) -> Json {
    value(shape, name, number, 0)
}

fn value(shape: &Shape, name: &str, number: i64, depth: usize) -> Json {
    if depth > DEEPEST {
        return Json::Null;
    }
    if let Some(members) = &shape.object {
        let member =
            |member: &Member| (member.name.clone(), value(&member.shape, &member.name, number, depth + 1));
        return Json::Object(members.iter().map(member).collect());
    }
    if let Some(texts) = &shape.text {
        let seen = texts.seen.first().filter(|_| !is_id(name) || texts.moments || texts.dates);
        let fixed = texts.words.first().or(seen).cloned();
        return Json::Text(fixed.unwrap_or_else(|| made_up(name, number)));
    }
    if let Some(items) = &shape.list {
        let item = (items.kinds() == 1).then(|| value(items, name, number, depth + 1));
        return Json::List(item.into_iter().collect());
    }
    match () {
        () if shape.boolean => Json::Bool(true),
        () if shape.integer && is_moment(name) => Json::Number((1_736_294_400 + number).into()),
        () if shape.integer => Json::Number(number.into()),
        () if shape.float => serde_json::Number::from_f64(0.5).map_or(Json::Null, Json::Number),
        () => Json::Null,
    }
}

/// Invents a text for a member that the document only names. Classes have rules for some members.
fn made_up(name: &str, number: i64) -> String {
    let name = words::snake(name).unwrap_or_else(|| "text".to_owned());
    let said = |wanted: &[&str]| name.split('_').any(|word| wanted.contains(&word));
    if said(&["email", "mail"]) {
        format!("person{number}@example.com")
    } else if said(&["mac", "macs"]) {
        format!("00:1a:2b:3c:4d:{number:02x}")
    } else if said(&["ipv6"]) {
        format!("2001:db8::{number}")
    } else if said(&["ip", "ips", "ipv4"]) {
        format!("192.0.2.{number}")
    } else {
        format!("{}-{number}", name.replace('_', "-"))
    }
}

fn is_moment(name: &str) -> bool {
    crate::infer::dates::is_timely(&words::snake(name).unwrap_or_default())
}

fn is_id(name: &str) -> bool {
    words::snake(name).is_some_and(|name| {
        ["id", "uuid", "guid", "gid", "sid", "key", "slug"]
            .iter()
            .any(|end| name == *end || name.ends_with(&format!("_{end}")))
    })
}

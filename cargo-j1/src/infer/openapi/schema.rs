//! From the schemas of a document to the shape of values: 2.0, 3.0 and 3.1, and the small ways in which documents break either.

use j1_core::graph::Timestamp;

use crate::infer::identity;
use crate::infer::json::Json;
use crate::infer::shape::{Member, Shape, Texts};

use super::document::{At, Dangling, Document};

/// The depth to which the envelope of a response is searched.
const ENVELOPE: usize = 4;
/// The depth to which a record is read.
const RECORD: usize = 4;
/// The most schemas that may be inside of each other: each takes of the stack.
const DEEPEST: usize = 150;
/// The most schemas that one response may be made of; documents of real providers have a few hundred.
const MOST: usize = 12_000;

/// Reads one schema, with everything that it refers to.
pub struct Reader<'d> {
    document: &'d Document,
    /// The schemas that are being read, outermost first: one that comes again goes round in circles.
    open: Vec<usize>,
    /// The number of schemas read.
    read: usize,
    /// The first reference that led nowhere.
    pub dangling: Option<Dangling>,
}

impl<'d> Reader<'d> {
    /// Returns a reader of this document.
    pub const fn new(document: &'d Document) -> Self {
        Self { document, open: Vec::new(), read: 0, dangling: None }
    }

    /// Returns the shape of a response.
    pub fn response(&mut self, schema: At<'d>) -> Shape {
        self.shape(schema, ENVELOPE, true)
    }

    /// Returns the shape of values. `left` is how many objects deep it may go, `envelope` whether no list was entered yet.
    fn shape(&mut self, schema: At<'d>, left: usize, envelope: bool) -> Shape {
        let named = schema;
        let schema = match self.document.resolve(schema) {
            Ok(schema) => schema,
            Err(dangling) => {
                self.dangling.get_or_insert(dangling);
                return Shape::default();
            }
        };
        self.read += 1;
        if self.open.len() > DEEPEST {
            let reference = named.text("$ref").unwrap_or("a part of it").to_owned();
            self.dangling.get_or_insert(Dangling { reference, why: "is too deep inside of other schemas" });
            return Shape::default();
        }
        if self.read > MOST || self.open.contains(&schema.identity()) {
            let circular = self.read <= MOST;
            return Shape { circular, ..Shape::default() };
        }
        self.open.push(schema.identity());
        let mut shape = self.own(schema, left, envelope);
        for part in schema.items("allOf") {
            let part = self.shape(part, left, envelope);
            shape.refine(part);
        }
        let is_required = required(schema);
        for several in ["oneOf", "anyOf"] {
            self.alternatives(schema.items(several).collect(), &mut shape, left, envelope);
        }
        for member in shape.object.iter_mut().flatten() {
            member.always |= is_required(&member.name);
        }
        // In 3.1 a description may stand beside the reference.
        if let Some(docs) = named.text("description") {
            shape.docs = Some(docs.to_owned());
        }
        shape.schema = Some(schema.identity());
        self.open.pop();
        shape
    }

    /// Adds alternatives to a shape: the values are of one of them, and of what the schema says itself.
    fn alternatives(&mut self, parts: Vec<At<'d>>, shape: &mut Shape, left: usize, envelope: bool) {
        let mut parts = parts.into_iter().map(|part| self.shape(part, left, envelope));
        let Some(mut either) = parts.next() else { return };
        for part in parts {
            // A part that says nothing but `null` has no members to lack.
            if part.kinds() == 0 || either.kinds() == 0 {
                let null = part.null | either.null;
                either = if either.kinds() == 0 { part } else { either };
                either.null = null;
            } else {
                either.join(part);
            }
        }
        shape.refine(either);
    }

    /// Returns what a schema says itself, without its parts.
    fn own(&mut self, schema: At<'d>, left: usize, envelope: bool) -> Shape {
        let json = schema.json;
        let mut shape = Shape {
            docs: schema.text("description").or_else(|| schema.text("title")).map(str::to_owned),
            ..Shape::default()
        };
        let words = json.get("enum").map_or(&[][..], Json::items);
        let constant = json.get("const");
        let untyped = json.get("type").is_none();
        shape.null = schema.is("nullable")
            || schema.is("x-nullable")
            || is_type(json, "null")
            || words.contains(&Json::Null);
        let holds = |is: fn(&Json) -> bool| untyped && (words.iter().any(is) || constant.is_some_and(is));
        shape.boolean = is_type(json, "boolean") || holds(|word| matches!(word, Json::Bool(_)));
        shape.integer = is_type(json, "integer") || holds(|word| matches!(word, Json::Number(_)));
        shape.float = is_type(json, "number");
        let format = schema.text("format");
        let by_format = untyped && format.is_some_and(|format| TEXT_FORMATS.contains(&format));
        if is_type(json, "string") || by_format || holds(|word| matches!(word, Json::Text(_))) {
            shape.text = Some(texts(json, words, constant, format));
        }
        let items =
            json.get("items").or_else(|| json.get("prefixItems").and_then(|items| items.items().first()));
        if is_type(json, "array") || (untyped && items.is_some()) {
            let inner = match items.filter(|_| left > 0) {
                // The objects of the first list are records.
                Some(items) if envelope => self.shape(schema.with(items), RECORD, false),
                Some(items) => self.shape(schema.with(items), left.min(1), false),
                None => Shape::default(),
            };
            shape.list = Some(Box::new(inner));
        }
        let properties = json.get("properties").map_or(&[][..], Json::members);
        let more = json.get("additionalProperties").filter(|more| !matches!(more, Json::Bool(_)));
        if !properties.is_empty() || is_type(json, "object") || (untyped && more.is_some()) {
            let is_required = required(schema);
            let mut members = Vec::new();
            if left > 0 {
                for (name, member) in properties {
                    let mut inner = self.shape(schema.with(member), left - 1, envelope);
                    // Many documents call every number a `number`; no id has a fraction.
                    if inner.float && identity::is_id_by_name(name) {
                        (inner.float, inner.integer) = (false, true);
                    }
                    members.push(Member {
                        name: name.clone(),
                        always: is_required(name),
                        read_only: self.is_read_only(schema.with(member)),
                        seen: 0,
                        shape: inner,
                    });
                }
            }
            shape.map = properties.is_empty() && more.is_some();
            // Such as users by their ids.
            if let Some(values) = more.filter(|_| shape.map && envelope && left > 0) {
                let values = self.shape(schema.with(values), RECORD, false);
                shape.values = values.is_object().then(|| Box::new(values));
            }
            shape.object = Some(members);
        }
        shape
    }

    fn is_read_only(&self, schema: At<'d>) -> bool {
        schema.is("readOnly")
            || self.document.resolve(schema).is_ok_and(|schema| {
                schema.is("readOnly") || schema.items("allOf").any(|part| part.is("readOnly"))
            })
    }
}

/// Formats that say that a value is a text where a schema gives no type.
const TEXT_FORMATS: [&str; 8] = ["date-time", "date", "uuid", "uri", "email", "hostname", "ipv4", "ipv6"];

fn required(schema: At<'_>) -> impl Fn(&str) -> bool {
    let names: Vec<&str> =
        schema.json.get("required").map_or(&[][..], Json::items).iter().filter_map(Json::text).collect();
    move |name| names.contains(&name)
}

/// Returns `true` where a schema says that values are of this type; 3.1 may name several.
pub fn is_type(schema: &Json, name: &str) -> bool {
    let ty = schema.get("type");
    ty.and_then(Json::text) == Some(name)
        || ty.map_or(&[][..], Json::items).iter().any(|one| one.text() == Some(name))
}

fn texts(schema: &Json, words: &[Json], constant: Option<&Json>, format: Option<&str>) -> Texts {
    let mut known: Vec<String> = Vec::new();
    for word in words.iter().chain(constant).filter_map(Json::text) {
        if !known.iter().any(|other| other == word) {
            known.push(word.to_owned());
        }
    }
    let seen = example(schema, format);
    // Some documents show a moment, and do not call it one.
    let shown = || format.is_none() && seen.as_ref().is_some_and(|text| text.parse::<Timestamp>().is_ok());
    Texts {
        moments: format == Some("date-time") || known.is_empty() && shown(),
        dates: format == Some("date"),
        words: known,
        seen: seen.into_iter().collect(),
        ..Texts::default()
    }
}

/// Returns the example that a schema gives of a text, or one of its format.
fn example(schema: &Json, format: Option<&str>) -> Option<String> {
    let given = || {
        let several = || schema.get("examples")?.items().first()?.text();
        // An empty one shows nothing.
        schema.text_of("example").or_else(several).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    // An example in the document may not have the format; this has.
    let of_format = match format {
        Some("date-time") => "2025-01-08T09:00:00Z",
        Some("date") => "2025-01-08",
        Some("email") => "ada@example.com",
        Some("uri" | "url") => "https://example.com/",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        _ => return given(),
    };
    Some(of_format.to_owned())
}

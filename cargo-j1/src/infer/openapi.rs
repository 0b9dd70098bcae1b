//! An OpenAPI document, 3.0 or 3.1: the lists that its paths give.
//!
//! Read as JSON rather than into the types of one version: the two differ in what says that a value may be `null`, and
//! documents of real vendors break either in small ways that do not matter here.

use super::json::Json;
use super::resource::{Found, LeftOut, Resource};
use super::sample::paging_of;
use super::shape::{Member, Shape, Texts};
use super::words;
use crate::new::api::{Auth, Paging};

/// How many schemas deep is looked; documents go round in circles.
const DEEPEST: usize = 10;

/// Whether it is such a document.
pub fn is_openapi(json: &Json) -> bool {
    json.text_of("openapi").is_some_and(|version| version.starts_with('3')) && json.get("paths").is_some()
}

/// Reads a document.
pub fn read(document: &Json) -> Found {
    let reader = Reader { document };
    let mut found = Found { base: reader.base(), auth: reader.auth(), ..Found::default() };
    for (path, item) in document.get("paths").map_or(&[][..], Json::members) {
        let Some(get) = item.get("get") else {
            found.left_out.push(LeftOut::new(format!("`{path}`"), "it has no GET"));
            continue;
        };
        match reader.resource(path, item, get) {
            Ok(resource) if found.resources.iter().any(|other| other.name == resource.name) => {
                found.left_out.push(LeftOut::new(
                    format!("`GET {path}`"),
                    format!("another path gives {}", words::one(&resource.name)),
                ));
            }
            Ok(resource) => found.resources.push(resource),
            Err(why) => found.left_out.push(LeftOut::new(format!("`GET {path}`"), why)),
        }
    }
    found
}

struct Reader<'d> {
    document: &'d Json,
}

impl<'d> Reader<'d> {
    /// What a reference inside of the document stands for; itself where it is none.
    fn resolved(&self, json: &'d Json) -> &'d Json {
        let mut json = json;
        for _ in 0..DEEPEST {
            let Some(way) = json.text_of("$ref").and_then(|way| way.strip_prefix("#/")) else { break };
            let parts: Vec<_> =
                way.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
            let parts: Vec<_> = parts.iter().map(String::as_str).collect();
            let Some(target) = self.document.at(&parts) else { break };
            json = target;
        }
        json
    }

    /// What a schema refers to inside of the document that is not there, if anything.
    fn dangling(&self, schema: &'d Json, depth: usize) -> Option<&'d str> {
        let resolved = self.resolved(schema);
        if let Some(way) = resolved.text_of("$ref") {
            return Some(way);
        }
        // What is cut off shows near the top; documents of real vendors are wide below.
        if depth > 2 {
            return None;
        }
        let parts = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|name| resolved.get(name));
        let parts = parts.flat_map(Json::items).chain(resolved.get("items"));
        let members =
            resolved.get("properties").map_or(&[][..], Json::members).iter().map(|(_, member)| member);
        parts.chain(members).find_map(|part| self.dangling(part, depth + 1))
    }

    fn base(&self) -> Option<String> {
        let server = self.document.get("servers")?.items().first()?;
        let mut url = server.text_of("url")?.to_owned();
        for (name, variable) in server.get("variables").map_or(&[][..], Json::members) {
            url = url.replace(&format!("{{{name}}}"), variable.text_of("default").unwrap_or(name));
        }
        web_address(&url)
    }

    /// The first scheme that the kit has, of those the document requires, or else declares.
    fn auth(&self) -> Option<Auth> {
        let schemes = self.document.at(&["components", "securitySchemes"])?.members();
        let required =
            self.document.get("security").map_or(&[][..], Json::items).iter().flat_map(Json::members);
        let wanted = required.filter_map(|(name, _)| schemes.iter().find(|(known, _)| known == name));
        wanted.chain(schemes).find_map(|(_, scheme)| {
            let scheme = self.resolved(scheme);
            match (
                scheme.text_of("type")?,
                scheme.text_of("scheme").map(str::to_ascii_lowercase).as_deref(),
                scheme.text_of("in"),
            ) {
                ("http", Some("bearer"), _) => Some(Auth::Bearer { scheme: None }),
                ("http", Some("basic"), _) => Some(Auth::Basic),
                ("apiKey", _, Some("header")) => {
                    let header = scheme.text_of("name").filter(|name| is_header(name))?;
                    Some(Auth::ApiKey { header: header.to_ascii_lowercase() })
                }
                ("oauth2", ..) => {
                    let url = scheme.at(&["flows", "clientCredentials", "tokenUrl"])?.text()?;
                    Some(Auth::OAuth2 { token_url: Some(web_address(url)?) })
                }
                _ => None,
            }
        })
    }

    fn resource(&self, path: &str, item: &'d Json, get: &'d Json) -> Result<Resource, String> {
        if path.contains('{') {
            return Err("it needs the id of another record; write a step that reads those and asks for each"
                .to_owned());
        }
        let responses = get.get("responses").map_or(&[][..], Json::members);
        let ok = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))
            .ok_or("it has no successful answer")?;
        let response = self.resolved(&ok.1);
        let content = response.get("content").map_or(&[][..], Json::members);
        let json = content.iter().find(|(kind, _)| kind.contains("json")).ok_or("its answer is no JSON")?;
        let schema = json.1.get("schema").ok_or("its answer has no schema")?;
        let (items, record) = self.list(schema).ok_or_else(|| match self.dangling(schema, 0) {
            Some(way) => {
                format!("its answer refers to `{way}`, which is not in the document; is that cut off?")
            }
            None => "its answer is no list of records".to_owned(),
        })?;
        if let Some(way) = self.dangling(record, 0) {
            return Err(format!(
                "its records refer to `{way}`, which is not in the document; is that cut off?"
            ));
        }
        let required = self.parameters(item, get).into_iter().find(|(_, needed)| *needed);
        if let Some((name, _)) = required {
            return Err(format!("its parameter `{name}` has to be given"));
        }
        let last = path
            .rsplit('/')
            .find(|part| !part.is_empty())
            .and_then(words::snake)
            .ok_or("its path says no name")?;
        let shape = self.shape(record, 0);
        if shape.members().is_empty() {
            return Err("its records have no members".to_owned());
        }
        let docs = self
            .resolved(record)
            .text_of("description")
            .or_else(|| get.text_of("summary"))
            .map(str::to_owned);
        Ok(Resource {
            name: words::singular(&last),
            path: path.trim_matches('/').to_owned(),
            paging: self.paging(item, get, schema, items.as_deref(), response),
            records: (1..=2).map(|number| example(&shape, &last, number, 0)).collect(),
            items,
            shape,
            docs,
        })
    }

    /// The records of an answer, and the member that holds them.
    fn list(&self, schema: &'d Json) -> Option<(Option<String>, &'d Json)> {
        let schema = self.resolved(schema);
        if is_type(schema, "array") {
            return Some((None, schema.get("items")?)).filter(|(_, items)| self.is_object(items));
        }
        let lists = |schema: &'d Json| {
            let members = self.members(schema, 0).into_iter();
            members.filter_map(|(name, member, _)| {
                let member = self.resolved(member);
                let items = is_type(member, "array").then(|| member.get("items")).flatten()?;
                self.is_object(items).then_some((name, items))
            })
        };
        let mut found: Vec<_> = lists(schema).collect();
        if found.len() == 1 {
            return found.pop().map(|(name, items)| (Some(name.to_owned()), items));
        }
        found
            .into_iter()
            .find(|(name, _)| ["items", "data", "results", "value"].contains(name))
            .map(|(name, items)| (Some(name.to_owned()), items))
    }

    fn is_object(&self, schema: &'d Json) -> bool {
        !self.members(schema, 0).is_empty()
    }

    /// The members of an object: its own, and those of all that it is made of. Whether each is required comes with it.
    fn members(&self, schema: &'d Json, depth: usize) -> Vec<(&'d str, &'d Json, bool)> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let schema = self.resolved(schema);
        let required = schema.get("required").map_or(&[][..], Json::items);
        let own = schema.get("properties").map_or(&[][..], Json::members).iter();
        let is_required = |name: &str| required.iter().any(|one| one.text() == Some(name));
        let mut all: Vec<_> = own.map(|(name, member)| (name.as_str(), member, is_required(name))).collect();
        for part in schema.get("allOf").map_or(&[][..], Json::items) {
            for (name, member, needed) in self.members(part, depth + 1) {
                if !all.iter().any(|(known, ..)| *known == name) {
                    all.push((name, member, needed || is_required(name)));
                }
            }
        }
        all
    }

    fn parameters(&self, item: &'d Json, get: &'d Json) -> Vec<(String, bool)> {
        let both = [item, get].into_iter().filter_map(|side| side.get("parameters")).flat_map(Json::items);
        both.map(|parameter| self.resolved(parameter))
            .filter(|parameter| parameter.text_of("in") == Some("query"))
            .filter_map(|parameter| {
                Some((
                    parameter.text_of("name")?.to_owned(),
                    parameter.get("required") == Some(&Json::Bool(true)),
                ))
            })
            .collect()
    }

    fn paging(
        &self,
        item: &'d Json,
        get: &'d Json,
        schema: &'d Json,
        items: Option<&str>,
        response: &'d Json,
    ) -> Option<Paging> {
        let query: Vec<_> =
            self.parameters(item, get).into_iter().map(|(name, _)| (name, String::new())).collect();
        let link = response
            .get("headers")
            .map_or(&[][..], Json::members)
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("link"));
        if link {
            let size = query
                .iter()
                .map(|(name, _)| name)
                .find(|name| ["per_page", "limit", "page_size"].contains(&name.as_str()));
            return Some(Paging::Link { size: size.cloned() });
        }
        // An answer of nothing but what is around the records tells as a sample would.
        let around = |name: &str, value: &'d Json| {
            let shape = self.shape(value, 0);
            (name.to_owned(), example(&shape, name, 1, 0))
        };
        let members = self.members(schema, 0).into_iter().filter(|(name, ..)| Some(*name) != items);
        let answer = Json::Object(members.map(|(name, value, _)| around(name, value)).collect());
        paging_of(&answer, items, Some(&query))
    }

    /// What a schema says of values.
    fn shape(&self, schema: &'d Json, depth: usize) -> Shape {
        let schema = self.resolved(schema);
        let mut shape = Shape {
            docs: schema.text_of("description").or_else(|| schema.text_of("title")).map(str::to_owned),
            ..Shape::default()
        };
        if depth > DEEPEST {
            return shape;
        }
        for part in ["oneOf", "anyOf"].into_iter().filter_map(|name| schema.get(name)).flat_map(Json::items) {
            shape.join(self.shape(part, depth + 1));
        }
        shape.null |= schema.get("nullable") == Some(&Json::Bool(true)) || is_type(schema, "null");
        shape.boolean |= is_type(schema, "boolean");
        shape.integer |= is_type(schema, "integer");
        shape.float |= is_type(schema, "number");
        let words = schema.get("enum").map_or(&[][..], Json::items);
        shape.null |= words.contains(&Json::Null);
        if is_type(schema, "string")
            || (schema.get("type").is_none() && words.iter().any(|word| word.text().is_some()))
        {
            let format = schema.text_of("format");
            shape.text = Some(Texts {
                moments: format == Some("date-time"),
                dates: format == Some("date"),
                words: words.iter().filter_map(Json::text).map(str::to_owned).collect(),
                seen: example_text(schema, format).into_iter().collect(),
                empty: false,
            });
        }
        if is_type(schema, "array") {
            shape.list = Some(Box::new(
                schema.get("items").map_or_else(Shape::default, |items| self.shape(items, depth + 1)),
            ));
        }
        let members = self.members(schema, 0);
        if !members.is_empty() || is_type(schema, "object") {
            let member = |(name, schema, always): (&str, _, _)| Member {
                name: name.to_owned(),
                always,
                shape: self.shape(schema, depth + 1),
            };
            shape.object = Some(members.into_iter().map(member).collect());
        }
        shape
    }
}

/// A URL of http or https, as `url` writes it: with quotes, blanks and controls in percent-encoding.
fn web_address(text: &str) -> Option<String> {
    let url = url::Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()))?;
    Some(url.as_str().trim_end_matches('/').to_owned())
}

/// Returns `true` for text that can be the name of a header.
fn is_header(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

/// Whether a schema says that values are of this type; in 3.1 it may name several.
fn is_type(schema: &Json, name: &str) -> bool {
    let ty = schema.get("type");
    ty.and_then(Json::text) == Some(name)
        || ty.map_or(&[][..], Json::items).iter().any(|one| one.text() == Some(name))
}

/// The example that a schema gives of a text, or one of its format.
fn example_text(schema: &Json, format: Option<&str>) -> Option<String> {
    let given = schema.text_of("example").or_else(|| schema.get("examples")?.items().first()?.text());
    let of_format = match format? {
        "date-time" => "2025-01-08T09:00:00Z",
        "date" => "2025-01-08",
        "email" => "ada@example.com",
        "uri" | "url" => "https://example.com/",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        _ => return given.map(str::to_owned),
    };
    // What a format asks for holds more than what somebody wrote as an example.
    Some(of_format.to_owned())
}

/// A record as the schema has it.
fn example(shape: &Shape, name: &str, number: i64, depth: usize) -> Json {
    if depth > DEEPEST {
        return Json::Null;
    }
    if let Some(members) = &shape.object {
        let member =
            |member: &Member| (member.name.clone(), example(&member.shape, &member.name, number, depth + 1));
        return Json::Object(members.iter().map(member).collect());
    }
    if let Some(texts) = &shape.text {
        let fixed =
            texts.words.first().cloned().or_else(|| texts.seen.first().filter(|_| !is_id(name)).cloned());
        return Json::Text(fixed.unwrap_or_else(|| made_up(name, number)));
    }
    if let Some(items) = &shape.list {
        return Json::List(if items.kinds() == 1 {
            vec![example(items, name, number, depth + 1)]
        } else {
            Vec::new()
        });
    }
    match () {
        () if shape.boolean => Json::Bool(true),
        () if shape.integer => Json::Number(number.into()),
        () if shape.float => serde_json::Number::from_f64(0.5).map_or(Json::Null, Json::Number),
        () => Json::Null,
    }
}

/// A text for a member of which the document says no more than its name. Classes have rules for some.
fn made_up(name: &str, number: i64) -> String {
    let name = words::snake(name).unwrap_or_else(|| "text".to_owned());
    let said = |wanted: &[&str]| name.split('_').any(|word| wanted.contains(&word));
    if said(&["mac", "macs"]) {
        format!("00:1a:2b:3c:4d:{number:02x}")
    } else if said(&["ipv6"]) {
        format!("2001:db8::{number}")
    } else if said(&["ip", "ips", "ipv4"]) {
        format!("192.0.2.{number}")
    } else {
        format!("{}-{number}", name.replace('_', "-"))
    }
}

fn is_id(name: &str) -> bool {
    words::snake(name).is_some_and(|name| {
        ["id", "uuid", "guid", "key", "slug"]
            .iter()
            .any(|end| name == *end || name.ends_with(&format!("_{end}")))
    })
}

//! Documents that are made to break their reader: hostile names, depths, circles and explosions. Each becomes a project or a
//! clear error; `together` compiles what came of the names.

use serde_json::{Map, Value, json};

use crate::cases::{document, get, list, loose, paths, text};
use crate::corpus;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The number of things inside of each other, in a row, or in one place.
const MANY: usize = 10_000;

/// Names that Rust, its macros, shells, templates, terminals or files have a meaning for, and what is left of no name.
const NAMES: &[&str] = &[
    "crate",
    "self",
    "Self",
    "super",
    "r#type",
    "r#self",
    "async",
    "dyn",
    "gen",
    "union",
    "try",
    "abstract",
    "'static",
    "macro_rules",
    "u8",
    "String",
    "Option",
    "Vec",
    "None",
    "_",
    "__",
    "__proto__",
    "-",
    "",
    ".",
    "..",
    "a b",
    "{}",
    "{0}",
    "{id}",
    "{{x}}",
    "{% raw %}",
    "*/",
    "\"#",
    "\"",
    "'",
    "\\",
    "`x`",
    "\n",
    "\r\n",
    "\0",
    "\u{1b}[2J",
    "\u{202e}gpj",
    "\u{2066}x\u{2069}",
    "\u{feff}",
    "\u{ad}",
    "🦀",
    "ß",
    "名前",
    "ID",
    "Id",
    "iD",
    "_id",
    "1",
    "1a",
    "-1",
    "true",
    "null",
    "$ref",
    "@id",
    "#x",
    "x.y.z",
    "x/y",
    "%s",
    "${HOME}",
    "$(id)",
    "a_",
    "_a",
    "a__b",
    "fetch",
    "new",
    "default",
    "clone",
    "key",
    "job",
    "record",
];

/// Returns the names, with one that is longer than the name of a file may be.
fn names() -> Vec<String> {
    NAMES.iter().map(|name| (*name).to_owned()).chain([lots("a"), lots("B_")]).collect()
}

fn lots(text: &str) -> String {
    text.repeat(MANY)
}

/// A record with an id and these members.
fn record(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let id = ("id".to_owned(), text());
    let members: Map<String, Value> = members.into_iter().chain([id]).collect();
    json!({ "type": "object", "required": ["id"], "properties": members })
}

/// A document of one list of these records.
#[expect(clippy::needless_pass_by_value, reason = "values written in place read better")]
fn users(items: Value, schemas: Value) -> String {
    document(paths(&[("/users", get(list(items)))]), json!({ "schemas": schemas })).to_string()
}

/// The text of a document whose records have a member with this schema, which may be deeper than a value can be here.
fn with_member(schema: &str) -> String {
    users(record([("x".to_owned(), json!("@"))]), json!({})).replace("\"@\"", schema)
}

/// Schemas that each lead to the next one, and to a record in the end.
fn chain(length: usize, each: impl Fn(Value) -> Value) -> Value {
    let next = |at: usize| json!({ "$ref": format!("#/components/schemas/A{}", at + 1) });
    let mut all: Map<String, Value> = (0..length).map(|at| (format!("A{at}"), each(next(at)))).collect();
    all.insert(format!("A{length}"), record([]));
    Value::Object(all)
}

/// A document that needs keys of all these names.
fn authenticated() -> String {
    let schemes: Map<String, Value> = names()
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let place = ["query", "header", "cookie"][at % 3];
            let docs = format!("prefixed with {name}");
            (format!("{at}"), json!({ "type": "apiKey", "in": place, "name": name, "description": docs }))
        })
        .collect();
    let needed =
        |from: usize| (from..schemes.len()).map(|at| (at.to_string(), json!([]))).collect::<Map<_, _>>();
    let mut authenticated =
        document(paths(&[("/users", get(list(record([]))))]), json!({ "securitySchemes": schemes }));
    authenticated["security"] = json!([needed(0), needed(schemes.len() / 2)]);
    authenticated.to_string()
}

/// The documents that are compiled as well: each has these names in every place that takes names.
pub fn named() -> Vec<(&'static str, String)> {
    let members =
        |schema: fn(&str) -> Value| names().into_iter().map(move |name| (name.clone(), schema(&name)));
    let plain = members(|name| json!({ "type": "string", "description": name, "example": name }));
    let inner = members(|name| loose(&[(name, text()), ("z", text())]));
    let listed = members(|name| json!({ "type": "string", "enum": [name, "a", "A", "a-b", "a_b"] }));
    let value = |name: &str| json!({ "name": name, "required": true, "schema": text(), "example": format!("{name}x") });
    let parameters = |place: &str| {
        let all: Vec<Value> = names()
            .iter()
            .map(|name| {
                let mut one = value(name);
                one["in"] = place.into();
                one
            })
            .collect();
        let mut item = get(list(record([])));
        item["get"]["parameters"] = all.into();
        document(paths(&[("/users", item)]), json!({})).to_string()
    };
    // Each is a step, of which the compiler takes its time: every third is enough.
    let all: Map<String, Value> = names()
        .iter()
        .step_by(3)
        .map(|name| (format!("/{name}"), get(list(record([])))))
        .chain(
            ["self", "r#type", "{}", "a b"]
                .map(|name| (format!("/things/{{{name}}}/{name}"), get(list(record([]))))),
        )
        .collect();
    let odd = json!({ "enum": ["Self", "self", "crate", "", "-", "a b", "A B", "\u{202e}", "*/", "{}", "1", null, 1, 2.5, [], {}] });
    let every: Vec<String> = (0..MANY).map(|at| format!("w{at}")).collect();
    let words =
        record([("odd".to_owned(), odd), ("every".to_owned(), json!({ "type": "string", "enum": every }))]);
    let of_sample = |at: usize| {
        let members = names().into_iter().map(|name| (name.clone(), json!({ name: at, "z": "2" })));
        members.chain([("id".to_owned(), json!(at.to_string()))]).collect::<Map<_, _>>()
    };
    vec![
        ("members.json", users(record(plain), json!({}))),
        ("objects.json", users(record(inner), json!({}))),
        ("enums.json", users(record(listed), json!({}))),
        ("words.json", users(words, json!({}))),
        ("query.json", parameters("query")),
        ("headers.json", parameters("header")),
        ("paths.json", document(Value::Object(all), json!({})).to_string()),
        ("schemes.json", authenticated()),
        ("sample.json", json!([of_sample(1), of_sample(2)]).to_string()),
    ]
}

/// Depths, circles and explosions.
fn others() -> Vec<(&'static str, String)> {
    let deep = |open: &str, close: &str, most: &str| open.repeat(MANY) + most + &close.repeat(MANY);
    let properties =
        |next: Value| json!({ "type": "object", "properties": { "id": text(), "a": next, "b": next } });
    let first = || json!({ "$ref": "#/components/schemas/A0" });
    let duplicate = |path: &'static str| {
        let mut item = get(list(record([])));
        item["get"]["operationId"] = "list".into();
        (path, item)
    };
    let alias = |at: usize| format!("b{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(","));
    let aliases: String = (1..12).map(alias).collect();
    vec![
        ("arrays.json", deep("[", "]", "")),
        ("objects.json", format!(r#"[{{"id":"1","a":{}}}]"#, deep(r#"{"a":"#, "}", "1"))),
        ("properties.json", with_member(&deep(r#"{"type":"object","properties":{"a":"#, "}}", "{}"))),
        ("items.json", with_member(&deep(r#"{"type":"array","items":"#, "}", "{}"))),
        ("flow.yaml", format!("openapi: 3.0.0\npaths: {}", deep("{a: ", "}", "1"))),
        ("block.yaml", {
            let lines: String = (0..500).map(|at| format!("{}a:\n", "  ".repeat(at + 1))).collect();
            format!("openapi: 3.0.0\npaths:\n{lines}")
        }),
        ("references.json", users(first(), chain(MANY, |next| next))),
        ("nested.json", users(first(), chain(MANY, |next| loose(&[("id", text()), ("a", next)])))),
        ("parts.json", users(first(), chain(MANY, |next| json!({ "allOf": [next] })))),
        ("circle.json", users(first(), json!({ "A0": { "$ref": "#/components/schemas/A1" }, "A1": first() }))),
        ("circle-of-parts.json", users(first(), json!({ "A0": { "allOf": [first(), record([])] } }))),
        ("circle-of-lists.json", users(first(), json!({ "A0": { "type": "array", "items": first() } }))),
        ("doubled-parts.json", users(first(), chain(40, |next| json!({ "allOf": [next, next] })))),
        ("doubled-choices.json", users(first(), chain(40, |next| json!({ "oneOf": [next, next] })))),
        ("doubled-members.json", users(first(), chain(40, properties))),
        ("aliases.yaml", format!("a: &a0 [x,x,x,x,x,x,x,x,x]\n{aliases}openapi: 3.0.0\npaths: {{}}\n")),
        ("operations.json", document(paths(&[duplicate("/users"), duplicate("/groups")]), json!({})).to_string()),
        ("large-number.json", with_member(r#"{"type":"number","maximum":1e999}"#)),
        ("large-values.json", r#"[{"id":"1","n":1e999},{"id":"2","n":-1e999}]"#.to_owned()),
        ("large-ids.json", r#"[{"id":123456789012345678901234567890},{"id":2}]"#.to_owned()),
        ("twice.json", r#"[{"id":"1","id":"2","a":1,"a":"x"},{"id":"3","a":2}]"#.to_owned()),
        ("wide.json", users(record((0..3_000).map(|at| (format!("p{at}"), text()))), json!({}))),
        (
            "nulls.json",
            r#"{"openapi":"3.0.0","paths":{"/a":null,"/b":[],"/c":"x","/d":{"get":null},"/e":{"get":{"responses":null}},
            "/f":{"get":{"responses":{"200":null}}},"/g":{"get":{"responses":{"200":{"content":{"application/json":null}}}}},
            "/h":{"get":{"responses":{"200":{"content":{"application/json":{"schema":true}}}}}}},"components":null,
            "security":"x","servers":[null]}"#
                .to_owned(),
        ),
        ("whole.json", document(paths(&[("/users", json!({ "$ref": "#/paths/~1users" })), ("/b", get(json!({ "$ref": "#" })))]), json!({})).to_string()),
    ]
}

/// Values that are not text.
fn binaries() -> Vec<(&'static str, Vec<u8>)> {
    let body = |text: &str| {
        json!({ "request": { "method": "GET", "url": "https://acme.example/users", "headers": [] },
            "response": { "status": 200, "headers": [], "content": { "encoding": "base64", "text": text } } })
    };
    let har = |text: &str| json!({ "log": { "entries": [body(text)] } }).to_string().into_bytes();
    let mut binary = har("x");
    binary.splice(40..40, [0xff, 0xfe, 0, 1]);
    let utf16 = "[{\"id\":\"1\"}]".encode_utf16().flat_map(u16::to_le_bytes);
    vec![
        ("no-base64.har", har("!!!")),
        ("binary-body.har", har("AAECAwT/")),
        ("binary.har", binary),
        ("zeros.json", vec![0; 1_000]),
        ("utf16.json", [0xff, 0xfe].into_iter().chain(utf16).collect()),
    ]
}

#[test]
fn names_that_are_none_become_a_project_whose_rust_parses() -> Tested {
    for (file, text) in named() {
        let folder = tempfile::tempdir()?;
        assert!(corpus::check(folder.path(), file, text.as_bytes())?, "{file}");
    }
    Ok(())
}

#[test]
fn depths_circles_and_explosions_become_a_project_or_an_error() -> Tested {
    let texts = others().into_iter().map(|(file, text)| (file, text.into_bytes()));
    for (file, text) in texts.chain(binaries()) {
        let folder = tempfile::tempdir()?;
        corpus::check(folder.path(), file, &text).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(())
}

#[test]
fn a_path_that_the_client_would_not_send_is_left_out() -> Tested {
    let folder = tempfile::tempdir()?;
    let odd = [
        "/../users",
        "/./users",
        "/%2e%2e/users",
        "/a%20b",
        "/users?a=b",
        "/users#a",
        "/a\\b",
        "/a\u{202e}b",
    ];
    let all: Map<String, Value> =
        odd.into_iter().chain(["/groups"]).map(|path| (path.to_owned(), get(list(record([]))))).collect();
    let text = document(Value::Object(all), json!({})).to_string();
    assert!(corpus::check(folder.path(), "api.json", text.as_bytes())?);
    let review = std::fs::read_to_string(folder.path().join("acme/REVIEW.md"))?;
    let (_, same) = review.split_once("`%` or characters that no path has:").ok_or(review.clone())?;
    assert_eq!(same.matches("  - `GET /").count(), odd.len(), "{review}");
    let recorded = std::fs::read_dir(folder.path().join("acme/recordings"))?.count();
    assert_eq!(recorded, 1, "{review}");
    Ok(())
}

#[test]
fn a_recorded_path_that_the_client_would_not_send_is_left_out() -> Tested {
    let folder = tempfile::tempdir()?;
    let entry = |path: &str| {
        let body = json!([{ "id": "a-1", "name": "one" }, { "id": "a-2", "name": "two" }]).to_string();
        json!({
            "request": { "method": "GET", "url": format!("https://api.acme.example/v1/{path}"), "headers": [] },
            "response": { "status": 200, "headers": [], "content": { "text": body } },
        })
    };
    let entries = ["groups", "a%20b", "teams/a%2Fb/members"].map(entry);
    let har = json!({ "log": { "version": "1.2", "entries": entries } }).to_string();
    assert!(corpus::check(folder.path(), "api.har", har.as_bytes())?);
    let review = std::fs::read_to_string(folder.path().join("acme/REVIEW.md"))?;
    let (_, same) = review.split_once("`%` or characters that no path has:").ok_or(review.clone())?;
    for path in ["a%20b", "teams/a%2Fb/members"] {
        assert!(same.contains(&format!("  - `GET /{path}`")), "{review}");
    }
    let client = std::fs::read_to_string(folder.path().join("acme/src/client.rs"))?;
    assert!(client.contains("get(\"groups\")") && !client.contains('%'), "{client}");
    Ok(())
}

/// A URL of the API, and what a project has of it.
#[test]
fn the_url_of_a_server_gives_no_credentials_and_no_other_scheme() -> Tested {
    let long = format!("https://{}.example", lots("x"));
    for (url, base) in [
        ("https://user:s3cret@acme.example/v2", Some("https://acme.example/v2")),
        ("https://acme.example/v2?key=s3cret#s3cret", Some("https://acme.example/v2")),
        ("https://acme.example/../..", Some("https://acme.example")),
        ("javascript:alert('s3cret')", None),
        ("data:text/html,s3cret", None),
        ("file:///etc/passwd", None),
        ("https://acme.example:99999/", None),
        ("http://[::1", None),
        ("\n", None),
        (&long, None),
    ] {
        let folder = tempfile::tempdir()?;
        let mut document = document(paths(&[("/users", get(list(record([]))))]), json!({}));
        document["servers"] = json!([{ "url": url }]);
        assert!(corpus::check(folder.path(), "api.json", document.to_string().as_bytes())?, "{url:?}");
        let config = std::fs::read_to_string(folder.path().join("acme/src/config.rs"))?;
        let wanted = base.unwrap_or("https://api.acme.example/v1");
        assert!(config.contains(&format!("{wanted:?}")), "{url:?}: {config}");
        for path in ["acme/src/config.rs", "acme/REVIEW.md", "acme/.env.example", "acme/docs/acme.md"] {
            let text = std::fs::read_to_string(folder.path().join(path)).unwrap_or_default();
            assert!(!text.contains("s3cret") && !text.contains("etc/passwd"), "{url:?}: {path}: {text}");
        }
        for entry in std::fs::read_dir(folder.path().join("acme/recordings"))? {
            assert!(!std::fs::read_to_string(entry?.path())?.contains("s3cret"), "{url:?}");
        }
    }
    Ok(())
}

//! Documents drawn at random over the features of OpenAPI: each makes a project whose Rust parses and whose names are unique, or says
//! why not.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::Rng;
use proptest::test_runner::{TestRng, TestRunner};
use serde_json::{Map, Value, json};

use crate::made::{cargo_j1, said};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The number of documents that a run draws.
const DOCUMENTS: usize = 300;

/// Words of paths: things, words of Rust, what projects have anyway, and what is no name.
const WORDS: &[&str] = &[
    "users",
    "user",
    "Users",
    "user_groups",
    "userGroups",
    "groups",
    "members",
    "types",
    "match",
    "self",
    "integrations",
    "collect",
    "data",
    "people",
    "1st",
    "über",
    "v1",
    "api",
    "devices",
    "device-types",
    "news",
    "Result",
    "strings",
    "options",
    "indices",
    "index",
    "records",
    "jobs",
    "main",
    "mod",
    "clients",
    "configs",
    "keys",
    "try_credentials",
    "news",
    "default",
    "items",
    "crate",
    "super",
    "Self",
    "r#type",
    "..",
    "%2e%2e",
    "a'b",
    "*",
    "🦀",
    "a_very_long_name_that_goes_on_and_on_for_longer_than_any_provider_would_ever_call_a_thing_of_its_own",
];
/// Names of members.
const MEMBERS: &[&str] = &[
    "id",
    "uuid",
    "gid",
    "name",
    "displayName",
    "display_name",
    "title",
    "login",
    "userName",
    "user_name",
    "type",
    "self",
    "match",
    "fn",
    "class",
    "_type",
    "_class",
    "_key",
    "tag.x",
    "vendor",
    "owner",
    "owner_id",
    "group_id",
    "group",
    "groups",
    "user_ids",
    "created_at",
    "updated",
    "expires_on",
    "lastSeen",
    "password",
    "apiKey",
    "active",
    "is_ok",
    "enabled",
    "Größe",
    "名前",
    "",
    "a b",
    "1st",
    "email",
    "emails",
    "hostname",
    "ipAddress",
    "mac_address",
    "severity",
    "open",
    "status",
    "category",
    "description",
    "notes",
    "summary",
    "count",
    "size",
    "parent_id",
    "device_id",
    "deviceId",
    "version",
    "os",
    "integration",
    "record",
    "new",
    "key",
    "slug",
    "crate",
    "Self",
    "r#fn",
    "{}",
    "{{id}}",
    "*/",
    "\"#",
    "\u{202e}gpj",
    "a\nb",
    "\0",
    "__proto__",
    "'static",
    "async",
    "-",
];
const TEXTS: &[&str] = &[
    "a",
    "B c",
    "on-hold",
    "",
    "self",
    "Unlisted",
    "1",
    "ä",
    "x\ny",
    "a`b",
    "\"",
    "UPPER",
    "two words",
    "*/",
    "\"#",
    "{}",
    "{{x}}",
    "\u{202e}x",
    "crate",
    "\\",
    "\0",
    "${HOME}",
];
const FORMATS: &[&str] = &["date-time", "date", "uuid", "uri", "email", "ipv4", "int64", "made-up"];

/// Draws a document.
pub struct Draw {
    rng: TestRng,
}

impl Draw {
    /// Returns one whose documents depend on `PROPTEST_RNG_SEED`, where that is set.
    pub fn new() -> Self {
        let mut runner = TestRunner::default();
        Self { rng: runner.new_rng() }
    }

    /// Returns one that always draws the same documents.
    pub fn fixed() -> Self {
        Self { rng: TestRunner::deterministic().new_rng() }
    }

    fn below(&mut self, most: u32) -> u32 {
        self.rng.next_u32() % most.max(1)
    }

    fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.below(u32::try_from(from.len()).unwrap_or(1));
        from[at as usize]
    }

    /// Returns a whole document.
    pub fn document(&mut self) -> Value {
        let version = if self.one_in(2) { "3.0.3" } else { "3.1.0" };
        let mut paths = Map::new();
        for _ in 0..=self.below(8) {
            let (path, item) = (self.path(), self.item());
            paths.insert(path, item);
        }
        let schemas: Map<_, _> =
            ["A", "B", "C~/%"].map(|name| (name.to_owned(), self.schema(3))).into_iter().collect();
        let schemes = json!({ "one": self.scheme(), "two": self.scheme() });
        let mut document = json!({
            "openapi": version, "info": { "title": "t", "version": "1" },
            "paths": paths, "components": { "schemas": schemas, "securitySchemes": schemes },
        });
        if self.one_in(2) {
            let url = ["https://api.acme.example/v1/", "/v1", "https://{host}/x"];
            document["servers"] =
                json!([{ "url": self.pick(&url), "variables": { "host": { "default": "acme.example" } } }]);
        }
        document["security"] = match self.below(4) {
            0 => json!([{ "one": [] }]),
            1 => json!([{ "one": [], "two": [] }]),
            2 => json!([{ "two": [] }, { "one": [] }, {}]),
            _ => json!([]),
        };
        document
    }

    fn path(&mut self) -> String {
        let mut path = String::new();
        for _ in 0..=self.below(3) {
            path += &format!("/{}", self.pick(WORDS));
            if self.one_in(3) {
                path += &format!(
                    "/{{{}}}",
                    self.pick(&["id", "org", "userId", "group_id", "match", "x-y", "crate", "Self"])
                );
            }
        }
        if self.one_in(2) {
            path += &format!("/{}", self.pick(WORDS));
        }
        path + self.pick(&["", "", "", "/", ".json"])
    }

    fn item(&mut self) -> Value {
        let record = self.schema(3);
        let list = match self.below(8) {
            0 => record,
            1 => json!({ "items": record }),
            2 | 3 => json!({ "type": "array", "items": record }),
            _ => {
                let name = self.pick(&["data", "items", "users", "results", "order"]);
                let mut members =
                    Map::from_iter([(name.to_owned(), json!({ "type": "array", "items": record }))]);
                for _ in 0..self.below(4) {
                    let about =
                        self.pick(&["next", "next_cursor", "total", "has_more", "errors", "meta", "links"]);
                    members.insert(about.to_owned(), self.schema(2));
                }
                json!({ "type": "object", "properties": members })
            }
        };
        let parameters: Vec<Value> = (0..self.below(4)).map(|_| self.parameter()).collect();
        let status = self.pick(&["200", "201", "2XX", "default"]);
        let media = self.pick(&[
            "application/json",
            "application/json",
            "application/hal+json; charset=utf-8",
            "text/csv",
        ]);
        let response = json!({ "content": { media: { "schema": list } } });
        json!({ "get": { "parameters": parameters, "responses": { "202": { "description": "later" }, status: response } } })
    }

    fn parameter(&mut self) -> Value {
        let name = self.pick(&[
            "limit",
            "offset",
            "page",
            "per_page",
            "cursor",
            "after",
            "$top",
            "page[size]",
            "q",
            "all",
        ]);
        let mut parameter =
            json!({ "name": name, "in": "query", "schema": { "type": self.pick(&["integer", "string"]) } });
        if self.one_in(5) {
            parameter["required"] = true.into();
        }
        if self.one_in(3) {
            parameter["example"] = json!(self.pick(TEXTS));
        }
        parameter
    }

    fn scheme(&mut self) -> Value {
        match self.below(7) {
            0 => json!({ "type": "http", "scheme": self.pick(&["bearer", "basic", "Digest", "a b"]) }),
            1 => {
                json!({ "type": "apiKey", "in": "header", "name": self.pick(&["X-Key", "api_key", "bad name\n", "1", "cookie"]) })
            }
            2 => {
                json!({ "type": "apiKey", "in": "header", "name": "Authorization", "description": self.pick(&[
                "prefixed with SSWS", "`Token token=<key>`", "required prefix \"Token\"", "no word", "prefix {" ]) })
            }
            3 => json!({ "type": "apiKey", "in": "query", "name": self.pick(&["key", "self", "r#in", "'"]) }),
            4 => {
                json!({ "type": "oauth2", "flows": { "clientCredentials": { "tokenUrl": self.pick(&["https://a.example/t", "/t", "x"]) } } })
            }
            5 => json!({ "type": "openIdConnect" }),
            _ => json!({ "$ref": "#/components/securitySchemes/one" }),
        }
    }

    fn schema(&mut self, depth: u32) -> Value {
        let mut schema = match self.below(if depth == 0 { 5 } else { 12 }) {
            0 => json!({ "type": "string" }),
            1 => json!({ "type": "integer" }),
            2 => json!({ "type": self.pick(&["boolean", "number", "null"]) }),
            3 => json!({ "type": ["string", "null"] }),
            4 => {
                json!({ "$ref": self.pick(&["#/components/schemas/A", "#/components/schemas/B", "#/components/schemas/C~0~1%25", "#/no", "x.json"]) })
            }
            5 => json!({ "type": "array", "items": self.schema(depth - 1) }),
            6 => {
                json!({ self.pick(&["oneOf", "anyOf", "allOf"]): [self.schema(depth - 1), self.schema(depth - 1)] })
            }
            7 => json!({ "type": "object", "additionalProperties": self.schema(depth - 1) }),
            _ => self.object(depth),
        };
        if self.one_in(4) {
            schema["nullable"] = true.into();
        }
        if self.one_in(4) {
            schema["readOnly"] = true.into();
        }
        if self.one_in(4) {
            schema["description"] = json!(self.pick(&[
                "A thing.",
                "Epoch seconds",
                "a\n/// b",
                "[x] <b> `c",
                "*/ x",
                "\"# x",
                "{} {0}"
            ]));
        }
        if self.one_in(4) {
            schema["format"] = json!(self.pick(FORMATS));
        }
        if self.one_in(6) {
            let words: Vec<_> = (0..self.below(6)).map(|_| self.pick(TEXTS)).collect();
            schema["enum"] = json!(words);
        }
        schema
    }

    fn object(&mut self, depth: u32) -> Value {
        let mut members = Map::new();
        if !self.one_in(4) {
            members.insert("id".to_owned(), json!({ "type": self.pick(&["string", "integer"]) }));
        }
        for _ in 0..self.below(10) {
            members.insert(self.pick(MEMBERS).to_owned(), self.schema(depth - 1));
        }
        let required: Vec<_> =
            members.keys().filter(|_| self.rng.next_u32().is_multiple_of(2)).cloned().collect();
        json!({ "type": "object", "properties": members, "required": required })
    }
}

/// Returns the names of all structs and enums below a folder of Rust files, each of which has to parse.
fn types(folder: &Path) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            names.extend(types(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path)?;
            let file =
                syn::parse_file(&text).map_err(|error| format!("{}: {error}\n{text}", path.display()))?;
            names.extend(file.items.into_iter().filter_map(|item| match item {
                syn::Item::Struct(item) => Some(item.ident.to_string()),
                syn::Item::Enum(item) => Some(item.ident.to_string()),
                _ => None,
            }));
        }
    }
    Ok(names)
}

/// Checks what became of a file of this name, with this text; `true` where it is a project.
pub fn check(folder: &Path, file: &str, text: &[u8]) -> Result<bool, Box<dyn std::error::Error>> {
    std::fs::write(folder.join(file), text)?;
    let made = cargo_j1(folder).args(["new", "acme", "--yes", "--no-check", "--from", file]).output()?;
    let said = said(&made);
    let shown = || String::from_utf8_lossy(text).chars().take(20_000).collect::<String>();
    if made.status.code() == Some(2) {
        let why = ["[J1-R4025]", "[J1-R4026]", "[J1-R4027]"].iter().any(|code| said.contains(code));
        assert!(why && said.contains(file), "{said}\n{}", shown());
        assert_eq!(std::fs::read_dir(folder)?.count(), 1, "{said}\n{}", shown());
        return Ok(false);
    }
    assert!(made.status.success(), "{file}: {said}\n{}", shown());
    let names = types(&folder.join("acme/src"))?;
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "{names:?}\n{}", shown());
    types(&folder.join("acme/tests"))?;
    for entry in std::fs::read_dir(folder.join("acme/recordings"))? {
        let _: Value = serde_json::from_str(&std::fs::read_to_string(entry?.path())?)?;
    }
    Ok(true)
}

#[test]
fn each_document_becomes_a_project_or_says_why_not() -> Tested {
    let mut draw = Draw::new();
    let mut projects = 0;
    for _ in 0..DOCUMENTS {
        let document = draw.document();
        let folder = tempfile::tempdir()?;
        let text = format!("{document:#}");
        let is_project =
            check(folder.path(), "api.json", text.as_bytes()).map_err(|error| format!("{error}\n{text}"))?;
        projects += usize::from(is_project);
    }
    // A generator of which nothing comes would show nothing.
    assert!(projects * 5 > DOCUMENTS, "{projects} of {DOCUMENTS}");
    Ok(())
}

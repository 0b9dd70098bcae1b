//! Envelopes, pages and credentials.

use serde_json::{Value, json};

use super::{Case, document, get, list, paths, record, users};

/// Envelopes, pages and credentials.
pub const ANSWERS: &[Case] = &[
    Case {
        name: "deep-envelope",
        file: "api.json",
        text: || {
            let data = json!({ "type": "object", "properties": { "users": list(record("id", "login")) } });
            let response = json!({ "type": "object", "properties": { "data": { "type": "object", "properties": { "page": data } } } });
            let mut document: Value = serde_json::from_str(&users(response)).unwrap_or_default();
            // A 202 without a body stands before the 200.
            let ok = document["paths"]["/users"]["get"]["responses"]["200"].clone();
            document["paths"]["/users"]["get"]["responses"] =
                json!({ "202": { "description": "later" }, "200": ok });
            document.to_string()
        },
        args: &[],
        has: &[("src/client.rs", ".items(\"data.page.users\")")],
        collects: &[("user_deep-envelope", 2)],
    },
    Case {
        name: "cursor-in-offset",
        file: "api.json",
        text: || {
            let next = json!({ "type": "object", "nullable": true, "properties": {
                "offset": { "type": "string" }, "uri": { "type": "string", "format": "uri" } } });
            let response = json!({ "type": "object", "properties": { "data": list(record("gid", "name")), "next_page": next } });
            let mut item = get(response);
            item["get"]["parameters"] = json!([
                { "name": "limit", "in": "query", "schema": { "type": "integer" } },
                { "name": "offset", "in": "query", "schema": { "type": "string" } }]);
            document(paths(&[("/projects", item)]), json!({})).to_string()
        },
        args: &[],
        has: &[("src/client.rs", "Paging::next_url(\"next_page.uri\").size(\"limit\", PAGE)")],
        collects: &[("project_cursor-in-offset", 2)],
    },
    Case {
        name: "envelopes",
        file: "api.json",
        text: || {
            let json_api = json!({ "type": "object", "required": ["id", "type"], "properties": {
                "id": { "type": "string" }, "type": { "type": "string" },
                "attributes": { "type": "object", "properties": { "slug": { "type": "string" } } } } });
            let inside = |way: &[&str], items: Value| {
                way.iter().rev().fold(
                    list(items),
                    |inner, name| json!({ "type": "object", "properties": { *name: inner } }),
                )
            };
            let next = |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } } });
            let mut odata = inside(&["value"], record("id", "displayName"));
            odata["properties"]["@odata.nextLink"] = json!({ "type": "string" });
            let mut api = inside(&["data"], json_api);
            api["properties"]["links"] = next("next");
            let mut slack = inside(&["channels"], record("id", "topic"));
            slack["properties"]["response_metadata"] = next("next_cursor");
            let query = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" } });
            let mut channels = get(slack);
            channels["get"]["parameters"] = json!([query("cursor")]);
            let as_kind = |kind: &str, schema: Value, code: &str| {
                json!({ "get": { "responses": {
                    "404": { "description": "no" },
                    code: { "description": "ok", "content": { kind: { "schema": schema } } } } } })
            };
            let all = [
                (
                    "/users",
                    as_kind(
                        "application/hal+json",
                        inside(&["_embedded", "users"], record("id", "login")),
                        "200",
                    ),
                ),
                ("/orgs", as_kind("application/vnd.api+json", api, "default")),
                ("/Devices", as_kind("application/json; charset=utf-8", odata, "2XX")),
                (
                    "/scim/v2/Groups",
                    as_kind(
                        "application/scim+json",
                        inside(&["Resources"], record("id", "displayName")),
                        "200",
                    ),
                ),
                ("/conversations.list", channels),
                ("/hosts", get(inside(&["d", "results"], record("ObjectId", "Name")))),
                ("/books", get(inside(&["hydra:member"], record("pk", "title")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".items(\"_embedded.users\")"),
            ("src/client.rs", "Paging::next_url(\"links.next\").items(\"data\")"),
            ("src/client.rs", "Paging::next_url(\"/@odata.nextLink\").items(\"value\")"),
            (
                "src/client.rs",
                "Paging::cursor(\"cursor\", \"response_metadata.next_cursor\").items(\"channels\")",
            ),
            ("src/client.rs", ".items(\"d.results\")"),
            ("src/client.rs", ".items(\"hydra:member\")"),
        ],
        collects: &[
            ("book_envelopes", 2),
            ("conversation_envelopes", 2),
            ("device_envelopes", 2),
            ("group_envelopes", 2),
            ("host_envelopes", 2),
            ("org_envelopes", 2),
            ("user_envelopes", 2),
        ],
    },
    Case {
        name: "keys-in-places",
        file: "api.json",
        text: || {
            let key = json!({ "type": "apiKey", "in": "query", "name": "key" });
            let mut users = get(list(record("id", "login")));
            // As a parameter too, it would be sent twice.
            users["get"]["parameters"] = json!([
                { "name": "key", "in": "query", "required": true, "schema": { "type": "string" }, "example": "demo" },
            ]);
            let mut document =
                document(paths(&[("/users", users)]), json!({ "securitySchemes": { "a": key } }));
            document["servers"] = json!([{ "url": "/rest/v3" }]);
            document.to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".query_key(\"key\""),
            ("src/config.rs", "https://api.keys-in-places.example/rest/v3"),
            ("REVIEW.md", "the host is not in the document"),
        ],
        collects: &[("user_keys-in-places", 2)],
    },
    Case {
        name: "cookie",
        file: "api.json",
        text: || {
            let key = json!({ "type": "apiKey", "in": "cookie", "name": "SID" });
            let items = json!({ "anyOf": [{ "anyOf": [record("id", "login"), { "type": "null" }] }, { "type": "null" }] });
            document(
                paths(&[("/users", get(json!({ "type": ["array", "null"], "items": items })))]),
                json!({ "securitySchemes": { "a": key } }),
            )
            .to_string()
        },
        args: &[],
        has: &[("src/client.rs", "\"cookie\""), ("src/client.rs", "\"SID={}\"")],
        collects: &[("user_cookie", 2)],
    },
    Case {
        name: "two-keys",
        file: "api.json",
        text: || {
            let key = |name: &str| json!({ "type": "apiKey", "in": "header", "name": name });
            let schemes = json!({ "a": key("DD-API-KEY"), "b": key("DD-APPLICATION-KEY") });
            let mut document = document(
                paths(&[("/users", get(list(record("id", "login"))))]),
                json!({ "securitySchemes": schemes }),
            );
            document["security"] = json!([{ "a": [], "b": [] }]);
            document.to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".header(\"dd-api-key\", &config.dd_api_key)"),
            ("src/client.rs", ".header(\"dd-application-key\", &config.dd_application_key)"),
            (".env.example", "TWO_KEYS_DD_APPLICATION_KEY="),
        ],
        collects: &[("user_two-keys", 2)],
    },
    Case {
        name: "all-words",
        file: "api.json",
        text: || {
            let words = json!({ "type": "array", "items": { "type": "string", "enum": ["teams", "roles"] } });
            let mut items = get(list(record("id", "title")));
            items["get"]["parameters"] = json!([
                { "name": "expand", "in": "query", "required": true, "explode": false, "schema": words },
            ]);
            document(paths(&[("/items", items)]), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".query(\"expand\", \"teams,roles\")"),
            ("src/client.rs", "`expand` is `teams,roles`, every value that the document allows"),
        ],
        collects: &[("item_all-words", 2)],
    },
    Case {
        name: "keys-of-one-place",
        file: "api.json",
        text: || {
            // Both schemes are sent as the same parameter, and so are a user and a token in `Authorization`.
            let key = || json!({ "type": "apiKey", "in": "query", "name": "key" });
            let schemes = json!({ "a": key(), "b": key(), "c": { "type": "http", "scheme": "bearer" },
                "d": { "type": "http", "scheme": "basic" } });
            let mut users = get(list(record("id", "login")));
            users["get"]["parameters"] = json!([
                { "name": "key", "in": "query", "schema": { "type": "string" } },
            ]);
            let mut document = document(paths(&[("/users", users)]), json!({ "securitySchemes": schemes }));
            document["security"] = json!([{ "a": [], "c": [], "b": [], "d": [] }]);
            document.to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                "http.client(&config.api_base)?.query_key(\"key\", &config.api_key).bearer(&config.api_token);",
            ),
            ("REVIEW.md", "two schemes that are both sent as `Authorization`; the first is used"),
        ],
        collects: &[("user_keys-of-one-place", 2)],
    },
    Case {
        name: "either-or",
        file: "api.json",
        text: || {
            let flows =
                json!({ "clientCredentials": { "tokenUrl": "https://acme.example/token", "scopes": {} } });
            let schemes = json!({
                "key": { "type": "apiKey", "in": "header", "name": "x-key" },
                "client": { "type": "oauth2", "flows": flows },
                "user": { "type": "http", "scheme": "basic" },
            });
            let mut document = document(
                paths(&[("/users", get(list(record("id", "login"))))]),
                json!({ "securitySchemes": schemes }),
            );
            document["security"] =
                json!([{ "client": [] }, { "key": [] }, { "user": [], "key": [] }, { "user": [] }]);
            document.to_string()
        },
        args: &[],
        has: &[
            ("src/config.rs", "#[j1(flatten)]\n    pub auth: Auth,"),
            ("src/config.rs", "OAuth2 {"),
            (
                "src/client.rs",
                "Auth::ApiKey { api_key } => http.client(&config.api_base)?.header(\"x-key\", api_key)",
            ),
            (".env.example", "# --- or OAuth2 ("),
            ("docs/either-or.md", "| `EITHER_OR_PASSWORD`"),
        ],
        collects: &[("user_either-or", 2)],
    },
    Case {
        name: "prefixed-key",
        file: "api.json",
        text: || {
            let scheme = json!({ "type": "apiKey", "in": "header", "name": "Authorization",
                "description": "The API key with format `Token token=<API_KEY>`" });
            document(
                paths(&[("/users", get(list(record("id", "login"))))]),
                json!({ "securitySchemes": { "a": scheme } }),
            )
            .to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "\"Token token={}\""),
            ("src/client.rs", "// review: `Token token=` before the key"),
        ],
        collects: &[("user_prefixed-key", 2)],
    },
];

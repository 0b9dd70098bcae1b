//! Further small inputs: what documents of real providers do besides.

use serde_json::{Value, json};

use super::{Case, document, get, list, paths, record};

/// Each is a kind that a real document had.
pub const KINDS: &[Case] = &[
    Case {
        name: "version-two",
        file: "api.yaml",
        text: || {
            let user = json!({ "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string" }, "login": { "type": "string", "x-nullable": true } } });
            let number = |name: &str| json!({ "name": name, "in": "query", "type": "integer" });
            let paths = json!({
                "/users": { "get": {
                    "parameters": [number("limit"), number("offset"),
                        { "name": "kind", "in": "query", "type": "string", "required": true, "enum": ["human"] }],
                    "responses": { "200": { "description": "ok", "schema": {
                        "type": "array", "items": { "$ref": "#/definitions/User" } } } } } },
                "/photo": { "get": { "produces": ["image/png"], "responses": { "200": {
                    "description": "ok", "schema": { "type": "file" } } } } },
            });
            let keys = json!({ "oauth": { "type": "oauth2", "flow": "application",
                "tokenUrl": "https://acme.example/token", "scopes": {} } });
            let document = json!({
                "info": { "title": "t", "version": "1" }, "host": "acme.example", "basePath": "/rest/v2",
                "schemes": ["http", "https"], "produces": ["application/json"], "paths": paths,
                "definitions": { "User": user }, "securityDefinitions": keys, "security": [{ "oauth": [] }],
            });
            let members = document.as_object().into_iter().flatten();
            // YAML, in which the version is a number.
            "swagger: 2.0\n".to_owned()
                + &members.map(|(name, value)| format!("{name}: {value}\n")).collect::<String>()
        },
        args: &[],
        has: &[
            ("src/config.rs", "https://acme.example/rest/v2"),
            ("src/client.rs", "Paging::offset(\"limit\", \"offset\", PAGE)"),
            ("src/client.rs", ".query(\"kind\", \"human\")"),
            ("src/entities/user.rs", "pub login: Option<String>"),
            (".env.example", "VERSION_TWO_CLIENT_SECRET="),
            ("REVIEW.md", "`GET /photo`: its response is not JSON"),
        ],
        collects: &[("user_version-two", 2)],
    },
    Case {
        name: "asked-with-headers",
        file: "api.json",
        text: || {
            let header = |name: &str, more: Value| {
                let mut header =
                    json!({ "name": name, "in": "header", "required": true, "schema": { "type": "string" } });
                header
                    .as_object_mut()
                    .into_iter()
                    .for_each(|header| header.extend(more.as_object().cloned().into_iter().flatten()));
                header
            };
            let mut users = get(list(record("id", "login")));
            users["get"]["parameters"] = json!([
                header(
                    "Accept",
                    json!({ "schema": { "type": "string", "default": "application/vnd.acme+json;version=2" } })
                ),
                header("X-Acme-Version", json!({ "example": "2024-01-01" })),
                header("Content-Type", json!({})),
                header("Authorization", json!({ "description": "`Token token=<KEY>`" })),
            ]);
            let mut groups = get(list(record("id", "name")));
            groups["get"]["parameters"] = json!([header("X-Tenant", json!({}))]);
            document(paths(&[("/users", users), ("/groups", groups)]), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".header(\"Accept\", \"application/vnd.acme+json;version=2\")"),
            ("src/client.rs", ".header(\"X-Acme-Version\", \"2024-01-01\")"),
            ("src/client.rs", "\"Token token={}\""),
            ("REVIEW.md", "the document has the key among the parameters"),
            ("REVIEW.md", "its header `X-Tenant` has to be given"),
        ],
        collects: &[("user_asked-with-headers", 2)],
    },
    Case {
        name: "procedures",
        file: "api.json",
        text: || {
            let query = |name: &str, required: bool| json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" } });
            let asked = |schema: Value, parameters: Value| {
                let mut item = get(schema);
                item["get"]["parameters"] = parameters;
                item
            };
            let object = |names: &[&str]| {
                let properties: serde_json::Map<_, _> =
                    names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
                json!({ "type": "object", "properties": properties })
            };
            let token = query("token", true);
            let page = json!({ "type": "object", "properties": {
                "ok": { "type": "boolean" }, "channel": { "type": "string" }, "members": list(json!({ "type": "string" })),
                "response_metadata": { "type": "object", "properties": { "next_cursor": { "type": "string" } } } } });
            let users = json!({ "type": "object", "properties": { "members": list(record("id", "name")) } });
            let all = [
                ("/users.list", asked(users, json!([token.clone()]))),
                ("/auth.revoke", asked(object(&["revoked", "at"]), json!([token.clone()]))),
                (
                    "/files.info",
                    asked(object(&["title", "kind"]), json!([token.clone(), query("file", false)])),
                ),
                ("/team.info", asked(object(&["domain", "title"]), json!([token]))),
                ("/conversations.members", get(page)),
                (
                    "/secrets",
                    get(list(json!({ "type": "object", "properties": {
                    "secret": { "type": "string" }, "hint": { "type": "string" } } }))),
                ),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".query_key(\"token\", &config.api_key)"),
            ("src/entities/team_info.rs", "singleton"),
            ("REVIEW.md", "`GET /auth.revoke`: its response is not a list of records"),
            (
                "REVIEW.md",
                "`GET /files.info`: its response is one object of several, which its parameter `file` selects",
            ),
            ("REVIEW.md", "`GET /conversations.members`: its response is not a list of records"),
            ("REVIEW.md", "`GET /secrets`: the document has no id for its records"),
        ],
        collects: &[("team_info_procedures", 1), ("user_procedures", 2)],
    },
    Case {
        name: "by-example",
        file: "api.json",
        text: || {
            let example =
                json!({ "data": [{ "id": 1, "login": "ada", "email": "ada@example.com" }], "count": 1 });
            let kind = |content: Value| json!({ "get": { "responses": { "200": { "description": "ok", "content": { "application/json": content } } } } });
            let all = [
                ("/users", kind(json!({ "example": example }))),
                (
                    "/sizes",
                    kind(json!({ "schema": { "type": "object" }, "examples": { "one": { "value": {
                    "sizes": [{ "slug": "s-1", "memory": 512 }] } } } })),
                ),
                ("/nothing", kind(json!({}))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", ".items(\"data\")"),
            ("src/entities/user.rs", "pub login: Option<String>"),
            ("src/entities/size.rs", "resource = \"size\""),
            ("REVIEW.md", "`GET /nothing`: its response has no schema"),
        ],
        collects: &[("size_by-example", 2), ("user_by-example", 2)],
    },
    Case {
        name: "scim",
        file: "api.json",
        text: || {
            let number = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "integer" } });
            let response = json!({ "type": "object", "properties": {
                "schemas": list(json!({ "type": "string" })), "totalResults": { "type": "integer" },
                "startIndex": { "type": "integer" }, "itemsPerPage": { "type": "integer" },
                "Resources": list(record("id", "userName")) } });
            let mut item = get(response);
            item["get"]["parameters"] = json!([number("startIndex"), number("count")]);
            document(paths(&[("/scim/v2/Users", item)]), json!({})).to_string()
        },
        args: &[],
        has: &[(
            "src/client.rs",
            "Paging::offset_from(1, \"count\", \"startIndex\", PAGE).total(\"totalResults\")",
        )],
        collects: &[("user_scim", 2)],
    },
    Case {
        name: "records-by-name",
        file: "api.json",
        text: || {
            let user = json!({ "type": "object", "required": ["full_name"], "properties": {
                "full_name": { "type": "string" }, "enabled": { "type": "boolean" } } });
            let map = |values: Value| json!({ "type": "object", "additionalProperties": values });
            let hosts = json!({ "type": "object", "properties": {
                "total": { "type": "integer" }, "hosts": map(record("os", "version")) } });
            document(paths(&[("/_security/user", get(map(user))), ("/hosts", get(hosts))]), json!({}))
                .to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "Paging::whole().named_records(\"id\")"),
            ("src/client.rs", ".items(\"hosts\").named_records(\"id\")"),
            ("src/entities/user.rs", ":user:{id}"),
            ("src/entities/user.rs", "has its records by this name"),
        ],
        collects: &[("host_records-by-name", 2), ("user_records-by-name", 2)],
    },
    Case {
        name: "seen-by-name",
        file: "users.json",
        text: || json!({ "users": { "u-1": { "login": "ada" }, "u-2": { "login": "alan" } } }).to_string(),
        args: &[],
        has: &[("src/client.rs", ".items(\"users\").named_records(\"id\")")],
        collects: &[("user_seen-by-name", 2)],
    },
    Case {
        name: "lists-behind-ids",
        file: "api.json",
        text: || {
            let items = |items: Value| json!({ "type": "object", "properties": { "items": list(items), "total": { "type": "integer" } } });
            let project = json!({ "type": "object", "required": ["_id", "key"], "properties": {
                "_id": { "type": "string" }, "key": { "type": "string" }, "roles": items(record("id", "name")) } });
            let mut themes = get(json!({ "type": "object", "properties": { "themes": list(json!({
                "type": "object", "properties": { "label": { "type": "string" } } })) } }));
            themes["get"]["responses"]["200"]["content"]["application/json"]["example"] =
                json!({ "themes": [{ "id": "t-1", "label": "Dark" }] });
            let all = [
                ("/projects", get(items(project.clone()))),
                ("/projects/{projectKey}", get(project)),
                ("/flags/{projectKey}", get(items(record("_id", "name")))),
                ("/flags/{projectKey}/{flagKey}", get(record("_id", "name"))),
                ("/themes", themes),
                (
                    "/labels",
                    get(list(json!({ "type": "object", "properties": {
                    "id": { "type": "number" }, "name": { "type": "string" } } }))),
                ),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/steps/flags.rs", "flags(&project.key)"),
            ("src/client.rs", "get_at(&[\"flags\", project])"),
            ("src/entities/theme.rs", ":theme:{id}"),
            ("src/entities/label.rs", "pub id: i64"),
            ("src/client.rs", "// review: the document does not say what a request authenticates with"),
        ],
        collects: &[
            ("flag_lists-behind-ids", 2),
            ("label_lists-behind-ids", 2),
            ("project_lists-behind-ids", 2),
            ("project_lists-behind-ids_has_flag_lists-behind-ids", 2),
            ("theme_lists-behind-ids", 2),
        ],
    },
    Case {
        name: "edges",
        file: "api.json",
        text: || {
            let edge = json!({ "type": "object", "properties": { "node": record("id", "login"), "cursor": { "type": "string" } } });
            let info = json!({ "type": "object", "properties": {
                "hasNextPage": { "type": "boolean" }, "endCursor": { "type": "string" } } });
            let mut item =
                get(json!({ "type": "object", "properties": { "edges": list(edge), "pageInfo": info } }));
            item["get"]["parameters"] =
                json!([{ "name": "after", "in": "query", "schema": { "type": "string" } }]);
            document(paths(&[("/users", item)]), json!({})).to_string()
        },
        args: &[],
        has: &[(
            "src/client.rs",
            "Paging::cursor(\"after\", \"pageInfo.endCursor\").items(\"edges\").each(\"node\")",
        )],
        collects: &[("user_edges", 2)],
    },
    Case {
        name: "ids-of-parents",
        file: "api.json",
        text: || {
            let session = json!({ "type": "object", "required": ["id", "user_id"], "properties": {
                "id": { "type": "string" }, "user_id": { "type": "string" }, "agent": { "type": "string" } } });
            let all = [
                ("/users", get(list(record("id", "login")))),
                ("/directory_users", get(list(record("id", "email")))),
                ("/users/{id}/sessions", get(list(session))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/steps/user_sessions.rs", "emits(UserSession, Has<User, UserSession>)"),
            ("src/entities/user_session.rs", "#[j1(skip)]\n    pub user_id: String"),
        ],
        collects: &[
            ("directory_user_ids-of-parents", 2),
            ("user_ids-of-parents", 2),
            ("user_ids-of-parents_has_user_session_ids-of-parents", 2),
            ("user_session_ids-of-parents", 2),
        ],
    },
];

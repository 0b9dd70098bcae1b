//! What documents promise, refer to and name.

use serde_json::json;

use super::{Case, document, get, har, list, paths, record, recording, users};

/// What documents promise, refer to and name.
pub const DOCUMENTS: &[Case] = &[
    Case {
        name: "id-promised-by-nobody",
        file: "api.json",
        text: || {
            let user = json!({ "type": "object", "properties": {
                "id": { "type": "string", "readOnly": true }, "login": { "type": "string" } } });
            let token = json!({ "type": "object", "required": ["name"], "properties": {
                "id": { "type": "string" }, "name": { "type": "string" } } });
            document(paths(&[("/users", get(list(user))), ("/tokens", get(list(token)))]), json!({}))
                .to_string()
        },
        args: &[],
        has: &[
            ("src/entities/user.rs", "{integration}:user:{id}"),
            ("src/entities/user.rs", "the server sets it (`readOnly`)"),
            ("src/entities/token.rs", "{integration}:token:{id}"),
            ("src/entities/token.rs", "the document does not promise it"),
        ],
        collects: &[("token_id-promised-by-nobody", 2), ("user_id-promised-by-nobody", 2)],
    },
    Case {
        name: "ids-by-other-names",
        file: "api.json",
        text: || {
            let all = [
                ("/tasks", "gid"),
                ("/calls", "sid"),
                ("/incidents", "sys_id"),
                ("/devices", "nodeId"),
                ("/signers", "kid"),
                ("/.well-known/jwks.json", "kid"),
                ("/oauth2/jwks", "kid"),
            ];
            let all: Vec<_> = all.iter().map(|(path, id)| (*path, get(list(record(id, "title"))))).collect();
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/task.rs", ":task:{gid}"),
            ("src/entities/device.rs", ":device:{node_id}"),
            ("src/entities/signer.rs", ":signer:{kid}"),
            ("REVIEW.md", "`GET /.well-known/jwks.json`: its response describes the API"),
            ("REVIEW.md", "`GET /oauth2/jwks`: its response describes the API"),
        ],
        collects: &[
            ("call_ids-by-other-names", 2),
            ("device_ids-by-other-names", 2),
            ("incident_ids-by-other-names", 2),
            ("signer_ids-by-other-names", 2),
            ("task_ids-by-other-names", 2),
        ],
    },
    Case {
        name: "references",
        file: "api.json",
        text: || {
            let team =
                json!({ "allOf": [{ "$ref": "#/components/schemas/Tag/allOf/0" }, record("slug", "name")] });
            let tag = json!({ "allOf": [record("id", "kind")] });
            let there = "#/paths/~1teams~1%7Bid%7D/get/responses/200/content/application~1json/schema";
            let all = [
                ("/teams", get(list(json!({ "$ref": "#/components/schemas/Team" })))),
                ("/squads", get(list(json!({ "$ref": there })))),
                ("/teams/{id}", get(record("id", "name"))),
            ];
            document(paths(&all), json!({ "schemas": { "Team": team, "Tag": tag } })).to_string()
        },
        args: &[],
        has: &[("src/entities/team.rs", "pub kind: String"), ("src/entities/squad.rs", "pub id: String")],
        collects: &[("squad_references", 2), ("team_references", 2)],
    },
    Case {
        name: "alternatives",
        file: "api.json",
        text: || {
            let web = json!({ "type": "object", "required": ["id", "label"], "properties": {
                "id": { "type": "string" }, "label": { "type": "string" }, "url": { "type": "string" } } });
            let phone = json!({ "type": "object", "required": ["id", "label"], "properties": {
                "id": { "type": "string" }, "label": { "type": "string" }, "bundle": { "type": ["string", "null"] } } });
            users(json!({ "items": { "oneOf": [web, phone] } }))
        },
        args: &[],
        has: &[
            ("src/entities/user.rs", "pub label: String"),
            ("src/entities/user.rs", "pub bundle: Option<String>"),
        ],
        collects: &[("user_alternatives", 2)],
    },
    Case {
        name: "two-lists-at-once",
        file: "api.json",
        text: || {
            let order = json!({ "type": "object", "properties": { "by": { "type": "string" } } });
            users(
                json!({ "type": "object", "properties": { "entries": list(record("id", "login")), "order": list(order) } }),
            )
        },
        args: &[],
        has: &[("src/client.rs", ".items(\"entries\")")],
        collects: &[("user_two-lists-at-once", 2)],
    },
    Case {
        name: "last-words",
        file: "api.json",
        text: || {
            let all = [
                ("/meta/types/user", get(list(record("id", "name")))),
                ("/users", get(list(record("id", "login")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/user.rs", "pub login: String"),
            ("src/entities/type_user.rs", "GET /meta/types/user"),
        ],
        collects: &[("type_user_last-words", 2), ("user_last-words", 2)],
    },
    Case {
        name: "own-words",
        file: "things.json",
        text: || {
            json!({
                "things": [
                    { "ref": "a", "title": "A", "nodeId": "n-1", "count": 1 },
                    { "ref": "b", "title": "B", "nodeId": "n-2", "count": 2 },
                ],
                "rests": [{ "id": "1", "x": "a" }, { "id": "2", "x": "b" }],
            })
            .to_string()
        },
        args: &["--key", "thing=ref", "--class", "things=Application", "--skip", "rest"],
        has: &[
            ("src/entities/thing.rs", ":thing:{ref_}"),
            ("src/entities/thing.rs", "class = Application"),
            ("src/entities/thing.rs", "because `--class` says so"),
            ("REVIEW.md", "`--skip` names it"),
        ],
        collects: &[("thing_own-words", 2)],
    },
    Case {
        name: "list-in-the-key",
        file: "devices.json",
        text: || {
            json!([{ "device_id": "d-1", "name": "mac-1" }, { "device_id": "d-2", "name": "mac-2" }])
                .to_string()
        },
        args: &["--class", "device=Device"],
        has: &[("src/entities/device.rs", "pub device_id: String")],
        collects: &[("device_list-in-the-key", 2)],
    },
    Case {
        name: "two-links",
        file: "assets.json",
        text: || {
            json!({
            "locations": [{ "id": 1, "name": "HQ" }, { "id": 2, "name": "Lab" }],
            "assets": [
                { "id": 10, "tag": "a", "location": { "id": 1, "name": "HQ" }, "rtd_location": { "id": 2, "name": "Lab" } },
                { "id": 11, "tag": "b", "location": { "id": 2, "name": "Lab" }, "rtd_location": { "id": 2, "name": "Lab" } },
            ],
        }).to_string()
        },
        args: &[],
        has: &[(
            "REVIEW.md",
            "`rtd_location` of asset: `location` is the relationship `Has<Location, Asset>` already",
        )],
        collects: &[
            ("asset_two-links", 2),
            ("location_two-links", 2),
            ("location_two-links_has_asset_two-links", 2),
        ],
    },
    Case {
        name: "nested-names",
        file: "circuits.json",
        text: || {
            json!({
                "circuit_types": [{ "id": 1, "name": "Fiber" }, { "id": 2, "name": "Copper" }],
                "circuits": [
                    { "id": 10, "cid": "C-1", "type": { "level": "a", "slug": "fiber" } },
                    { "id": 11, "cid": "C-2", "type": { "level": "b", "slug": "copper" } },
                ],
                "integrations": [{ "id": "i-1", "provider": "a" }, { "id": "i-2", "provider": "b" }],
            })
            .to_string()
        },
        args: &[],
        has: &[
            ("src/entities/circuit.rs", "pub struct CircuitTypeRef"),
            ("src/entities/integration.rs", "pub struct "),
        ],
        collects: &[
            ("circuit_nested-names", 2),
            ("circuit_type_nested-names", 2),
            ("integration_nested-names", 2),
        ],
    },
    Case {
        name: "own-first",
        file: "agents.json",
        text: || {
            json!([
            { "id": "1", "os": { "name": "Linux", "version": "6.1" }, "version": "4.7", "device_name": "web", "user": { "name": "Ada" } },
            { "id": "2", "os": { "name": "Linux", "version": "6.2" }, "version": "4.8", "device_name": "db", "user": null },
        ]).to_string()
        },
        args: &["--class", "agent=Resource"],
        has: &[
            ("src/entities/agent.rs", "pub version: String"),
            ("src/entities/agent.rs", "name = [device_name, id]"),
            ("src/entities/agent.rs", "pub os: Option<AgentOs>"),
        ],
        collects: &[("agent_own-first", 2)],
    },
    Case {
        name: "maps",
        file: "nodes.json",
        text: || {
            json!([
            { "id": "1", "title": "a", "latency": { "Dallas": { "ms": 1.5 }, "New York City": { "ms": 2.5 } } },
            { "id": "2", "title": "b", "latency": { "Dallas": { "ms": 1.5 } } },
        ]).to_string()
        },
        args: &[],
        has: &[(
            "REVIEW.md",
            "`latency` of node: the names of its members are data, such as `Dallas` and `New York City`",
        )],
        collects: &[("node_maps", 2)],
    },
    Case {
        name: "epochs",
        file: "orgs.json",
        text: || {
            json!({ "orgs": [
            { "id": "o-1", "name": "Acme", "created_at": 1_700_000_000, "updated_ms": 1_700_000_000_123_u64, "last_login": "" },
            { "id": "o-2", "name": "Globex", "created_at": 1_700_000_001, "updated_ms": 0, "last_login": "2024-05-01T10:00:00Z" },
        ] }).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/org.rs", "#[j1(date = seconds)]\n    pub created_at: i64"),
            ("src/entities/org.rs", "date = millis"),
            ("src/entities/org.rs", "#[j1(date = rfc3339)]\n    pub last_login: String"),
        ],
        collects: &[("org_epochs", 2)],
    },
    Case {
        name: "version-of-the-api",
        file: "acme.har",
        text: || {
            let link = |results: &str, cursor: &str, rel: &str| {
                format!(
                    "<https://acme.example/api/0/projects/?cursor={cursor}>; rel=\"{rel}\"; results=\"{results}\"; cursor=\"{cursor}\""
                )
            };
            let links = [link("false", "0:0:1", "previous"), link("false", "0:100:0", "next")].join(", ");
            recording(&[har(
                "https://acme.example/api/0/projects/",
                json!([{ "name": "link", "value": links }]),
                json!({ "text": "[{\"id\": \"1\", \"slug\": \"a\"}, {\"id\": \"2\", \"slug\": \"b\"}]" }),
            )])
        },
        args: &[],
        has: &[
            ("src/config.rs", "https://acme.example/api/0"),
            ("src/client.rs", "self.client.get(\"projects/\").pages(Paging::link())"),
        ],
        collects: &[("project_version-of-the-api", 2)],
    },
    Case {
        name: "links-to-itself",
        file: "acme.har",
        text: || {
            recording(&[
                har(
                    "https://acme.example/api/v1/users?limit=200",
                    json!([{ "name": "link", "value": "<https://acme.example/api/v1/users?limit=200>; rel=\"self\"" }]),
                    json!({ "text": "\u{feff}[{\"id\": \"00u1\", \"login\": \"ada\"}, {\"id\": \"00u2\", \"login\": \"alan\"}]" }),
                ),
                har(
                    "https://acme.example/api/v1/groups/?limit=10",
                    json!([]),
                    json!({ "text": "[{\"id\": \"g-1\", \"name\": \"a\"}, {\"id\": \"g-2\", \"name\": \"b\"}]" }),
                ),
                har(
                    "https://acme.example/api/v1/groups/1042/roles",
                    json!([{ "name": "content-encoding", "value": "gzip" }]),
                    json!({
                        "encoding": "base64",
                        "text": "[\"H4sIAMiZC2sC/4uuVspMUbJSUEpMTtY1AAFDJR0FpbzE3FSQqGMykK7VUcBQZYSsyj0nPym1Qqk2FgDKavkqTgAAAA==\"]",
                    }),
                ),
            ])
        },
        args: &[],
        has: &[
            ("src/client.rs", "Paging::link().size(\"limit\", PAGE)"),
            ("src/client.rs", "self.client.get(\"groups/\")"),
            ("src/client.rs", "get_at(&[\"groups\", group, \"roles\"])"),
        ],
        collects: &[
            ("group_links-to-itself", 2),
            ("group_links-to-itself_has_group_role_links-to-itself", 2),
            ("group_role_links-to-itself", 2),
            ("user_links-to-itself", 2),
        ],
    },
];

//! Small inputs, each with one thing that documents, samples or recordings of real providers do.
//!
//! [`CASES`], [`KINDS`] and [`LISTS`] say what each becomes; `together` compiles and runs them.
#![expect(clippy::needless_pass_by_value, reason = "values written in place read better")]

use serde_json::{Value, json};

use crate::kinds::KINDS;
use crate::lists::LISTS;
use crate::made::{cargo_j1, said};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// An input, and what its project has.
pub struct Case {
    /// The name of the project.
    pub name: &'static str,
    /// The name of the file.
    pub file: &'static str,
    /// The content of the file.
    pub text: fn() -> String,
    /// Further arguments of `new`.
    pub args: &'static [&'static str],
    /// Files with texts that must be in them.
    pub has: &'static [(&'static str, &'static str)],
    /// The number of objects of each type that a run collects.
    pub collects: &'static [(&'static str, u64)],
}

/// A document with these paths and components.
pub fn document(paths: Value, components: Value) -> Value {
    json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
        "servers": [{ "url": "https://api.acme.example" }],
        "paths": paths, "components": components,
    })
}

/// The GET of a path that answers with this schema.
pub fn get(schema: Value) -> Value {
    json!({ "get": { "responses": { "200": { "description": "ok", "content": { "application/json": { "schema": schema } } } } } })
}

pub fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// A record with a required id and one more text.
pub fn record(id: &str, more: &str) -> Value {
    json!({ "type": "object", "required": [id, more], "properties": { id: { "type": "string" }, more: { "type": "string" } } })
}

pub fn paths(paths: &[(&str, Value)]) -> Value {
    Value::Object(paths.iter().map(|(path, item)| ((*path).to_owned(), item.clone())).collect())
}

fn users(schema: Value) -> String {
    document(paths(&[("/users", get(schema))]), json!({})).to_string()
}

fn har(url: &str, headers: Value, body: Value) -> Value {
    json!({
        "request": { "method": "GET", "url": url, "headers": [] },
        "response": { "status": 200, "headers": headers, "content": body },
    })
}

fn recording(entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "entries": entries } }).to_string()
}

/// Returns all inputs.
pub fn all() -> impl Iterator<Item = &'static Case> {
    CASES.iter().chain(KINDS).chain(LISTS)
}

/// Everything that is read in a way of its own.
pub const CASES: &[Case] = &[
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
            let all =
                [("/tasks", "gid"), ("/calls", "sid"), ("/incidents", "sys_id"), ("/devices", "nodeId")];
            let all: Vec<_> = all.iter().map(|(path, id)| (*path, get(list(record(id, "title"))))).collect();
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[("src/entities/task.rs", ":task:{gid}"), ("src/entities/device.rs", ":device:{node_id}")],
        collects: &[
            ("call_ids-by-other-names", 2),
            ("device_ids-by-other-names", 2),
            ("incident_ids-by-other-names", 2),
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
        name: "slashes",
        file: "api.json",
        text: || {
            let response = json!({ "type": "object", "properties": {
                "count": { "type": "integer" },
                "next": { "type": "string", "format": "uri", "nullable": true },
                "results": list(record("id", "name")) } });
            let mut item = get(response);
            item["get"]["parameters"] = json!([
                { "name": "limit", "in": "query", "schema": { "type": "integer" } },
                { "name": "offset", "in": "query", "schema": { "type": "integer" } }]);
            let all = [("/api/dcim/sites/", item), ("/2010/Calls.json", get(list(record("sid", "status"))))];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "self.client.get(\"api/dcim/sites/\")"),
            ("src/client.rs", "self.client.get(\"2010/Calls.json\")"),
            ("src/entities/call.rs", "resource = \"call\""),
        ],
        collects: &[("call_slashes", 2), ("site_slashes", 2)],
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
        name: "tenant",
        file: "api.json",
        text: || {
            let mut devices = get(list(record("nodeId", "hostname")));
            devices["get"]["parameters"] = json!([
                { "name": "all", "in": "query", "required": true, "example": true, "schema": { "type": "boolean" } }]);
            let all = [
                ("/tailnet/{tailnet}/devices", devices),
                ("/tailnet/{tailnet}/users", get(list(record("id", "loginName")))),
                ("/tailnet/{tailnet}/user-invites", get(list(record("id", "role")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/config.rs", "pub tailnet: String"),
            ("src/client.rs", "get_at(&[\"tailnet\", &self.tailnet, \"devices\"])"),
            ("src/client.rs", ".query(\"all\", \"true\")"),
            ("src/entities/user_invite.rs", "class = Resource"),
        ],
        collects: &[("device_tenant", 2), ("user_invite_tenant", 2), ("user_tenant", 2)],
    },
    Case {
        name: "below",
        file: "api.json",
        text: || {
            let user = json!({ "$ref": "#/components/schemas/User" });
            let mut numbered = record("key", "name");
            numbered["properties"]["id"] = json!({ "type": "integer" });
            numbered["required"] = json!(["id"]);
            let all = [
                ("/users", get(list(user.clone()))),
                ("/groups", get(list(record("id", "name")))),
                ("/groups/{groupId}/members", get(list(user))),
                ("/groups/{groupId}/hooks", get(list(record("uuid", "title")))),
                ("/sites", get(list(numbered))),
                ("/sites/{site_id}/rooms", get(list(record("id", "title")))),
            ];
            document(paths(&all), json!({ "schemas": { "User": record("id", "login") } })).to_string()
        },
        args: &[],
        has: &[
            ("src/steps/group_members.rs", "emits(Has<Group, User>), reads(Group, keys User)"),
            ("src/steps/group_hooks.rs", "emits(GroupHook, Has<Group, GroupHook>), reads(Group)"),
            ("src/client.rs", "pub fn site_rooms(&self, site: i64)"),
            ("src/lib.rs", "duplicates = keep_first"),
        ],
        collects: &[
            ("group_below", 2),
            ("group_below_has_group_hook_below", 2),
            ("group_below_has_user_below", 2),
            ("group_hook_below", 2),
            ("site_below", 2),
            ("site_below_has_site_room_below", 2),
            ("site_room_below", 2),
            ("user_below", 2),
        ],
    },
    Case {
        name: "two-deep",
        file: "api.json",
        text: || {
            let number = json!({ "type": "object", "required": ["id", "title"], "properties": {
                "id": { "type": "integer" }, "title": { "type": "string" } } });
            let member = json!({ "$ref": "#/components/schemas/User" });
            let all = [
                ("/users", get(list(member.clone()))),
                ("/groups", get(list(record("id", "name")))),
                ("/groups/{groupId}/teams", get(list(number.clone()))),
                ("/groups/{groupId}/teams/{teamId}/members", get(list(member))),
                ("/groups/{groupId}/teams/{teamId}/boards", get(list(record("uuid", "title")))),
                ("/groups/{groupId}/teams/{teamId}/boards/{board_uuid}/cards", get(list(number))),
                // Named by its parameter alone, in another place.
                ("/boards/{board_uuid}/labels", get(list(record("id", "color")))),
                // A user and a group that do not belong together in any list.
                ("/users/{user}/groups/{group}/notes", get(list(record("id", "text")))),
            ];
            let schemas = json!({ "schemas": { "User": record("id", "login") } });
            document(paths(&all), schemas).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "pub fn team_members(&self, group: &str, group_team: i64)"),
            (
                "src/client.rs",
                "get_at(&[\"groups\", group, \"teams\", &group_team.to_string(), \"members\"])",
            ),
            ("src/steps/team_members.rs", "team_members(&group_team.group_id, group_team.id)"),
            ("src/entities/group_team.rs", "#[serde(default)]\n    #[j1(skip)]\n    pub group_id: String,"),
            ("src/steps/group_teams.rs", "record.group_id = group.id.clone();"),
            ("src/steps/team_boards.rs", "record.group_id = group_team.group_id.clone();"),
            ("src/steps/team_boards.rs", "record.group_team_id = group_team.id;"),
            ("src/client.rs", "`board_uuid` is the key of a team board, by its name"),
            ("REVIEW.md", "`GET /users/{user}/groups/{group}/notes`: it needs a user together with a group"),
        ],
        collects: &[
            ("board_card_two-deep", 2),
            ("group_team_two-deep", 2),
            ("group_team_two-deep_has_team_board_two-deep", 2),
            ("group_team_two-deep_has_user_two-deep", 2),
            ("group_two-deep", 2),
            ("group_two-deep_has_group_team_two-deep", 2),
            ("label_two-deep", 2),
            ("team_board_two-deep", 2),
            ("team_board_two-deep_has_board_card_two-deep", 2),
            ("team_board_two-deep_has_label_two-deep", 2),
            ("user_two-deep", 2),
        ],
    },
    Case {
        name: "once",
        file: "api.json",
        text: || {
            let settings = json!({ "type": "object", "properties": {
                "mfa_required": { "type": "boolean" }, "session_minutes": { "type": "integer" } } });
            let account = json!({ "type": "object", "properties": { "account": { "type": "object", "properties": {
                "uuid": { "type": "string" }, "name": { "type": "string" }, "email_verified": { "type": "boolean" } } } } });
            let ping = json!({ "type": "object", "properties": {
                "up": { "type": "boolean" }, "version": { "type": "string" } } });
            let user = json!({ "$ref": "#/components/schemas/User" });
            let all = [
                ("/users", get(list(user.clone()))),
                ("/users/me", get(user.clone())),
                ("/whoever", get(user)),
                ("/users/{id}/settings", get(settings.clone())),
                ("/v2/security/settings", get(settings)),
                ("/v2/account", get(account)),
                ("/health", get(ping)),
            ];
            let schemas = json!({ "schemas": { "User": record("id", "login") } });
            document(paths(&all), schemas).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/security_settings.rs", "singleton"),
            ("src/entities/security_settings.rs", "key = \"{integration}:security_settings\""),
            ("src/entities/security_settings.rs", "constant(name = \"Once security settings\""),
            ("src/entities/account.rs", ":account:{uuid}"),
            ("src/client.rs", "json::<AccountResponse>().await?.account"),
            ("src/client.rs", "self.client.get(\"v2/security/settings\").json().await"),
            ("REVIEW.md", "`GET /users/{id}/settings`: its response is one object for each `id`"),
            ("REVIEW.md", "`GET /whoever`: it is one of the records of `GET /users`"),
            ("REVIEW.md", "`GET /health`: its response is not a list of records"),
        ],
        collects: &[("account_once", 1), ("security_settings_once", 1), ("user_once", 2)],
    },
    Case {
        name: "once-seen",
        file: "security-settings.json",
        text: || json!({ "mfaRequired": true, "sessionMinutes": 30, "allowed": ["sso"] }).to_string(),
        args: &[],
        has: &[
            ("src/entities/security_settings.rs", "singleton"),
            ("src/client.rs", "self.client.get(\"security-settings\").json().await"),
        ],
        collects: &[("security_settings_once-seen", 1)],
    },
    Case {
        name: "owners-by-member",
        file: "api.json",
        text: || {
            let team = json!({ "type": "object", "required": ["id", "slug", "name"], "properties": {
                "id": { "type": "integer" }, "slug": { "type": "string" }, "name": { "type": "string" } } });
            let mut issues = get(list(record("id", "title")));
            issues["parameters"] = json!([{ "name": "repo", "in": "path", "required": true,
                "description": "The name of the repository.", "schema": { "type": "string" } }]);
            let all = [
                ("/orgs/{org}/repos", get(list(record("id", "name")))),
                ("/orgs/{org}/teams", get(list(team))),
                ("/orgs/{org}/teams/{team_slug}/hooks", get(list(record("id", "event")))),
                (
                    "/orgs/{org}/teams/{team_slug}/hooks/{hook_id}/deliveries",
                    get(list(record("guid", "state"))),
                ),
                ("/repos/{owner}/{repo}/labels", issues.clone()),
                ("/repos/{owner}/{repo}/issues", issues),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "`team_slug` is `slug` of a team, by its name"),
            ("src/steps/team_hooks.rs", "team_hooks(&team.slug)"),
            ("src/entities/team_hook.rs", "pub team_slug: String"),
            ("src/steps/hook_deliveries.rs", "hook_deliveries(&team_hook.team_slug, &team_hook.id)"),
            ("src/steps/issues.rs", "issues(&repo.name)"),
            (".env.example", "OWNERS_BY_MEMBER_OWNER="),
        ],
        collects: &[
            ("hook_delivery_owners-by-member", 2),
            ("issue_owners-by-member", 2),
            ("label_owners-by-member", 2),
            ("repo_owners-by-member_has_issue_owners-by-member", 2),
            ("repo_owners-by-member_has_label_owners-by-member", 2),
            ("repo_owners-by-member", 2),
            ("team_owners-by-member_has_team_hook_owners-by-member", 2),
            ("team_hook_owners-by-member_has_hook_delivery_owners-by-member", 2),
            ("team_hook_owners-by-member", 2),
            ("team_owners-by-member", 2),
        ],
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
            let mut document = document(
                paths(&[("/users", get(list(record("id", "login"))))]),
                json!({ "securitySchemes": { "a": key } }),
            );
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

/// Writes the input of a case into a folder and makes its project there.
pub fn make(case: &Case, folder: &std::path::Path, args: &[&str]) -> Tested {
    std::fs::write(folder.join(case.file), (case.text)())?;
    let mut command = cargo_j1(folder);
    command.args(["new", case.name, "--yes", "--no-check", "--from", case.file]).args(case.args).args(args);
    let made = command.output()?;
    assert!(made.status.success(), "{}: {}", case.name, said(&made));
    Ok(())
}

#[test]
fn each_becomes_what_a_person_expects() -> Tested {
    for case in all() {
        let folder = tempfile::tempdir()?;
        make(case, folder.path(), &[])?;
        let project = folder.path().join(case.name);
        for (path, wanted) in case.has {
            let text = std::fs::read_to_string(project.join(path));
            let text = text.map_err(|error| format!("{}: {path}: {error}", case.name))?;
            // rustfmt breaks long lines where it likes.
            let joined = |text: &str| text.split_whitespace().collect::<String>();
            assert!(joined(&text).contains(&joined(wanted)), "{}: {path} lacks {wanted}:\n{text}", case.name);
        }
        let snapshot = std::fs::read_to_string(
            project.join("tests/recorded/snapshots/recorded__collect__everything_recorded_is_collected.snap"),
        )?;
        let (_, counts) = snapshot.rsplit_once("---\n").ok_or("the head of the snapshot")?;
        let counts: std::collections::BTreeMap<String, u64> = serde_json::from_str(counts)?;
        let wanted = case.collects.iter().map(|(ty, count)| ((*ty).to_owned(), *count)).collect();
        assert_eq!(counts, wanted, "{}", case.name);
    }
    Ok(())
}

#[test]
fn a_document_in_several_files_is_read_but_for_files_outside_of_its_folder() -> Tested {
    let folder = tempfile::tempdir()?;
    let below = folder.path().join("api");
    std::fs::create_dir_all(below.join("schemas"))?;
    let schema = |file: &str| get(list(json!({ "$ref": file })));
    let all = [("/users", json!({ "$ref": "users.yml" })), ("/keys", schema("../outside.json"))];
    std::fs::write(below.join("openapi.json"), document(paths(&all), json!({})).to_string())?;
    std::fs::write(below.join("users.yml"), schema("schemas/all.json#/User").to_string())?;
    std::fs::write(below.join("schemas/all.json"), json!({ "User": record("id", "login") }).to_string())?;
    std::fs::write(folder.path().join("outside.json"), record("id", "secret").to_string())?;
    let made = cargo_j1(folder.path())
        .args(["new", "acme", "--yes", "--dry-run", "--from", "api/openapi.json"])
        .output()?;
    let said = said(&made);
    assert!(said.contains("GET /users"), "{said}");
    assert!(said.contains("`../outside.json`, which is outside of the document's folder"), "{said}");
    Ok(())
}

#[test]
fn yaml_of_any_length_is_read() -> Tested {
    let folder = tempfile::tempdir()?;
    let document: Value = serde_json::from_str(&users(list(record("id", "login"))))?;
    // JSON in flow style is YAML; what follows is more than the library takes unless it is told.
    let mut text = format!(
        "openapi: 3.0.3\nservers: {}\npaths: {}\nx-filler:\n",
        document["servers"], document["paths"]
    );
    text += &"- a\n".repeat(260_000);
    std::fs::write(folder.path().join("big.yaml"), text)?;
    let made =
        cargo_j1(folder.path()).args(["new", "acme", "--yes", "--dry-run", "--from", "big.yaml"]).output()?;
    assert!(said(&made).contains("GET /users"), "{}", said(&made));
    Ok(())
}

#[test]
fn a_dry_run_says_what_would_be_made_and_makes_nothing() -> Tested {
    let folder = tempfile::tempdir()?;
    let all = [
        ("/users", get(list(record("id", "login")))),
        (
            "/colors",
            get(list(json!({ "type": "object", "properties": {
        "red": { "type": "integer" } } }))),
        ),
    ];
    std::fs::write(folder.path().join("api.json"), document(paths(&all), json!({})).to_string())?;
    let made =
        cargo_j1(folder.path()).args(["new", "acme", "--yes", "--dry-run", "--from", "api.json"]).output()?;
    let said = said(&made);
    for wanted in
        ["Made (1):", "user", "GET /users", "`GET /colors`: the document has no id", "Nothing was written"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

#[test]
fn a_flag_that_names_nothing_is_refused_with_what_is_near() -> Tested {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("api.json"), users(list(record("id", "login"))))?;
    for (flag, value, message) in [
        ("--key", "usr=id", "did you mean `user`?"),
        ("--class", "user=Usr", "did you mean `User`?"),
        ("--only", "elephant", "there are: user"),
        ("--key", "user", "it has no `=`"),
    ] {
        let mut command = cargo_j1(folder.path());
        let refused = command.args(["new", "acme", "--yes", "--from", "api.json", flag, value]).output()?;
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(said(&refused).contains(message), "{flag} {value}: {}", said(&refused));
    }
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 1);
    Ok(())
}

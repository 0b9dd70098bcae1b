//! Small inputs about records: where they are, what tells them apart, and what they name.

use serde_json::{Value, json};

use super::{Case, document, get, list, loose, paths, record, reference, text};

fn number() -> Value {
    json!({ "type": "integer" })
}

/// Each is a kind that a real document had.
pub const RECORDS: &[Case] = &[
    Case {
        name: "records-in-views",
        file: "api.json",
        text: || {
            let view = loose(&[("rolesPath", text()), ("user", loose(&[("id", text()), ("email", text())]))]);
            let users = loose(&[("list", list(view)), ("nextPageToken", text())]);
            // With an id of its own, it is the record, and the user is one of its members.
            let grant = loose(&[("id", text()), ("grant", loose(&[("id", text()), ("why", text())]))]);
            document(paths(&[("/users", get(users)), ("/grants", get(list(grant)))]), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", r#".items("list").each("user")"#),
            ("src/entities/user.rs", "{integration}:user:{id}"),
            ("src/client.rs", r#".get("grants").pages(Paging::whole())"#),
        ],
        collects: &[("grant_records-in-views", 2), ("user_records-in-views", 2)],
    },
    Case {
        name: "named-below",
        file: "api.json",
        text: || {
            let branch = loose(&[("name", text()), ("protected", json!({ "type": "boolean" }))]);
            let rule = loose(&[("rule_name", text()), ("enabled", json!({ "type": "boolean" }))]);
            let commit = loose(&[("sha", text()), ("url", text())]);
            let all = [
                ("/repos", get(list(record("id", "name")))),
                ("/repos/{repo_id}/branches", get(list(branch))),
                ("/repos/{repo_id}/branches/{branch}/rules", get(list(rule))),
                ("/commits", get(list(commit))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/repo_branch.rs", "{integration}:repo_branch:{repo_id}:{name}"),
            ("src/entities/repo_branch.rs", "others below a repo may have it, too"),
            ("src/steps/repo_branches.rs", "record.repo_id = repo.id.clone();"),
            (
                "src/entities/branch_rule.rs",
                "{integration}:branch_rule:{repo_id}:{repo_branch_name}:{rule_name}",
            ),
            ("src/entities/commit.rs", "{integration}:commit:{sha}"),
        ],
        collects: &[
            ("repo_branch_named-below", 2),
            ("repo_branch_named-below_has_branch_rule_named-below", 2),
            ("branch_rule_named-below", 2),
            ("commit_named-below", 2),
            ("repo_named-below", 2),
            ("repo_named-below_has_repo_branch_named-below", 2),
        ],
    },
    Case {
        name: "foreign-numbers",
        file: "api.json",
        text: || {
            let thing = |more: &[(&str, Value)]| loose(&[&[("id", number())], more].concat());
            let finding = thing(&[
                ("product", number()),
                ("port", number()),
                ("tests", list(number())),
                ("title", text()),
            ]);
            let member = thing(&[("product", number()), ("user", number())]);
            let all = [
                ("/products/", get(list(thing(&[("title", text())])))),
                ("/users/", get(list(thing(&[("username", text())])))),
                ("/tests/", get(list(thing(&[("title", text())])))),
                ("/ports/", get(list(thing(&[("title", text())])))),
                ("/findings/", get(list(finding))),
                ("/product_members/", get(list(member))),
                ("/products/{id}/delete_preview/", get(list(thing(&[("model", text())])))),
                ("/connector_instances/", get(list(thing(&[("title", text())])))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            (
                "src/entities/finding.rs",
                "#[j1(relationship(Has<Product, Finding>))] pub product: Option<i64>",
            ),
            (
                "src/entities/finding.rs",
                "#[j1(relationship(Has<Test, Finding>))] pub tests: Option<Vec<i64>>",
            ),
            ("src/entities/finding.rs", "pub port: Option<i64>"),
            ("src/entities/product_member.rs", "class = Resource"),
            ("src/entities/connector_instance.rs", "class = Resource"),
            ("REVIEW.md", "delete_preview/`: its response is what an action would do"),
        ],
        collects: &[
            ("connector_instance_foreign-numbers", 2),
            ("finding_foreign-numbers", 2),
            ("port_foreign-numbers", 2),
            ("product_foreign-numbers", 2),
            ("product_foreign-numbers_has_finding_foreign-numbers", 2),
            ("product_foreign-numbers_has_product_member_foreign-numbers", 2),
            ("product_member_foreign-numbers", 2),
            ("test_foreign-numbers", 2),
            ("test_foreign-numbers_has_finding_foreign-numbers", 2),
            ("user_foreign-numbers", 2),
            ("user_foreign-numbers_has_product_member_foreign-numbers", 2),
        ],
    },
    Case {
        name: "of-settings",
        file: "api.json",
        text: || {
            let group = json!({ "type": "object", "required": ["id", "name", "nameservers"], "properties": {
                "id": text(), "name": text(), "nameservers": list(loose(&[("ip", text()), ("port", number())])) } });
            let settings = loose(&[("theme", text()), ("language", text())]);
            let all = [
                ("/dns/nameservers", get(list(reference("NameserverGroup")))),
                ("/dns/nameservers/{nsgroupId}", get(reference("NameserverGroup"))),
                ("/settings/ui", get(settings.clone())),
                ("/metrics/dailyTotals", get(settings)),
                (
                    "/orgs/{org}/members/{username}",
                    json!({ "get": { "responses": { "204": { "description": "yes" } } } }),
                ),
            ];
            let key = |name: &str, docs: &str| json!({ "type": "apiKey", "in": "header", "name": name, "description": docs });
            let schemes = json!({ "Sudo": key("Sudo", "Whom to act as"), "Otp": key("X-Acme-OTP", "A second factor"),
                "Old": key("X-Old-Key", "Deprecated, use the token"), "Token": { "type": "http", "scheme": "bearer" } });
            let mut all = document(
                paths(&all),
                json!({ "schemas": { "NameserverGroup": group }, "securitySchemes": schemes }),
            );
            all["security"] = json!([{ "Sudo": [] }, { "Otp": [] }, { "Old": [] }, { "Token": [] }]);
            all.to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "http.client(&config.api_base)?.bearer(&config.api_token)"),
            ("src/entities/ui_settings.rs", "class = Configuration"),
            ("REVIEW.md", "`GET /metrics/dailyTotals`: its response is not a list of records"),
        ],
        collects: &[("nameserver_of-settings", 2), ("ui_settings_of-settings", 1)],
    },
    Case {
        name: "asked-by-post",
        file: "api.json",
        text: || {
            let post = |response: Value, body: Value| {
                let mut item = get(response);
                let mut post = item["get"].take();
                post["requestBody"] = json!({ "content": { "application/json": { "schema": body } } });
                json!({ "post": post })
            };
            let object = |required: &[&str], members: &[(&str, Value)]| {
                let mut object = loose(members);
                object["required"] = json!(required);
                object
            };
            let page = loose(&[("cursor", text()), ("size", json!({ "type": "integer", "maximum": 50 }))]);
            let body = object(
                &["page", "kind", "filters"],
                &[
                    ("page", page),
                    ("kind", json!({ "type": "string", "enum": ["all", "\"none\""] })),
                    ("filters", list(text())),
                ],
            );
            let found = loose(&[("assets", list(record("id", "title"))), ("next_cursor", text())]);
            let numbered = object(&[], &[("offset", number()), ("limit", number())]);
            let users = list(reference("User"));
            let all = [
                ("/search/assets", post(found, body)),
                ("/devices/query", post(list(record("id", "hostname")), numbered)),
                (
                    "/tickets/search",
                    post(list(record("id", "title")), object(&["tenant"], &[("tenant", text())])),
                ),
                ("/users", get(users.clone())),
                ("/search/users", post(users, loose(&[]))),
                ("/assets", post(list(record("id", "title")), loose(&[]))),
                ("/groups", get(list(record("id", "name")))),
                ("/groups/{group_id}/members/search", post(list(record("id", "login")), loose(&[]))),
            ];
            document(paths(&all), json!({ "schemas": { "User": record("id", "login") } })).to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                r#"self.client.post("search/assets")
                   .json_body(&serde_json::json!({"filters": [], "kind": "all"})).repeatable()
                   .pages(Paging::cursor("page.cursor", "next_cursor").size("page.size", 50).items("assets").in_body()"#,
            ),
            ("src/client.rs", r#"Paging::offset("limit", "offset", PAGE).in_body()"#),
            ("src/client.rs", r#"self.client.post_at(&["groups", group, "members", "search"])"#),
            ("src/entities/asset.rs", "one record of `POST /search/assets`"),
            ("Cargo.toml", "serde_json = \"1\""),
            ("REVIEW.md", "`POST /tickets/search`: its member of the body `tenant` has to be given"),
            ("REVIEW.md", "`POST /search/users`: it asks for what `GET /users` gives"),
        ],
        collects: &[
            ("asset_asked-by-post", 2),
            ("device_asked-by-post", 2),
            ("group_asked-by-post", 2),
            ("group_asked-by-post_has_group_member_asked-by-post", 2),
            ("group_member_asked-by-post", 2),
            ("user_asked-by-post", 2),
        ],
    },
    Case {
        name: "filtered-by-ids",
        file: "api.json",
        text: || {
            let asked = |items: Value, name: &str| {
                let mut item = get(list(items));
                item["get"]["parameters"] = json!([{ "name": name, "in": "query", "required": true, "schema": { "type": "string" } }]);
                item
            };
            let all = [
                ("/groups", get(list(record("id", "name")))),
                ("/users", get(list(reference("User")))),
                ("/members", asked(reference("User"), "groupId")),
                ("/devices", asked(record("id", "hostname"), "user_id")),
                ("/reports", asked(record("id", "title"), "batchId")),
            ];
            document(paths(&all), json!({ "schemas": { "User": record("id", "login") } })).to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                r#"pub fn members(&self, group: &str) -> Pages<User> { self.client.get("members").query("groupId", group)"#,
            ),
            ("src/client.rs", r#"self.client.get("devices").query("user_id", user)"#),
            ("src/steps/devices.rs", "reads(User)"),
            ("recordings/devices.har", "devices?user_id="),
            ("REVIEW.md", "its parameter `batchId` has to be given"),
        ],
        collects: &[
            ("device_filtered-by-ids", 2),
            ("group_filtered-by-ids", 2),
            ("group_filtered-by-ids_has_user_filtered-by-ids", 2),
            ("user_filtered-by-ids", 2),
            ("user_filtered-by-ids_has_device_filtered-by-ids", 2),
        ],
    },
    Case {
        name: "of-several-owners",
        file: "api.json",
        text: || {
            let all = [
                ("/teams", get(list(record("id", "name")))),
                (
                    "/teams/{team_id}/members",
                    get(list(loose(&[("team_id", text()), ("user_id", text()), ("roles", text())]))),
                ),
                ("/groups", get(list(record("id", "name")))),
                ("/groups/{id}/members", get(list(loose(&[("userId", text()), ("email", text())])))),
                ("/groups/{id}/channels", get(list(loose(&[("channel_id", text()), ("title", text())])))),
                ("/groups/{id}/rooms", get(list(loose(&[("node_id", text()), ("title", text())])))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/team_member.rs", "class = Resource"),
            ("src/entities/team_member.rs", "{integration}:team_member:{listed_below_team_id}:{user_id}"),
            ("src/entities/group_member.rs", "class = User"),
            ("src/entities/group_member.rs", "{integration}:group_member:{user_id}"),
            ("src/entities/group_channel.rs", "{integration}:group_channel:{channel_id}"),
            ("src/entities/group_room.rs", "{integration}:group_room:{group_id}:{node_id}"),
        ],
        collects: &[
            ("group_channel_of-several-owners", 2),
            ("group_member_of-several-owners", 2),
            ("group_of-several-owners", 2),
            ("group_of-several-owners_has_group_channel_of-several-owners", 2),
            ("group_of-several-owners_has_group_member_of-several-owners", 2),
            ("group_of-several-owners_has_group_room_of-several-owners", 2),
            ("group_room_of-several-owners", 2),
            ("team_member_of-several-owners", 2),
            ("team_of-several-owners", 2),
            ("team_of-several-owners_has_team_member_of-several-owners", 2),
        ],
    },
    Case {
        name: "nb",
        file: "api.json",
        text: || {
            let portal = loose(&[("theme", text()), ("language", text())]);
            document(paths(&[("/portal", get(portal))]), json!({})).to_string()
        },
        args: &[],
        // A key has at least ten characters, and `nb:portal` has nine.
        has: &[("src/entities/portal.rs", "{integration}:one-of:portal")],
        collects: &[("portal_nb", 1)],
    },
    Case {
        name: "many-inside",
        file: "api.json",
        text: || {
            let names: Vec<String> = (1..=140).map(|number| format!("limit{number}x")).collect();
            let limits: Vec<(&str, Value)> = names.iter().map(|name| (name.as_str(), number())).collect();
            let plan = loose(&[("id", text()), ("limits", loose(&limits))]);
            document(paths(&[("/plans", get(list(plan)))]), json!({})).to_string()
        },
        args: &[],
        // As attributes of their own, rustc refused them.
        has: &[("src/entities/plan.rs", "#[j1(computed(")],
        collects: &[("plan_many-inside", 2)],
    },
];

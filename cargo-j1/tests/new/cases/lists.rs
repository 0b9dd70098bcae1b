//! Further small inputs: several lists of one thing, names in paths, and what tells records apart.

use serde_json::{Value, json};

use super::{Case, document, get, list, loose, paths, record, reference, text};

/// The GET of a list, with a query parameter that an example is given for.
fn asked(items: Value, parameter: &str) -> Value {
    let mut item = get(list(items));
    item["get"]["parameters"] = json!([{ "name": parameter, "in": "query", "required": true,
        "schema": { "type": "string" }, "example": "5b10ac8d" }]);
    item
}

/// Each is a kind that a real document had.
pub const LISTS: &[Case] = &[
    Case {
        name: "names-in-paths",
        file: "api.json",
        text: || {
            let mut roles = get(list(reference("Role")));
            roles["parameters"] = json!([{ "name": "realm", "in": "path", "required": true,
                "description": "realm name (not id!)", "schema": { "type": "string" } }]);
            let all = [
                ("/realms", get(list(reference("Realm")))),
                ("/realms/{realm}/roles", roles),
                ("/realms/{realm}/roles/{role-name}/actions", get(list(record("id", "title")))),
            ];
            let schemas = json!({ "schemas": {
                "Realm": loose(&[("id", text()), ("realm", text())]),
                "Role": loose(&[("id", text()), ("name", text())]),
            } });
            document(paths(&all), schemas).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/realm.rs", "{integration}:realm:{id}"),
            ("src/entities/realm.rs", "a path takes it, and the document does not promise it"),
            ("src/entities/realm.rs", "pub realm: String"),
            ("src/steps/realm_roles.rs", ".realm_roles(&realm.realm)"),
            ("src/entities/realm_role.rs", "pub name: String"),
            ("src/client.rs", "`role-name` is `name` of a realm role, by its name"),
        ],
        collects: &[
            ("realm_names-in-paths", 2),
            ("realm_names-in-paths_has_realm_role_names-in-paths", 2),
            ("realm_role_names-in-paths", 2),
            ("realm_role_names-in-paths_has_role_action_names-in-paths", 2),
            ("role_action_names-in-paths", 2),
        ],
    },
    Case {
        name: "lists-of-one-thing",
        file: "api.json",
        text: || {
            let mut old = get(list(reference("Project")));
            old["get"]["deprecated"] = json!(true);
            let all = [
                ("/project", old),
                ("/project/recent", get(list(reference("Project")))),
                ("/project/search", get(list(reference("Project")))),
                ("/project/deleted", get(list(reference("Project")))),
                ("/users", get(list(reference("User")))),
                ("/user/bulk", asked(reference("User"), "userId")),
                ("/users/search", get(list(reference("User")))),
                ("/templates", asked(reference("Template"), "instance_id")),
                ("/templates/global", get(list(reference("Template")))),
            ];
            let schemas = json!({ "schemas": {
                "Project": record("id", "name"), "User": record("id", "login"), "Template": record("id", "title"),
            } });
            document(paths(&all), schemas).to_string()
        },
        args: &[
            "--only",
            "project",
            "--only",
            "user",
            "--only",
            "project_deleted",
            "--only",
            "template_global",
        ],
        has: &[
            ("src/client.rs", "get(\"project/search\")"),
            ("src/client.rs", "get(\"project/deleted\")"),
            (
                "REVIEW.md",
                "`GET /project`: the document says that it is deprecated, and `GET /project/search` has such records, too",
            ),
            (
                "REVIEW.md",
                "`GET /project/recent`: its path selects records of `GET /project/search`; --only project_recent makes it",
            ),
            (
                "REVIEW.md",
                "`GET /user/bulk`: its parameter `userId` selects those of one thing, and `GET /users` has such records, too",
            ),
            ("REVIEW.md", "`GET /users/search`: its path selects records of `GET /users`"),
        ],
        collects: &[
            ("project_deleted_lists-of-one-thing", 2),
            ("project_lists-of-one-thing", 2),
            ("template_global_lists-of-one-thing", 2),
            ("user_lists-of-one-thing", 2),
        ],
    },
    Case {
        name: "a-list-that-is-asked-for",
        file: "api.json",
        text: || {
            let all =
                [("/users", get(list(reference("User")))), ("/users/search", get(list(reference("User"))))];
            document(paths(&all), json!({ "schemas": { "User": record("id", "login") } })).to_string()
        },
        args: &["--only", "user_search"],
        has: &[("src/client.rs", "get(\"users/search\")")],
        collects: &[("user_search_a-list-that-is-asked-for", 2)],
    },
    Case {
        name: "one-example-for-all",
        file: "api.json",
        text: || {
            let action = json!({ "type": "object", "required": ["name"], "properties": {
                "name": { "type": "string", "example": "user.signed_in" } } });
            document(paths(&[("/actions", get(list(action)))]), json!({})).to_string()
        },
        args: &[],
        has: &[("src/entities/action.rs", "{integration}:action:{name}")],
        collects: &[("action_one-example-for-all", 2)],
    },
    Case {
        name: "said-by-record-and-list",
        file: "api.json",
        text: || {
            let site = json!({ "type": "object", "required": ["id", "account_id"], "properties": {
                "id": { "type": "integer" }, "account_id": { "type": "integer" } } });
            let account = json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } });
            let all = [
                ("/accounts", get(list(account))),
                ("/sites", get(list(reference("Site")))),
                ("/accounts/{account_id}/sites", get(list(reference("Site")))),
            ];
            document(paths(&all), json!({ "schemas": { "Site": site } })).to_string()
        },
        args: &[],
        has: &[(
            "tests/recorded/snapshots/recorded__account_sites__each_recorded_account_site_is_related.snap",
            "---3",
        )],
        collects: &[
            ("account_said-by-record-and-list", 2),
            // The member says 1-1 and 2-2, the list 1-1 and 1-2.
            ("account_said-by-record-and-list_has_site_said-by-record-and-list", 3),
            ("site_said-by-record-and-list", 2),
        ],
    },
    Case {
        name: "items-say-it-is-a-list",
        file: "api.json",
        text: || {
            let user = json!({ "type": "object", "required": ["id", "login"], "properties": {
                "id": { "type": "string" }, "login": { "type": "string" } } });
            // No `type: array`, here and in the envelope.
            let envelope = json!({ "properties": { "data": { "items": user } } });
            let all = [("/users", get(json!({ "items": user }))), ("/admins", get(envelope))];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[("src/entities/user.rs", "key = \"{integration}:user:{id}\"")],
        collects: &[("admin_items-say-it-is-a-list", 2), ("user_items-say-it-is-a-list", 2)],
    },
    Case {
        name: "described-ids",
        file: "api.json",
        text: || {
            let said = |docs: &str| json!({ "type": "string", "readOnly": true, "description": docs });
            let user = loose(&[
                ("key", said("This property is no longer available. See the deprecation notice.")),
                (
                    "accountId",
                    said(
                        "The account ID of the user, which uniquely identifies the user across all products.",
                    ),
                ),
                ("nickname", text()),
            ]);
            let workflow =
                loose(&[("lastModifiedUserAccountId", said("Who did.")), ("name", said("The name."))]);
            document(paths(&[("/users", get(list(user))), ("/workflows", get(list(workflow)))]), json!({}))
                .to_string()
        },
        args: &[],
        has: &[
            ("src/entities/user.rs", "{integration}:user:{account_id}"),
            ("src/entities/user.rs", "its description says that it identifies the record"),
            ("src/entities/workflow.rs", "{integration}:workflow:{name}"),
        ],
        collects: &[("user_described-ids", 2), ("workflow_described-ids", 2)],
    },
    Case {
        name: "what-it-takes",
        file: "api.json",
        text: || {
            let mut widgets = get(json!({ "type": "object", "properties": {
                "widgets": list(record("id", "title")), "next_cursor": { "type": "string" } } }));
            widgets["get"]["parameters"] = json!([
                { "name": "page[size]", "in": "query", "schema": { "type": "integer", "maximum": 50 } },
                { "name": "cursor", "in": "query", "schema": { "type": "string" } },
            ]);
            let mut parts = widgets.clone();
            parts["get"]["parameters"][0]["schema"]["maximum"] = json!(500);
            let mut asked = get(list(record("id", "title")));
            let post = asked["get"].take();
            asked = json!({ "post": post });
            let member = loose(&[("userId", text()), ("email", text())]);
            let epoch = json!({ "type": "integer", "description": "Unix epoch seconds" });
            let node = loose(&[
                ("id", text()),
                ("parent", reference("Node")),
                ("children", list(reference("Node"))),
                ("createdTs", epoch),
            ]);
            let all = [
                ("/widgets", widgets),
                ("/parts", parts),
                ("/members", get(list(member))),
                ("/nodes", get(list(reference("Node")))),
                ("/search/assets", asked.clone()),
                ("/assets", asked),
            ];
            document(paths(&all), json!({ "schemas": { "Node": node } })).to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                r#".get("widgets").pages(Paging::cursor("cursor", "next_cursor").size("page[size]", 50)"#,
            ),
            (
                "src/client.rs",
                r#".get("parts").pages(Paging::cursor("cursor", "next_cursor").size("page[size]", PAGE)"#,
            ),
            ("src/entities/member.rs", ":member:{user_id}"),
            ("src/entities/node.rs", "date = seconds"),
            ("REVIEW.md", "`parent` of node: its schema contains itself: a tree"),
            ("REVIEW.md", "`children` of node: the schema of its items contains itself: a tree"),
            ("src/client.rs", r#".post("search/assets").json_body(&serde_json::json!({})).repeatable()"#),
        ],
        collects: &[
            ("asset_what-it-takes", 2),
            ("member_what-it-takes", 2),
            ("node_what-it-takes", 2),
            ("part_what-it-takes", 2),
            ("widget_what-it-takes", 2),
        ],
    },
    Case {
        name: "of-a-user",
        file: "api.json",
        text: || {
            let device = json!({ "type": "object", "required": ["serial"], "properties": {
                "serial": { "type": "string" }, "hostname": { "type": "string" }, "user_id": { "type": "string" } } });
            let all = [
                ("/users", get(list(reference("User")))),
                ("/teams", get(list(record("id", "label")))),
                ("/teams/{team_id}/members", get(list(reference("User")))),
                ("/devices", get(list(device))),
            ];
            document(paths(&all), json!({ "schemas": { "User": record("id", "login") } })).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/device.rs", "{integration}:device:{serial}"),
            ("REVIEW.md", "- `Has<User, Device>`, from `user_id`"),
            ("REVIEW.md", "- `Has<Team, User>`, from `GET /teams/{team_id}/members`"),
        ],
        collects: &[
            ("device_of-a-user", 2),
            ("team_of-a-user", 2),
            ("team_of-a-user_has_user_of-a-user", 2),
            ("user_of-a-user", 2),
            ("user_of-a-user_has_device_of-a-user", 2),
        ],
    },
    Case {
        name: "what-it-is-like",
        file: "api.json",
        text: || {
            let moment = json!({ "type": "string", "example": "2026-01-15T12:00:00.000Z" });
            let lock = loose(&[
                ("id", text()),
                ("device_id", text()),
                ("serial_number", text()),
                ("os_version", text()),
                ("created_at", moment),
                ("seen_at", text()),
            ]);
            let user = loose(&[("id", text()), ("email", text()), ("login", text())]);
            let once = json!({ "type": "object", "properties": { "name": text(), "login": text() } });
            let component = list(record("id", "state"));
            let mut document = document(
                paths(&[
                    ("/locks", get(list(lock))),
                    ("/webhook_endpoints", get(list(record("id", "url")))),
                    ("/members", get(list(user))),
                    ("/user", get(once)),
                    ("/health", get(component)),
                    (
                        "/search",
                        get(
                            json!({ "type": "object", "properties": { "issues": list(record("id", "title")) } }),
                        ),
                    ),
                ]),
                json!({}),
            );
            document["servers"] = json!([{ "url": "https://{sub_domain}.acme.example",
                "variables": { "sub_domain": { "default": "<sub_domain>" } } }]);
            document.to_string()
        },
        args: &[],
        has: &[
            ("src/config.rs", "https://sub-domain.acme.example"),
            ("src/entities/lock.rs", "class `Resource`"),
            ("src/entities/lock.rs", "pub created_at: Option<Timestamp>"),
            ("REVIEW.md", "`seen_at` of lock: it is a date by its name, and nothing says in which form"),
            ("src/entities/webhook_endpoint.rs", "class `Resource`"),
            ("src/entities/issue.rs", "GET /search"),
            ("REVIEW.md", "`GET /user`: its response is about the caller"),
            ("REVIEW.md", "`GET /health`: its response is the state of the API"),
        ],
        collects: &[
            ("issue_what-it-is-like", 2),
            ("lock_what-it-is-like", 2),
            ("member_what-it-is-like", 2),
            ("webhook_endpoint_what-it-is-like", 2),
        ],
    },
    Case {
        name: "roles-in-many-places",
        file: "api.json",
        text: || {
            let all = [
                ("/devices", get(list(record("id", "title")))),
                ("/devices/{device-id}/defaults/roles", get(list(reference("Role")))),
                ("/groups", get(list(record("id", "label")))),
                ("/groups/{group-id}/roles", get(list(reference("Role")))),
            ];
            document(paths(&all), json!({ "schemas": { "Role": record("id", "name") } })).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/group_role.rs", "groups/{group-id}/roles"),
            ("src/steps/default_roles.rs", "has(&device, &found)"),
        ],
        collects: &[
            ("device_roles-in-many-places", 2),
            ("device_roles-in-many-places_has_group_role_roles-in-many-places", 2),
            ("group_role_roles-in-many-places", 2),
            ("group_roles-in-many-places", 2),
            ("group_roles-in-many-places_has_group_role_roles-in-many-places", 2),
        ],
    },
];

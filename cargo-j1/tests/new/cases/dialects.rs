//! Further small inputs: conventions that many providers share.

use serde_json::{Value, json};

use super::{Case, document, list, loose, paths, record, text};

/// The GET of a path that answers with this schema, as this kind of JSON.
fn get_as(kind: &str, schema: Value, parameters: &[(&str, &str)]) -> Value {
    let parameter =
        |(name, kind): &(&str, &str)| json!({ "name": name, "in": "query", "schema": { "type": kind } });
    let parameters: Vec<Value> = parameters.iter().map(parameter).collect();
    json!({ "get": { "parameters": parameters,
        "responses": { "200": { "description": "ok", "content": { kind: { "schema": schema } } } } } })
}

/// Each is a convention, or a file of a tool.
pub const DIALECTS: &[Case] = &[
    Case {
        name: "postman",
        file: "acme.postman_collection.json",
        text: || {
            let saved = |request: Value, body: Value| {
                json!([{ "name": "ok", "code": 200, "originalRequest": request,
                "header": [{ "key": "Content-Encoding", "value": "gzip" }], "body": body.to_string() }])
            };
            let users = json!({ "method": "GET", "header": [], "url": { "raw": "{{baseUrl}}/v2/users?limit=2&offset=0" } });
            let keys = json!({ "method": "GET", "url": { "raw": "{{baseUrl}}/v2/users/:user_id/keys",
            "variable": [{ "key": "user_id", "value": "ada" }] } });
            json!({
            "info": { "name": "Acme", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
            "auth": { "type": "apikey", "apikey": [{ "key": "key", "value": "X-Acme" }, { "key": "value", "value": "{{key}}" }] },
            "variable": [{ "key": "baseUrl", "value": "https://{{host}}/api" }, { "key": "host", "value": "acme.example" }],
            "item": [{ "name": "People", "item": [
                { "name": "List", "request": users.clone(), "response": saved(users, json!({ "users": [
                    { "id": "u-1", "login": "ada" }, { "id": "u-2", "login": "alan" }], "total": 2 })) },
                { "name": "Keys", "request": keys.clone(), "response": saved(keys, json!([
                    { "id": "k-1", "label": "work" }])) },
                { "name": "Delete", "request": { "method": "DELETE", "url": "{{baseUrl}}/users/1" }, "response": [] },
            ] }],
        })
        .to_string()
        },
        args: &[],
        has: &[
            ("src/config.rs", "https://acme.example/api/v2"),
            ("src/client.rs", ".header(\"x-acme\", &config.api_key)"),
            ("src/client.rs", "Paging::offset(\"limit\", \"offset\", PAGE)"),
            ("src/client.rs", "get_at(&[\"users\", user, \"keys\"])"),
        ],
        collects: &[("user_postman", 2), ("user_key_postman", 1), ("user_postman_has_user_key_postman", 1)],
    },
    Case {
        name: "json-api",
        file: "api.json",
        text: || {
            let end = |kind: &str| {
                loose(&[
                    ("links", loose(&[("related", text())])),
                    ("data", record("type", "id").clone()),
                    ("meta", loose(&[("kind", json!({ "enum": [kind] }))])),
                ])
            };
            let moment = json!({ "type": "string", "format": "date-time" });
            let one = |kind: &str| {
                json!({ "type": "object", "required": ["type", "id"], "properties": {
                "type": { "type": "string", "enum": [kind] }, "id": text() } })
            };
            let always = |data: Value| json!({ "type": "object", "required": ["data"], "properties": { "data": data } });
            let relationships = json!({ "type": "object", "required": ["owner"], "properties": {
                "team": end("teams"), "owner": always(one("tenants")), "lead": loose(&[("data", one("people"))]),
                "badges": loose(&[("data", list(one("badges")))]) } });
            let user = json!({ "type": "object", "required": ["id", "type"], "properties": {
            "id": text(), "type": { "type": "string", "enum": ["users"] },
            "attributes": loose(&[("full-name", text()), ("e-mail", text()), ("created-at", moment)]),
            "relationships": relationships, "links": loose(&[("self", text())]) } });
            let team = json!({ "type": "object", "required": ["id", "type"], "properties": {
            "id": text(), "type": text(), "attributes": loose(&[("name", text()), ("size", json!({ "type": "integer" }))]) } });
            let page = |records: Value| {
                loose(&[
                    ("data", list(records)),
                    ("included", list(loose(&[("type", text()), ("id", text())]))),
                    ("links", loose(&[("self", text()), ("next", text())])),
                    ("meta", loose(&[("total-count", json!({ "type": "integer" }))])),
                ])
            };
            let asked = [("page[number]", "integer"), ("page[size]", "integer")];
            let get = |records: Value| get_as("application/vnd.api+json", page(records), &asked);
            let tenant = json!({ "type": "object", "required": ["id", "type"], "properties": { "id": text(), "type": text() } });
            let all = [("/users", get(user)), ("/teams", get(team)), ("/tenants", get(tenant))];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "Paging::next_url(\"links.next\").size(\"page[size]\", PAGE).items(\"data\")"),
            ("src/entities/team.rs", "self.attributes_name().unwrap_or_else(|| self.id.clone())"),
            ("src/entities/user.rs", "computed(created_on: Option<Timestamp>"),
            ("src/entities/user.rs", "pub fn team_id(&self) -> Option<String> {"),
            ("src/steps/users.rs", "reads(expected Team, expected Tenant)"),
            ("src/steps/users.rs", "job.tie_from::<Has<Team, User>>(&id, &record).await?;"),
            // There is no list of people, and a relationship to many is not a property.
            ("src/entities/user.rs", "computed(lead_id: Option<String>"),
            ("REVIEW.md", "`relationships.badges.data` of user: it relates to many"),
            ("REVIEW.md", "`relationships.team.data.type` of user: the name of the relationship says it"),
        ],
        collects: &[
            ("team_json-api", 2),
            ("team_json-api_has_user_json-api", 2),
            ("tenant_json-api", 2),
            ("tenant_json-api_owns_user_json-api", 2),
            ("user_json-api", 2),
        ],
    },
    Case {
        name: "hal",
        file: "api.json",
        text: || {
            let number = json!({ "type": "integer" });
            let href = loose(&[("href", text())]);
            let page = loose(&[
                ("size", number.clone()),
                ("totalElements", number.clone()),
                ("totalPages", number.clone()),
                ("number", number),
            ]);
            let held = |name: &str, records: Value| {
                loose(&[
                    ("_embedded", loose(&[(name, list(records))])),
                    ("_links", loose(&[("self", href.clone()), ("next", href.clone())])),
                    ("page", page.clone()),
                ])
            };
            let cursor = |records: Value| {
                loose(&[
                    ("_embedded", loose(&[("items", list(records))])),
                    ("_links", loose(&[("next", href.clone())])),
                ])
            };
            let employee = loose(&[
                ("id", json!({ "type": "integer" })),
                ("name", text()),
                ("_links", loose(&[("self", href.clone())])),
                ("_embedded", loose(&[("boss", loose(&[("id", text())]))])),
            ]);
            let all = [
                (
                    "/employees",
                    get_as(
                        "application/hal+json",
                        held("employeeList", employee),
                        &[("page", "integer"), ("size", "integer")],
                    ),
                ),
                ("/devices", get_as("application/hal+json", cursor(record("id", "serial")), &[])),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                "Paging::page_from(0, \"page\", \"size\", PAGE).total(\"page.totalElements\").items(\"_embedded.employeeList\")",
            ),
            ("src/client.rs", "Paging::next_url(\"_links.next.href\").items(\"_embedded.items\")"),
            ("REVIEW.md", "`_embedded` of employee: it leads through the API"),
        ],
        collects: &[("device_hal", 2), ("employee_hal", 2)],
    },
    Case {
        name: "odata",
        file: "api.json",
        text: || {
            let page = |records: Value| {
                loose(&[("@odata.context", text()), ("@odata.nextLink", text()), ("value", list(records))])
            };
            let order = json!({ "type": "object", "properties": { "OrderID": { "type": "integer", "format": "int64" }, "CustomerName": text() } });
            let asked =
                [("$top", "integer"), ("$skip", "integer"), ("$filter", "string"), ("$select", "string")];
            let all = [
                ("/users", get_as("application/json", page(record("id", "displayName")), &asked)),
                (
                    "/odata/Orders",
                    get_as("application/json", loose(&[("value", list(order.clone()))]), &asked),
                ),
                ("/odata/Orders({key})", get_as("application/json", order, &[])),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "Paging::next_url(\"/@odata.nextLink\").size(\"$top\", PAGE).items(\"value\")"),
            (
                "src/client.rs",
                "get(\"odata/Orders\").pages(Paging::offset(\"$top\", \"$skip\", PAGE).items(\"value\"))",
            ),
            ("src/entities/order.rs", ":order:{order_id}"),
        ],
        collects: &[("order_odata", 2), ("user_odata", 2)],
    },
    Case {
        name: "scim-whole",
        file: "api.json",
        text: || {
            let multi = || {
                list(loose(&[
                    ("value", text()),
                    ("display", text()),
                    ("type", text()),
                    ("primary", json!({ "type": "boolean" })),
                    ("$ref", text()),
                ]))
            };
            let moment = || json!({ "type": "string", "format": "date-time" });
            let meta = || {
                loose(&[
                    ("resourceType", text()),
                    ("created", moment()),
                    ("lastModified", moment()),
                    ("location", text()),
                ])
            };
            let id = || json!({ "type": "string", "readOnly": true });
            let user = loose(&[
                ("schemas", list(text())),
                ("id", id()),
                ("userName", text()),
                ("displayName", text()),
                ("emails", multi()),
                ("phoneNumbers", multi()),
                ("x509Certificates", multi()),
                ("groups", multi()),
                ("roles", multi()),
                ("meta", meta()),
                (
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                    loose(&[
                        ("department", text()),
                        ("manager", loose(&[("value", text()), ("displayName", text())])),
                    ]),
                ),
            ]);
            let group =
                loose(&[("id", id()), ("displayName", text()), ("members", multi()), ("meta", meta())]);
            let page = |records: Value| {
                loose(&[
                    ("schemas", list(text())),
                    ("totalResults", json!({ "type": "integer" })),
                    ("startIndex", json!({ "type": "integer" })),
                    ("itemsPerPage", json!({ "type": "integer" })),
                    ("Resources", list(records)),
                ])
            };
            let asked = [("startIndex", "integer"), ("count", "integer"), ("filter", "string")];
            let get = |schema: Value| get_as("application/scim+json", schema, &asked);
            let settings = loose(&[
                ("schemas", list(text())),
                ("patch", loose(&[("supported", json!({ "type": "boolean" }))])),
                ("authenticationSchemes", list(loose(&[("name", text()), ("type", text())]))),
            ]);
            let all = [
                ("/Users", get(page(user))),
                ("/Groups", get(page(group))),
                ("/ServiceProviderConfig", get(settings)),
                ("/ResourceTypes", get(page(loose(&[("id", text()), ("endpoint", text())])))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            (
                "src/entities/group.rs",
                "#[j1(relationship(Has<Group, User>, key = value))]\npub members: Option<Vec<GroupMember>>",
            ),
            ("src/entities/group.rs", "computed(last_modified_on: Option<Timestamp>"),
            ("src/entities/user.rs", "computed(email: Vec<String> = Self::email_values)"),
            ("src/entities/user.rs", "computed(roles: Vec<String> = Self::role_values)"),
            ("src/entities/user.rs", "pub enterprise_2_0_user: Option<UserEnterprise20User>"),
            ("REVIEW.md", "`groups` of user: `members` of group says it, too"),
            ("REVIEW.md", "`x509Certificates` of user"),
            ("REVIEW.md", "`phoneNumbers` of user: it is private"),
            ("REVIEW.md", "`GET /ServiceProviderConfig`: its response describes the API"),
            ("REVIEW.md", "`GET /ResourceTypes`: its response describes the API"),
        ],
        collects: &[
            ("group_scim-whole", 2),
            ("group_scim-whole_has_user_scim-whole", 2),
            ("user_scim-whole", 2),
        ],
    },
    Case {
        name: "other-things-inside",
        file: "api.json",
        text: || {
            let id = || json!({ "type": "integer" });
            let team = || loose(&[("id", id()), ("name", text())]);
            let person = loose(&[("id", id()), ("login", text())]);
            let app = loose(&[
                ("id", id()),
                ("title", text()),
                ("team", team()),
                ("kind", loose(&[("id", id()), ("name", text())])),
                ("groups", list(loose(&[("id", id()), ("name", text())]))),
                ("description", loose(&[("raw", text())])),
                ("assigned_to", json!({ "type": "integer", "description": "ID of the person who has it" })),
            ]);
            let all = [("/apps", app), ("/teams", team()), ("/groups", team()), ("/persons", person)];
            let all: Vec<(&str, Value)> = all
                .into_iter()
                .map(|(path, one)| (path, get_as("application/json", list(one), &[])))
                .collect();
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/app.rs", "relationship(Has<Team, App>, key = id)"),
            ("src/entities/app.rs", "relationship(Has<Group, App>, key = id)"),
            ("src/entities/app.rs", "relationship(Assigned<Person, App>)"),
            ("src/entities/app.rs", "computed(kind_id: Option<i64>"),
            ("src/entities/app.rs", "computed(description_raw: Option<String>"),
        ],
        collects: &[
            ("app_other-things-inside", 2),
            ("group_other-things-inside", 2),
            ("group_other-things-inside_has_app_other-things-inside", 2),
            ("person_other-things-inside", 2),
            ("person_other-things-inside_assigned_app_other-things-inside", 2),
            ("team_other-things-inside", 2),
            ("team_other-things-inside_has_app_other-things-inside", 2),
        ],
    },
    Case {
        name: "deep-envelopes",
        file: "api.json",
        text: || {
            let held = |name: &str, records: Value, more: &[(&str, Value)]| {
                let mut members = vec![(name, list(records))];
                members.extend(more.iter().cloned());
                loose(&[
                    ("status", text()),
                    ("response", loose(&[("requestId", text()), ("data", loose(&members))])),
                ])
            };
            let info = loose(&[("nextCursor", text()), ("hasMore", json!({ "type": "boolean" }))]);
            let project = loose(&[("projectId", text()), ("name", text())]);
            let projects = held("projects", project, &[("pageInfo", info)]);
            let asked = [("page", "integer"), ("per_page", "integer")];
            let mut users = get_as("application/json", held("items", record("userId", "login"), &[]), &asked);
            users["get"]["responses"]["200"]["headers"] = json!({ "Link": { "schema": text() } });
            let hosts = held("items", record("hostId", "address"), &[]);
            let all = [
                (
                    "/projects",
                    get_as("application/json", projects, &[("cursor", "string"), ("limit", "integer")]),
                ),
                ("/users", users),
                ("/hosts", get_as("application/json", hosts, &[])),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                "Paging::cursor(\"cursor\", \"response.data.pageInfo.nextCursor\").size(\"limit\", PAGE).items(\"response.data.projects\")",
            ),
            ("src/client.rs", "Paging::link().size(\"per_page\", PAGE).items(\"response.data.items\")"),
            ("src/client.rs", "Paging::whole().items(\"response.data.items\")"),
        ],
        collects: &[("host_deep-envelopes", 2), ("project_deep-envelopes", 2), ("user_deep-envelopes", 2)],
    },
];

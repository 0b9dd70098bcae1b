//! Cases: the name that users log in with, and their tenant.

use serde_json::json;

use super::{Case, document, get, list, loose, paths, record, reference, text};

/// The name that users log in with, and their tenant.
pub const USERS: &[Case] = &[
    Case {
        name: "logins",
        file: "api.json",
        text: || {
            let owner = loose(&[("login", text())]);
            let all = [
                ("/users", get(list(record("id", "login")))),
                ("/v2/members", get(list(record("id", "loginName")))),
                ("/persons/users", get(list(record("id", "user_name")))),
                // A member of that name is taken first; the one of another object is not the user's.
                (
                    "/named/users",
                    get(list(loose(&[("id", text()), ("login", text()), ("username", text())]))),
                ),
                ("/owned/users", get(list(loose(&[("id", text()), ("name", text()), ("owner", owner)])))),
                (
                    "/inner/users",
                    get(list(loose(&[
                        ("id", text()),
                        ("profile", loose(&[("login", text()), ("email", text())])),
                    ]))),
                ),
                // No class wants it here.
                ("/apps", get(list(record("id", "login")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/user.rs", "#[j1(rename = \"username\", list)] pub login: String"),
            ("src/entities/user.rs", "review: `User` calls what people log in with `username`"),
            ("src/entities/member.rs", "#[j1(rename = \"username\", list)] pub login_name: String"),
            ("src/entities/person_user.rs", "#[j1(rename = \"username\", list)] pub user_name: String"),
            ("src/entities/named_user.rs", "/// Login. pub login: Option<String>"),
            ("src/entities/named_user.rs", "/// Username. #[j1(list)] pub username: Option<String>"),
            ("src/entities/owned_user.rs", "computed(login: Option<String> = Self::login)"),
            ("src/entities/inner_user.rs", "computed(username: Option<Vec<String>> = Self::username)"),
            ("src/entities/app.rs", "/// Login. pub login: String"),
        ],
        collects: &[
            ("app_logins", 2),
            ("inner_user_logins", 2),
            ("member_logins", 2),
            ("named_user_logins", 2),
            ("owned_user_logins", 2),
            ("person_user_logins", 2),
            ("user_logins", 2),
        ],
    },
    Case {
        name: "the-tenant",
        file: "api.json",
        text: || {
            let org = json!({ "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string" }, "name": { "type": "string" }, "plan": { "type": "string" } } });
            let all = [
                ("/organizations/{org}", get(org)),
                ("/organizations/{org}/users", get(list(reference("User")))),
                ("/organizations/{org}/roles", get(list(record("id", "name")))),
                ("/organizations/{org}/users/{user}", get(reference("User"))),
            ];
            document(paths(&all), json!({ "schemas": { "User": record("id", "title") } })).to_string()
        },
        args: &["--param", "org=acme"],
        has: &[
            ("src/entities/organization.rs", "class = Organization"),
            ("src/client.rs", "get_at(&[\"organizations\", &self.org])"),
            ("REVIEW.md", "`org` is configuration: `--param` gives the default."),
        ],
        collects: &[("organization_the-tenant", 1), ("role_the-tenant", 2), ("user_the-tenant", 2)],
    },
];

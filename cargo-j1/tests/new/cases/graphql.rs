//! Small recordings of APIs that are asked with GraphQL.

use serde_json::{Value, json};

use super::{Case, document, paths, recording};

/// A POST with a query, and the data of its response.
fn asked(query: &str, variables: Value, data: Value) -> Value {
    let body = json!({ "operationName": null, "query": query, "variables": variables }).to_string();
    json!({
        "request": { "method": "POST", "url": "https://api.acme.example/v2/graphql", "headers": [
            { "name": "Authorization", "value": "Bearer x" }],
            "postData": { "mimeType": "application/json", "text": body } },
        "response": { "status": 200, "headers": [],
            "content": { "text": json!({ "data": data }).to_string() } },
    })
}

fn connection(nodes: Value, next: Option<&str>) -> Value {
    json!({ "nodes": nodes, "pageInfo": { "hasNextPage": next.is_some(), "endCursor": next } })
}

fn user(id: &str) -> Value {
    json!({ "__typename": "User", "id": id, "login": format!("login-{id}"), "active": true })
}

const USERS: &str = r#"query Users($count: Int!, $cursor: String, $kind: [String!] = ["all, \"any\""]) {
  # Everybody.
  users(first: $count, after: $cursor, filter: { kind: $kind, text: "a # b" }) @live(if: true) {
    ...page
    pageInfo { hasNextPage, endCursor }
  }
}
fragment page on UserConnection { nodes { __typename id login active } }"#;

const MEMBERS: &str = "query Members($id: ID!, $after: String) { team(id: $id) { members(first: 50, after: $after) { edges { node { id role } } pageInfo { hasNextPage endCursor } } } }";

const REPOSITORIES: &str = "query($login: String!) { organization(login: $login) { id all: repositories(first: 2) { nodes { id ... on Repository { name } } } } }";

/// Teams with lists inside: connections, one of them in an object, one in a fragment, lists of another form, and plain ones.
const TEAMS: &str = "query($after: String) { teams(first: 2, after: $after) { nodes { id name
  topics(first: 5) { nodes totalCount } about { tags(first: 5) { edges { node } } } ...parts
  aliases { items } notes { values total } flags(limit: 3) codes }
  pageInfo { hasNextPage endCursor } } }
fragment parts on Team { owners { nodes { id } pageInfo { startCursor } } }";

const ALERTS: &str = "query($limit: Int, $offset: Int) { alerts(limit: $limit, offset: $offset) { total items { id title } } regions { code title } }";

/// Each is a kind that a real recording had.
pub const GRAPHQL: &[Case] = &[
    Case {
        name: "queries",
        file: "api.har",
        text: || {
            let variables = |cursor: Value| json!({ "count": 2, "cursor": cursor, "kind": ["staff"] });
            let page = |ids: [&str; 2], next| json!({ "users": connection(ids.map(user).into(), next) });
            let teams = json!({ "teams": { "edges": [
                { "node": { "id": "t-1", "name": "one" } }, { "node": { "id": "t-2", "name": "two" } }] } });
            let members = |id: &str| {
                let edges = json!([{ "node": { "id": format!("m-{id}"), "role": "owner" } }]);
                json!({ "team": { "members": { "edges": edges, "pageInfo": { "hasNextPage": false, "endCursor": "x" } } } })
            };
            let repositories = json!({ "organization": { "id": "o-1", "all": { "nodes": [
                { "id": "r-1", "name": "one" }, { "id": "r-2", "name": "two" }] } } });
            let alerts = json!({ "alerts": { "total": 2, "items": [
                    { "id": 7, "title": "fire" }, { "id": 8, "title": "water" }] },
                "regions": [{ "code": "eu", "title": "Europe" }] });
            recording(&[
                asked(USERS, variables(Value::Null), page(["u-1", "u-2"], Some("c-2"))),
                asked(USERS, variables(json!("c-2")), page(["u-3", "u-4"], None)),
                asked("{ teams { edges { node { id name } } } }", json!({}), teams),
                asked(MEMBERS, json!({ "id": "t-1" }), members("t-1")),
                asked(MEMBERS, json!({ "id": "t-2", "after": "c" }), members("t-2")),
                asked(REPOSITORIES, json!({ "login": "acme" }), repositories),
                asked(ALERTS, json!({ "limit": 50, "offset": 0 }), alerts),
                asked(
                    "mutation Drop($id: ID!) { drop(id: $id) { id } }",
                    json!({ "id": 1 }),
                    json!({ "drop": { "id": 1 } }),
                ),
                asked(
                    "{ users(last: 2) { nodes { id } } }",
                    json!({}),
                    json!({ "users": { "nodes": [{ "id": "u-4" }] } }),
                ),
            ])
        },
        args: &[],
        has: &[
            ("src/client.rs", r#"Paging::graphql("data.users")"#),
            (
                "src/client.rs",
                r#"const QUERY: &str = r#"query Users($count: Int!, $after: String, $kind: [String!] = ["all, \"any\""]) {
                    users(first: $count, after: $after, filter: {kind: $kind, text: "a # b"}) @live(if: true) {
                        ...page
                        pageInfo {
                            hasNextPage
                            endCursor
                        }
                    }
                }
                fragment page on UserConnection {
                    nodes {
                        id
                        login
                        active
                    }
                }"#,
            ),
            ("src/client.rs", r#"&serde_json::json!({ "count": 2, "kind": ["staff"] })"#),
            ("src/client.rs", "its variable `cursor` is `after` here"),
            ("src/client.rs", r#"self.client.graphql("graphql", "{ __typename }", &serde_json::json!({}))"#),
            ("src/client.rs", "query($after: String) { teams(after: $after) { edges {"),
            ("src/client.rs", "without it, nothing says whether there are more"),
            ("src/client.rs", "fn team_members(&self, team: &str)"),
            ("src/client.rs", r#"&serde_json::json!({ "teamId": team })"#),
            ("src/client.rs", "query Members($teamId: ID!, $after: String) { team(id: $teamId) {"),
            ("src/client.rs", r#"json!({ "organizationLogin": self.organization_login })"#),
            ("src/client.rs", r#"Paging::graphql("data.organization.all")"#),
            ("src/client.rs", "all: repositories(first: 2, after: $after)"),
            (
                "src/client.rs",
                r#"Paging::offset("variables.limit", "variables.offset", PAGE).total("data.alerts.total").items("data.alerts.items").in_body()"#,
            ),
            ("src/client.rs", r#"Paging::whole().items("data.regions")"#),
            ("src/config.rs", "pub organization_login: String"),
            ("src/entities/user.rs", "one record of `POST /graphql data.users`"),
            ("REVIEW.md", "`POST /graphql Drop`: it changes something: it is a mutation"),
            ("REVIEW.md", "it pages backwards, with `last`"),
        ],
        collects: &[
            ("alert_queries", 2),
            ("organization_repository_queries", 2),
            ("region_queries", 1),
            ("team_member_queries", 2),
            ("team_queries", 2),
            ("team_queries_has_team_member_queries", 2),
            ("user_queries", 4),
        ],
    },
    Case {
        name: "query-inside",
        file: "api.har",
        text: || {
            let team = |id: &str| {
                json!({ "id": id, "name": format!("name-{id}"), "topics": { "nodes": ["a", "b"], "totalCount": 2 },
                    "about": { "tags": { "edges": [{ "node": "x" }] } },
                    "owners": { "nodes": [{ "id": "o-1" }], "pageInfo": { "startCursor": "c" } },
                    "aliases": { "items": ["z"] }, "notes": { "values": ["n"], "total": 1 },
                    "flags": ["f"], "codes": ["c"] })
            };
            let teams = json!({ "teams": connection(json!([team("t-1"), team("t-2")]), None) });
            recording(&[asked(TEAMS, json!({}), teams)])
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                "topics(first: 5) { nodes totalCount pageInfo { hasNextPage endCursor } }
                about { tags(first: 5) { edges { node } pageInfo { hasNextPage endCursor } } } ...parts",
            ),
            ("src/client.rs", "owners { nodes { id } pageInfo { startCursor hasNextPage endCursor } }"),
            (
                "src/client.rs",
                "// review: `pageInfo` was added to the lists `about.tags`, `owners`, `topics` in its records: one that goes on \
                 makes the step partial",
            ),
            (
                "src/client.rs",
                "// review: nothing says whether the lists `aliases.items`, `flags` in its records are cut",
            ),
            // A list is called what it is of, and nothing is made of what says how it goes on.
            (
                "src/entities/team.rs",
                "#[j1(name = [name, id], display_name = [name, id])]
                #[j1(computed(aliases: Option<Vec<String>> = Self::aliases_items))]
                #[j1(computed(notes_total: Option<i64> = Self::notes_total))]
                #[j1(computed(notes: Option<Vec<String>> = Self::notes_values))]
                #[j1(computed(topics: Option<Vec<String>> = Self::topics_nodes))]
                #[j1(computed(topics_total_count: Option<i64> = Self::topics_total_count))]
                pub struct Team",
            ),
        ],
        collects: &[("team_query-inside", 2)],
    },
    Case {
        name: "query-sample",
        file: "users.json",
        text: || {
            let mut users = connection(json!([user("u-1"), user("u-2")]), None);
            users["totalCount"] = json!(2);
            users["nodes"][0]["topics"] = json!({ "nodes": ["a"] });
            json!({ "data": { "viewer": { "id": "v-1", "users": users } } }).to_string()
        },
        args: &[],
        has: &[
            (
                "src/client.rs",
                "query($first: Int!, $after: String) { viewer { users(first: $first, after: $after) {
                    nodes { active id login topics { nodes pageInfo { hasNextPage endCursor } } }
                    pageInfo { endCursor hasNextPage } totalCount } } }",
            ),
            ("src/client.rs", r#"json!({ "first": 100 })"#),
            ("src/client.rs", r#"Paging::graphql("data.viewer.users")"#),
            ("src/client.rs", "compare it with the provider's schema"),
            ("src/client.rs", "`pageInfo` was added to the list `topics` in its records"),
        ],
        collects: &[("user_query-sample", 2)],
    },
    Case {
        name: "query-document",
        file: "api.json",
        text: || {
            let query = json!({ "query": "{ users { nodes { id login active } } }" });
            let answer = json!({ "data": { "users": { "nodes": [user("u-1"), user("u-2")] } } });
            let body = |example: Value| json!({ "content": { "application/json": { "example": example } } });
            let post =
                json!({ "post": { "requestBody": body(query), "responses": { "200": body(answer) } } });
            let silent = json!({ "post": { "responses": { "200": body(json!({})) } } });
            document(paths(&[("/graphql", post), ("/admin/graphql", silent)]), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", "query($after: String) { users(after: $after) { nodes {"),
            ("REVIEW.md", "`POST /admin/graphql`: it is asked with GraphQL, and the document shows no query"),
        ],
        collects: &[("user_query-document", 2)],
    },
];

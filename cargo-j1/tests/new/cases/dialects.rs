//! Further small inputs: conventions that many providers share.

use serde_json::json;

use super::Case;

/// Each is a convention, or a file of a tool.
pub const DIALECTS: &[Case] = &[Case {
    name: "postman",
    file: "acme.postman_collection.json",
    text: || {
        let saved = |request: serde_json::Value, body: serde_json::Value| {
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
}];

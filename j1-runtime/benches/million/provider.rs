//! A vendor in this process, who makes up what it is asked for.

use j1_runtime::provider::{Http, Incoming};
use serde_json::{Value, json};

use crate::integration::PAGE;

const GROUPS: u64 = 1000;

/// A vendor that has so many entities, groups included.
pub fn http(entities: u64) -> Http {
    let users = entities - GROUPS;
    Http::service(move |request| async move {
        let records: Vec<Value> = if request.url.path() == "/groups" {
            (0..GROUPS).map(|n| json!({ "id": n.to_string(), "name": format!("Group {n}") })).collect()
        } else {
            let skip = request.url.query_pairs().find(|(name, _)| name == "skip");
            let skip: u64 = skip.and_then(|(_, skip)| skip.parse().ok()).unwrap_or_default();
            (skip..users.min(skip + PAGE)).map(user).collect()
        };
        Ok(Incoming { status: 200, body: Value::Array(records).to_string().into(), ..Incoming::default() })
    })
}

/// About 800 bytes.
fn user(number: u64) -> Value {
    json!({
        "id": number.to_string(),
        "name": format!("Firstname Lastname {number}"),
        "username": format!("firstname.lastname.{number}"),
        "email": format!("firstname.lastname.{number}@directory.example"),
        "first_name": "Firstname",
        "last_name": format!("Lastname {number}"),
        "active": !number.is_multiple_of(10),
        "department": format!("Department {}", number % 97),
        "description": "What the directory says of this person. ".repeat(6),
        "employee_type": "Full-time",
        "cost_centre": format!("CC-{}", number % 211),
        "location": format!("Building {}, Floor {}", number % 13, number % 7),
        "group": (number.is_multiple_of(2)).then(|| (number % GROUPS).to_string()),
        "manager": (!number.is_multiple_of(2)).then(|| (number / 8).to_string()),
    })
}

//! A provider in this process, which makes up what it is asked for.

use std::fmt::Write as _;

use j1_runtime::provider::{Http, Incoming};

use crate::integration::PAGE;

/// The number of groups.
pub const GROUPS: u64 = 1000;

/// A provider that has so many entities, groups included.
#[must_use]
pub fn http(entities: u64) -> Http {
    Http::service(move |request| async move {
        let target = format!("{}?{}", request.url.path(), request.url.query().unwrap_or_default());
        let body = answer(&target, entities).unwrap_or_default();
        Ok(Incoming { status: 200, body: body.into(), ..Incoming::default() })
    })
}

/// The answer to a request for a path of the provider, with what follows it in the head of a request.
#[must_use]
pub fn answer(target: &str, entities: u64) -> Option<String> {
    let target = target.split(' ').next().unwrap_or_default();
    if target.starts_with("/groups") {
        return Some(groups());
    }
    let mut parameters = target.strip_prefix("/users?")?.split('&');
    let skip = parameters.find_map(|parameter| parameter.strip_prefix("skip=")?.parse().ok());
    Some(page(skip.unwrap_or_default(), entities - GROUPS))
}

/// All groups.
#[must_use]
pub fn groups() -> String {
    let mut out = String::from("[");
    for number in 0..GROUPS {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(out, r#"{comma}{{"id":"{number}","name":"Group {number}"}}"#);
    }
    out.push(']');
    out
}

/// A page of users.
#[must_use]
pub fn page(skip: u64, users: u64) -> String {
    let mut out = String::from("[");
    for number in skip..users.min(skip + PAGE) {
        if number > skip {
            out.push(',');
        }
        user(&mut out, number);
    }
    out.push(']');
    out
}

/// A user of about 1.1 kB, as providers write them: dates, URLs, escapes, nested members.
pub fn user(out: &mut String, number: u64) {
    let active = !number.is_multiple_of(10);
    let (department, centre, building) = (number % 97, number % 211, number % 13);
    let _ = write!(
        out,
        r#"{{"id":"{number}","name":"Firstname Lastname {number}","username":"firstname.lastname.{number}","email":"firstname.lastname.{number}@directory.example","first_name":"Firstname","last_name":"Lastname {number}","active":{active},"department":"Department {department}","description":"What the directory says of this person, \"for now\".\nIt is of no importance, and long enough to be cut where a property takes less than that.","employee_type":"Full-time","cost_centre":"CC-{centre}","location":"Building {building}, Floor 3","created":"2024-03-01T08:15:{number:02}Z","updated":"2026-11-02T17:45:00.123Z","avatar_url":"https://cdn.directory.example/avatars/{number}.png?size=128&version=3","links":{{"self":"https://api.directory.example/v2/users/{number}","groups":"https://api.directory.example/v2/users/{number}/groups?limit=100"}},"addresses":[{{"type":"work","street":"{number} Example Street","city":"Springfield","postal_code":"12345","country":"US"}}],"roles":["reader","editor"],"mfa":{{"enabled":true,"methods":["totp","webauthn"],"enrolled_at":"2025-01-01T00:00:00Z"}},"uuid":"7b0c5a52-5f3e-4d1e-9d0e-{number:012x}","#
    );
    if number.is_multiple_of(2) {
        let _ = write!(out, r#""group":"{}","manager":null}}"#, number % GROUPS);
    } else {
        let _ = write!(out, r#""group":null,"manager":"{}"}}"#, number / 8);
    }
}

//! A JumpCloud with many organizations, as recordings.

use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderMap, Response, Uri};
use serde_json::{Value, json};

pub const PROVIDER_KEY: &str = "vendor-key-c2VjcmV0";
const PAGE: usize = 100;

/// A JumpCloud. Its organizations are of different sizes, and users may be gone from one run to the next.
#[derive(Clone, Debug)]
pub struct World {
    pub organizations: usize,
    /// Every user with a number that this divides is gone.
    pub gone: Option<usize>,
    /// The organization whose groups list a user of the next one.
    pub stranger: Option<usize>,
    /// Organizations that have a record in common, which differs.
    pub same: Option<[usize; 2]>,
}

impl World {
    pub const fn new(organizations: usize) -> Self {
        Self { organizations, gone: None, stranger: None, same: None }
    }

    fn users(&self, org: usize) -> Vec<Value> {
        let all = (0..=org % 5).filter(|n| self.gone.is_none_or(|gone| !(org + n).is_multiple_of(gone)));
        let mut users: Vec<Value> = all.map(|n| user(org, n)).collect();
        if let Some([first, second]) = self.same
            && (org == first || org == second)
        {
            let mut shared = user(first, 99);
            shared["organization"] = json!(id(1, org, 0));
            shared["lastname"] = json!(format!("Doe of {org}"));
            users.push(shared);
        }
        users
    }

    fn groups(org: usize) -> Vec<Value> {
        let group = |n| {
            json!({
                "id": id(3, org, n), "name": format!("Group {n} of {org}"), "type": "user_group",
                "description": "People who work together", "attributes": {}, "email": "",
            })
        };
        (0..=org % 3).map(group).collect()
    }

    fn members(&self, org: usize, group: usize) -> Vec<Value> {
        let edge = |to: String| json!({ "attributes": null, "from": { "id": id(3, org, group) }, "to": { "id": to, "type": "user" } });
        let own = self.users(org).into_iter().filter_map(|user| Some(edge(user["id"].as_str()?.to_owned())));
        let stranger = (self.stranger == Some(org)).then(|| edge(id(2, (org + 1) % self.organizations, 0)));
        own.chain(stranger).collect()
    }

    fn applications(org: usize) -> Vec<Value> {
        let application = |n| {
            json!({
                "_id": id(4, org, n), "id": id(4, org, n), "name": "saml2", "displayName": format!("Payroll of {org}"),
                "displayLabel": format!("Payroll {n} of {org}"), "ssoUrl": "https://sso.example.com/saml2/payroll",
                "organization": id(1, org, 0), "active": true, "created": "2026-01-02T03:04:05Z",
            })
        };
        (0..org % 2).map(application).collect()
    }

    /// The list at a path, for an organization.
    fn list(&self, path: &str, org: usize) -> Option<Vec<Value>> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        Some(match parts.as_slice() {
            ["organizations"] => (0..self.organizations).map(organization).collect(),
            ["systemusers"] => self.users(org),
            ["v2", "usergroups"] => Self::groups(org),
            ["v2", "usergroups", group, "members"] => self.members(org, number(group)?),
            ["applications"] => Self::applications(org),
            ["v2", "applications", _, "users"] => {
                let all = self.users(org).into_iter();
                all.map(|user| json!({ "id": user["id"], "type": "user" })).collect()
            }
            ["v2", "applications", _, "usergroups"] => {
                let all = Self::groups(org).into_iter();
                all.map(|group| json!({ "id": group["id"], "type": "user_group" })).collect()
            }
            ["v2", "applemdms"] => Vec::new(),
            _ => return None,
        })
    }

    /// The response to a request: the body, and the count that lists of version 2 send.
    fn answer(&self, path: &str, org: usize, limit: usize, skip: usize) -> Option<(String, Option<usize>)> {
        let list = self.list(path, org)?;
        let (total, page) = (list.len(), list.into_iter().skip(skip).take(limit).collect::<Vec<_>>());
        Some(if path.starts_with("/v2/") {
            (Value::from(page).to_string(), Some(total))
        } else {
            (json!({ "totalCount": total, "results": page }).to_string(), None)
        })
    }

    /// Responds to a request over HTTP.
    pub fn respond(&self, uri: &Uri, headers: &HeaderMap) -> Response<Body> {
        let query = |name: &str| {
            let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(known, _)| *known == name).find_map(|(_, value)| value.parse::<usize>().ok())
        };
        let org = headers.get("x-org-id").and_then(|id| number(id.to_str().ok()?)).unwrap_or(0);
        let path = uri.path().strip_prefix("/api").unwrap_or_default();
        let answer = self.answer(path, org, query("limit").unwrap_or(10), query("skip").unwrap_or(0));
        let Some((body, total)) = answer else {
            return Response::builder().status(404).body(Body::empty()).expect("a response");
        };
        let mut response = Response::builder().header("content-type", "application/json");
        if let Some(total) = total {
            response = response.header("x-total-count", total);
        }
        response.body(Body::from(body)).expect("a response")
    }

    /// Writes recordings of all that a run asks.
    pub fn record(&self, folder: &Path) {
        let mut entries = Vec::new();
        let mut record = |path: &str, org: Option<usize>, limit: usize, skip: usize| {
            let (body, total) = self.answer(path, org.unwrap_or(0), limit, skip).expect("a list");
            let page = if limit == 1 { "limit=1".to_owned() } else { format!("limit={limit}&skip={skip}") };
            entries.push(entry(&format!("{path}?{page}"), org, &body, total));
        };
        record("/organizations", None, 1, 0);
        record("/organizations", None, PAGE, 0);
        for org in 0..self.organizations {
            let mut lists = ["/systemusers", "/v2/usergroups", "/applications", "/v2/applemdms"]
                .map(str::to_owned)
                .to_vec();
            lists.extend(
                Self::groups(org).iter().map(|group| format!("/v2/usergroups/{}/members", text(group, "id"))),
            );
            for application in Self::applications(org) {
                let below = ["users", "usergroups"];
                lists.extend(
                    below.map(|list| format!("/v2/applications/{}/{list}", text(&application, "id"))),
                );
            }
            for path in lists {
                for skip in [0, PAGE] {
                    record(&path, Some(org), PAGE, skip);
                }
            }
        }
        let har = json!({ "log": { "version": "1.2", "creator": { "name": "test", "version": "1" }, "entries": entries } });
        std::fs::write(folder.join("jumpcloud.har"), har.to_string()).expect("a recording");
    }
}

fn entry(target: &str, org: Option<usize>, body: &str, total: Option<usize>) -> Value {
    let mut headers = vec![json!({ "name": "accept", "value": "application/json" })];
    headers.extend(org.map(|org| json!({ "name": "x-org-id", "value": id(1, org, 0) })));
    let mut answered = vec![json!({ "name": "content-type", "value": "application/json" })];
    answered.extend(total.map(|total| json!({ "name": "x-total-count", "value": total.to_string() })));
    json!({
        "startedDateTime": "2026-09-01T09:00:00Z", "time": 1, "cache": {}, "timings": {},
        "request": {
            "method": "GET", "url": format!("https://console.jumpcloud.com/api{target}"), "httpVersion": "HTTP/1.1",
            "cookies": [], "headers": headers, "queryString": [], "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": answered,
            "content": { "size": body.len(), "mimeType": "application/json", "text": body },
            "redirectURL": "", "headersSize": -1, "bodySize": body.len(),
        },
    })
}

/// An id of JumpCloud's form: the kind, the organization and a number.
fn id(kind: usize, org: usize, number: usize) -> String {
    format!("65{kind:02x}0000{org:08x}{number:08x}")
}

/// The number in an id of a group, or of an organization.
fn number(id: &str) -> Option<usize> {
    let part = if id.starts_with("6501") { id.get(8..16)? } else { id.get(16..24)? };
    usize::from_str_radix(part, 16).ok()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().expect("a text")
}

fn organization(org: usize) -> Value {
    json!({ "_id": id(1, org, 0), "id": id(1, org, 0), "displayName": format!("Organization {org}"), "name": format!("org-{org}") })
}

fn user(org: usize, n: usize) -> Value {
    json!({
        "_id": id(2, org, n), "id": id(2, org, n), "username": format!("user.{org}.{n}"),
        "email": format!("user.{org}.{n}@example.com"), "firstname": "Kim", "lastname": format!("Doe {n}"),
        "state": "ACTIVATED", "activated": true, "suspended": false, "created": "2026-01-02T03:04:05.678Z",
        "organization": id(1, org, 0), "totp_enabled": n.is_multiple_of(2),
    })
}

//! Steps run at the same time as far as they can: in virtual time, with 50 ms for each response.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use j1::provider::{Http, Incoming, Outgoing};
use j1::testing::Run;
use jumpcloud::JumpCloud;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{ACCOUNT, user};

/// The time that each response takes.
const RESPONSE: Duration = Duration::from_millis(50);
/// The requests that are under way to one host at once.
const AT_ONCE: u32 = 16;
const PAGE: usize = 100;

/// The size of a directory.
#[derive(Clone, Copy)]
struct Size {
    users: usize,
    groups: usize,
    applications: usize,
    mdms: usize,
}

impl Size {
    /// A response, with the number of all records of the list in the header of version 2.
    fn respond(self, request: &Outgoing) -> Incoming {
        let (all, body) = self.list(request);
        let mut response = Incoming { status: 200, body: body.to_string().into(), ..Incoming::default() };
        response.headers.insert("x-total-count", all.into());
        response
    }

    fn list(self, request: &Outgoing) -> (usize, Value) {
        let skip = request.url.query_pairs().find(|(name, _)| name == "skip");
        let skip: usize = skip.and_then(|(_, skip)| skip.parse().ok()).unwrap_or_default();
        let page = |all: usize, record: &dyn Fn(usize) -> Value| -> Vec<Value> {
            (skip..all.min(skip + PAGE)).map(record).collect()
        };
        let v1 = |all, record| (all, json!({ "totalCount": all, "results": page(all, record) }));
        let v2 = |all, record| (all, page(all, record).into());
        let id = |kind: usize, number: usize| format!("{kind:04x}{number:020x}");
        let numbered = |kind| move |number| json!({ "id": id(kind, number), "name": "n" });
        let path = request.url.path();
        match path.rsplit('/').next().unwrap_or_default() {
            "organizations" => v1(1, &|_| json!({ "id": ACCOUNT, "displayName": "Acme" })),
            "systemusers" => v1(self.users, &user),
            "applications" => v1(
                self.applications,
                &|number| json!({ "_id": id(1, number), "name": "app", "displayName": "App", "displayLabel": "App" }),
            ),
            "usergroups" if !path.contains("/applications/") => v2(self.groups, &numbered(2)),
            "applemdms" => v2(self.mdms, &numbered(3)),
            "devices" => v2(1, &|_| json!({ "id": id(4, 7), "serialNumber": "C02" })),
            "members" => v2(1, &|_| json!({ "to": { "id": crate::user_id(7), "type": "user" } })),
            _ => (0, json!([])),
        }
    }
}

/// Runs all steps, and checks that it took little more time than it had to.
async fn assert_overlap(size: Size) {
    let requests = Arc::new(Mutex::new(BTreeMap::<String, u32>::new()));
    let counted = Arc::clone(&requests);
    let provider = Http::service(move |request| {
        let path = request.url.path().to_owned();
        *counted.lock().expect("no test panicked").entry(path).or_default() += 1;
        let response = size.respond(&request);
        async move {
            tokio::time::sleep(RESPONSE).await;
            Ok(response)
        }
    });
    let began = Instant::now();
    let ran = Run::<JumpCloud>::provider(provider).collect().await;
    let time = began.elapsed();
    ran.assert_complete();
    let lists = requests.lock().expect("no test panicked");
    // The pages of a list follow each other; they are read twice, since the records have no order that proves anything.
    let chain = RESPONSE * lists.values().copied().max().unwrap_or_default();
    let all: u32 = lists.values().sum();
    let bound = chain.max(RESPONSE * all / AT_ONCE);
    assert!(
        time.as_secs_f64() <= bound.as_secs_f64() * 1.15,
        "{time:?} for {all} requests; at least {bound:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_takes_as_long_as_its_longest_list() {
    assert_overlap(Size { users: 9_950, groups: 450, applications: 190, mdms: 3 }).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_takes_as_long_as_its_requests_under_way_at_once() {
    assert_overlap(Size { users: 450, groups: 1_950, applications: 390, mdms: 20 }).await;
}

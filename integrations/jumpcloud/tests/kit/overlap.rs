//! Steps run at the same time as far as they can: in virtual time, with 50 ms for each response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use j1_runtime::provider::{Http, Incoming, Outgoing};
use j1_runtime::testing::Run;
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
    fn respond(self, request: &Outgoing) -> Value {
        let skip = request.url.query_pairs().find(|(name, _)| name == "skip");
        let skip: usize = skip.and_then(|(_, skip)| skip.parse().ok()).unwrap_or_default();
        let page = |all: usize, record: &dyn Fn(usize) -> Value| -> Vec<Value> {
            (skip..all.min(skip + PAGE)).map(record).collect()
        };
        let v1 = |all, record| json!({ "totalCount": all, "results": page(all, record) });
        let numbered = |number: usize| json!({ "_id": format!("{number:024x}"), "id": format!("{number:024x}"), "name": "n" });
        let path = request.url.path();
        match path.rsplit('/').next().unwrap_or_default() {
            "organizations" => v1(1, &|_| json!({ "id": ACCOUNT, "displayName": "Acme" })),
            "systemusers" => v1(self.users, &user),
            "applications" => v1(
                self.applications,
                &|number| json!({ "_id": format!("{number:024x}"), "name": "app", "displayName": "App", "displayLabel": "App" }),
            ),
            "usergroups" if !path.contains("/applications/") => page(self.groups, &numbered).into(),
            "applemdms" => page(self.mdms, &numbered).into(),
            "devices" => {
                json!([{ "id": format!("{:024x}", 7), "serialNumber": "C02", "depRegistered": true }])
            }
            "members" => json!([{ "to": { "id": crate::user_id(skip), "type": "user" } }]),
            _ => json!([]),
        }
    }
}

/// Runs all steps; returns the time, and the number of requests.
async fn time(size: Size) -> (Duration, u32) {
    let requests = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&requests);
    let provider = Http::service(move |request| {
        counted.fetch_add(1, Ordering::Relaxed);
        let body = size.respond(&request).to_string().into();
        async move {
            tokio::time::sleep(RESPONSE).await;
            Ok(Incoming { status: 200, body, ..Incoming::default() })
        }
    });
    let began = Instant::now();
    let ran = Run::<JumpCloud>::provider(provider).collect().await;
    let time = began.elapsed();
    ran.assert_complete();
    (time, requests.load(Ordering::Relaxed))
}

async fn assert_overlap(size: Size) {
    let (time, requests) = time(size).await;
    let longest =
        [size.users, size.groups, size.applications, size.mdms].map(|records| records.div_ceil(PAGE));
    let chain = RESPONSE * u32::try_from(longest.into_iter().max().unwrap_or_default()).expect("few pages");
    let bound = chain.max(RESPONSE * requests / AT_ONCE);
    assert!(
        time.as_secs_f64() <= bound.as_secs_f64() * 1.15,
        "{time:?} for {requests} requests; at least {bound:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_takes_as_long_as_its_longest_list() {
    assert_overlap(Size { users: 20_000, groups: 500, applications: 200, mdms: 3 }).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_takes_as_long_as_its_requests_under_way_at_once() {
    assert_overlap(Size { users: 500, groups: 4_000, applications: 1_000, mdms: 20 }).await;
}

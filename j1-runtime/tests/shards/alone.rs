//! One sharded run without faults, of which a test looks at one thing: its time, its rate of requests, a store that loses files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use j1_core::Result;
use j1_core::graph::BoxFuture;
use j1_runtime::provider::{Http, Incoming, Limits, Outgoing};
use j1_runtime::testing::{ShardBackend, Shards};
use j1_runtime::{Status, Summary};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::integration::{Config, Sharded};
use crate::jupiterone::JupiterOne;
use crate::world::incoming;

/// Files in memory, of which those with this end are acknowledged and lost.
#[derive(Default)]
struct Store {
    files: Mutex<BTreeMap<String, Bytes>>,
    loses: Mutex<Option<&'static str>>,
}

impl ShardBackend for Store {
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move { Ok(self.files.lock().expect("files").get(path).cloned()) })
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let mut files = self.files.lock().expect("files");
            let is_lost = self.loses.lock().expect("an end").is_some_and(|end| path.contains(end));
            let written = !files.contains_key(path);
            if written && !is_lost {
                files.insert(path.to_owned(), bytes);
            }
            Ok(written)
        })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            let files = self.files.lock().expect("files");
            let below = files.keys().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'));
            Ok(below.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect())
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.files.lock().expect("files").remove(path);
            Ok(())
        })
    }
}

/// Accounts with so many users each. A list takes ten milliseconds for each of its records.
struct Provider {
    users: Vec<usize>,
    requests: Mutex<Vec<Instant>>,
}

impl Provider {
    fn list(&self, path: &str) -> Value {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let records = |kind: usize, count: usize| -> Value {
            (0..count)
                .map(|number| json!({ "id": format!("{}", kind * 100_000 + number), "name": "A name" }))
                .collect()
        };
        match parts.as_slice() {
            ["accounts"] => records(0, self.users.len()),
            ["accounts", id, "users"] => {
                let account: usize = id.parse().unwrap_or_default();
                records(account + 1, self.users.get(account).copied().unwrap_or_default())
            }
            _ => json!([]),
        }
    }
}

struct Alone {
    provider: Arc<Provider>,
    jupiterone: Arc<Mutex<JupiterOne>>,
    store: Arc<Store>,
    limits: Limits,
}

impl Alone {
    fn new(users: Vec<usize>) -> Self {
        let mut jupiterone = JupiterOne::default();
        jupiterone.largest = usize::MAX;
        let provider = Arc::new(Provider { users, requests: Mutex::default() });
        Self {
            provider,
            jupiterone: Arc::new(Mutex::new(jupiterone)),
            store: Arc::default(),
            limits: Limits::default(),
        }
    }

    /// A process of its own.
    fn process(&self) -> Shards<Sharded> {
        self.slow_process(Duration::ZERO, Duration::ZERO)
    }

    /// A process whose requests to the provider, and the one to finalize, take this long on their way.
    fn slow_process(&self, reads: Duration, finalizes: Duration) -> Shards<Sharded> {
        let provider = Arc::clone(&self.provider);
        let asked = Http::service(move |request: Outgoing| {
            let provider = Arc::clone(&provider);
            async move {
                provider.requests.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
                let list = provider.list(request.url.path());
                let records = list.as_array().map_or(0, Vec::len) as u64;
                tokio::time::sleep(reads + Duration::from_millis(10 * records)).await;
                Ok(incoming(200, &list))
            }
        });
        let jupiterone = Arc::clone(&self.jupiterone);
        let uploaded = Http::service(move |request: Outgoing| {
            let jupiterone = Arc::clone(&jupiterone);
            async move {
                if request.url.path().ends_with("/finalize") {
                    tokio::time::sleep(finalizes).await;
                }
                let (status, body) = jupiterone.lock().expect("a JupiterOne").answer(&request);
                Ok::<Incoming, _>(incoming(status, &body))
            }
        });
        let store: Arc<dyn ShardBackend> = Arc::clone(&self.store) as _;
        Shards::new(|| Config {}, asked.limited_by_operator(self.limits), uploaded, store)
    }

    /// Runs all phases with so many workers; returns the time of the workers, and the summary of `close`.
    async fn run(&self, shards: usize, workers: usize, weigh: bool, shares: bool) -> (Duration, Summary) {
        let planned = self.process().plan(shards, weigh, false).await;
        assert_eq!(planned.status, Status::Planned, "{planned:#?}");
        assert_eq!(self.process().open().await.status, Status::Complete);
        let began = Instant::now();
        let working: Vec<_> = (0..workers)
            .map(|index| {
                let process = self.process();
                let process = if shares { process.sharing_limits() } else { process };
                tokio::spawn(async move { process.work(index, workers).await })
            })
            .collect();
        for worker in working {
            let worked = worker.await.expect("it ends");
            assert_eq!(worked.status, Status::Complete, "{worked:#?}");
        }
        let took = began.elapsed();
        (took, self.process().close(90, true).await)
    }
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_is_a_hundred_times_as_large_holds_up_no_other() {
    // The first is the whole of the time; the second is less than a quarter.
    for others in [40, 400] {
        let mut users = vec![5; others];
        // A number that a provider might cut a list at would be suspected.
        users[7] = 503;
        let total: usize = users.iter().sum();
        let alone = Alone::new(users);
        let (first, closed) = alone.run(16, 4, false, false).await;
        assert_eq!(closed.status, Status::Complete);
        let (second, closed) = alone.run(16, 4, true, false).await;
        assert_eq!(closed.status, Status::Complete);
        let best = Duration::from_millis(10 * (total as u64 / 4).max(500));
        assert!(
            second <= best.mul_f64(1.2),
            "{others}: {second:?}, where {best:?} is the best; without weights {first:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_that_close_at_once_none_is_more_complete_than_the_job() {
    // The first finds the receipt of one shard, the second those of both. One of the two finalizes the job; the second may be
    // the first to begin with it.
    for (reads, first, second) in [(0, 10, 20), (0, 20, 10), (2, 0, 40)] {
        let alone = Alone::new(vec![3, 4]);
        assert_eq!(alone.process().plan(2, false, false).await.status, Status::Planned);
        assert_eq!(alone.process().open().await.status, Status::Complete);
        assert_eq!(alone.process().work(0, 2).await.status, Status::Complete);
        let early = alone.slow_process(Duration::from_secs(reads), Duration::from_secs(first));
        let early = tokio::spawn(async move { early.close(10, true).await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(alone.process().work(1, 2).await.status, Status::Complete);
        let late = alone.slow_process(Duration::ZERO, Duration::from_secs(second)).close(10, true).await;
        let early = early.await.expect("it ends");
        assert_eq!(alone.jupiterone.lock().expect("a JupiterOne").finalized, 1);
        assert_eq!((early.status, early.exit_code), (Status::Partial, 5), "{early:#?}");
        let is_first = second < first;
        assert_eq!(late.status == Status::Complete, is_first, "{late:#?}");
        assert_eq!(late.partial_datasets.types.is_empty(), is_first, "{late:#?}");
        let again = alone.process().close(10, true).await;
        assert_eq!(again.status == Status::Complete, is_first, "{again:#?}");
    }
}

/// The most requests in any second.
fn most_in_a_second(requests: &[Instant]) -> usize {
    let mut sorted = requests.to_vec();
    sorted.sort_unstable();
    let within = |from: &Instant| {
        sorted.iter().filter(|at| **at >= *from && **at < *from + Duration::from_secs(1)).count()
    };
    sorted.iter().map(within).max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn workers_divide_the_limits_of_the_provider() {
    let rate = |shares: bool| async move {
        let mut alone = Alone::new(vec![0; 40]);
        alone.limits = Limits::per_second(8);
        let planned = alone.process().plan(4, false, false).await;
        let forecast = planned.shards.expect("shards").forecast.join("\n");
        assert!(forecast.contains("all workers share one budget"), "{forecast}");
        alone.process().plan(4, false, true).await;
        alone.store.files.lock().expect("files").clear();
        alone.provider.requests.lock().expect("requests").clear();
        let (_, closed) = alone.run(4, 4, false, shares).await;
        assert_eq!(closed.status, Status::Complete);
        most_in_a_second(&alone.provider.requests.lock().expect("requests"))
    };
    // One more than the rate where a second begins with a request.
    assert!(rate(true).await <= 8 + 4, "divided");
    assert!(rate(false).await >= 24, "each worker for itself");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_loses_what_it_took_is_found_out_in_each_phase() {
    for (phase, lost) in [
        (0, "parts/root/"),
        (0, "plan.json"),
        (1, "job.json"),
        (2, "attempts/"),
        (2, "objects.gz"),
        (2, "parts/shard-0000.json"),
        (2, "receipts/"),
        (3, "parts/reduce-"),
        (3, "closing.json"),
    ] {
        let alone = Alone::new(vec![3, 4]);
        let mut summaries = Vec::new();
        for now in 0..=phase {
            *alone.store.loses.lock().expect("an end") = (now == phase).then_some(lost);
            let process = alone.process();
            summaries.push(match now {
                0 => process.plan(2, false, false).await,
                1 => process.open().await,
                2 => process.work(0, 1).await,
                _ => process.close(90, true).await,
            });
        }
        let last = summaries.pop().expect("a summary");
        let error = last.error.as_ref().unwrap_or_else(|| panic!("{lost}: {last:#?}"));
        assert_eq!((&*error.code, last.exit_code), ("J1-R2107", 6), "{lost}: {error:?}");
        assert_eq!(alone.jupiterone.lock().expect("a JupiterOne").finalized, 0, "{lost}");
        // With a store that keeps what it takes, the phase can be run again.
        *alone.store.loses.lock().expect("an end") = None;
        if phase > 0 {
            let process = alone.process();
            let again = match phase {
                1 => process.open().await,
                2 => process.work(0, 1).await,
                _ => process.close(90, true).await,
            };
            assert_eq!(again.status, Status::Complete, "{lost}: {again:#?}");
        }
    }
}

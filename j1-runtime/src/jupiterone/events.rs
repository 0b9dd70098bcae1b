//! Sends the events of a job to JupiterOne: in batches, one request at a time, without holding up the steps.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use j1_core::report::Event;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::jupiterone::client::SyncClient;
use crate::jupiterone::wire::EventBody;
use crate::redact;

/// The most events that wait. Further ones are dropped, and an event of the job says how many.
const WAITING: usize = 1000;
/// Events in one request.
const BATCH: usize = 100;
/// The longest description, in characters.
const LONGEST: usize = 1000;
/// The time the end of a run waits for its last events.
const LAST_WAIT: Duration = Duration::from_secs(10);

/// Sends events while it lives.
pub(crate) struct Events {
    sender: Mutex<Option<Sender<EventBody>>>,
    left_out: AtomicU64,
    /// One task; it is stopped when this is dropped.
    task: Mutex<JoinSet<()>>,
}

impl Events {
    /// Sends to one job.
    pub fn new(client: Arc<SyncClient>, job: String) -> Self {
        let (sender, receiver) = channel(WAITING);
        let mut task = JoinSet::new();
        task.spawn(send(client, job, receiver).in_current_span());
        Self { sender: Mutex::new(Some(sender)), left_out: AtomicU64::new(0), task: Mutex::new(task) }
    }

    /// Takes an event. Never waits: where too many wait already, it is counted instead.
    pub fn tell(&self, event: &Event) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = sender.as_ref().is_some_and(|sender| sender.try_send(body(event)).is_ok());
        if !taken {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits for the last events, for a while.
    pub async fn close(&self) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut task = std::mem::take(&mut *self.task.lock().unwrap_or_else(PoisonError::into_inner));
        let last = async {
            if let Some(sender) = sender {
                let left_out = self.left_out.load(Ordering::Relaxed);
                if left_out > 0 {
                    let event =
                        Event::info(format!("{left_out} more events were not sent: there were too many"));
                    // It fails only where the task has ended, and then nothing is sent any more.
                    let _ = sender.send(body(&event)).await;
                }
            }
            task.join_next().await
        };
        if tokio::time::timeout(LAST_WAIT, last).await.is_err() {
            tracing::warn!(
                "the last events of the job were not sent: JupiterOne did not take them within {} seconds",
                LAST_WAIT.as_secs()
            );
        }
    }
}

async fn send(client: Arc<SyncClient>, job: String, mut receiver: Receiver<EventBody>) {
    let mut batch = Vec::with_capacity(BATCH);
    let mut refused = false;
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        if let Err(error) = client.events(&job, &batch).await {
            // Once is enough: what they say is in the log and in the summary as well.
            if !std::mem::replace(&mut refused, true) {
                tracing::warn!("events of the job were not sent, and the run goes on: {error}");
            }
        }
        batch.clear();
    }
}

/// An event as it is sent: bounded, and without secrets.
fn body(event: &Event) -> EventBody {
    let text = redact::display(event.description());
    let description = match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    };
    EventBody { name: event.name(), description }
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use j1_core::Secret;
    use serde_json::Value;

    use super::*;
    use crate::jupiterone::{Credentials, UploadLimits};
    use crate::provider::transport::{Http, Incoming, Outgoing, Unanswered};

    type Asked = Arc<Mutex<Vec<Vec<(String, String)>>>>;

    /// A job of a JupiterOne that answers the nth request, from 1, so.
    fn job<F, A>(answer: F) -> (Events, Asked)
    where
        F: Fn(usize) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Result<Incoming, Unanswered>> + Send + 'static,
    {
        let asked = Asked::default();
        let seen = Arc::clone(&asked);
        let http = Http::service(move |request: Outgoing| {
            assert_eq!(request.url.path(), "/persister/synchronization/jobs/j/events");
            let body: Value = serde_json::from_slice(&request.body).expect("JSON");
            let text = |event: &Value, member: &str| event[member].as_str().expect("a text").to_owned();
            let events = body["events"].as_array().expect("events").iter();
            let nth = {
                let mut seen = seen.lock().expect("no thread panicked");
                seen.push(events.map(|e| (text(e, "name"), text(e, "description"))).collect());
                seen.len()
            };
            answer(nth)
        });
        let credentials = Credentials {
            base: "https://jupiterone.example".parse().expect("an address"),
            key: Secret::new("a-key-for-tests".to_owned()),
            instance: Some("i".to_owned()),
            scope: None,
            account: None,
        };
        (
            Events::new(
                Arc::new(SyncClient::new(credentials, http, UploadLimits::default())),
                "j".to_owned(),
            ),
            asked,
        )
    }

    fn status(status: u16) -> Ready<Result<Incoming, Unanswered>> {
        ready(Ok(Incoming { status, ..Incoming::default() }))
    }

    fn requests(asked: &Asked) -> Vec<Vec<(String, String)>> {
        asked.lock().expect("no thread panicked").clone()
    }

    #[tokio::test(start_paused = true)]
    async fn events_go_in_their_order_and_several_at_a_time() {
        let (events, asked) = job(|_| status(200));
        for number in 0..250 {
            events.tell(&Event::info(number.to_string()));
        }
        events.close().await;
        let requests = requests(&asked);
        assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [100, 100, 50]);
        let told: Vec<String> = requests.concat().into_iter().map(|(_, what)| what).collect();
        assert_eq!(told, (0..250).map(|number| number.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_fails_for_the_moment_is_made_again() {
        let (events, asked) = job(|nth| status(if nth == 1 { 503 } else { 200 }));
        events.tell(&Event::warn_missing_permission("users:read"));
        events.close().await;
        let told = vec![("warn_missing_permission".to_owned(), "users:read".to_owned())];
        assert_eq!(requests(&asked), [told.clone(), told]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_not_made_again_and_ends_nothing() {
        let (events, asked) = job(|_| status(404));
        events.tell(&Event::info("one"));
        tokio::task::yield_now().await;
        events.tell(&Event::info("two"));
        events.close().await;
        assert_eq!(requests(&asked).concat().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_jupiterone_that_never_answers_does_not_block_a_run_for_long() {
        let (events, _) = job(|_| std::future::pending());
        events.tell(&Event::info("one"));
        let began = tokio::time::Instant::now();
        events.close().await;
        assert_eq!(began.elapsed(), LAST_WAIT);
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_events_are_cut_and_the_cut_is_reported() {
        let (events, asked) = job(|_| status(200));
        for _ in 0..WAITING + 7 {
            events.tell(&Event::info("again"));
        }
        events.close().await;
        let told = requests(&asked).concat();
        assert_eq!(told.len(), WAITING + 1);
        assert_eq!(told[WAITING].1, "7 more events were not sent: there were too many");
    }

    #[tokio::test(start_paused = true)]
    async fn secrets_are_taken_out_and_long_descriptions_cut() {
        redact::learn("hunter2-hunter2");
        let (events, asked) = job(|_| status(200));
        events.tell(&Event::error(format!("the password hunter2-hunter2 is wrong {}", "ö".repeat(LONGEST))));
        events.close().await;
        let (name, told) = requests(&asked).concat().remove(0);
        assert_eq!(name, "error_unexpected_error");
        assert!(told.starts_with("the password *** is wrong"), "{told}");
        assert_eq!(told.chars().count(), LONGEST + 1);
        assert!(told.ends_with('…'));
    }
}

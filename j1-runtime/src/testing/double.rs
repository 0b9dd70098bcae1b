//! A provider inside the test's process that responds with values, and fails when the test wants it to.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, HeaderValue, LINK};
use serde_json::{Value, json};

use crate::provider::transport::{Http, Incoming, Outgoing, Unanswered};
use crate::testing::{Fault, Listing};

/// A provider inside the test's process that responds with values.
///
/// Paths are those of the client's requests, below the base URL of the API. The response to any other path is 404, and
/// [`Double::assert_asked`] fails for paths that were never requested.
///
/// ```
/// use j1_runtime::testing::{Double, Fault, Listing};
/// use serde_json::json;
///
/// let provider = Double::new()
///     .list("users", Listing::offset("limit", "skip").items("results"), (0..250).map(|id| json!({ "id": id })))
///     .fault("users", 2, Fault::SlowDown { seconds: 30 });
/// let http = provider.http(); // for `Run::provider(http)`, or `Acme::connect(config, &http)`
/// # drop(http);
/// ```
#[derive(Clone, Default)]
pub struct Double(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: HashMap<String, Vec<Set>>,
    /// Faults by path and number of the request, from 1; 0 is every one.
    faults: HashMap<(String, usize), Fault>,
    asked: Vec<Asked>,
    /// The last response by path.
    last: HashMap<String, Incoming>,
}

/// A response that was set.
struct Set {
    /// The header, and its value, of the requests that it is for; `None` for all requests.
    only: Option<(String, String)>,
    answer: Answer,
    asked: bool,
}

#[derive(Clone)]
enum Answer {
    List(Listing, Vec<Value>),
    One(Value),
}

struct Asked {
    /// The path as it was set, or the path of the URL if it was not set.
    path: String,
    /// Method, path and query, for people.
    line: String,
    fault: Option<usize>,
    /// `true` if the double has a response for it.
    answered: bool,
}

impl Double {
    /// Creates a provider without data.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a list at this path.
    #[must_use]
    pub fn list(self, path: &str, listing: Listing, records: impl IntoIterator<Item = Value>) -> Self {
        self.answer(path, None, Answer::List(listing, records.into_iter().collect()))
    }

    /// Adds a list at this path for the requests with this header, such as one that names a tenant. Other requests do
    /// not see it.
    #[must_use]
    pub fn list_for(
        self,
        (header, value): (&str, &str),
        path: &str,
        listing: Listing,
        records: impl IntoIterator<Item = Value>,
    ) -> Self {
        let only = Some((header.to_owned(), value.to_owned()));
        self.answer(path, only, Answer::List(listing, records.into_iter().collect()))
    }

    /// Adds a single value at this path.
    #[must_use]
    pub fn one(self, path: &str, value: Value) -> Self {
        self.answer(path, None, Answer::One(value))
    }

    /// Adds a fault at the `nth` request of this path, from 1; retries count.
    #[must_use]
    pub fn fault(self, path: &str, nth: usize, fault: Fault) -> Self {
        self.state().faults.insert((trimmed(path), nth.max(1)), fault);
        self
    }

    /// Adds a fault at every request of this path.
    #[must_use]
    pub fn always(self, path: &str, fault: Fault) -> Self {
        self.state().faults.insert((trimmed(path), 0), fault);
        self
    }

    /// Returns the transport that leads to it. Several runs can share it; their requests are counted together.
    #[must_use]
    pub fn http(&self) -> Http {
        let state = Arc::clone(&self.0);
        Http::service(move |request| answered(Arc::clone(&state), request))
    }

    /// Method, path and query of every request so far, in their order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.iter().map(|asked| asked.line.clone()).collect()
    }

    /// Checks that every path that was set was requested, that no other was, and that every fault occurred.
    ///
    /// # Panics
    /// When that is not so; the message lists the differences. A test with a fault that never occurred would prove
    /// nothing.
    #[track_caller]
    pub fn assert_asked(&self) {
        let state = self.state();
        let mut wrong = BTreeSet::new();
        for (path, sets) in &state.answers {
            for set in sets.iter().filter(|set| !set.asked) {
                let with = set.only.as_ref().map(|(header, value)| format!(" with `{header}: {value}`"));
                wrong.insert(format!("`{path}`{} was never asked for", with.unwrap_or_default()));
            }
        }
        let nothing = |asked: &&Asked| asked.fault.is_none() && !asked.answered;
        for asked in state.asked.iter().filter(nothing) {
            wrong.insert(format!("`{}` was asked for, and the double has nothing there", asked.line));
        }
        for (path, nth) in state.faults.keys() {
            let took_place = state.asked.iter().any(|asked| asked.path == *path && asked.fault == Some(*nth));
            if !took_place {
                let times = state.asked.iter().filter(|asked| asked.path == *path).count();
                wrong.insert(format!(
                    "the fault at request {nth} of `{path}` never took place: there were {times}"
                ));
            }
        }
        drop(state);
        let wrong: Vec<String> = wrong.into_iter().collect();
        assert!(wrong.is_empty(), "the provider was not used as the test says:\n- {}", wrong.join("\n- "));
    }

    fn answer(self, path: &str, only: Option<(String, String)>, answer: Answer) -> Self {
        let mut state = self.state();
        let sets = state.answers.entry(trimmed(path)).or_default();
        sets.retain(|set| set.only != only);
        sets.push(Set { only, answer, asked: false });
        drop(state);
        self
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn trimmed(path: &str) -> String {
    path.trim_matches('/').to_owned()
}

async fn answered(state: Arc<Mutex<State>>, request: Outgoing) -> Result<Incoming, Unanswered> {
    let (whole, before, fault) = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let path = state.path_of(&request);
        let found = state.whole(&path, &request);
        let answered = found.is_some();
        let whole = found.unwrap_or_else(|| nothing_at(&path));
        let nth = state.asked.iter().filter(|asked| asked.path == path).count() + 1;
        let at = [nth, 0].into_iter().find(|nth| state.faults.contains_key(&(path.clone(), *nth)));
        let fault = at.and_then(|nth| state.faults.get(&(path.clone(), nth)).cloned());
        state.asked.push(Asked { path: path.clone(), line: line(&request), fault: at, answered });
        let before = state.last.insert(path, whole.clone());
        (whole, before, fault)
    };
    match fault {
        Some(fault) => fault.applied(whole, before).await,
        None => Ok(whole),
    }
}

impl State {
    /// The longest path that was set and that the URL's ends with, or the URL's own.
    fn path_of(&self, request: &Outgoing) -> String {
        let asked = trimmed(request.url.path());
        let set = self.answers.keys().chain(self.faults.keys().map(|(path, _)| path));
        let ends = set.filter(|path| {
            asked.strip_suffix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        });
        ends.max_by_key(|path| path.len()).cloned().unwrap_or(asked)
    }

    /// Returns the response without faults; `None` if the double has none.
    fn whole(&mut self, path: &str, request: &Outgoing) -> Option<Incoming> {
        let sets = self.answers.get_mut(path)?;
        let carries = |(header, value): &(String, String)| {
            request.headers.get(header).is_some_and(|sent| sent.as_bytes() == value.as_bytes())
        };
        // A response for these requests only takes precedence over one for all.
        let meant = sets.iter().position(|set| set.only.as_ref().is_some_and(carries));
        let meant = meant.or_else(|| sets.iter().position(|set| set.only.is_none()))?;
        let set = sets.get_mut(meant)?;
        set.asked = true;
        let (body, link, total) = match &set.answer {
            Answer::One(value) => (value.clone(), None, None),
            Answer::List(listing, records) => {
                let dealt = listing.deal(&request.url, records);
                (dealt.body, dealt.link, dealt.total)
            }
        };
        let link = link.and_then(|link| HeaderValue::from_str(&link).ok());
        let mut headers = link.map(|link| HeaderMap::from_iter([(LINK, link)])).unwrap_or_default();
        if let Some((name, count)) = total {
            headers.insert(name, count.into());
        }
        Some(Incoming { status: 200, headers, body: body.to_string().into() })
    }
}

fn nothing_at(path: &str) -> Incoming {
    let body = json!({ "message": format!("the double has nothing at {path}") }).to_string();
    Incoming { status: 404, headers: HeaderMap::new(), body: body.into() }
}

fn line(request: &Outgoing) -> String {
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{} {}{query}", request.method, request.url.path())
}

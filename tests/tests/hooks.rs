//! Hooks before and after each object is added.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use j1::integration::{EncodedObject, Verdict};
use j1::prelude::*;
use j1::testing::Step;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Record, key = "acme-thing:{id}", display_name = name)]
struct Thing {
    id: u32,
    name: &'static str,
}

#[derive(J1Config)]
struct Config {}

#[step(emits(Thing))]
async fn fetch_things(job: &mut Job<fetch_things>) -> Result<Outcome> {
    for (id, name) in [(1, "one"), (2, "two"), (3, "three")] {
        job.add(Thing { id, name }).await?;
    }
    Ok(Outcome::nothing_to_read("an example"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_things), before_add = Self::look, after_add = Self::count)]
struct Acme {
    unwanted: &'static str,
    added: Arc<AtomicUsize>,
}

impl Acme {
    fn look(&self, record: &EncodedObject<'_>) -> Verdict {
        if record.property("name").is_some_and(|name| name == self.unwanted) {
            return Verdict::LeaveOut("not wanted".to_owned());
        }
        Verdict::Keep
    }

    fn count(&self, record: &EncodedObject<'_>) {
        assert!(record.key.starts_with("acme-thing:"));
        self.added.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn objects_that_a_hook_leaves_out_are_named_and_protected() {
    let added = Arc::<AtomicUsize>::default();
    let ran = Step::<fetch_things>::new().run(Acme { unwanted: "two", added: Arc::clone(&added) }).await;
    assert_eq!(ran.graph.of_type("acme_thing").len(), 2);
    assert_eq!(added.load(Ordering::Relaxed), 2, "what was left out was not added");
    let dropped = &ran.summary.dropped[0];
    assert_eq!((&*dropped.key, &*dropped.code, &*dropped.reason), ("acme-thing:2", "J1-R2017", "not wanted"));
    assert!(ran.partial("acme_thing").contains("not wanted"));
}

#[tokio::test]
async fn a_run_without_an_objection_is_complete() {
    let ran = Step::<fetch_things>::new().run(Acme { unwanted: "none", added: Arc::default() }).await;
    assert_eq!(ran.graph.of_type("acme_thing").len(), 3);
    ran.assert_complete();
}

//! A sink that keeps the objects it gets, and the reasons for which others were refused.

use std::sync::{Arc, Mutex};

use j1_core::Result;
use j1_core::graph::{Accepted, BoxFuture, Emitter, EncodedObject, Naming, Sink, Stored, Type};
use j1_core::report::Event;
use j1_core::validate::Violation;
use serde_json::Value;

/// The fate of one object.
#[derive(Debug)]
#[allow(dead_code, reason = "no test looks at all of it")]
pub enum Told {
    Accepted { object: Value, truncated: Vec<&'static str>, withheld: Vec<Violation> },
    Refused { key: String, violations: Vec<Violation> },
}

struct Kept {
    naming: Naming,
    told: Arc<Mutex<Vec<Told>>>,
}

/// Emits objects in a run of this integration type, and returns the fate of each in order.
pub fn told(integration_type: &str, write: impl FnOnce(&mut Emitter) -> Result<()>) -> Vec<Told> {
    let told: Arc<Mutex<Vec<Told>>> = Arc::default();
    let kept = Kept { naming: Naming::new(integration_type), told: Arc::clone(&told) };
    let mut emitter = Emitter::new(Box::new(kept));
    write(&mut emitter).expect("a refused object does not fail the step");
    drop(emitter);
    std::mem::take(&mut *told.lock().expect("no thread panicked"))
}

impl Kept {
    fn push(&self, told: Told) {
        self.told.lock().expect("no thread panicked").push(told);
    }
}

impl Sink for Kept {
    fn naming(&self) -> &Naming {
        &self.naming
    }

    fn accept(&mut self, record: &EncodedObject<'_>) -> Result<Accepted> {
        let object = serde_json::from_slice(record.json).expect("JSON");
        self.push(Told::Accepted { object, truncated: record.truncated.to_vec(), withheld: Vec::new() });
        Ok(Accepted::Accepted)
    }

    fn refuse(&mut self, _: Type, _: &Arc<str>, key: &str, violations: &[Violation]) {
        self.push(Told::Refused { key: key.to_owned(), violations: violations.to_vec() });
    }

    fn withhold(&mut self, _: Type, _: &Arc<str>, key: &str, violations: &[Violation]) {
        // Reported right after the object.
        match self.told.lock().expect("no thread panicked").last_mut() {
            Some(Told::Accepted { object, withheld, .. }) => {
                assert_eq!(object["_key"], key);
                withheld.extend_from_slice(violations);
            }
            told => panic!("{key} is withheld from {told:?}"),
        }
    }

    fn send_event(&self, event: Event) {
        panic!("this sink does not take events of the job: {event:?}");
    }

    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn contains(&self, _: Type, _: &str) -> bool {
        false
    }

    fn find_by(&mut self, _: Type, _: &str, _: &str) -> Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn read(&mut self, ty: Type) -> Result<Box<dyn Stored>> {
        panic!("nothing of {ty:?} is read back here");
    }
}

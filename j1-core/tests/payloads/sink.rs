//! A sink that keeps what it is given, as JSON.

use std::sync::{Arc, Mutex};

use j1_core::Result;
use j1_core::recorder::{Accepted, BoxFuture, Record, Recorder, Sink, Stored};
use j1_core::ty::{Naming, Type};
use j1_core::validate::Violation;
use serde_json::Value;

struct Kept {
    naming: Naming,
    objects: Arc<Mutex<Vec<Value>>>,
}

/// What is written, in its order. Nothing may be refused, and all of it has to be valid as JSON from elsewhere would.
pub fn recorded(integration_type: &str, write: impl FnOnce(&mut Recorder) -> Result<()>) -> Vec<Value> {
    let objects: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Kept { naming: Naming::new(integration_type), objects: Arc::clone(&objects) };
    let mut recorder = Recorder::new(Box::new(kept));
    write(&mut recorder).expect("it is written");
    drop(recorder);
    let objects = std::mem::take(&mut *objects.lock().expect("nobody panicked"));
    for object in &objects {
        assert_eq!(j1_core::validate::object(object), [], "{object:#}");
    }
    objects
}

impl Sink for Kept {
    fn naming(&self) -> &Naming {
        &self.naming
    }

    fn accept(&mut self, record: &Record<'_>) -> Result<Accepted> {
        let object = serde_json::from_slice(record.json).expect("JSON");
        self.objects.lock().expect("nobody panicked").push(object);
        Ok(Accepted::Yes)
    }

    fn refuse(&mut self, _: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]) {
        panic!("`{type_name}` {key} is refused: {violations:?}");
    }

    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn contains(&self, _: Type, _: &str) -> bool {
        false
    }

    fn read(&mut self, ty: Type) -> Result<Box<dyn Stored>> {
        panic!("nothing of {ty:?} is read back here");
    }
}

//! Runs one step alone, with the entities that it reads given as values.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use j1_core::graph::{
    Accepted, BoxFuture, Emitter, EncodedObject, Entity, Naming, ObjectKind, Sink, Stored, Type,
    summarize_violations,
};
use j1_core::integration::{Duplicates, Integration, Verdict};
use j1_core::report::Event;
use j1_core::step::{Runner, StepFor, StepMeta, runner};
use j1_core::validate::Violation;
use j1_core::{Outcome, Result};

use crate::engine::{Destination, Memory, Plan, Stopped, collect};
use crate::observe::progress::Progress;
use crate::testing::Ran;

/// The step that adds what is given.
const GIVEN: StepMeta =
    StepMeta { id: "given", docs: "", permissions: &[], emits: &[], reads: &[], needs: &[], source: None };

type Give = Box<dyn Fn(&mut Emitter) -> Result<()> + Send + Sync>;

/// One step, run alone by the engine, after the entities that earlier steps would have added.
///
/// ```text
/// let ran = Step::<fetch_groups>::new().given(account).run(jumpcloud).await;
/// ran.assert_complete();
/// ```
#[must_use = "`.run(integration)` runs it"]
pub struct Step<S> {
    given: Vec<Give>,
    integration_type: Option<String>,
    of: PhantomData<fn() -> S>,
}

impl<S: j1_core::step::Step> Default for Step<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: j1_core::step::Step> Step<S> {
    /// The step, with nothing given yet.
    pub fn new() -> Self {
        Self { given: Vec::new(), integration_type: None, of: PhantomData }
    }

    /// Gives an entity that an earlier step would have added. It is not part of what the step collected.
    ///
    /// # Panics
    /// When the step neither reads nor ties anything to the type: it would see nothing of it.
    #[track_caller]
    pub fn given<T: Entity + Send + Sync + 'static>(mut self, entity: T) -> Self {
        let known = S::META.needs.iter().copied().flatten().any(|ty| *ty == T::TYPE);
        assert!(
            known,
            "step `{}` does not read `{}`, and has no relationship to it; take `.given(..)` out, or declare \
             `reads({})`",
            S::META.id,
            T::ENTITY.name,
            T::ENTITY.name
        );
        self.given.push(Box::new(move |emitter| entity.emit(emitter).map(drop)));
        self
    }

    /// Gives several entities of a type.
    ///
    /// # Panics
    /// As [`Step::given`].
    #[track_caller]
    pub fn given_all<T>(mut self, entities: impl IntoIterator<Item = T>) -> Self
    where
        T: Entity + Send + Sync + 'static,
    {
        for entity in entities {
            self = self.given(entity);
        }
        self
    }

    /// Sets the integration type, as `J1_INTEGRATION_TYPE` does.
    pub fn integration_type(mut self, integration_type: &str) -> Self {
        self.integration_type = Some(integration_type.to_owned());
        self
    }

    /// Runs the step. Its errors are in the result.
    ///
    /// # Panics
    /// When what is given is something that JupiterOne would refuse, or two things with one key.
    pub async fn run<I>(self, integration: I) -> Ran
    where
        I: Integration,
        S: StepFor<I> + 'static,
    {
        let naming = Naming::new(self.integration_type.unwrap_or_else(|| I::TYPE.to_owned()));
        let alone: Arc<Alone<I, S>> =
            Arc::new(Alone { integration, given: self.given, refused: Arc::default(), of: PhantomData });
        let refused = Arc::clone(&alone.refused);
        let plan = Plan {
            memory: Arc::default(),
            steps: Alone::<I, S>::STEPS,
            disabled: vec![None; 2],
            waits: vec![Vec::new(), vec![0]],
            lacking: vec![None; 2],
            at_once: 1,
            raw_data: true,
            elsewhere: None,
        };
        let memory = Destination::Memory(Memory::default());
        let never = std::pin::pin!(std::future::pending());
        let collected = match collect(alone, &plan, naming.clone(), memory, &Progress::default(), never).await
        {
            Ok(collected) => collected,
            Err(Stopped::Failed(error)) => panic!("step `{}` could not be run: {error}", S::META.id),
            Err(Stopped::Signal(_)) => unreachable!("nothing stops a step in a test"),
        };
        let refused = std::mem::take(&mut *refused.lock().unwrap_or_else(PoisonError::into_inner));
        assert!(refused.is_empty(), "what is given would not be there in a run:\n- {}", refused.join("\n- "));
        Ran::collected(collected, naming, |step| step == S::META.id)
    }
}

/// An integration of two steps: what is given, and the one that is tested.
struct Alone<I, S> {
    integration: I,
    given: Vec<Give>,
    refused: Refused,
    of: PhantomData<fn() -> S>,
}

type Refused = Arc<Mutex<Vec<String>>>;

impl<I: Integration, S: StepFor<I> + 'static> Integration for Alone<I, S> {
    type Config = I::Config;
    const NAME: &'static str = I::NAME;
    const TITLE: &'static str = I::TITLE;
    const TYPE: &'static str = I::TYPE;
    const STEPS: &'static [StepMeta] = &[GIVEN, S::META];
    const ORDER: &'static [usize] = &[0, 1];
    const DUPLICATES: Duplicates = I::DUPLICATES;

    fn before_add(&self, record: &EncodedObject<'_>) -> Verdict {
        self.integration.before_add(record)
    }

    fn after_add(&self, record: &EncodedObject<'_>) {
        self.integration.after_add(record);
    }

    fn runners() -> &'static [Runner<Self>] {
        &[Self::give, Self::test]
    }
}

impl<I: Integration, S: StepFor<I> + 'static> Alone<I, S> {
    fn give(&self, emitter: Emitter) -> BoxFuture<'_, (Emitter, Result<Outcome>)> {
        Box::pin(async move {
            let sink = EntitiesOnly { sink: emitter.into_sink(), refused: Arc::clone(&self.refused) };
            let mut emitter = Emitter::new(Box::new(sink));
            let given = self.given.iter().try_for_each(|give| give(&mut emitter));
            (emitter, given.map(|()| Outcome::nothing_to_read("the test gives it")))
        })
    }

    fn test(&self, emitter: Emitter) -> BoxFuture<'_, (Emitter, Result<Outcome>)> {
        runner::<I, S>(&self.integration, emitter)
    }
}

/// Takes the given entities, without the relationships that their fields declare, whose ends are not given.
struct EntitiesOnly {
    sink: Box<dyn Sink>,
    refused: Refused,
}

impl EntitiesOnly {
    fn refused(&self, what: String) {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }
}

impl Sink for EntitiesOnly {
    fn naming(&self) -> &Naming {
        self.sink.naming()
    }

    fn accept(&mut self, record: &EncodedObject<'_>) -> Result<Accepted> {
        if record.kind == ObjectKind::Relationship {
            return Ok(Accepted::Accepted);
        }
        let accepted = self.sink.accept(record)?;
        if accepted == Accepted::Rejected {
            self.refused(format!(
                "`{}` {}: something else is given with this key",
                record.type_name, record.key
            ));
        }
        Ok(accepted)
    }

    fn refuse(&mut self, _: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]) {
        self.refused(format!("`{type_name}` {key}: {}", summarize_violations(violations).1));
    }

    fn withhold(&mut self, ty: Type, type_name: &Arc<str>, key: &str, violations: &[Violation]) {
        self.sink.withhold(ty, type_name, key, violations);
    }

    fn wants_raw_data(&self) -> bool {
        self.sink.wants_raw_data()
    }

    fn send_event(&self, event: Event) {
        self.sink.send_event(event);
    }

    fn flush(&mut self) -> BoxFuture<'_, Result<()>> {
        self.sink.flush()
    }

    fn contains(&self, ty: Type, key: &str) -> bool {
        self.sink.contains(ty, key)
    }

    fn find_by(&mut self, ty: Type, field: &str, value: &str) -> Result<Vec<String>> {
        self.sink.find_by(ty, field, value)
    }

    fn read(&mut self, ty: Type) -> Result<Box<dyn Stored>> {
        self.sink.read(ty)
    }
}

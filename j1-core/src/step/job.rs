//! The handle through which a step reads and writes the graph, limited to the types it declared.
//!
//! A [`Job`] is created by the runner of a step, which lends it to the step and takes the emitter back afterwards.
//! `add` encodes the object when it is called, and only then waits until there is room, so dropping its future loses
//! nothing.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use serde::de::DeserializeOwned;

use crate::error::{Code, Error, Kind, Result};
use crate::graph::{
    AllEmittedBy, BoxFuture, Edge, EmittedBy, Emitter, Entity, ExpectedBy, FoundBy, HasKey, Key, KeyPart,
    LooksUp, Object, ReadBy, Stored,
};
use crate::report::{Begun, Event, Marks};
use crate::shared::{AT_ONCE, AT_ONCE_BYTES};
use crate::step::{Outcome, stored};

/// The handle through which the step `S` reads and writes the graph, limited to the types it declared.
pub struct Job<S> {
    emitter: Emitter,
    of: PhantomData<fn() -> S>,
}

impl<S> Job<S> {
    pub(crate) fn new(emitter: Emitter) -> Self {
        Self { emitter, of: PhantomData }
    }

    pub(crate) fn into_emitter(self) -> Emitter {
        self.emitter
    }

    /// Adds an entity with the relationships its fields declare, or a relationship.
    ///
    /// An object that JupiterOne would refuse is not sent: the run names it, keeps what JupiterOne holds of
    /// its type, and goes on. Waits while JupiterOne takes objects slower than the provider gives them.
    ///
    /// # Errors
    /// If the upload cannot be completed, or the run was cancelled.
    // Not an `async fn`: rustc would report an error about `T` three times, at the call, the future and the `await`.
    pub fn add<T>(&mut self, object: T) -> Add<'_, <T as Object>::Added>
    where
        T: Object,
        T::Emitted: EmittedBy<S>,
        T::Related: AllEmittedBy<S>,
    {
        let added = object.emit(&mut self.emitter);
        self.added(added)
    }

    fn added<A>(&mut self, added: Result<A>) -> Add<'_, A> {
        let added = added.map_err(|error| error.marked_in(self.emitter.marks()));
        let marks = self.emitter.must_flush().then(|| self.emitter.marks().clone());
        let begun = marks.map(|marks| (marks.begin(LEFT_ADD), marks));
        let flushing = self.emitter.flush_if_full().zip(begun);
        Add {
            added: Some(added),
            flushing: flushing.map(|(flush, (begun, marks))| Flushing { flush, begun, marks }),
        }
    }

    /// Adds the relationship `E` to the entity with this id, whether or not it has been collected yet. It is sent if the
    /// entity is collected by any step of the run, and otherwise left out: providers list members that no longer exist.
    ///
    /// The step does not wait for the steps that emit the entity, as it would for [`Job::find`], but it is complete only if
    /// they are.
    ///
    /// ```text
    /// #[step(emits(Has<Group, User>), reads(Group, expected User))]
    /// job.tie_to::<Has<Group, User>>(&group, &member.id).await?;
    /// ```
    ///
    /// # Errors
    /// As [`Job::add`].
    pub fn tie_to<'t, E>(
        &mut self,
        from: &impl HasKey<Entity = E::From>,
        id: <E::To as Entity>::Id<'t>,
    ) -> Add<'_, ()>
    where
        E: Edge<Properties = ()> + Object<Added = ()>,
        E::Emitted: EmittedBy<S>,
        E::To: ExpectedBy<S> + Entity + 't,
    {
        let to = Key::new(self.emitter.key_text::<E::To>(id));
        let added = self.emitter.expected(&E::between(from.key().clone(), to, ()));
        self.added(added)
    }

    /// Adds the relationship `E` from the entity with this id, as [`Job::tie_to`] does to one.
    ///
    /// # Errors
    /// As [`Job::add`].
    pub fn tie_from<'t, E>(
        &mut self,
        id: <E::From as Entity>::Id<'t>,
        to: &impl HasKey<Entity = E::To>,
    ) -> Add<'_, ()>
    where
        E: Edge<Properties = ()> + Object<Added = ()>,
        E::Emitted: EmittedBy<S>,
        E::From: ExpectedBy<S> + Entity + 't,
    {
        let from = Key::new(self.emitter.key_text::<E::From>(id));
        let added = self.emitter.expected(&E::between(from, to.key().clone(), ()));
        self.added(added)
    }

    /// The entities of type `T` that other steps add, with their keys.
    ///
    /// A step that does not look up keys reads along while the entities are added, and waits for the next one if
    /// necessary. A step that calls [`Job::find`], or passes its job on, begins when the steps that emit `T` have
    /// ended.
    ///
    /// # Errors
    /// If they cannot be read back from disk.
    pub fn each<T>(&mut self) -> Result<Each<T>>
    where
        T: ReadBy<S> + Entity + DeserializeOwned,
    {
        let marks = self.emitter.marks().clone();
        let stored = self.emitter.sink().read(T::TYPE).map_err(|error| error.marked_in(&marks))?;
        Ok(Each {
            stored,
            begun: Some(marks.begin(LEFT_EACH)),
            outcome: Outcome::proven(Some(&marks)),
            marks,
            ended: false,
            absorbed: false,
            naming: self.emitter.naming().clone(),
            ready: VecDeque::new(),
            failed: None,
        })
    }

    /// Sends an event to the job in JupiterOne. Never waits; secrets are taken out, and long
    /// descriptions cut.
    pub fn event(&mut self, event: Event) {
        self.emitter.sink().send_event(event);
    }

    /// The key of the `T` with this id, if an earlier step added it.
    ///
    /// A provider may list a member that its list of users no longer has; JupiterOne would refuse an edge to it.
    pub fn find<'t, T>(&mut self, id: T::Id<'t>) -> Option<Key<T>>
    where
        T: FoundBy<S> + Entity + 't,
    {
        let key = self.emitter.key_text::<T>(id);
        self.emitter.sink().contains(T::TYPE, &key).then(|| Key::new(key))
    }

    /// The keys of every `T` that earlier steps added and whose field has this value: for joins by something other than the
    /// key. The field is one that the step declares, and the comparison is exact.
    ///
    /// Several entities may have one value, such as accounts that share a mail address.
    ///
    /// ```
    /// use j1_core::prelude::*;
    /// # #[derive(serde::Serialize, serde::Deserialize, J1Entity)]
    /// # #[j1(type = "acme_user", class = User, key = id, name = email, display_name = email)]
    /// # pub struct User { pub id: String, #[j1(list)] pub email: String }
    /// # #[derive(J1Entity)]
    /// # #[j1(type = "acme_app", class = Application, key = id, name = id, display_name = id)]
    /// # pub struct App { pub id: String, #[j1(skip)] pub owner: String }
    /// # fn read() -> Vec<App> { Vec::new() }
    ///
    /// #[step(emits(App, Owns<User, App>), reads(keys User by email))]
    /// async fn fetch_apps(job: &mut Job<fetch_apps>) -> Result<Outcome> {
    ///     for app in read() {
    ///         let owners = job.find_by::<User>(fetch_apps::email, &app.owner)?;
    ///         let app = job.add(app).await?;
    ///         for owner in owners {
    ///             job.add(owns(&owner, &app)).await?;
    ///         }
    ///     }
    ///     Ok(Outcome::nothing_to_read("an example"))
    /// }
    /// ```
    ///
    /// # Errors
    /// If the index cannot be read from disk.
    #[expect(clippy::needless_pass_by_value, reason = "the name of a field has no size")]
    pub fn find_by<T>(
        &mut self,
        field: impl LooksUp<S, T>,
        value: &(impl KeyPart + ?Sized),
    ) -> Result<Vec<Key<T>>>
    where
        T: FoundBy<S> + Entity,
    {
        let mut text = String::new();
        value.write_part(&mut text);
        let marks = self.emitter.marks().clone();
        let found = self.emitter.sink().find_by(T::TYPE, field.field_name(), &text);
        let keys = found.map_err(|error| error.marked_in(&marks))?;
        Ok(keys.into_iter().map(Key::new).collect())
    }
}

impl<S> Job<S> {
    /// Sends an event with information for the people who look at the job.
    pub fn info(&mut self, description: impl Into<String>) {
        self.event(Event::info(description));
    }

    /// Sends an event that something could not be read. Return it in the step's [`Outcome`](crate::Outcome) too: an
    /// event protects nothing.
    pub fn warn_incomplete_data(&mut self, description: impl Into<String>) {
        self.event(Event::warn_incomplete_data(description));
    }

    /// Sends an event that names the permission that the credentials lack.
    pub fn warn_missing_permission(&mut self, description: impl Into<String>) {
        self.event(Event::warn_missing_permission(description));
    }
}

/// The losses of what a step begins and leaves.
const LEFT_ADD: &str = "the step left a `job.add(..)` before it had ended; await it";
const LEFT_EACH: &str = "the step left an `each` before its last entity, without `finish()`";
const LEFT_OUTCOMES: &str =
    "the step left the outcomes that it gathered with `absorb(..)`; return `finish()`";

/// The future that [`Job::add`] returns.
#[must_use = "await it, so that the step does not run ahead of the upload"]
pub struct Add<'a, A> {
    added: Option<Result<A>>,
    /// Until everything is flushed.
    flushing: Option<Flushing<'a>>,
}

struct Flushing<'a> {
    flush: BoxFuture<'a, Result<()>>,
    begun: Begun,
    marks: Marks,
}

// Nothing in it is pinned: the inner future is boxed.
impl<A> Unpin for Add<'_, A> {}

impl<A> Future for Add<'_, A> {
    type Output = Result<A>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<A>> {
        if let Some(Flushing { flush, begun, marks }) = &mut self.flushing {
            let flushed = std::task::ready!(flush.as_mut().poll(cx));
            begun.finished();
            let flushed = flushed.map_err(|error| error.marked_in(marks));
            self.flushing = None;
            if let Err(error) = flushed {
                return Poll::Ready(Err(error));
            }
        }
        match self.added.take() {
            Some(added) => Poll::Ready(added),
            None => Poll::Pending,
        }
    }
}

/// The entities of one type, read back one at a time.
///
/// An `Each` must be finished: the step is partial if it is dropped before its last entity, without
/// [`finish`](Each::finish).
pub struct Each<T> {
    stored: Box<dyn Stored>,
    marks: Marks,
    /// Until nothing of it can be lost.
    begun: Option<Begun>,
    ended: bool,
    /// `true` once outcomes were absorbed: they are part of the outcome of `finish()`.
    absorbed: bool,
    outcome: Outcome,
    naming: crate::graph::Naming,
    /// Those that have been read, and are handed out next.
    ready: VecDeque<Collected<T>>,
    /// The error of the one behind them, which cannot be read.
    failed: Option<Error>,
}

impl<T: Entity + DeserializeOwned> Each<T> {
    /// The next one, which another step may still be reading; `None` when all steps that emit the type have ended.
    ///
    /// # Errors
    /// If it cannot be read back.
    pub async fn next(&mut self) -> Result<Option<Collected<T>>> {
        loop {
            if self.ready.is_empty() {
                self.read_some().map_err(|error| error.marked_in(&self.marks))?;
            }
            if let Some(next) = self.ready.pop_front() {
                return Ok(Some(next));
            }
            if !self.stored.more().await {
                self.ended = true;
                if self.absorbed {
                    self.begun.iter().for_each(|begun| begun.unless(LEFT_OUTCOMES));
                } else if let Some(begun) = self.begun.take() {
                    begun.finished();
                }
                return Ok(None);
            }
        }
    }

    /// Reads the next ones, several at once, so that the processor keeps the code for it near.
    fn read_some(&mut self) -> Result<()> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut bytes = 0;
        while self.ready.len() < AT_ONCE && bytes < AT_ONCE_BYTES {
            match self.read_one(&mut bytes) {
                Ok(true) => {}
                Ok(false) => break,
                // Those before it can be read.
                Err(error) if !self.ready.is_empty() => {
                    self.failed = Some(error);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads the next stored entity into `ready`; returns `false` if no further one is stored yet.
    fn read_one(&mut self, bytes: &mut usize) -> Result<bool> {
        let Some(stored) = self.stored.next()? else { return Ok(false) };
        *bytes += stored.len();
        let unlike = || {
            let message = format!(
                "a `{}` that was stored cannot be read back: its `Serialize` does not write what its `Deserialize` reads",
                T::ENTITY.name
            );
            Error::new(Kind::Other, Code("J1-R2005"), message)
        };
        let entity: T = stored::read(&stored).map_err(|error| unlike().caused_by(error))?;
        let mut writer = crate::graph::KeyWriter::new(&self.naming);
        T::write_key(entity.id(), &mut writer);
        let key = writer.finish();
        // Its relationships would end at nothing, as if it did not exist.
        if self.stored.key().is_some_and(|stored| stored != key.as_bytes()) {
            return Err(unlike().caused_by("it is read back with another key"));
        }
        self.ready.push_back(Collected { key: Key::new(key), entity });
        Ok(true)
    }

    /// Adds what was read for one of them, such as the members of a group.
    pub fn absorb(&mut self, outcome: Outcome) {
        self.absorbed = true;
        self.begun.get_or_insert_with(|| self.marks.begin(LEFT_OUTCOMES));
        self.outcome.add(outcome);
    }

    /// Returns a complete outcome if all were read and everything added with [`Each::absorb`] was complete.
    ///
    /// # Errors
    /// None; the form is that of every stream's, so that a step can end with it.
    pub fn finish(mut self) -> Result<Outcome> {
        self.begun.iter().for_each(Begun::finished);
        let outcome = std::mem::replace(&mut self.outcome, Outcome::proven(Some(&self.marks)));
        if self.ended {
            return Ok(outcome);
        }
        Ok(outcome.and(Outcome::partial(format!("stopped before the last `{}`", T::ENTITY.name))))
    }
}

/// An entity that another step added, with its key.
#[derive(Debug, Clone)]
pub struct Collected<T> {
    entity: T,
    key: Key<T>,
}

impl<T> Collected<T> {
    /// The entity.
    pub fn into_inner(self) -> T {
        self.entity
    }
}

impl<T> Deref for Collected<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.entity
    }
}

impl<T> HasKey for Collected<T> {
    type Entity = T;
    fn key(&self) -> &Key<T> {
        &self.key
    }
}

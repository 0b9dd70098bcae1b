//! Sends batches side by side, a few at a time, and remembers what could not be sent.
//!
//! **Ownership.** A run has one [`Uploader`], shared by its steps. A step takes a permit with [`Uploader::ready`]
//! before it hands over a batch, so that a step that is cancelled while it waits loses nothing; [`Uploader::send`]
//! then owns the batch and cannot fail. The run ends it exactly once: with [`Uploader::settle`], which waits for every
//! response and returns the first error, or with [`Uploader::cancel`], after which nothing is in flight. Relationships
//! are sent after the entities that were in flight before them. Objects count as received only when JupiterOne's own
//! response says so.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use j1_core::error::Kind;
use j1_core::graph::{BoxFuture, ObjectKind};
use j1_core::report::Event;
use j1_core::{Error, Result};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{Instrument as _, Span};

use crate::code;
use crate::jupiterone::UploadLimits;
use crate::jupiterone::client::{Body, SyncClient, Uploaded, around};
use crate::jupiterone::events::Events;
use crate::jupiterone::pace::{Pace, Permit};
use crate::jupiterone::spare::Spare;
use crate::observe::progress::Wait;
use crate::observe::stats;
use crate::observe::trace;

/// Objects of one kind, serialised and separated by commas.
#[derive(Default)]
pub(crate) struct Batch {
    /// Behind room for the beginning of a request, which is not copied then.
    bytes: Vec<u8>,
    /// The keys of the objects, one behind the other.
    keys: String,
    objects: Vec<Object>,
    /// The types of the objects, each once.
    types: Vec<Arc<str>>,
    /// The objects whose raw data was left out because they would be too large with it.
    shortened: Vec<TooLarge>,
}

/// The position and identity of an object in its batch.
struct Object {
    at: Range<usize>,
    /// The offset of its raw data, the last member: the bytes before it are the object without raw data.
    raw_at: Option<usize>,
    /// The place of its type among the types.
    ty: usize,
    /// The position of its key among the keys.
    key: Range<usize>,
}

/// An object of a batch, its raw data apart from the rest.
pub(crate) struct BatchedObject<'b> {
    pub ty: &'b Arc<str>,
    pub key: &'b str,
    pub json: Cow<'b, [u8]>,
    pub raw_data: Option<&'b [u8]>,
}

/// The longest beginning of a request.
const HEAD: usize = around(ObjectKind::Relationship).0.len();

/// The text before the raw data of an object.
const RAW_DATA: &[u8] = b",\"_rawData\":";

/// An object that JupiterOne takes in no request, or not with its raw data.
pub(crate) struct TooLarge {
    pub ty: Arc<str>,
    pub key: String,
    /// The size in bytes that exceeds JupiterOne's limit.
    pub bytes: usize,
    /// `true` if only its raw data was left out.
    pub raw_data_only: bool,
}

impl Batch {
    /// Returns an empty batch with room for as much as this one holds: the next one will probably be as long.
    pub fn next(&self) -> Self {
        Self {
            bytes: Vec::with_capacity(self.bytes.len() + self.bytes.len() / 8),
            keys: String::with_capacity(self.keys.len() + self.keys.len() / 8),
            objects: Vec::with_capacity(self.objects.len()),
            types: Vec::new(),
            shortened: Vec::new(),
        }
    }

    /// Removes everything, but keeps the room for it.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.keys.clear();
        self.objects.clear();
        self.types.clear();
        self.shortened.clear();
    }

    /// The number of bytes of objects that it has room for.
    pub fn room(&self) -> usize {
        self.bytes.capacity()
    }

    /// Takes the objects whose raw data was left out.
    pub fn take_shortened(&mut self) -> Vec<TooLarge> {
        std::mem::take(&mut self.shortened)
    }

    /// Adds an object, `raw_data` being the value of its `_rawData`; whether the batch is full now.
    pub fn push(
        &mut self,
        ty: &Arc<str>,
        key: &str,
        json: &[u8],
        raw_data: Option<&[u8]>,
        limits: &UploadLimits,
    ) -> bool {
        if self.objects.is_empty() {
            self.bytes.resize(HEAD, b' ');
        } else {
            self.bytes.push(b',');
        }
        let whole = json.len() + raw_data.map_or(0, <[u8]>::len);
        let fits = whole <= limits.raw_data_object;
        if raw_data.is_some() && !fits {
            let (ty, key) = (Arc::clone(ty), key.to_owned());
            self.shortened.push(TooLarge { ty, key, bytes: whole, raw_data_only: true });
        }
        let (start, key_at) = (self.bytes.len(), self.keys.len());
        let with_raw_data = json.split_last().zip(raw_data.filter(|_| fits));
        let raw_at = with_raw_data.map(|((_, open), _)| start + open.len());
        let length = json.len() + with_raw_data.map_or(0, |(_, raw_data)| RAW_DATA.len() + raw_data.len());
        // Before the bytes: what is read back of it would wait until all of them have reached the memory.
        let ty = self.place_of(ty);
        self.objects.push(Object { at: start..start + length, raw_at, ty, key: key_at..key_at + key.len() });
        self.keys.push_str(key);
        match with_raw_data {
            // Last, so that the object without it is a piece of the object with it.
            Some(((_, open), raw_data)) => {
                self.bytes.extend_from_slice(open);
                self.bytes.extend_from_slice(RAW_DATA);
                self.bytes.extend_from_slice(raw_data);
                self.bytes.push(b'}');
            }
            None => self.bytes.extend_from_slice(json),
        }
        self.is_full(limits)
    }

    /// The place of a type in the list of them, which is as short as the step's: most objects have the type of the one before.
    fn place_of(&mut self, ty: &Arc<str>) -> usize {
        let known = self.types.iter().rposition(|known| Arc::ptr_eq(known, ty) || known == ty);
        known.unwrap_or_else(|| {
            self.types.push(Arc::clone(ty));
            self.types.len() - 1
        })
    }

    fn ty(&self, object: &Object) -> &Arc<str> {
        &self.types[object.ty]
    }

    fn key(&self, object: &Object) -> &str {
        &self.keys[object.key.clone()]
    }

    /// An object without its raw data, where it has some.
    fn without_raw_data(&self, object: &Object) -> Option<Vec<u8>> {
        object.raw_at.map(|raw_at| [&self.bytes[object.at.start..raw_at], b"}"].concat())
    }

    /// Returns `true` if the next object belongs in another request.
    pub fn is_full(&self, limits: &UploadLimits) -> bool {
        self.objects.len() >= limits.objects || self.length() >= limits.bytes
    }

    /// The bytes of the objects.
    fn length(&self) -> usize {
        self.bytes.len().saturating_sub(HEAD)
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The objects one by one, with their types.
    pub fn objects(&self) -> impl Iterator<Item = (&Arc<str>, &[u8])> {
        self.objects.iter().map(|object| (self.ty(object), &self.bytes[object.at.clone()]))
    }

    /// The objects taken apart.
    pub fn parts(&self) -> impl Iterator<Item = BatchedObject<'_>> {
        self.objects.iter().map(|object| {
            let json = &self.bytes[object.at.clone()];
            // The raw data stands between its name and the last brace.
            let raw_data =
                object.raw_at.and_then(|at| json.get(at - object.at.start + RAW_DATA.len()..json.len() - 1));
            let plain = self.without_raw_data(object).map_or(Cow::Borrowed(json), Cow::Owned);
            BatchedObject { ty: self.ty(object), key: self.key(object), json: plain, raw_data }
        })
    }

    fn slice(&self, range: Range<usize>) -> &[u8] {
        match (self.objects.get(range.start), self.objects.get(range.end.saturating_sub(1))) {
            (Some(first), Some(last)) => &self.bytes[first.at.start..last.at.end],
            _ => &[],
        }
    }

    /// Lends the objects as a request, which begins at this place.
    fn lend(&mut self, kind: ObjectKind) -> (Bytes, usize) {
        let (before, behind) = around(kind);
        let begin = HEAD - before.len();
        self.bytes[begin..HEAD].copy_from_slice(before);
        self.bytes.extend_from_slice(behind);
        (std::mem::take(&mut self.bytes).into(), begin)
    }

    /// Takes the memory of the objects back, and the objects as well if they are to be sent again.
    fn take_back(&mut self, mut lent: Bytes, sent_again: bool) {
        if !sent_again {
            lent.clear();
        }
        self.bytes = lent.into();
    }
}

/// Uploads to one job.
pub(crate) struct Uploader {
    client: Arc<SyncClient>,
    job: String,
    pace: Arc<Pace>,
    tasks: Mutex<JoinSet<()>>,
    /// The batches of entities in flight: each channel closes once its batch has been taken.
    entities: Mutex<Vec<watch::Receiver<()>>>,
    failures: Arc<Failures>,
    spare: Arc<Spare>,
    events: Events,
    /// `true` if others upload to the job as well.
    shared: bool,
    /// The span of the run: an upload goes on when the step that filled it has ended.
    run: Span,
}

/// The job that a batch is sent to.
struct To {
    client: Arc<SyncClient>,
    pace: Arc<Pace>,
    job: String,
}

impl To {
    async fn upload(&self, kind: ObjectKind, objects: &[u8]) -> Result<Uploaded> {
        self.client.upload(&self.pace, &self.job, kind, objects).await
    }

    /// Uploads all of a batch; a request without compression sends its bytes without copying them.
    async fn upload_all(&self, kind: ObjectKind, batch: &mut Batch) -> Result<Uploaded> {
        if batch.is_empty() || self.client.compresses(kind, batch.length()) {
            return self.upload(kind, batch.slice(0..batch.objects.len())).await;
        }
        let (lent, begin) = batch.lend(kind);
        let uploaded =
            self.client.upload_body(&self.pace, &self.job, kind, Body::plain(lent.slice(begin..))).await;
        batch.take_back(lent, matches!(uploaded, Ok(Uploaded::TooLarge)));
        uploaded
    }
}

#[derive(Default)]
struct Failures {
    error: Mutex<Option<Error>>,
    too_large: Mutex<Vec<TooLarge>>,
    /// The entities and relationships that JupiterOne has received.
    received: [AtomicU64; 2],
}

impl Uploader {
    pub fn new(client: Arc<SyncClient>, job: String) -> Self {
        let pace = Pace::new(client.limits().in_flight);
        Self {
            events: Events::new(Arc::clone(&client), job.clone()),
            client,
            job,
            pace,
            tasks: Mutex::default(),
            entities: Mutex::default(),
            failures: Arc::default(),
            spare: Arc::default(),
            shared: false,
            run: Span::current(),
        }
    }

    /// Says if others upload to the job as well: what is not found here may be there.
    pub fn shared(self, shared: bool) -> Self {
        Self { shared, ..self }
    }

    /// Returns `true` if others upload to the job as well.
    pub fn is_shared(&self) -> bool {
        self.shared
    }

    /// Returns the limits of one request.
    pub fn limits(&self) -> &UploadLimits {
        self.client.limits()
    }

    /// The scope that the data belongs to.
    pub fn scope(&self) -> &str {
        self.client.scope()
    }

    /// Sends an event to the people who look at the job; does not wait.
    pub fn tell(&self, event: &Event) {
        self.events.tell(event);
    }

    /// Waits while too many batches are in flight.
    pub async fn ready(&self) -> Result<Permit> {
        self.check()?;
        let _waits = stats::waiting(Wait::Upload, None);
        self.pace.place().await.ok_or_else(interrupted)
    }

    /// Returns an empty batch that takes the place of this one.
    pub fn next(&self, kind: ObjectKind, batch: &Batch) -> Batch {
        self.spare.take(kind).unwrap_or_else(|| batch.next())
    }

    /// Sends a batch; the permit is given back when it has been taken.
    ///
    /// Relationships are sent once the entities that were in flight before them have been taken: these may be their
    /// ends.
    pub fn send(&self, permit: Option<Permit>, kind: ObjectKind, mut batch: Batch) {
        let mut shortened = batch.take_shortened();
        self.failures.too_large.lock().unwrap_or_else(PoisonError::into_inner).append(&mut shortened);
        let to = To { client: Arc::clone(&self.client), pace: Arc::clone(&self.pace), job: self.job.clone() };
        let (failures, spare) = (Arc::clone(&self.failures), Arc::clone(&self.spare));
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(ended) = tasks.try_join_next() {
            if ended.is_err() {
                self.failures.note(unanswered());
            }
        }
        let (taken, ahead) = self.order(kind);
        let span =
            self.run.in_scope(|| trace::upload(stats::step(), kind, batch.objects.len(), batch.length()));
        let uploading = async move {
            for mut entities in ahead {
                // It is closed, which is an error, once they have been taken, or their upload has failed.
                let _ = entities.changed().await;
            }
            let (whole, began) = (0..batch.objects.len(), tokio::time::Instant::now());
            let delivered = match to.upload_all(kind, &mut batch).await {
                Ok(uploaded) => answered(&to, kind, &batch, whole, &failures, uploaded).await,
                Err(error) => Err(error),
            };
            if let Err(error) = delivered {
                failures.note(error);
            }
            spare.put(kind, batch);
            trace::took(&Span::current(), began);
            drop((permit, taken));
        };
        tasks.spawn(uploading.instrument(span));
    }

    /// Returns the sender that closes when the batch was taken, and the batches it has to wait for.
    fn order(&self, kind: ObjectKind) -> (Option<watch::Sender<()>>, Vec<watch::Receiver<()>>) {
        let mut entities = self.entities.lock().unwrap_or_else(PoisonError::into_inner);
        entities.retain(|entities| entities.has_changed().is_ok());
        if kind == ObjectKind::Relationship {
            return (None, entities.clone());
        }
        let (taken, waits) = watch::channel(());
        entities.push(waits);
        (Some(taken), Vec::new())
    }

    /// Waits until all that was sent has been taken. Tells which objects JupiterOne takes in no request.
    pub async fn settle(&self) -> Result<Vec<TooLarge>> {
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let mut unanswered = false;
        while let Some(ended) = tasks.join_next().await {
            unanswered |= ended.is_err();
        }
        self.events.close().await;
        if unanswered {
            return Err(self::unanswered());
        }
        self.check()?;
        Ok(std::mem::take(&mut *self.failures.too_large.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Returns the numbers of entities and relationships that JupiterOne has acknowledged.
    pub fn received(&self) -> [u64; 2] {
        self.failures.received.each_ref().map(|count| count.load(Ordering::Relaxed))
    }

    /// Cancels the uploads in flight, and waits until they have ended.
    pub async fn cancel(&self) {
        // A step that still runs gets no more places.
        self.pace.close();
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.shutdown().await;
        // The last events are still sent: they may explain the failure.
        self.events.close().await;
    }

    /// The first upload that failed, if one has.
    fn check(&self) -> Result<()> {
        match &*self.failures.error.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(Error::new(error.kind(), error.code(), error.message())),
            None => Ok(()),
        }
    }
}

impl Failures {
    fn received(&self, kind: ObjectKind, objects: usize) {
        let [entities, relationships] = &self.received;
        let count = if kind == ObjectKind::Entity { entities } else { relationships };
        count.fetch_add(objects as u64, Ordering::Relaxed);
    }

    /// Keeps the first.
    fn note(&self, error: Error) {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

fn unanswered() -> Error {
    Error::new(Kind::Upload, code::UPLOAD, "an upload ended before it was answered")
}

fn interrupted() -> Error {
    Error::new(Kind::Cancelled, code::INTERRUPTED, "the run was interrupted")
}

/// Sends a part of a batch, in halves where it is too large for one request.
fn deliver<'a>(
    to: &'a To,
    kind: ObjectKind,
    batch: &'a Batch,
    part: Range<usize>,
    failures: &'a Failures,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let uploaded = to.upload(kind, batch.slice(part.clone())).await?;
        answered(to, kind, batch, part, failures, uploaded).await
    })
}

/// Counts a part that was received, and sends one that was too large in halves.
async fn answered(
    to: &To,
    kind: ObjectKind,
    batch: &Batch,
    part: Range<usize>,
    failures: &Failures,
    uploaded: Uploaded,
) -> Result<()> {
    match uploaded {
        Uploaded::Received => {
            failures.received(kind, part.len());
            Ok(())
        }
        Uploaded::TooLarge if part.len() > 1 => {
            let middle = part.start + part.len() / 2;
            deliver(to, kind, batch, part.start..middle, failures).await?;
            deliver(to, kind, batch, middle..part.end, failures).await
        }
        Uploaded::TooLarge => match batch.objects.get(part.start) {
            Some(object) => shrink(to, kind, batch, object, failures).await,
            None => Ok(()),
        },
    }
}

/// Sends an object that is too large by itself without its raw data, or leaves it out.
async fn shrink(
    to: &To,
    kind: ObjectKind,
    batch: &Batch,
    object: &Object,
    failures: &Failures,
) -> Result<()> {
    let (mut bytes, mut raw_data_only) = (object.at.len(), false);
    if let Some(smaller) = batch.without_raw_data(object) {
        match to.upload(kind, &smaller).await? {
            Uploaded::Received => {
                failures.received(kind, 1);
                raw_data_only = true;
            }
            Uploaded::TooLarge => bytes = smaller.len(),
        }
    }
    let (ty, key) = (Arc::clone(batch.ty(object)), batch.key(object).to_owned());
    let left_out = TooLarge { ty, key, bytes, raw_data_only };
    let mut all = failures.too_large.lock().unwrap_or_else(PoisonError::into_inner);
    // Left out whole, it is not also one that was sent without its raw data.
    all.retain(|other| other.key != left_out.key);
    all.push(left_out);
    Ok(())
}

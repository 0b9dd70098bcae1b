//! A thread that owns one SQLite connection, so that no SQL blocks the async runtime.
//!
//! Tasks run one after the other in the order in which they were queued, also those whose caller has gone. After
//! [`Worker::stop`] no task is taken, and the connection is closed when the queued ones have run.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::Error;

type Task = Box<dyn FnOnce(&mut Connection) + Send>;

/// Hands tasks to a thread that runs them one after the other on its connection.
#[derive(Clone)]
pub struct Worker {
    tasks: Arc<Mutex<Option<mpsc::Sender<Task>>>>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Worker {
    /// Starts the thread.
    pub fn start(name: &str, mut connection: Connection) -> std::io::Result<Self> {
        let (sender, receiver) = mpsc::channel::<Task>();
        let thread = Builder::new().name(name.to_owned()).spawn(move || {
            while let Ok(task) = receiver.recv() {
                task(&mut connection);
            }
        })?;
        Ok(Self { tasks: Arc::new(Mutex::new(Some(sender))), thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Runs a task after those already queued and waits for what it returns.
    pub async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce(&mut Connection) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = oneshot::channel();
        self.queue(move |connection| {
            // The receiver is gone when the client hung up; the task has run all the same.
            let _ = sender.send(task(connection));
        })?;
        receiver.await.map_err(|_| Error::Stopped)
    }

    /// Queues a task without waiting for it.
    pub fn queue(&self, task: impl FnOnce(&mut Connection) + Send + 'static) -> Result<(), Error> {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.as_ref().ok_or(Error::Stopped)?.send(Box::new(task)).map_err(|_| Error::Stopped)
    }

    /// Takes no further tasks and waits until the queued ones have run.
    pub async fn stop(&self) -> Result<(), Error> {
        drop(self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        joined.map_err(|_| Error::Stopped)?.map_err(|_| Error::Stopped)
    }
}

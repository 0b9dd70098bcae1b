//! Everything that is asked of the graph, on the connection that reads.

use std::sync::atomic::Ordering;

use rusqlite::Connection;
use serde_json::Value;

use super::{
    Change, Choice, Detail, Edge, EdgeFilter, EntityFilter, Expansion, Filter, List, Overview, Properties,
    Refused, Revision, Store, Table, TypeChanges, TypeEdge, browse, changes, entities, history, overview,
    picture, views,
};
use crate::error::Error;
use crate::picture::Picture;
use crate::query;

impl Store {
    /// Returns one page of a J1QL query's result.
    pub async fn query(
        &self,
        text: String,
        options: query::Options,
    ) -> Result<query::Answer, query::QueryError> {
        self.reader.run(move |connection| query::run(connection, &text, &options)).await?
    }

    /// Counts the graph by type and by instance.
    pub async fn overview(&self) -> Result<Overview, Error> {
        Ok(self.reader.run(overview::read).await??)
    }

    /// The names of the properties of each type of entities.
    pub async fn properties(&self) -> Result<Properties, Error> {
        self.read(views::properties).await
    }

    /// The time of the store's clock, in epoch milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// A number that grows with every change of jobs, uploads and graph.
    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Relaxed)
    }

    /// Counts what a finished job changed, by type. `None` if the job made no version, or one too old for the history.
    pub async fn count_changes(&self, job: &str) -> Result<Option<Vec<TypeChanges>>, Error> {
        let job = job.to_owned();
        self.read(move |connection| {
            let version = history::version(connection, &job)?;
            version.map(|version| changes::count(connection, version)).transpose()
        })
        .await
    }

    /// Lists what a finished job changed.
    pub async fn changes(&self, job: &str, filter: Filter) -> Result<Option<Vec<Change>>, Error> {
        let job = job.to_owned();
        self.read(move |connection| {
            let version = history::version(connection, &job)?;
            version.map(|version| changes::list(connection, version, &filter)).transpose()
        })
        .await
    }

    /// Lists what all jobs deleted, as far back as the history goes: the job and the key.
    pub async fn deleted(&self) -> Result<Vec<(String, String)>, Error> {
        self.read(changes::deleted).await
    }

    /// The versions of one object, newest first; empty for an unknown one.
    pub async fn history(&self, what: Table, id: &str) -> Result<Vec<Revision>, Error> {
        let id = id.to_owned();
        self.read(move |connection| changes::history(connection, what, &id)).await
    }

    /// Lists entities, of the present or as they were after a job.
    pub async fn entities(&self, at: Option<String>, filter: EntityFilter) -> Result<List, Refused> {
        self.read_at(at, move |connection| entities::entities(connection, &filter)).await
    }

    /// One entity by its `_id`.
    pub async fn entity(&self, at: Option<String>, id: &str) -> Result<Option<Detail>, Refused> {
        let id = id.to_owned();
        self.read_at(at, move |connection| browse::entity(connection, &id)).await
    }

    /// Lists relationships, and how many there are.
    pub async fn relationships(
        &self,
        at: Option<String>,
        filter: EdgeFilter,
    ) -> Result<(i64, Vec<Edge>), Refused> {
        self.read_at(at, move |connection| browse::relationships(connection, &filter)).await
    }

    /// A page of the mapped relationships of an instance as they were uploaded, after the number given, and the number
    /// after which the next page begins.
    pub async fn mapped_relationships(
        &self,
        instance: String,
        after: i64,
    ) -> Result<(Vec<Value>, Option<i64>), Error> {
        self.read(move |connection| browse::mapped_relationships(connection, &instance, after)).await
    }

    /// One relationship by its `_id`.
    pub async fn relationship(&self, at: Option<String>, id: &str) -> Result<Option<Edge>, Refused> {
        let id = id.to_owned();
        self.read_at(at, move |connection| browse::relationship(connection, &id)).await
    }

    /// The graph of types.
    pub async fn type_graph(&self, at: Option<String>) -> Result<Vec<TypeEdge>, Refused> {
        self.read_at(at, browse::type_graph).await
    }

    /// A part of the graph with positions, and the number of entities that it was chosen from.
    pub async fn picture(
        &self,
        at: Option<String>,
        choice: Choice,
        expansions: Vec<Expansion>,
    ) -> Result<(i64, Picture), Refused> {
        let draft =
            self.read_at(at, move |connection| picture::read(connection, &choice, &expansions)).await?;
        let total = draft.total;
        // Not on the thread that reads: other views would wait for it.
        let arranged = tokio::task::spawn_blocking(move || draft.arrange()).await;
        Ok((total, arranged.map_err(|_| Error::Stopped)?))
    }

    /// Reads the graph as it was after a job, or as it is.
    pub async fn read_at<T: Send + 'static>(
        &self,
        at: Option<String>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Refused> {
        let read = move |connection: &mut Connection| match at {
            None => Ok(read(connection)?),
            Some(job) => match history::version(connection, &job)? {
                Some(version) => Ok(history::at(connection, version, read)?),
                None => Err(Refused::NoVersion { id: job }),
            },
        };
        self.reader.run(read).await?
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        Ok(self.reader.run(move |connection| read(connection)).await??)
    }
}

//! `cargo j1 neo4j push`, to a server that speaks Bolt and does what our statements say.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use boltr::error::BoltError;
use boltr::server::{
    AuthCredentials, AuthInfo, AuthValidator, BoltBackend, BoltRecord, BoltServer, ResultMetadata,
    ResultStream, SessionConfig, SessionHandle, SessionProperty, TransactionHandle,
};
use boltr::types::{BoltDict, BoltValue};
use serde_json::json;

use crate::collected;
use crate::ran::{Ran, binary};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The graph as the statements make it.
#[derive(Default)]
struct Graph {
    /// By key: the labels, and the properties.
    nodes: BTreeMap<String, (String, BoltDict)>,
    /// By key and target: the type, the source.
    relationships: BTreeMap<(String, String), (String, String, BoltDict)>,
    batches: Vec<usize>,
}

fn member(row: &BoltDict, name: &str) -> String {
    row.get(name).and_then(BoltValue::as_str).unwrap_or_default().to_owned()
}

fn members(row: &BoltDict, name: &str) -> BoltDict {
    match row.get(name) {
        Some(BoltValue::Dict(members)) => members.clone(),
        _ => BoltDict::new(),
    }
}

impl Graph {
    fn run(&mut self, statement: &str, rows: &[BoltDict]) -> Vec<BoltValue> {
        let between = |start: &str, end: &str| {
            let (_, rest) = statement.split_once(start).unwrap_or_default();
            rest.split_once(end).unwrap_or_default().0.to_owned()
        };
        if !rows.is_empty() {
            self.batches.push(rows.len());
        }
        let class = between("[r:`", "` {_key");
        let mut out = Vec::new();
        let mut written = 0;
        for row in rows {
            let key = member(row, "key");
            if statement.contains("MERGE (n:J1Entity") {
                self.nodes.insert(key, (between("SET n:", " REMOVE"), members(row, "properties")));
                written += 1;
            } else if statement.contains("MERGE (a)-[r:") {
                let (from, to) = (member(row, "from"), member(row, "to"));
                if self.nodes.contains_key(&from) && self.nodes.contains_key(&to) {
                    self.relationships.insert((key, to), (class.clone(), from, members(row, "properties")));
                    written += 1;
                }
            } else if statement.contains("DELETE r") {
                self.relationships.retain(|(known, _), _| *known != key);
            } else if statement.contains("WHERE NOT t:J1Placeholder AND") {
                let wanted = members(row, "values");
                let matches = |(_, properties): &(String, BoltDict)| {
                    wanted.iter().all(|(name, value)| {
                        statement.contains(&format!("t.`{name}` = row.values.`{name}`"))
                            && properties.get(name) == Some(value)
                    })
                };
                let found: Vec<String> = self
                    .nodes
                    .iter()
                    .filter(|(key, node)| !key.starts_with("j1-placeholder:") && matches(node))
                    .map(|(key, _)| key.clone())
                    .collect();
                for target in found {
                    self.connect(statement, row, target, &class);
                    out.push(BoltValue::String(key.clone()));
                }
            } else if statement.contains("MERGE (t:J1Entity:J1Placeholder") {
                let target = member(row, "placeholder");
                self.nodes.insert(target.clone(), (between("SET t:", " MERGE"), members(row, "target")));
                self.connect(statement, row, target, &class);
                written += 1;
            }
        }
        if statement.contains("AS written") { vec![BoltValue::Integer(written)] } else { out }
    }

    /// An arrow that points back makes the target the source.
    fn connect(&mut self, statement: &str, row: &BoltDict, target: String, class: &str) {
        let (from, to) = if statement.contains("(s)<-[r:") {
            (target, member(row, "source"))
        } else {
            (member(row, "source"), target)
        };
        let place = (member(row, "key"), to);
        self.relationships.insert(place, (class.to_owned(), from, members(row, "properties")));
    }
}

struct Neo4j(Arc<Mutex<Graph>>);

#[async_trait::async_trait]
impl BoltBackend for Neo4j {
    async fn create_session(&self, _config: &SessionConfig) -> Result<SessionHandle, BoltError> {
        Ok(SessionHandle("session".to_owned()))
    }

    async fn close_session(&self, _session: &SessionHandle) -> Result<(), BoltError> {
        Ok(())
    }

    async fn configure_session(
        &self,
        _session: &SessionHandle,
        _property: SessionProperty,
    ) -> Result<(), BoltError> {
        Ok(())
    }

    async fn reset_session(&self, _session: &SessionHandle) -> Result<(), BoltError> {
        Ok(())
    }

    async fn execute(
        &self,
        _session: &SessionHandle,
        query: &str,
        parameters: &HashMap<String, BoltValue>,
        _extra: &BoltDict,
        _transaction: Option<&TransactionHandle>,
    ) -> Result<ResultStream, BoltError> {
        let rows: Vec<BoltDict> = match parameters.get("rows") {
            Some(BoltValue::List(rows)) => rows
                .iter()
                .filter_map(|row| if let BoltValue::Dict(row) = row { Some(row.clone()) } else { None })
                .collect(),
            _ => Vec::new(),
        };
        let values = self.0.lock().map_err(BoltError::backend)?.run(query, &rows);
        Ok(ResultStream {
            metadata: ResultMetadata { columns: vec!["value".to_owned()], extra: BoltDict::new() },
            records: values.into_iter().map(|value| BoltRecord { values: vec![value] }).collect(),
            summary: BoltDict::new(),
        })
    }

    async fn begin_transaction(
        &self,
        _session: &SessionHandle,
        _extra: &BoltDict,
    ) -> Result<TransactionHandle, BoltError> {
        Ok(TransactionHandle("transaction".to_owned()))
    }

    async fn commit(
        &self,
        _session: &SessionHandle,
        _transaction: &TransactionHandle,
    ) -> Result<BoltDict, BoltError> {
        Ok(BoltDict::new())
    }

    async fn rollback(
        &self,
        _session: &SessionHandle,
        _transaction: &TransactionHandle,
    ) -> Result<(), BoltError> {
        Ok(())
    }

    async fn get_server_info(&self) -> Result<BoltDict, BoltError> {
        Ok(BoltDict::new())
    }
}

/// Lets one user in.
struct Password;

#[async_trait::async_trait]
impl AuthValidator for Password {
    async fn validate(&self, given: &AuthCredentials) -> Result<AuthInfo, BoltError> {
        if given.principal.as_deref() == Some("neo4j") && given.credentials.as_deref() == Some("letmein") {
            Ok(AuthInfo { principal: "neo4j".to_owned(), ..AuthInfo::default() })
        } else {
            Err(BoltError::Authentication("wrong user or password".to_owned()))
        }
    }
}

/// Starts a server that ends with the test.
fn neo4j() -> std::io::Result<(SocketAddr, Arc<Mutex<Graph>>)> {
    let graph = Arc::new(Mutex::new(Graph::default()));
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let backend = Neo4j(Arc::clone(&graph));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            BoltServer::builder(backend).auth(Password).serve_listener(listener).await
        })
    });
    Ok((address, graph))
}

fn push(folder: &Path, address: SocketAddr, password: &str) -> std::io::Result<Ran> {
    binary()
        .args(["neo4j", "push"])
        .env("NEO4J_URI", format!("bolt://{address}"))
        .env("NEO4J_USER", "neo4j")
        .env("NEO4J_PASSWORD", password)
        .current_dir(folder)
        .output()
        .map(Ran::from)
}

/// Two users of an account, one a person in both directions; a relationship without an end; and many devices.
fn collection(folder: &Path) -> std::io::Result<()> {
    let entity = |key: &str, ty: &str, class: &str| json!({ "_key": key, "_type": ty, "_class": [class], "name": key, "tags": ["a", "b"], "_rawData": [{ "name": "default" }] });
    let mut entities = vec![
        entity("acme:account:1", "acme-account", "Account"),
        entity("acme:user:1", "acme-user", "User"),
        entity("acme:user:2", "acme-user", "User"),
    ];
    entities.extend((0..1_500).map(|n| entity(&format!("acme:device:{n}"), "acme-device", "Device")));
    let has = |to: &str| {
        json!({ "_key": format!("acme:account:1|has|{to}"), "_type": "acme-account-has-user", "_class": "HAS",
                "_fromEntityKey": "acme:account:1", "_toEntityKey": to })
    };
    let is = |user: &str, filters: serde_json::Value, target: serde_json::Value, direction: &str| {
        json!({ "_key": format!("{user}|is|person"), "_type": "acme-user-is-person", "_class": "IS", "_mapping": {
            "sourceEntityKey": user, "relationshipDirection": direction, "targetFilterKeys": filters, "targetEntity": target } })
    };
    let edges = [
        has("acme:user:1"),
        has("acme:user:9"),
        // Found by the second list, since nothing has the email; it points to the user.
        is(
            "acme:user:1",
            json!([["email"], ["name"]]),
            json!({ "email": "a@acme.io", "name": "acme:user:2", "_class": "User" }),
            "REVERSE",
        ),
        is(
            "acme:user:2",
            json!([["_type", "email"]]),
            json!({ "_type": "person`s", "_class": "Person", "email": "b@acme.io" }),
            "FORWARD",
        ),
    ];
    collected::write(&folder.join(".j1-integration"), &entities, &edges, &[])
}

#[test]
fn a_push_writes_nodes_and_relationships_and_a_second_one_changes_nothing() -> Tested {
    let (address, graph) = neo4j()?;
    let folder = tempfile::tempdir()?;
    collection(folder.path())?;
    for _ in 0..2 {
        let ran = push(folder.path(), address, "letmein")?.exits(0);
        assert_eq!(
            ran.out,
            "pushed 1,503 entities, 1 relationship, 2 mapped relationships (1 to placeholders, 0 without a target)\n"
        );
        assert!(ran.err.contains("did not write 1 relationship, since"), "{}", ran.err);
        let graph = graph.lock().map_err(|error| error.to_string())?;
        assert_eq!(graph.nodes.len(), 1_504);
        let (labels, properties) = &graph.nodes["acme:user:1"];
        assert_eq!(labels, "`acme-user`:`User`");
        assert!(!properties.contains_key("_rawData") && matches!(properties["tags"], BoltValue::List(_)));
        let (labels, placeholder) = &graph.nodes["j1-placeholder:_type=\"person`s\"&email=\"b@acme.io\""];
        assert_eq!(labels, "`person``s`:`Person`");
        assert_eq!(placeholder["email"].as_str(), Some("b@acme.io"));
        let ends: Vec<_> = graph
            .relationships
            .iter()
            .map(|((_, to), (class, from, _))| (from.as_str(), class.as_str(), to.as_str()))
            .collect();
        assert_eq!(
            ends,
            [
                ("acme:account:1", "HAS", "acme:user:1"),
                ("acme:user:2", "IS", "acme:user:1"),
                ("acme:user:2", "IS", "j1-placeholder:_type=\"person`s\"&email=\"b@acme.io\""),
            ]
        );
        assert!(graph.batches.contains(&1_000) && graph.batches.contains(&500), "{:?}", graph.batches);
    }
    Ok(())
}

#[test]
fn a_refusal_of_neo4j_and_another_server_are_reported() -> Tested {
    let (address, _) = neo4j()?;
    let folder = tempfile::tempdir()?;
    collection(folder.path())?;
    let ran = push(folder.path(), address, "wrong")?.exits(6);
    assert!(ran.err.contains("[J1-R4063]") && ran.err.contains("wrong user or password"), "{}", ran.err);
    assert!(!ran.err.contains("letmein"));
    for (uri, why) in [
        ("neo4j+s://example.com", "TLS"),
        ("http://127.0.0.1:7474", "`http`"),
        ("bolt://127.0.0.1:1", "refused"),
    ] {
        let ran = binary().args(["neo4j", "push", "--uri", uri]).current_dir(folder.path()).output();
        let ran = Ran::from(ran?).exits(6);
        assert!(ran.err.contains("[J1-R4063]") && ran.err.contains(why), "{uri}: {}", ran.err);
    }
    Ok(())
}

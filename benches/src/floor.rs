//! A program that moves the same bytes and does nothing else: the provider's pages through `serde_json`, the uploads through
//! gzip, and both over one connection. No run can need less. Its objects have the members that those of a run have.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::provider;

/// The most objects in one request, and the bytes from which on it is sent, as in a run.
const BATCH: usize = 250;
const BATCH_BYTES: usize = 1024 * 1024;

/// The members of a record that are read.
#[derive(Deserialize)]
struct Record<'r> {
    id: &'r str,
    name: &'r str,
    username: &'r str,
    email: &'r str,
    first_name: &'r str,
    last_name: &'r str,
    active: bool,
    department: &'r str,
    description: String,
    employee_type: &'r str,
    cost_centre: &'r str,
    location: &'r str,
    manager: Option<&'r str>,
    group: Option<&'r str>,
}

/// The members of a group.
#[derive(Deserialize)]
struct Group<'r> {
    id: &'r str,
    name: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupEntity<'r> {
    #[serde(rename = "_key")]
    key: String,
    #[serde(rename = "_type")]
    ty: &'static str,
    #[serde(rename = "_class")]
    class: &'static str,
    display_name: &'r str,
    id: &'r str,
    name: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entity<'r> {
    #[serde(rename = "_key")]
    key: String,
    #[serde(rename = "_type")]
    ty: &'static str,
    #[serde(rename = "_class")]
    class: &'static str,
    short_login_id: Option<&'r str>,
    display_name: &'r str,
    id: &'r str,
    name: &'r str,
    username: [&'r str; 1],
    email: [&'r str; 1],
    first_name: &'r str,
    last_name: &'r str,
    is_active: bool,
    department: &'r str,
    description: &'r str,
    employee_type: &'r str,
    cost_centre: &'r str,
    location: &'r str,
    #[serde(rename = "_rawData", skip_serializing_if = "Option::is_none")]
    raw_data: Option<[RawData<'r>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RawData<'r> {
    name: &'static str,
    raw_data: &'r RawValue,
}

#[derive(Serialize)]
struct Relationship {
    #[serde(rename = "_key")]
    key: String,
    #[serde(rename = "_type")]
    ty: &'static str,
    #[serde(rename = "_class")]
    class: &'static str,
    #[serde(rename = "displayName")]
    display_name: &'static str,
    #[serde(rename = "_fromEntityKey")]
    from: String,
    #[serde(rename = "_toEntityKey")]
    to: String,
}

/// Reads so many groups and users, and sends them with their relationships. Returns what was sent.
///
/// # Errors
/// When the connection fails, or a page is not what it should be.
pub fn run(address: &str, entities: u64, raw: bool) -> std::io::Result<Sent> {
    let mut jupiterone = Connection::open(address)?;
    let mut skip = 0;
    let users = entities - provider::GROUPS;
    let (mut entities, mut relationships) = (Batch::new("entities"), Batch::new("relationships"));
    let page = provider::groups();
    for Group { id, name } in serde_json::from_str::<Vec<Group<'_>>>(&page)? {
        let (key, ty, class) = (format!("directory-group:{id}"), "directory_group", "Group");
        entities.push(&GroupEntity { key, ty, class, display_name: name, id, name })?;
        entities.flush(&mut jupiterone, BATCH)?;
    }
    loop {
        let page = provider::page(skip, users);
        let records: Vec<&RawValue> = serde_json::from_str(&page)?;
        if records.is_empty() {
            break;
        }
        for raw_record in records {
            let record: Record<'_> = serde_json::from_str(raw_record.get())?;
            let raw_data = raw.then_some([RawData { name: "default", raw_data: raw_record }]);
            entities.push(&entity(&record, raw_data))?;
            relationships.push(&relationship(&record))?;
            for batch in [&mut entities, &mut relationships] {
                batch.flush(&mut jupiterone, BATCH)?;
            }
            skip += 1;
        }
    }
    for batch in [&mut entities, &mut relationships] {
        batch.flush(&mut jupiterone, 1)?;
    }
    Ok(jupiterone.sent)
}

fn entity<'r>(record: &'r Record<'r>, raw_data: Option<[RawData<'r>; 1]>) -> Entity<'r> {
    Entity {
        key: format!("directory-user:{}", record.id),
        ty: "directory_user",
        class: "User",
        short_login_id: None,
        display_name: record.name,
        id: record.id,
        name: record.name,
        username: [record.username],
        email: [record.email],
        first_name: record.first_name,
        last_name: record.last_name,
        is_active: record.active,
        department: record.department,
        description: &record.description,
        employee_type: record.employee_type,
        cost_centre: record.cost_centre,
        location: record.location,
        raw_data,
    }
}

fn relationship(record: &Record<'_>) -> Relationship {
    let to = format!("directory-user:{}", record.id);
    let (ty, class, from) = match (record.group, record.manager) {
        (Some(group), _) => ("directory_group_has_user", "HAS", format!("directory-group:{group}")),
        (None, manager) => {
            ("directory_user_manages_user", "MANAGES", format!("directory-user:{}", manager.unwrap_or("0")))
        }
    };
    let key = format!("{from}|{}|{to}", class.to_ascii_lowercase());
    Relationship { key, ty, class, display_name: class, from, to }
}

/// Objects of one kind for one request.
struct Batch {
    kind: &'static str,
    json: Vec<u8>,
    count: usize,
}

impl Batch {
    fn new(kind: &'static str) -> Self {
        Self { kind, json: Vec::new(), count: 0 }
    }

    fn push(&mut self, object: &impl Serialize) -> std::io::Result<()> {
        if self.count == 0 {
            self.json = format!("{{\"{}\":[", self.kind).into_bytes();
        } else {
            self.json.push(b',');
        }
        self.count += 1;
        Ok(serde_json::to_writer(&mut self.json, object)?)
    }

    /// Sends the objects if there are at least so many, or they are long enough.
    fn flush(&mut self, jupiterone: &mut Connection, least: usize) -> std::io::Result<()> {
        if self.count == 0 || self.count < least && self.json.len() < BATCH_BYTES {
            return Ok(());
        }
        self.json.extend_from_slice(b"]}");
        let mut gzip = GzEncoder::new(Vec::with_capacity(self.json.len() / 4), Compression::fast());
        gzip.write_all(&self.json)?;
        jupiterone.post(self.kind, &gzip.finish()?)?;
        jupiterone.sent.objects += std::mem::take(&mut self.count) as u64;
        Ok(())
    }
}

/// Everything that was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    /// Entities and relationships.
    pub objects: u64,
    /// Requests.
    pub requests: u64,
    /// The bytes of their bodies, compressed.
    pub bytes: u64,
}

/// One connection of HTTP/1.1 that stays open.
struct Connection {
    stream: BufReader<TcpStream>,
    sent: Sent,
}

impl Connection {
    fn open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address.trim_start_matches("http://"))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), sent: Sent::default() })
    }

    fn post(&mut self, path: &str, body: &[u8]) -> std::io::Result<()> {
        let head = format!(
            "POST /{path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        self.sent.requests += 1;
        self.sent.bytes += body.len() as u64;
        self.stream.get_mut().write_all(&[head.as_bytes(), body].concat())?;
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            }
        }
        self.stream.read_exact(&mut vec![0; length])
    }
}

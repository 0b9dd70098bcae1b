//! Parquet, as much of it as a table of optional scalars needs: uncompressed pages in plain encoding.
//!
//! The names and numbers are those of the format's `parquet.thrift`; the metadata is in Thrift's compact protocol.

use std::io::{Result, Write};

use serde_json::{Map, Value};

use super::table::{Kind, Table, text};

/// Rows that are kept in memory before they are written as a group.
const GROUP: usize = 20_000;

const MAGIC: &[u8] = b"PAR1";

/// Writes rows as Parquet.
pub struct Parquet<'t, W> {
    table: &'t Table,
    out: W,
    written: u64,
    rows: u64,
    columns: Vec<Column>,
    group: usize,
    /// The metadata of the groups, already encoded.
    groups: Vec<Vec<u8>>,
}

/// The values of one column of the current group.
#[derive(Default)]
struct Column {
    /// For each row, whether it has a value.
    defined: Vec<bool>,
    values: Vec<u8>,
    /// Booleans that do not fill a byte yet.
    bits: Vec<bool>,
}

impl<'t, W: Write> Parquet<'t, W> {
    /// Writes the beginning of the file.
    pub fn new(table: &'t Table, mut out: W) -> Result<Self> {
        out.write_all(MAGIC)?;
        let columns = table.columns.iter().map(|_| Column::default()).collect();
        Ok(Self { table, out, written: 4, rows: 0, columns, group: 0, groups: Vec::new() })
    }

    /// Adds one row.
    pub fn row(&mut self, object: &Map<String, Value>) -> Result<()> {
        for ((name, kind), column) in self.table.columns.iter().zip(&mut self.columns) {
            column.add(*kind, object.get(name).filter(|value| !value.is_null()));
        }
        self.group += 1;
        self.rows += 1;
        if self.group == GROUP { self.end_group() } else { Ok(()) }
    }

    /// Writes the pages of the current group, one a column.
    fn end_group(&mut self) -> Result<()> {
        let mut chunks = Vec::new();
        let mut size = 0;
        for ((name, kind), column) in self.table.columns.iter().zip(&mut self.columns) {
            let page = std::mem::take(column).page();
            let header = page_header(page.len(), self.group);
            let offset = self.written;
            self.out.write_all(&header)?;
            self.out.write_all(&page)?;
            let length = (header.len() + page.len()) as u64;
            self.written += length;
            size += length;
            chunks.push(chunk(name, *kind, self.group, offset, length));
        }
        let mut group = Thrift::default();
        group.list(1, Type::Struct, &chunks);
        group.i64(2, size);
        group.i64(3, self.group as u64);
        self.groups.push(group.end());
        self.group = 0;
        Ok(())
    }

    /// Writes the metadata at the end of the file.
    pub fn end(mut self) -> Result<()> {
        if self.group > 0 {
            self.end_group()?;
        }
        let mut root = Thrift::default();
        root.text(4, "schema");
        root.i32(5, self.table.columns.len());
        let mut schema = vec![root.end()];
        for (name, kind) in &self.table.columns {
            let mut element = Thrift::default();
            element.i32(1, physical(*kind));
            element.i32(3, OPTIONAL);
            element.text(4, name);
            if physical(*kind) == BYTE_ARRAY {
                element.i32(6, UTF8);
            }
            schema.push(element.end());
        }
        let mut file = Thrift::default();
        file.i32(1, 1);
        file.list(2, Type::Struct, &schema);
        file.i64(3, self.rows);
        file.list(4, Type::Struct, &self.groups);
        file.text(6, "j1");
        let metadata = file.end();
        self.out.write_all(&metadata)?;
        let length = u32::try_from(metadata.len()).map_err(std::io::Error::other)?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(MAGIC)
    }
}

impl Column {
    fn add(&mut self, kind: Kind, value: Option<&Value>) {
        self.defined.push(value.is_some());
        let Some(value) = value else { return };
        match kind {
            Kind::Boolean => self.bits.push(value == &Value::Bool(true)),
            Kind::Integer => self.values.extend(value.as_i64().unwrap_or_default().to_le_bytes()),
            Kind::Number => self.values.extend(value.as_f64().unwrap_or_default().to_le_bytes()),
            Kind::Text | Kind::Unknown => {
                let text = text(value);
                // Texts are 4,096 characters at most.
                self.values.extend(u32::try_from(text.len()).unwrap_or_default().to_le_bytes());
                self.values.extend(text.as_bytes());
            }
        }
    }

    /// The definition levels with their length before them, and the values.
    fn page(mut self) -> Vec<u8> {
        self.values.extend(packed(&self.bits));
        // One run of bit-packed groups of eight levels.
        let mut levels = Vec::new();
        varint(&mut levels, (self.defined.len().div_ceil(8) as u64) << 1 | 1);
        levels.extend(packed(&self.defined));
        let mut page = u32::try_from(levels.len()).unwrap_or_default().to_le_bytes().to_vec();
        page.extend(levels);
        page.extend(self.values);
        page
    }
}

/// Bits, the first one lowest, in bytes.
fn packed(bits: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    bits.chunks(8).map(byte).collect()
}

const PLAIN: usize = 0;
const RLE: usize = 3;
const OPTIONAL: usize = 1;
const UTF8: usize = 0;
const BYTE_ARRAY: usize = 6;

/// The physical type of a column.
const fn physical(kind: Kind) -> usize {
    match kind {
        Kind::Boolean => 0,
        Kind::Integer => 2,
        Kind::Number => 5,
        Kind::Text | Kind::Unknown => BYTE_ARRAY,
    }
}

/// `PageHeader` of a data page.
fn page_header(size: usize, rows: usize) -> Vec<u8> {
    let mut data = Thrift::default();
    data.i32(1, rows);
    data.i32(2, PLAIN);
    data.i32(3, RLE);
    data.i32(4, RLE);
    let mut header = Thrift::default();
    header.i32(1, 0);
    header.i32(2, size);
    header.i32(3, size);
    header.structure(5, &data.end());
    header.end()
}

/// `ColumnChunk` with its `ColumnMetaData`.
fn chunk(name: &str, kind: Kind, rows: usize, offset: u64, length: u64) -> Vec<u8> {
    let mut data = Thrift::default();
    data.i32(1, physical(kind));
    data.list(2, Type::I32, &[zigzag(PLAIN as u64), zigzag(RLE as u64)]);
    let mut path = Vec::new();
    varint(&mut path, name.len() as u64);
    path.extend(name.as_bytes());
    data.list(3, Type::Binary, &[path]);
    data.i32(4, 0);
    data.i64(5, rows as u64);
    data.i64(6, length);
    data.i64(7, length);
    data.i64(9, offset);
    let mut chunk = Thrift::default();
    chunk.i64(2, offset);
    chunk.structure(3, &data.end());
    chunk.end()
}

/// The types of Thrift's compact protocol that are used.
#[derive(Clone, Copy)]
enum Type {
    I32 = 5,
    I64 = 6,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// A structure in Thrift's compact protocol. Fields are written in the order of their numbers.
#[derive(Default)]
struct Thrift {
    bytes: Vec<u8>,
    last: u8,
}

impl Thrift {
    fn field(&mut self, number: u8, kind: Type) {
        self.bytes.push((number - self.last) << 4 | kind as u8);
        self.last = number;
    }

    fn i32(&mut self, number: u8, value: usize) {
        self.field(number, Type::I32);
        self.bytes.extend(zigzag(value as u64));
    }

    fn i64(&mut self, number: u8, value: u64) {
        self.field(number, Type::I64);
        self.bytes.extend(zigzag(value));
    }

    fn text(&mut self, number: u8, value: &str) {
        self.field(number, Type::Binary);
        varint(&mut self.bytes, value.len() as u64);
        self.bytes.extend(value.as_bytes());
    }

    fn structure(&mut self, number: u8, value: &[u8]) {
        self.field(number, Type::Struct);
        self.bytes.extend(value);
    }

    fn list(&mut self, number: u8, kind: Type, items: &[Vec<u8>]) {
        self.field(number, Type::List);
        match u8::try_from(items.len()) {
            Ok(count) if count < 15 => self.bytes.push(count << 4 | kind as u8),
            _ => {
                self.bytes.push(0xf0 | kind as u8);
                varint(&mut self.bytes, items.len() as u64);
            }
        }
        for item in items {
            self.bytes.extend(item);
        }
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// A number that is not negative, as Thrift writes signed ones.
fn zigzag(value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    varint(&mut bytes, value << 1);
    bytes
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest seven bits")]
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 0x80")]
    out.push(value as u8);
}

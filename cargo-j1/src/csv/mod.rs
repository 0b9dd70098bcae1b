//! `cargo j1 csv`: a collection as files for JupiterOne's Custom File Transfer.

mod column;
mod folder;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use j1_core::error::exit;
use j1_core::graph::ObjectKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::args::Csv;
use crate::collection::{Collection, Object};
use crate::error::Error;
use crate::output;
use crate::style::{NAME, WARNING};

use column::Column;
use folder::Folder;

/// The file with the values that JupiterOne's dialogs ask for, for each data set.
const DATASETS: &str = "datasets.json";

/// The column that identifies a row. JupiterOne allows no token in its name.
const KEY: &str = "_key";

/// The largest file that Custom File Transfer takes: 100 MB.
const MAX_BYTES: u64 = 100_000_000;

/// A summary of the entities of one type.
#[derive(Debug, Default)]
struct Dataset {
    /// The name of its file.
    file: String,
    rows: u64,
    /// Each list of classes that occurs.
    classes: BTreeMap<Vec<String>, u64>,
    columns: BTreeMap<String, Column>,
    /// The number of entities with raw data.
    raw: u64,
}

/// A summary of a collection for CSV.
#[derive(Debug, Default)]
struct Plan {
    datasets: BTreeMap<String, Dataset>,
    /// The number of relationships by `_type` and class.
    relationships: BTreeMap<(String, String, bool), u64>,
}

/// Writes the files.
pub fn run(args: &Csv) -> Result<u8, Error> {
    let collection = Collection::open(&args.from)?;
    let plan = Plan::new(&collection)?;
    let left_out = plan.left_out(&collection);
    if args.strict && !left_out.is_empty() {
        output::print(&format!("nothing was written; CSV cannot carry all of it:\n{}", lines(&left_out)))?;
        return Ok(exit::DIFFERENT);
    }
    let folder = Folder::beside(&args.out)?;
    plan.write(&collection, folder.path())?;
    folder.put()?;
    output::print(&plan.report(&args.out, &left_out))?;
    Ok(exit::COMPLETE)
}

impl Plan {
    /// Reads every object once, because the columns must be known before the first row is written.
    fn new(collection: &Collection) -> Result<Self, Error> {
        let mut plan = Self::default();
        collection.each(|object| {
            match object.kind {
                ObjectKind::Entity => plan.datasets.entry(object.ty.clone()).or_default().add(&object),
                ObjectKind::Relationship => {
                    let mapped = object.members.contains_key("_mapping");
                    let class = object.classes().join(", ");
                    *plan.relationships.entry((object.ty, class, mapped)).or_default() += 1;
                }
            }
            Ok(())
        })?;
        let mut taken = Vec::new();
        for (ty, dataset) in &mut plan.datasets {
            dataset.file = folder::name(ty, &taken);
            taken.push(dataset.file.clone());
        }
        Ok(plan)
    }

    /// Lists what CSV cannot carry, a line each.
    fn left_out(&self, collection: &Collection) -> Vec<String> {
        let mut lines = Vec::new();
        for (ty, dataset) in &self.datasets {
            if dataset.raw > 0 {
                lines.push(format!("{ty}._rawData: {} objects have it", dataset.raw));
            }
            for (name, column) in &dataset.columns {
                lines.extend(column.left_out(name).into_iter().map(|what| format!("{ty}.{name}: {what}")));
            }
            if dataset.classes.len() > 1 {
                let all: Vec<_> = dataset.classes.keys().map(|classes| classes.join("+")).collect();
                lines.push(format!("{ty}._class: a data set has one, and these have {}", all.join(" or ")));
            }
        }
        for ((ty, class, mapped), count) in &self.relationships {
            let kind = if *mapped { "mapped" } else { "direct" };
            lines.push(format!(
                "{count} relationships {ty} ({class}): add a {kind} relationship to the instance in JupiterOne"
            ));
        }
        for (ty, why) in collection.contents.partial.iter().filter(|(ty, _)| self.datasets.contains_key(*ty))
        {
            lines.push(format!(
                "{ty} was not read in full ({why}): what is missing in the file is deleted in JupiterOne"
            ));
        }
        lines
    }

    /// Writes every row, and the description of the files for JupiterOne.
    fn write(&self, collection: &Collection, folder: &Path) -> Result<(), Error> {
        let mut writers = BTreeMap::new();
        for (ty, dataset) in &self.datasets {
            let path = folder.join(&dataset.file);
            let opened = File::create(&path).map_err(|source| unwritable(&path, source))?;
            let mut writer = csv::Writer::from_writer(opened);
            let heads = dataset.carried().map(|(name, column)| column.head(name));
            let written = writer.write_record(std::iter::once(KEY.to_owned()).chain(heads));
            written.map_err(|error| unwritable(&path, error.into()))?;
            writers.insert(ty.as_str(), (dataset, path, writer));
        }
        collection.each(|object| {
            if object.kind == ObjectKind::Relationship {
                return Ok(());
            }
            let Some((dataset, path, writer)) = writers.get_mut(object.ty.as_str()) else { return Ok(()) };
            let cells = dataset.carried().map(|(name, column)| column.cell(name, object.members.get(name)));
            let row = std::iter::once(object.key.clone()).chain(cells);
            writer.write_record(row).map_err(|error| unwritable(path, error.into()))
        })?;
        for (ty, (_, path, mut writer)) in writers {
            writer.flush().map_err(|source| unwritable(&path, source))?;
            let bytes = path.metadata().map_err(|source| unwritable(&path, source))?.len();
            if bytes > MAX_BYTES {
                return Err(Error::TooLargeForCsv { ty: ty.to_owned(), bytes });
            }
        }
        let path = folder.join(DATASETS);
        std::fs::write(&path, format!("{:#}\n", self.datasets_file()))
            .map_err(|source| unwritable(&path, source))
    }

    /// The configuration of an instance, as JupiterOne keeps it.
    fn datasets_file(&self) -> Value {
        let entities: Vec<Value> = self
            .datasets
            .iter()
            .map(|(ty, dataset)| {
                json!({
                    "id": ty,
                    "uniqueIdentifier": unique_identifier(ty),
                    "_class": dataset.class(),
                    "_type": ty,
                    "_keyField": KEY,
                })
            })
            .collect();
        json!({ "entities": entities })
    }

    fn report(&self, out: &Path, left_out: &[String]) -> String {
        let mut text = format!("wrote {} and in it:\n", out.display());
        for dataset in self.datasets.values() {
            let (file, rows, columns) = (&dataset.file, dataset.rows, dataset.carried().count() + 1);
            let _ = writeln!(text, "  {NAME}{file}{NAME:#}  {rows} rows, {columns} columns");
        }
        let _ = writeln!(text, "  {NAME}{DATASETS}{NAME:#}  what to enter in JupiterOne for each file");
        if !left_out.is_empty() {
            let _ = write!(
                text,
                "{WARNING}CSV cannot carry{WARNING:#}, and so it is not in the files:\n{}",
                lines(left_out)
            );
            text += "`cargo j1 sync` uploads all of it.\n";
        }
        text
    }
}

impl Dataset {
    fn add(&mut self, object: &Object) {
        self.rows += 1;
        let classes = object.classes().into_iter().map(str::to_owned).collect();
        *self.classes.entry(classes).or_default() += 1;
        for (name, value) in &object.members {
            match name.as_str() {
                // These are set for the data set as a whole, or are the key.
                "_key" | "_type" | "_class" => {}
                "_rawData" => self.raw += 1,
                _ => self.columns.entry(name.clone()).or_default().add(value),
            }
        }
    }

    /// The columns of the file, except for the key.
    fn carried(&self) -> impl Iterator<Item = (&String, &Column)> {
        self.columns.iter().filter(|(name, column)| column.is_carried(name))
    }

    /// The class that most of the entities have.
    fn class(&self) -> Value {
        let most =
            self.classes.iter().max_by_key(|(_, count)| **count).map(|(classes, _)| classes.as_slice());
        match most {
            Some([one]) => json!(one),
            several => json!(several),
        }
    }
}

/// Returns an identifier that is the same for a type in every run, so that a file replaces the earlier one.
fn unique_identifier(ty: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("j1:csv:{ty}").as_bytes()).to_string()
}

fn lines(all: &[String]) -> String {
    all.iter().fold(String::new(), |text, line| text + "  " + line + "\n")
}

fn unwritable(path: &Path, source: std::io::Error) -> Error {
    Error::Unwritable { path: path.to_owned(), source }
}

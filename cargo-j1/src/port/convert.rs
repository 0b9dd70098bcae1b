//! Converters: the properties that the official code gives an entity, each as far as it could be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::conversion::Conversion;
use super::reading::Scope;
use super::ts::{Entry, Stated, Tree, member};
use crate::infer::json::Json;

/// The converter of a type of entity.
#[derive(Debug)]
pub struct Converter {
    /// The `_type`.
    pub ty: String,
    /// The file that it stands in.
    pub file: PathBuf,
    /// The function that it stands in.
    pub function: Option<String>,
    /// The official SDK gets the record, too, and takes properties from it.
    pub is_sourced: bool,
    /// Its `_key`.
    pub key: Option<Conversion>,
    /// Its properties that were read, by their names.
    pub read: Vec<(String, Conversion)>,
    /// The code of those, by their names.
    pub code: BTreeMap<String, String>,
    /// Its properties that a person has to look at: the name, and the code.
    pub unread: Vec<(String, String)>,
}

/// Reads the converters of all files. Of several for one type, the one with the most properties counts.
pub fn read(tree: &Tree) -> BTreeMap<String, Converter> {
    let mut all: BTreeMap<String, Converter> = BTreeMap::new();
    for (file, source) in tree.files() {
        for stated in source.objects_with("_key") {
            let Some(converter) = converter(tree, file, &stated) else { continue };
            let size = |one: &Converter| one.read.len() + one.unread.len();
            match all.get(&converter.ty) {
                Some(known) if size(known) >= size(&converter) => {}
                _ => {
                    all.insert(converter.ty.clone(), converter);
                }
            }
        }
    }
    all
}

fn converter(tree: &Tree, file: &Path, stated: &Stated<'_>) -> Option<Converter> {
    let ty = tree.value(file, member(&stated.entries, "_type")?)?.text()?.to_owned();
    let scope = Scope::new(tree, file, stated);
    let mut converter = Converter {
        ty,
        file: file.to_owned(),
        function: stated.function.map(|(name, _)| name.to_owned()),
        is_sourced: member(&stated.around, "source").and_then(|source| scope.conversion(source, 0))
            == Some(Conversion::Member(Vec::new())),
        key: None,
        read: Vec::new(),
        code: BTreeMap::new(),
        unread: Vec::new(),
    };
    add(&mut converter, &scope, &stated.entries, None);
    Some(converter)
}

/// Adds the properties of an object, those of objects that are spread in it, too. They are there if the condition counts.
fn add(converter: &mut Converter, scope: &Scope<'_>, entries: &[Entry], condition: Option<&Conversion>) {
    for entry in entries {
        let Some(name) = entry.name() else {
            match scope.spread(&entry.value, condition) {
                Some((inner, condition)) => add(converter, scope, inner, condition.as_ref()),
                // The members of something that only its code knows.
                None => converter.unread.push((String::new(), entry.text.clone())),
            }
            continue;
        };
        let found = scope.conversion(&entry.value, 0).map(|found| match condition {
            Some(condition) => Conversion::If(
                Box::new(condition.clone()),
                Box::new(found),
                Box::new(Conversion::Constant(Json::Null)),
            ),
            None => found,
        });
        match (name, found) {
            // A key that waits for something cannot be used yet.
            ("_key", found) => converter.key = found.filter(|found| !found.is_open()),
            ("_type" | "_class" | "_rawData", _) => {}
            (_, Some(found)) => {
                converter.code.insert(name.to_owned(), entry.text.clone());
                converter.read.push((name.to_owned(), found));
            }
            (_, None) => converter.unread.push((name.to_owned(), entry.text.clone())),
        }
    }
}

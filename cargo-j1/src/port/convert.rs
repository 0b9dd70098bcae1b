//! Converters: the properties that the official code gives an entity, each as far as it could be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::conversion::Conversion;
use super::reading::Scope;
use super::tags::{self, Tags};
use super::ts::{Entry, Expr, Stated, Tree, member};
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
    /// The places where it gets tags.
    pub tags: Vec<Tags>,
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
    let ty = match member(&stated.entries, "_type") {
        Some(ty) => tree.value(file, ty)?.text()?.to_owned(),
        None => type_of(tree, file, stated.given_to?)?,
    };
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
        tags: tags::given(tree, file, stated, &scope),
    };
    add(&mut converter, &scope, &stated.entries, None);
    Some(converter)
}

/// Returns the `_type` that a function of `createEntityMetadata` gives: the second item of what that returns.
fn type_of(tree: &Tree, file: &Path, function: &str) -> Option<String> {
    let (file, name) = tree.place(file, function)?;
    let Expr::Index(made, second) = tree.constant(file, name)? else { return None };
    if !matches!(made.as_ref(), Expr::Call(..)) || !matches!(second.as_ref(), Expr::Number(at) if at == "1") {
        return None;
    }
    Some(tree.value(file, made)?.get("_type")?.text()?.to_owned())
}

impl Converter {
    /// Returns the value of a property that was read.
    pub fn property(&self, name: &str) -> Option<Conversion> {
        self.read.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    /// Gives a property another value.
    pub fn replace(&mut self, name: &str, value: Conversion) {
        match self.read.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.read.push((name.to_owned(), value)),
        }
    }

    /// Sets a property; the last one of a name counts.
    fn set(&mut self, name: &str, found: Option<Conversion>, code: &str) {
        self.read.retain(|(known, _)| known != name);
        self.unread.retain(|(known, _)| known != name);
        match found {
            Some(found) => {
                self.code.insert(name.to_owned(), code.to_owned());
                self.read.push((name.to_owned(), found));
            }
            None => self.unread.push((name.to_owned(), code.to_owned())),
        }
    }
}

/// Returns a value that is there if the condition counts.
fn when(condition: Option<&Conversion>, found: Conversion) -> Conversion {
    match condition {
        Some(condition) => Conversion::If(
            Box::new(condition.clone()),
            Box::new(found),
            Box::new(Conversion::Constant(Json::Null)),
        ),
        None => found,
    }
}

/// Adds the properties of an object, those of objects that are spread in it, too. They are there if the condition counts.
fn add(converter: &mut Converter, scope: &Scope<'_>, entries: &[Entry], condition: Option<&Conversion>) {
    for entry in entries {
        let Some(name) = entry.name() else {
            match scope.spread(&entry.value, condition) {
                Some((inner, condition)) => add(converter, scope, inner, condition.as_ref()),
                None => match scope.members_of_call(&entry.value, 0) {
                    Some(members) => {
                        for (name, found) in members {
                            converter.set(&name, found.map(|found| when(condition, found)), &entry.text);
                        }
                    }
                    // The members of something that only its code knows.
                    None => converter.unread.push((String::new(), entry.text.clone())),
                },
            }
            continue;
        };
        let found = scope.conversion(&entry.value, 0).map(|found| when(condition, found));
        match (name, found) {
            // A key that waits for something cannot be used yet.
            ("_key", found) => converter.key = found.filter(|found| !found.is_open()),
            ("_type" | "_class" | "_rawData", _) => {}
            (_, found) => converter.set(name, found, &entry.text),
        }
    }
}

//! The attributes of a target.

use j1_model::{ClassDef, pick_name};
use syn::{Data, DataStruct, DeriveInput, Fields, FieldsNamed, LitBool, LitStr};

use crate::attr::{self, Item, Keys, Krate};
use crate::ctxt::Ctxt;
use crate::entity::field::{self, Field};
use crate::entity::model::{Class, checked_type, class_list};
use crate::entity::property::{self, Property};
use crate::entity::{idle, names};
use crate::target::filter::{self, Filter};
use crate::{case, docs};

const KEYS: Keys = Keys {
    known: &["type", "class", "filter", "skip_target_creation", "crate"],
    repeatable: &["filter"],
    on: "a target",
};

const ON_FIELD: Keys = Keys {
    known: &["key", "rename", "skip", "list", "truncate", "date", "allow"],
    repeatable: &["allow"],
    on: "a property of a target",
};

/// The far end of a mapped relationship.
pub struct Model<'a> {
    pub original: &'a DeriveInput,
    pub krate: Krate,
    pub ty: Option<String>,
    pub classes: Vec<Class>,
    pub fields: Vec<Field<'a>>,
    pub filters: Vec<Filter>,
    pub skip_creation: bool,
    pub docs: String,
}

impl Model<'_> {
    /// The definitions of its classes.
    pub fn defs(&self) -> Vec<&'static ClassDef> {
        self.classes.iter().filter_map(|class| class.def).collect()
    }

    /// The properties, in the order they are sent.
    pub fn properties(&self) -> Vec<Property> {
        let sent = self.fields.iter().filter(|field| field.is_property());
        sent.map(|field| {
            // The names are those that the integration gave which owns the entity.
            let name = case::camel(&field.ident.to_string());
            let name = if field.is_key { "_key" } else { pick_name(&self.defs(), &name, &name) };
            property::named(&self.krate, field, name.to_owned())
        })
        .collect()
    }
}

/// Reads a target. Errors are in `cx`.
pub fn parse<'a>(cx: &mut Ctxt, input: &'a DeriveInput) -> Model<'a> {
    let items = attr::all(cx, &input.attrs, &KEYS);
    let krate = Krate::from_items(cx, &items);
    let ty = attr::take(&items, "type").map(|item| type_name(cx, item));
    let classes = attr::take(&items, "class").map(|item| class_list(cx, item));
    if ty.is_none() && classes.is_none() {
        let message = "a target says what it is, or JupiterOne could take anything for it; add \
                       `#[j1(type = \"aws_iam_role\")]`, or `#[j1(class = Person)]`";
        cx.error(&input.ident, "E0603", message);
    }
    let mut model = Model {
        original: input,
        krate,
        ty: None,
        classes: Vec::new(),
        fields: Vec::new(),
        filters: Vec::new(),
        skip_creation: skip_creation(cx, input, &items).unwrap_or(true),
        docs: docs::text(&input.attrs),
    };
    let Data::Struct(DataStruct { fields: Fields::Named(named), .. }) = &input.data else {
        let message =
            "a target is a struct with named fields: its fields are the properties that are known of it";
        cx.error(&input.ident, "E0313", message);
        return model;
    };
    let fields: Vec<Field<'a>> =
        named.named.iter().filter_map(|f| field::parse(cx, input, &ON_FIELD, f)).collect();
    check_keys(cx, named);
    names::check_truncate(cx, &fields, &[]);
    let says = filter::Says { ty: ty.is_some(), class: classes.is_some(), fields: &fields };
    model.filters = filter::all(cx, input, &items, &says);
    model.ty = ty.flatten();
    model.classes = classes.unwrap_or_default();
    model.fields = fields;
    model
}

/// A field that is sent as `_key` is a text of that name, whole.
fn check_keys(cx: &mut Ctxt, named: &FieldsNamed) {
    for field in &named.named {
        // Errors in the attributes have been reported.
        let items = attr::all(&mut Ctxt::default(), &field.attrs, &ON_FIELD);
        for item in items.iter().filter(|_| attr::take(&items, "key").is_some()) {
            match &*item.key.to_string() {
                "rename" | "skip" => idle::report(cx, item, "key", "the field is sent as `_key`"),
                "truncate" => idle::report(cx, item, "key", "a key that is cut finds nothing"),
                _ => {}
            }
        }
    }
}

fn type_name(cx: &mut Ctxt, item: &Item) -> Option<String> {
    let literal = attr::read_item::<LitStr>(cx, item)?;
    if literal.value() == "cve" {
        let message = "JupiterOne links a finding to its `cve` by itself; send the property `cveId` of the finding \
                       instead of a mapped relationship";
        cx.error(&literal, "E0605", message);
        return None;
    }
    checked_type(cx, &literal)
}

fn skip_creation(cx: &mut Ctxt, input: &DeriveInput, items: &[Item]) -> Option<bool> {
    if attr::take(items, "skip_target_creation").is_none() {
        let message = "a target says whether JupiterOne may create what it does not find; add \
                       `#[j1(skip_target_creation = true)]` to link to what exists, `false` to create";
        cx.error(&input.ident, "E0601", message);
        return None;
    }
    attr::read::<LitBool>(cx, items, "skip_target_creation").map(|literal| literal.value)
}

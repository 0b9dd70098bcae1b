//! An entity's properties are those that it declares: random structs against a model that is written down apart.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::ctxt::Ctxt;
use crate::entity::{model, property};

/// A field as the model sees it.
#[derive(Clone, Debug)]
struct Declared {
    name: &'static str,
    ty: &'static str,
    skip: bool,
    rename: Option<&'static str>,
    list: bool,
    truncate: bool,
}

const NAMES: [&str; 8] =
    ["name", "display_name", "hostname", "login", "email", "created_at", "member_count", "slug"];
const TYPES: [&str; 5] = ["String", "Option<String>", "u64", "bool", "Timestamp"];

fn field() -> impl Strategy<Value = Declared> {
    (
        prop::sample::select(&NAMES[..]),
        prop::sample::select(&TYPES[..]),
        prop::bool::weighted(0.2),
        prop::option::weighted(0.3, prop::sample::select(&["fqdn", "fullName", "alias"][..])),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(name, ty, skip, rename, list, truncate)| Declared {
            name,
            ty,
            skip,
            rename: rename.filter(|_| !skip),
            list: list && !skip,
            truncate: truncate && !skip && ty.contains("String"),
        })
}

/// Fields of different names, and two lists of some of them.
fn entity() -> impl Strategy<Value = (Vec<Declared>, Vec<&'static str>, Vec<&'static str>)> {
    prop::collection::vec(field(), 1..6).prop_flat_map(|mut fields| {
        fields.sort_by_key(|field| field.name);
        fields.dedup_by_key(|field| field.name);
        let names: Vec<&'static str> = fields.iter().map(|field| field.name).collect();
        let most = names.len();
        let list = || prop::sample::subsequence(names.clone(), 0..=most.min(3)).prop_shuffle();
        (Just(fields), list(), list())
    })
}

fn source(fields: &[Declared], name: &[&str], display_name: &[&str]) -> String {
    let mut text = String::from("#[j1(type = \"acme_thing\", class = Record, key = id)]\n");
    for (key, list) in [("name", name), ("display_name", display_name)] {
        if !list.is_empty() {
            text += &format!("#[j1({key} = [{}])]\n", list.join(", "));
        }
    }
    text += "struct Thing {\n    #[j1(skip)]\n    id: String,\n";
    for Declared { name, ty, skip, rename, list, truncate } in fields {
        let rename = rename.map(|rename| format!("rename = \"{rename}\""));
        let flags = [(*skip, "skip"), (*list, "list"), (*truncate, "truncate")];
        let mut keys: Vec<String> =
            flags.iter().filter(|(on, _)| *on).map(|(_, key)| (*key).to_owned()).collect();
        keys.extend(rename);
        if !keys.is_empty() {
            text += &format!("    #[j1({})]\n", keys.join(", "));
        }
        text += &format!("    {name}: {ty},\n");
    }
    text + "}\n"
}

/// The fields that give each property: one for each field, and those of the two lists.
fn expected(fields: &[Declared], name: &[&str], display_name: &[&str]) -> BTreeMap<String, usize> {
    let mut properties = BTreeMap::new();
    let mut add = |origin: &str| *properties.entry(origin.to_owned()).or_default() += 1;
    for list in [name, display_name].into_iter().filter(|list| !list.is_empty()) {
        add(&list.join(", "));
    }
    for field in fields.iter().filter(|field| !field.skip) {
        let own = |key: &str, list: &[&str]| field.name == key && list.first() == Some(&key);
        let merged = own("name", name) || own("display_name", display_name);
        if !merged || field.rename.is_some() {
            add(field.name);
        }
    }
    properties
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_entity_sends_what_it_declares((fields, name, display_name) in entity()) {
        let text = source(&fields, &name, &display_name);
        let input = syn::parse_str(&text).expect("the struct is Rust");
        let mut cx = Ctxt::default();
        let model = model::parse(&mut cx, &input);
        // A value that cannot be sent as it is declared is an error.
        prop_assume!(cx.is_clean());
        let mut emitted = BTreeMap::new();
        for property in property::all(&model) {
            *emitted.entry(property.origin).or_default() += 1;
        }
        prop_assert_eq!(emitted, expected(&fields, &name, &display_name), "{}", text);
    }
}

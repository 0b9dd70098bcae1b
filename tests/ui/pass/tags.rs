#![allow(dead_code)]

use std::collections::{BTreeMap, HashMap};

use j1::prelude::*;
use j1::graph::{Tag, TagList, Tags};

/// A struct of a name and a value.
pub struct Label {
    key: String,
    value: Option<u32>,
}

impl Tag for Label {
    fn add_to(&self, tags: &mut TagList) {
        tags.add(&self.key, &self.value.map(f64::from));
    }
}

/// What holds them.
pub struct Labels {
    custom: Vec<Label>,
}

impl Tags for Labels {
    fn list(&self, tags: &mut TagList) {
        self.custom.list(tags);
    }
}

macro_rules! tagged {
    ($($name:ident $(<$life:lifetime>)? $ty:literal: $tags:ty;)*) => { $(
        #[derive(J1Entity)]
        #[j1(type = $ty, class = Record, key = "acme-record:{id}", name = id, display_name = id)]
        pub struct $name $(<$life>)? {
            id: String,
            #[j1(tags)]
            labels: $tags,
        }
    )* };
}
tagged! {
    Map "acme_map": BTreeMap<String, String>;
    Hash "acme_hash": HashMap<Box<str>, Option<bool>>;
    Pairs "acme_pairs": Vec<(String, i64)>;
    List "acme_list": Option<Vec<Label>>;
    Held "acme_held": Option<Box<Labels>>;
    Borrowed<'a> "acme_borrowed": &'a [(&'a str, f64)];
}

fn main() {}

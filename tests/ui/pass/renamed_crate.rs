extern crate j1_core as graph;

mod inner {
    use crate::graph::prelude::*;

    #[derive(J1Entity)]
    #[j1(crate = crate::graph, type = "acme_group", class = Group, key = id)]
    pub struct Thing {
        pub id: String,
        pub name: String,
        pub display_name: String,
    }
}

fn used(_: inner::Thing) {}

#[allow(dead_code)]
fn all(thing: inner::Thing) {
    used(thing);
}

fn main() {}

use j1::prelude::*;

fn show(key: &Secret<String>) -> String {
    format!("{key:?}")
}

pub fn all(key: &Secret<String>) -> String {
    show(key)
}

fn main() {}

use j1::prelude::*;

#[step(emits())]
pub struct FetchAccount;

fn main() {}

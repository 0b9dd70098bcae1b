use j1_core::prelude::*;

#[step(emits())]
pub struct FetchAccount;

fn main() {}

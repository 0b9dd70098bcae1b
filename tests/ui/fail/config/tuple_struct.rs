use j1_core::prelude::*;

#[derive(J1Config)]
pub struct Config(String);

fn main() {}

use j1::prelude::*;

#[derive(J1Config)]
pub struct Config(String);

fn main() {}

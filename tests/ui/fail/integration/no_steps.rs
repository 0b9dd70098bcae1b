use j1::prelude::*;
use j1_ui_tests::Config;

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps())]
pub struct Acme;

fn main() {}

use j1::prelude::*;

#[derive(J1Config)]
pub enum Region {
    Us,
    Other(String),
}

fn main() {}

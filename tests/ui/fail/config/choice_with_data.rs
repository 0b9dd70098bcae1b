use j1_core::prelude::*;

#[derive(J1Config)]
pub enum Region {
    Us,
    Other(String),
}

fn main() {}

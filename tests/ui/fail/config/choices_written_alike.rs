use j1_core::prelude::*;

#[derive(J1Config)]
pub enum Region {
    UsGov,
    #[j1(rename = "US-gov")]
    Government,
}

fn main() {}

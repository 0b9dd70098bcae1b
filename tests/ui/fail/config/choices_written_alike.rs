use j1::prelude::*;

#[derive(J1Config)]
pub enum Region {
    UsGov,
    #[j1(rename = "US-gov")]
    Government,
}

fn main() {}

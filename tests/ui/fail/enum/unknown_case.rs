use j1::prelude::*;

#[derive(J1Enum)]
#[j1(rename_all = "lower_case")]
pub enum State {
    Active,
}

fn main() {}

use j1::prelude::*;

#[derive(J1Enum)]
pub enum State {
    Active,
    Other(u32),
}

fn main() {}

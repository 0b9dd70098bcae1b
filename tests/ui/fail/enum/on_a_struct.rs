use j1::prelude::*;

#[derive(J1Enum)]
pub struct State {
    pub word: String,
}

fn main() {}

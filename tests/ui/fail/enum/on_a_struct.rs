use j1_core::prelude::*;

#[derive(J1Enum)]
pub struct State {
    pub word: String,
}

fn main() {}

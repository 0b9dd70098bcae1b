use j1::prelude::*;

#[derive(J1Enum)]

pub enum State {
}

fn main() {}

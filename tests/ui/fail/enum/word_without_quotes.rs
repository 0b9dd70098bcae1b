use j1::prelude::*;

#[derive(J1Enum)]

pub enum State {
    #[j1(rename = active)]
    A,
}

fn main() {}

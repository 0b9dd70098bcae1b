use j1::prelude::*;

#[derive(J1Enum)]

pub enum State {
    #[j1(rename = "")]
    A,
}

fn main() {}

use j1::prelude::*;

#[derive(J1Enum)]
pub enum State {
    Active,
    Suspended { by: String },
    Expired(String, u32),
}

fn main() {}

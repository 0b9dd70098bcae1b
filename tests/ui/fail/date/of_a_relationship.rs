use j1::prelude::*;

#[derive(J1Properties)]
pub struct Membership {
    pub joined_at: String,
}

fn main() {}

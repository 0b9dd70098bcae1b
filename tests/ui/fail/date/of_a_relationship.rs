use j1_core::prelude::*;

#[derive(J1Properties)]
pub struct Membership {
    pub joined_at: String,
}

fn main() {}

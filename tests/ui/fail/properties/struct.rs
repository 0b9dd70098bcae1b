use j1::prelude::*;
use j1_ui_tests::User;

#[derive(J1Properties)]
pub struct Membership {
    pub granted_by: User,
}

fn main() {}

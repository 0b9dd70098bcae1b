use j1::prelude::*;

#[derive(J1Properties)]
pub struct Membership {
    #[j1(rename = "joined_on")]
    pub joined: Timestamp,
    #[j1(rename = "active")]
    pub is_active: bool,
    pub invitation_token: String,
    #[j1(rename = "role")]
    pub first: String,
    #[j1(rename = "role")]
    pub second: String,
}

fn main() {}

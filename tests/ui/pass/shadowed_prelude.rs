use j1::prelude::{J1Entity, Timestamp};

#[allow(dead_code)]
mod shadows {
    pub struct Option;
    pub struct String;
    pub struct Result;
    pub struct Vec;
    pub struct Box;
    pub mod std {}
    pub mod core {}
}
#[allow(unused_imports)]
use shadows::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Thing {
    pub id: ::std::string::String,
    pub name: ::std::string::String,
    pub display_name: ::std::string::String,
    pub created_at: ::core::option::Option<Timestamp>,
}

fn main() {}

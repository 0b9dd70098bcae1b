#![allow(dead_code)]

use j1::{J1Enum, J1Properties, J1Target};

struct Option;
struct Vec;
struct Result;
struct Some;
struct None;
struct Box;
mod std {}
mod core {}

#[derive(J1Enum)]
pub enum State {
    Ok,
    Err,
    Other(::std::string::String),
}

#[derive(J1Properties)]
pub struct Link {
    pub state: State,
    #[j1(date = rfc3339)]
    pub made_at: ::std::string::String,
}

#[derive(J1Target)]
#[j1(type = "aws_iam_role", filter(_type, _key), skip_target_creation = true)]
pub struct Role {
    #[j1(key)]
    pub arn: ::std::string::String,
}

fn main() {}

#![no_implicit_prelude]

use ::j1::prelude::{J1Entity, J1Enum, J1Properties, J1Target};

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = [nick, id])]
pub struct Login {
    pub id: ::std::string::String,
    pub nick: ::std::option::Option<::std::string::String>,
    #[j1(date = seconds)]
    pub seen_at: ::std::option::Option<u64>,
    #[j1(list)]
    pub email: ::std::option::Option<::std::string::String>,
    #[j1(relationship(::j1::prelude::Has<Team, Login>))]
    pub teams: ::std::vec::Vec<::std::string::String>,
}

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: ::std::string::String,
}

#[derive(J1Enum)]
pub enum State {
    Open,
    #[j1(skip)]
    Shut,
}

#[derive(J1Properties)]
pub struct Membership {
    pub state: State,
}

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    pub email: ::std::string::String,
}

fn main() {}

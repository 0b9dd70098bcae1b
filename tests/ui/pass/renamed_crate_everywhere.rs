pub extern crate j1_core as graph;

mod reexported {
    pub use graph as inner;
}

/// What a membership says.
#[derive(graph::J1Properties)]
#[j1(crate = crate::reexported::inner)]
pub struct Membership {
    pub role: Role,
}

/// How somebody is a member.
#[derive(graph::J1Enum)]
#[j1(crate = crate::reexported::inner)]
pub enum Role {
    Owner,
    Other(String),
}

/// Whoever has this address.
#[derive(graph::J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true, crate = crate::reexported::inner)]
pub struct Person {
    pub email: String,
}

fn main() {}

#![deny(missing_docs, unused_qualifications, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(unused, dead_code, rust_2018_idioms)]
//! What the derives expand to gives no lint a reason.

use j1::prelude::*;

/// Words.
#[derive(J1Enum)]
pub enum State {
    /// One.
    Open,
    /// Another.
    #[j1(skip)]
    Shut,
    /// Any.
    Other(Box<str>),
}

/// Properties.
#[derive(J1Properties)]
pub struct Membership {
    /// A word.
    pub state: State,
    /// A date.
    #[j1(date = seconds)]
    pub joined_at: Option<u32>,
}

/// None of them.
#[derive(J1Properties)]
pub struct Nothing {}

/// A target.
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person<'a> {
    /// The address.
    pub email: &'a str,
}

fn main() {}

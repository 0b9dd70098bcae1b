//! Employees, who are others' to collect.

use j1::prelude::*;

/// The person with this e-mail address, in any system of record.
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    /// The mail address, by which the person is found.
    pub email: String,
}

use j1::prelude::*;

#[derive(J1Target)]
#[j1(class = Person, filter(_class, "email"), skip_target_creation = true)]
pub struct Person {
    pub email: String,
}

fn main() {}

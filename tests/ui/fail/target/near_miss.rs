use j1::prelude::*;

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email_address), skip_target_creation = true)]
pub struct Person {
    pub email_address: String,
}

fn main() {}

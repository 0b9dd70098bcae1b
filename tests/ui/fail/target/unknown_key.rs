use j1::prelude::*;

#[derive(J1Target)]
#[j1(class = Person, filters(_class, email), skip_creation = true)]
pub struct Person {
    pub email: String,
}

fn main() {}

use j1::prelude::*;

#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    pub email: String,
    pub address: Address,
}

pub struct Address {
    pub street: String,
}

fn main() {}

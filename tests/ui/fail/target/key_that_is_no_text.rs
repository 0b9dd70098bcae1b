use j1::prelude::*;

#[derive(J1Target)]
#[j1(type = "other_person", filter(_type, _key), skip_target_creation = true)]
pub struct Person {
    #[j1(key)]
    pub id: u64,
}

fn main() {}

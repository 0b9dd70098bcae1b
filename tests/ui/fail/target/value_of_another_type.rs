use j1::prelude::*;

#[derive(J1Target)]
#[j1(class = Person, filter(_class, employee_id), skip_target_creation = true)]
pub struct Person {
    pub employee_id: u64,
}

fn main() {}

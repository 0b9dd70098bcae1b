use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id, constant(seat_count = 3))]
pub struct Thing {
    pub id: String,
    pub seat_count: u32,
}

fn main() {}

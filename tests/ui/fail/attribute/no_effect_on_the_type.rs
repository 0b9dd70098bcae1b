use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
pub struct Group {
    pub id: String,
    #[j1(truncate)]
    pub member_count: u32,
    #[j1(list)]
    pub aliases: Vec<String>,
}

fn main() {}

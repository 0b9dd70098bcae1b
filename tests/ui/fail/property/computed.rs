use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, computed(web_link: u32 = Self::link))]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

impl Thing {
    fn link(&self) -> u32 {
        1
    }
}

fn main() {}

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id, computed(pass: Secret<String> = Self::pass))]
pub struct Thing {
    pub id: String,
}

impl Thing {
    fn pass(&self) -> Secret<String> {
        Secret::new(String::new())
    }
}

fn main() {}

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Host, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(rename = "os.name")]
    pub os: Option<String>,
}

fn main() {}

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(rename = "r#type")]
    pub r#type: String,
    #[j1(rename = "aws:region")]
    pub region: String,
    #[j1(rename = "")]
    pub empty: String,
}

fn main() {}

use j1::prelude::*;

/// Fields that are not there in every build.
#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: String,
    #[cfg(any())]
    pub gone: std::collections::HashMap<String, String>,
    #[cfg(all())]
    pub here: u32,
    #[cfg_attr(all(), j1(rename = "isOpen"))]
    pub open: bool,
}

#[derive(J1Enum)]
pub enum State {
    Active,
    #[cfg(any())]
    Gone(std::collections::HashMap<String, String>),
}

fn main() {}

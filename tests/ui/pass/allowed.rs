use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = User, key = id)]
pub struct Thing {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(allow(J1-E0210, reason = "the questions of today ask for it"))]
    pub active: bool,
    #[j1(allow(J1-E0803, reason = "its name, not the token"))]
    pub refresh_token: String,
    #[j1(rename = "enabled", allow(J1-E0303, reason = "it is what the published integration sends"))]
    pub on: bool,
    #[j1(list, allow(J1-E0305, reason = "the mailbox, not the login"))]
    pub email_address: Option<String>,
}

fn main() {}

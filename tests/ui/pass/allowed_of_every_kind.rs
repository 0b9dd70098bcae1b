use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_review", class = CodeReview, key = id, name = id, display_name = id)]
pub struct Review {
    pub id: String,
    #[j1(allow(J1-E0216, reason = "the provider always sends it"))]
    pub title: Option<String>,
    #[j1(allow(J1-E0307, reason = "the name of a host"))]
    pub deployed_on: String,
    #[j1(
        rename = "shippedAt",
        date = millis,
        allow(J1-E0304, reason = "what the published integration sends")
    )]
    pub shipped: i64,
    #[j1(relationship(Approved<User, Review>))]
    pub approver: Option<String>,
    #[j1(allow(J1-E0506, reason = "the number of the approver at the provider"))]
    pub approver_id: u64,
}

fn main() {}

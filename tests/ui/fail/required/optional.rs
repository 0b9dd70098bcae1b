use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_review", class = CodeReview, key = id)]
pub struct Review {
    pub id: String,
    pub name: Option<String>,
    pub display_name: String,
    pub title: Option<String>,
}

fn main() {}

use j1::prelude::*;
use j1_ui_tests::{Config, Group};

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Team {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

#[step(emits(Team))]
async fn fetch_teams(_job: &mut Job<fetch_teams>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no teams"))
}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_groups, fetch_teams))]
pub struct Acme;

fn main() {}

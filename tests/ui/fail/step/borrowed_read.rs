use j1::prelude::*;
use j1_ui_tests::Group;

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_team", class = Team, key = "acme-team:{id}", name = id, display_name = id)]
pub struct Team<'a> {
    pub id: &'a str,
}

#[step(emits(Group), reads(Team<'_>))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no groups"))
}

fn main() {}

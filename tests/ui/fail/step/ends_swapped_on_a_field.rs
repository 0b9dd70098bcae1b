use j1::prelude::*;
use j1_ui_tests::Account;

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = "acme-team:{id}", name = id, display_name = id)]
pub struct Team {
    pub id: String,
    #[j1(relationship(Has<Team, Account>))]
    pub account: String,
}

#[step(emits(Team, Has<Account, Team>), reads(keys Account))]
async fn fetch_teams(job: &mut Job<fetch_teams>) -> Result<Outcome> {
    job.add(Team { id: "1".into(), account: "1".into() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

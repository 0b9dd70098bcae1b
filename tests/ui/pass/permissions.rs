//! What a step's credentials must be allowed is data.

use j1::prelude::*;
use j1_core::step::Step as _;

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: String,
}

#[step(emits(Team), permissions("teams:read", "org:read"))]
pub async fn fetch_teams(_job: &mut Job<fetch_teams>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there are no teams here"))
}

fn main() {
    assert_eq!(fetch_teams::META.permissions, ["teams:read", "org:read"]);
}

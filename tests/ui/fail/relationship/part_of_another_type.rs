use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: String,
}

pub struct TeamRef {
    pub id: u64,
}

#[derive(J1Entity)]
#[j1(type = "acme_app", class = Application, key = id, name = id, display_name = id)]
pub struct App {
    pub id: String,
    #[j1(relationship(Owns<Team, App>, key = id))]
    pub team: Option<TeamRef>,
}

fn main() {}

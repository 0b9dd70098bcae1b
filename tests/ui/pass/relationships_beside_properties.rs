use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: String,
}

pub struct TeamRef {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_app", class = Application, key = id, name = id, display_name = id)]
pub struct App {
    pub id: String,
    #[j1(relationship(Owns<Team, App>, key = id))]
    pub team: Option<TeamRef>,
    #[j1(skip)]
    pub team_id: String,
    #[j1(relationship(Manages<Team, App>))]
    pub managers: Option<Vec<String>>,
    #[j1(relationship(Owns<Team, App>), allow(J1-E0507, reason = "the second is another team"))]
    pub support: Box<str>,
    #[j1(allow(J1-E0506, reason = "its id in another system"))]
    pub support_id: u64,
}

fn main() {}

use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_team", class = Team, key = "acme-team:{site}/{id}", name = id, display_name = id)]
pub struct Team {
    pub id: String,
    #[j1(skip)]
    pub site: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_app", class = Application, key = id, name = id, display_name = id)]
pub struct App {
    pub id: String,
    #[j1(relationship(Owns<Team, App>))]
    pub team: String,
}

fn main() {}

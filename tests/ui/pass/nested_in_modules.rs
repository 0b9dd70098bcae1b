use j1::prelude::*;

pub mod provider {
    use j1::prelude::*;

    #[derive(J1Entity)]
    #[j1(type = "acme_team", class = Team, key = id, name = id, display_name = id)]
    pub struct Team {
        pub id: String,
    }

    pub mod apps {
        use j1::prelude::*;

        /// Its team by its path.
        #[derive(J1Entity)]
        #[j1(type = "acme_app", class = Application, key = id, name = id, display_name = id)]
        pub struct App {
            pub id: String,
            #[j1(relationship(Owns<super::Team, App>))]
            pub team: String,
        }
    }
}

#[step(emits(provider::Team, provider::apps::App, Owns<provider::Team, provider::apps::App>))]
async fn fetch_apps(job: &mut Job<fetch_apps>) -> Result<Outcome> {
    job.add(provider::Team { id: "developers".into() }).await?;
    job.add(provider::apps::App { id: "slack".into(), team: "developers".into() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

/// A struct inside a function.
#[allow(dead_code)]
fn local() {
    #[derive(J1Entity)]
    #[j1(type = "acme_note", class = Record, key = id, name = id, display_name = id)]
    struct Note {
        id: String,
    }
}

fn main() {}

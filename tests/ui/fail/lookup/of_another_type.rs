use j1::prelude::*;
use j1_ui_tests::App;

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User {
    pub id: String,
    #[j1(rename = "loginName")]
    pub login: String,
    #[j1(skip)]
    pub score: f64,
}

#[step(emits(App), reads(keys User by login, keys App))]
async fn fetch_apps(job: &mut Job<fetch_apps>) -> Result<Outcome> {
    for user in job.find_by::<App>(fetch_apps::login, "ada")? {
        job.add(App { id: user.to_string() }).await?;
    }
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

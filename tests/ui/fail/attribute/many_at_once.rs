use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "JumpCloudUser", clas = User)]
pub struct User {
    id: String,
    #[j1(renam = "isMfaEnabled")]
    totp_enabled: bool,
    name: String,
    display_name: String,
}

#[step(emits(User))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let (name, display_name) = ("ada".to_owned(), "Ada".to_owned());
    job.add(User { id: "1".into(), totp_enabled: true, name, display_name }).await?;
    Ok(Outcome::nothing_to_read("there is one user"))
}

fn main() {}

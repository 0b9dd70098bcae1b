use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "host", class = [User, Hots], key = idd, display_name = email)]
#[j1(constant(status = ""))]
pub struct Person {
    pub id: String,
    pub email: Option<String>,
    #[j1(rename = "boss")]
    pub is_boss: bool,
    pub password: String,
}

// Nothing else is wrong because of it, in other files neither.
#[step(emits(j1_ui_tests::Group), reads(keys Person))]
async fn fetch_people(job: &mut Job<fetch_people>) -> Result<Outcome> {
    let _ = job.find::<Person>("1");
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

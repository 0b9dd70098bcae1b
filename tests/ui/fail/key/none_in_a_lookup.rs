use j1::prelude::*;
use j1_ui_tests::Group;

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Group)]
pub struct Thing {
    #[j1(skip)]
    pub id: u64,
    pub name: String,
    pub display_name: String,
}

#[step(emits(Group), reads(keys Thing))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let _ = job.find::<Thing>(&1);
    Ok(Outcome::nothing_to_read("there are no groups"))
}

fn main() {}

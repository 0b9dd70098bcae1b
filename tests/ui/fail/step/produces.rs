use j1::prelude::*;
use j1_ui_tests::Group;

#[step(produces(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    job.add(Group { id: "group-0001".into() }).await?;
    Ok(Outcome::nothing_to_read("that was the only one"))
}

fn main() {}

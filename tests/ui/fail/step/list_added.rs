use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    job.add(vec![Group { id: "1".into() }]).await?;
    Ok(Outcome::nothing_to_read("x"))
}

fn main() {}

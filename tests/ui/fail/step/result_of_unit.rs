use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<()> {
    job.add(Group { id: "group-0001".into() }).await?;
    Ok(())
}

fn main() {}

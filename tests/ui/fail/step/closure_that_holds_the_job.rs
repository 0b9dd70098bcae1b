use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut add = |group: Group| job.add(group);
    add(Group { id: "group-0001".into() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

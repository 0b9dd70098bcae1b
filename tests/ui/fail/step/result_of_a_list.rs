use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Vec<Group>> {
    Ok(vec![])
}

fn main() {}

use j1::prelude::*;
use j1_ui_tests::{Account, Group};

#[step(emits(Account, Group, Has<Account, Group>))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let a = Account { id: "1".into(), name: "1".into(), display_name: "1".into() };
    let g = Group { id: "1".into() };
    job.add(has(&a, &g)).await?;
    Ok(Outcome::nothing_to_read("x"))
}

fn main() {}

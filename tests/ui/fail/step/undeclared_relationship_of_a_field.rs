use j1::prelude::*;
use j1_ui_tests::Account;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub display_name: String,
    #[j1(relationship(Has<Account, Group>))]
    pub account: String,
}

#[step(emits(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    job.add(Group { id: "1".into(), name: "g".into(), display_name: "g".into(), account: "a".into() }).await?;
    Ok(Outcome::nothing_to_read("there is one group"))
}

fn main() {}

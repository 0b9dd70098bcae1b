use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_account", class = Account, key = id, computed(vendor: &'static str = Self::vendor))]
pub struct Account {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

impl Account {
    fn vendor(&self) -> &'static str {
        "Acme"
    }
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub display_name: String,
}

#[step(emits(Group))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let _ = job.find::<Account>("1");
    Ok(Outcome::nothing_to_read("there are no groups"))
}

fn main() {}

use j1::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
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

#[step(emits(Group), reads(Account))]
async fn fetch_groups(job: &mut Job<fetch_groups>) -> Result<Outcome> {
    let mut accounts = job.each::<Account>()?;
    while let Some(account) = accounts.next().await? {
        let group = Group { id: "1".into(), name: "g".into(), display_name: "g".into() };
        let group = job.add(group).await?;
        job.add(has(&account, &group)).await?;
    }
    accounts.finish()
}

fn main() {}

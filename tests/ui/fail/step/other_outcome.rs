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

#[step(emits(Account))]
async fn fetch_account(_job: &mut Job<fetch_account>) -> Result<()> {
    Ok(())
}

fn main() {}

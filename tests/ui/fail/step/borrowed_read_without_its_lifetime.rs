use j1::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_account", class = Record, key = "acme-account:{id}", name = id, display_name = id)]
pub struct Account<'a> {
    pub id: &'a str,
}

#[step(reads(Account))]
async fn count_accounts(job: &mut Job<count_accounts>) -> Result<Outcome> {
    job.each::<Account<'_>>()?.finish()
}

fn main() {}

use j1::prelude::*;

#[step(emits[Group])]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

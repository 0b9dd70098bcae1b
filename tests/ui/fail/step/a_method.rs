use j1::prelude::*;

pub struct Acme;
impl Acme {
    #[step(emits(Group))]
    async fn fetch_groups(&self, _job: &mut Job<fetch_groups>) -> Result<Outcome> {
        Ok(Outcome::nothing_to_read("x"))
    }
}

fn main() {}

use j1::prelude::*;

pub struct Badge {
    pub id: String,
}

#[step(emits(Badge))]
async fn fetch_badges(job: &mut Job<fetch_badges>) -> Result<Outcome> {
    job.add(Badge { id: "badge-1".into() }).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

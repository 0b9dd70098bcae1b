use j1::prelude::*;

pub struct Plain;

#[step(emits(Plain))]
async fn fetch_plain(_job: &mut Job<fetch_plain>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("there is nothing"))
}

fn main() {}

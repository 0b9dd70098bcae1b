use j1::prelude::*;
use j1_ui_tests::Group;

#[step(emits(Group))]
async fn fetch_groups(_job: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read("x"))
}
pub struct Plain;
#[derive(J1Integration)]
#[j1(name = "acme", config = Plain, steps(fetch_groups))]
pub struct Acme;

fn main() {}

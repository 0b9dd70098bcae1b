use j1::prelude::*;

#[derive(J1Enum)]
#[j1(rename_al = "lowercase")]
pub enum State {
    #[j1(renam = "ACTIVE")]
    Active,
    #[j1(rename = "GONE", skip)]
    Gone,
}

fn main() {}

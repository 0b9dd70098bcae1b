use j1::prelude::*;

#[derive(J1Config)]
pub enum Region {
    #[j1(rename = "us,eu")]
    Both,
}

fn main() {}

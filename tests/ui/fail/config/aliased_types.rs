//! Types whose names tell nothing: the compiler asks the same rules.

use j1::prelude::*;

type Token = String;
type Pages = u8;

#[derive(J1Config)]
pub struct Config {
    pub api_token: Token,
    #[j1(default = 300)]
    pub pages: Pages,
}

fn main() {}

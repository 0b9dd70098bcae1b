use j1::prelude::*;

#[derive(J1Enum)]
#[j1(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Function {
    AntiMalware,
    Dlp,
    Telemetry,
}

#[derive(J1Entity)]
#[j1(type = "acme_agent", class = HostAgent, key = id)]
pub struct Agent {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub function: Vec<Function>,
}

fn main() {}

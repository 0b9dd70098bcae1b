use j1::prelude::*;

#[derive(J1Enum)]
pub enum Function {
    #[j1(rename = "DLP")]
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

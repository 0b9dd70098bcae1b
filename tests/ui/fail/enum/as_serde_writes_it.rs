use j1::prelude::*;

#[derive(serde::Deserialize, J1Enum)]
#[serde(rename_all = "kebab-case")]
pub enum Function {
    #[serde(rename = "DLP")]
    Dlp,
    NetworkGuard,
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

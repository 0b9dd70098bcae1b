use j1::prelude::*;

/// The words are the class's: in upper case, as the provider does not write them.
#[derive(serde::Serialize, serde::Deserialize, J1Enum)]
#[serde(rename_all = "lowercase")]
#[j1(rename_all = "UPPERCASE")]
pub enum Protocol {
    Tcp,
    Udp,
    #[j1(rename = "TCP/UDP")]
    Both,
}

/// One word is not sent.
#[derive(serde::Deserialize, J1Enum)]
pub enum Level {
    High,
    #[j1(skip)]
    #[serde(other)]
    Unknown,
}

/// Words that serde says, and any other.
#[derive(serde::Deserialize, J1Enum)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[serde(rename(deserialize = "on", serialize = "ON"))]
    Active,
    OnHold,
    #[serde(untagged)]
    Other(String),
}

/// What agents are for.
#[derive(J1Enum)]
pub enum Function {
    #[j1(rename = "DLP")]
    Dlp,
    #[j1(rename = "FIM")]
    Fim,
}

#[derive(J1Entity)]
#[j1(type = "acme_port", class = Port, key = "acme-port:{port}")]
pub struct OpenPort {
    pub port: u16,
    pub name: String,
    pub display_name: String,
    pub open: bool,
    pub protocol: Protocol,
    pub state: State,
    pub level: Level,
    pub worst: Option<Level>,
    pub past: Vec<State>,
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

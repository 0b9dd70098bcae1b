use j1::prelude::*;

#[derive(J1Enum)]
pub enum Protocol {
    Tcp,
    Udp,
}

#[derive(J1Entity)]
#[j1(type = "acme_port", class = Port, key = id)]
pub struct OpenPort {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub open: bool,
    pub port: u16,
    pub protocol: Protocol,
}

fn main() {}

//! The network interfaces of a machine.

use std::collections::BTreeSet;

use serde::Deserialize;

/// A network interface of the machine that an agent is on.
#[derive(Debug, Clone, Deserialize)]
pub struct Interface {
    /// Its hardware address.
    pub physical: Option<String>,
    /// That of the router behind it, which is another machine.
    #[serde(rename = "gatewayMacAddress")]
    pub gateway: Option<String>,
}

/// The hardware addresses of the machine itself, in order, each as `00:00:5e:00:53:01`.
pub fn own(interfaces: &[Interface]) -> BTreeSet<String> {
    let macs = |of: fn(&Interface) -> Option<&str>| -> BTreeSet<String> {
        interfaces.iter().filter_map(of).filter_map(mac).collect()
    };
    &macs(|interface| interface.physical.as_deref()) - &macs(|interface| interface.gateway.as_deref())
}

/// A hardware address in the one form that the data model takes; `None` for anything else, and for zeros.
fn mac(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    let is_mac = digits.len() == 12 && digits.iter().all(char::is_ascii_hexdigit);
    if !is_mac || digits.iter().all(|digit| *digit == '0') {
        return None;
    }
    let octets: Vec<String> = digits.chunks(2).map(|pair| pair.iter().collect()).collect();
    Some(octets.join(":").to_ascii_lowercase())
}

/// Returns `true` if the address identifies one machine: assigned by a maker to one interface, not by software to many.
pub fn is_unique(mac: &str) -> bool {
    // The second bit of the first octet says that software chose the address (IEEE 802, section 8.4): containers, tunnels
    // and phones that hide. VMware's adapters for the host have the same addresses everywhere.
    let chosen = matches!(mac.as_bytes().get(1), Some(b'2' | b'3' | b'6' | b'7' | b'a' | b'b' | b'e' | b'f'));
    !chosen && !mac.starts_with("00:50:56:c0:00:")
}

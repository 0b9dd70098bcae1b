//! Targets that other integrations own: the device that an agent protects, and the person who logged in.

use j1::prelude::*;

use crate::entities::{Agent, network};

/// The serial numbers of makers that gave none.
const NO_SERIALS: [&str; 8] = [
    "none",
    "n/a",
    "unknown",
    "default string",
    "not specified",
    "not applicable",
    "system serial number",
    "to be filled by o.e.m.",
];

/// The device that an agent protects, found by its serial number.
#[derive(J1Target)]
#[j1(class = Device, filter(_class, serial), skip_target_creation = true)]
pub struct DeviceBySerial {
    /// Its serial number.
    pub serial: String,
    /// The user: an e-mail address, or a username.
    pub owner: Option<String>,
}

/// The device that an agent protects, found by one of its hardware addresses.
#[derive(J1Target)]
#[j1(class = Device, filter(_class, mac_address), skip_target_creation = true)]
pub struct DeviceByMac {
    /// One of its hardware addresses.
    #[j1(rename = "macAddresses")]
    pub mac_address: String,
    /// The user: an e-mail address, or a username.
    pub owner: Option<String>,
}

/// The person who logged in last, found by mail address.
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    /// The mail address that Active Directory has.
    pub email: String,
}

impl Agent {
    /// The device, where its serial number is known.
    #[must_use]
    pub fn device_by_serial(&self) -> Option<DeviceBySerial> {
        let serial = self.serial_number.as_deref().map(str::trim).filter(|serial| is_serial(serial))?;
        self.is_in_use().then(|| DeviceBySerial { serial: serial.to_owned(), owner: self.owner() })
    }

    /// The device, once for each hardware address that no other has, where its serial number is not known.
    #[must_use]
    pub fn devices_by_mac(&self) -> Vec<DeviceByMac> {
        if !self.is_in_use() || self.device_by_serial().is_some() {
            return Vec::new();
        }
        let unique = self.mac_addresses().into_iter().filter(|mac| network::is_unique(mac));
        unique.map(|mac_address| DeviceByMac { mac_address, owner: self.owner() }).collect()
    }

    /// The user who logged in last.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        self.mail().map(|mail| Person { email: mail.to_owned() })
    }

    fn owner(&self) -> Option<String> {
        self.mail().or(self.last_logged_in_user_name.as_deref()).map(str::to_owned)
    }
}

/// Returns `true` if this text identifies a device.
fn is_serial(text: &str) -> bool {
    let repeats = text.chars().all(|c| text.starts_with(c));
    !repeats && !NO_SERIALS.contains(&text.to_ascii_lowercase().as_str())
}

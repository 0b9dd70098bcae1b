//! Apple's devices, and the configuration that manages them.

use j1::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ObjectId;
use crate::entities::Account;

/// The configuration that manages the Apple devices of an organization (Mobile Device Management): one record of
/// `GET /v2/applemdms`.
#[derive(Debug, Clone, Serialize, Deserialize, J1Entity)]
#[serde(rename_all = "camelCase")]
#[j1(title = "Configuration", type = "jumpcloud_apple_mdm", class = Configuration, key = id)]
#[j1(name = [name, id], display_name = [name, id])]
#[j1(computed(created_on: Option<Timestamp> = Self::created_on))]
pub struct AppleMdm {
    /// The identifier of the configuration.
    #[serde(flatten)]
    pub id: ObjectId,
    /// Its name.
    pub name: Option<String>,
    /// The state of Apple's Device Enrollment Program: `missing`, `valid`, `expired` and others.
    pub dep_server_token_state: Option<String>,
    /// The expiry of the certificate for Apple's push notifications. Devices cannot be managed after that.
    #[j1(rename = "apnsCertExpiresOn")]
    pub apns_cert_expiry: Option<Timestamp>,
    /// The serial number of that certificate.
    pub apple_cert_serial_number: Option<String>,
    /// The organization that has the configuration.
    #[j1(relationship(Has<Account, AppleMdm>))]
    pub organization: Option<String>,
}

impl AppleMdm {
    fn created_on(&self) -> Option<Timestamp> {
        self.id.made_on()
    }
}

/// A device of Apple's: one record of `GET /v2/applemdms/{id}/devices`.
///
/// Numbers of SIM cards (ICCID, IMEI) are not read.
#[derive(Debug, Clone, Deserialize, J1Entity)]
#[serde(rename_all = "camelCase")]
#[j1(title = "Device", type = "jumpcloud_apple_device", class = Device, key = id)]
#[j1(computed(name: String = Self::name, display_name: String = Self::name))]
#[j1(computed(category: Option<String> = Self::model, model: Option<String> = Self::model))]
#[j1(computed(is_supervised: Option<bool> = Self::is_supervised))]
#[j1(computed(device_capacity: Option<f64> = Self::device_capacity))]
#[j1(computed(mac_addresses: Option<Vec<String>> = Self::mac_addresses))]
#[j1(computed(created_on: Option<Timestamp> = Self::created_on))]
#[j1(constant(make = "Apple"))]
pub struct AppleDevice {
    /// The identifier of the device.
    #[serde(flatten)]
    pub id: ObjectId,
    /// Its serial number.
    #[j1(rename = "serial")]
    pub serial_number: Option<String>,
    /// Apple's own identifier of the device (UDID).
    #[j1(list, rename = "deviceId")]
    pub udid: Option<String>,
    /// The version of its operating system.
    pub os_version: Option<String>,
    /// `true` if it is in Apple's Device Enrollment Program.
    pub dep_registered: Option<bool>,
    /// `true` if it is managed.
    pub enrolled: Option<bool>,
    /// `true` if JumpCloud can bypass its activation lock.
    #[j1(rename = "hasActivationLockBypassCodes")]
    #[j1(allow(J1-E0303, reason = "the name that the published integration has for it"))]
    pub has_activation_lock_bypass_codes: Option<bool>,
    /// The time JumpCloud first saw it.
    #[j1(skip)]
    pub created_at: Option<Timestamp>,
    /// The device's own report; absent before it has enrolled.
    #[j1(skip)]
    pub device_information: Option<DeviceInformation>,
}

/// A device's own report.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceInformation {
    /// The name its user gave it.
    pub device_name: Option<String>,
    /// Its model.
    pub model_name: Option<String>,
    /// The hardware address of its wireless network.
    pub wifi_mac: Option<String>,
    /// `true` if the organization supervises it.
    pub is_supervised: Option<bool>,
    /// The storage capacity in gigabytes.
    pub device_capacity: Option<f64>,
}

impl AppleDevice {
    /// The name its user gave it, or else its serial number or id.
    fn name(&self) -> String {
        let given = self.device_information.as_ref().and_then(|of| of.device_name.as_ref());
        let name = [given, self.serial_number.as_ref()].into_iter().flatten().find(|name| !name.is_empty());
        name.map_or_else(|| self.id.to_string(), Clone::clone)
    }

    fn model(&self) -> Option<String> {
        self.device_information.as_ref()?.model_name.clone()
    }

    fn is_supervised(&self) -> Option<bool> {
        self.device_information.as_ref()?.is_supervised
    }

    fn device_capacity(&self) -> Option<f64> {
        self.device_information.as_ref()?.device_capacity
    }

    /// The address of the wireless network as the data model writes it, in small letters with colons. What is no
    /// address, such as `N/A`, is left out.
    fn mac_addresses(&self) -> Option<Vec<String>> {
        let mac = self.device_information.as_ref()?.wifi_mac.as_ref()?;
        let mac = mac.to_ascii_lowercase().replace('-', ":");
        let is_byte = |part: &str| part.len() == 2 && u8::from_str_radix(part, 16).is_ok();
        (mac.split(':').count() == 6 && mac.split(':').all(is_byte)).then(|| vec![mac])
    }

    fn created_on(&self) -> Option<Timestamp> {
        self.created_at.or_else(|| self.id.made_on())
    }
}

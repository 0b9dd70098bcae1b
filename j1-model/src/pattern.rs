//! The patterns of the data model. `tests/formats.rs` compares each with the model's own expression.

use crate::bytes::{Bytes, after, cut, label, number, part, parts};

/// A pattern of the data model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// IPv4 numbers with an optional range; `999.999.999.999` passes.
    Cidr,
    /// `CVE-2024-12345`.
    Cve,
    /// `CWE-79`.
    Cwe,
    /// A fully qualified domain name.
    Fqdn,
    /// One label of a host name, at least two characters, no dots.
    Label,
    /// A MAC address in lower case with colons.
    Mac,
}

impl Pattern {
    /// Returns `true` if the model takes the text.
    #[must_use]
    pub const fn matches(self, text: &str) -> bool {
        let text = text.as_bytes();
        match self {
            Self::Cidr => cidr(text),
            Self::Cve => cve(text),
            Self::Cwe => cwe(text),
            Self::Fqdn => fqdn(text),
            Self::Label => text.len() >= 2 && label(text, 63),
            Self::Mac => mac(text),
        }
    }

    /// The model's own regular expression.
    #[must_use]
    pub const fn expression(self) -> &'static str {
        match self {
            Self::Cidr => r"^([0-9]{1,3}\.){3}[0-9]{1,3}(/([0-9]|[1-2][0-9]|3[0-2]))?$",
            Self::Cve => r"^CVE-\d{4}-\d{4,}$",
            Self::Cwe => r"^CWE-\d+$",
            Self::Fqdn => r"(?=^.{4,253}$)(^((?!-)[a-zA-Z0-9-]{0,62}[a-zA-Z0-9]\.)+[a-zA-Z]{2,63}$)",
            Self::Label => r"^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$",
            Self::Mac => r"^([0-9a-f]{2}:){5}([0-9a-f]{2})$",
        }
    }

    /// Returns a description of the expected text, for messages.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Cidr => "an address range such as `10.0.0.0/8`",
            Self::Cve => "a CVE such as `CVE-2024-12345`",
            Self::Cwe => "a CWE such as `CWE-79`",
            Self::Fqdn => "a fully qualified domain name such as `host.example.com`",
            Self::Label => "a host name of at least two characters without dots",
            Self::Mac => "a MAC address in lower case with colons, such as `00:1a:2b:3c:4d:5e`",
        }
    }
}

const fn cidr(text: &[u8]) -> bool {
    let (address, bits) = part(text, b'/');
    let range = match bits {
        None => true,
        Some(bits) => number(bits, 2, 32),
    };
    range && parts(address, b'.') == 4 && numbers(address)
}

/// Numbers of one to three digits with dots between them.
const fn numbers(text: &[u8]) -> bool {
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (number, more) = part(text, b'.');
        if number.is_empty() || number.len() > 3 || !Bytes::Digit.all(number) {
            return false;
        }
        rest = more;
    }
    true
}

const fn cve(text: &[u8]) -> bool {
    let Some(rest) = after(text, b"CVE-") else { return false };
    let Some((year, id)) = cut(rest, b'-') else { return false };
    year.len() == 4 && Bytes::Digit.all(year) && id.len() >= 4 && Bytes::Digit.all(id)
}

const fn cwe(text: &[u8]) -> bool {
    match after(text, b"CWE-") {
        Some(id) => !id.is_empty() && Bytes::Digit.all(id),
        None => false,
    }
}

const fn fqdn(text: &[u8]) -> bool {
    let (mut rest, mut last): (_, &[u8]) = (Some(text), &[]);
    while let Some(text) = rest {
        let (one, more) = part(text, b'.');
        if !label(one, 63) {
            return false;
        }
        (rest, last) = (more, one);
    }
    parts(text, b'.') >= 2
        && text.len() >= 4
        && text.len() <= 253
        && last.len() >= 2
        && Bytes::Letter.all(last)
}

const fn mac(text: &[u8]) -> bool {
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (pair, more) = part(text, b':');
        if pair.len() != 2 || !Bytes::LowerHex.all(pair) {
            return false;
        }
        rest = more;
    }
    parts(text, b':') == 6
}

/// Returns `true` if the model takes the name of a property: `^(_|tag\.)?[A-Za-z0-9. -]+$`.
#[must_use]
pub fn is_property_name(name: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b' ' | b'-'))
    };
    plain(name) || name.strip_prefix('_').is_some_and(plain)
}

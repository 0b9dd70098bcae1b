//! The patterns of the data model. `tests/model_formats.rs` compares each with the model's own expression.

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
    /// Whether the model takes the text.
    #[must_use]
    pub fn matches(self, text: &str) -> bool {
        match self {
            Self::Cidr => cidr(text),
            Self::Cve => cve(text),
            Self::Cwe => text.strip_prefix("CWE-").is_some_and(|id| !id.is_empty() && digits(id)),
            Self::Fqdn => fqdn(text),
            Self::Label => (2..=63).contains(&text.len()) && host_label(text) && !text.starts_with('-'),
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

    /// What the text should be, for messages.
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

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn cidr(text: &str) -> bool {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let range = bits.is_none_or(|bits| {
        matches!(bits.as_bytes(), [b'0'..=b'9'] | [b'1' | b'2', b'0'..=b'9'] | [b'3', b'0'..=b'2'])
    });
    range
        && address.split('.').count() == 4
        && address.split('.').all(|n| (1..=3).contains(&n.len()) && digits(n))
}

fn cve(text: &str) -> bool {
    let Some((year, id)) = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    year.len() == 4 && digits(year) && id.len() >= 4 && digits(id)
}

/// Letters, digits and hyphens, the last no hyphen.
fn host_label(text: &str) -> bool {
    text.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn fqdn(text: &str) -> bool {
    let Some((labels, top)) = text.rsplit_once('.') else { return false };
    (4..=253).contains(&text.len())
        && (2..=63).contains(&top.len())
        && top.bytes().all(|b| b.is_ascii_alphabetic())
        && labels.split('.').all(|label| label.len() <= 63 && !label.starts_with('-') && host_label(label))
}

fn mac(text: &str) -> bool {
    let pair = |pair: &str| pair.len() == 2 && pair.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    text.split(':').count() == 6 && text.split(':').all(pair)
}

/// Whether the model takes the name of a property: `^(_|tag\.)?[A-Za-z0-9. -]+$`.
#[must_use]
pub fn is_property_name(name: &str) -> bool {
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b' ' | b'-'))
    };
    plain(name) || name.strip_prefix('_').is_some_and(plain)
}

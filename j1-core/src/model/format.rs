//! The formats of the data model, tested as the official validator tests them.
//!
//! Hand-written because a regular-expression engine would be the largest part of an integration's build.
//! `tests/model_formats.rs` compares each with the expression the validator uses.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr as _;

/// A format of the data model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `AS` and 2 to 6 digits: the official test refuses `AS1` and the larger 32-bit numbers.
    Asn,
    /// Only on numbers, where it means nothing.
    DateTime,
    /// An ASCII address with a dotted domain.
    Email,
    /// A host name; a trailing dot and an IPv4 address pass.
    Hostname,
    /// An IPv4 or IPv6 address.
    Ip,
    /// An address range. The official test is wrong both ways: it refuses `2001:db8::1/128` and takes `1:2`.
    IpCidr,
    /// An IPv4 address without leading zeros.
    Ipv4,
    /// An IPv6 address without a zone.
    Ipv6,
    /// A URI with a scheme and something behind it, ASCII only.
    Uri,
}

impl Format {
    /// Whether the official validator takes the text.
    #[must_use]
    pub fn matches(self, text: &str) -> bool {
        match self {
            Self::Asn => asn(text),
            Self::DateTime => true,
            Self::Email => email(text),
            Self::Hostname => hostname(text),
            Self::Ip => ipv4(text) || ipv6(text),
            Self::IpCidr => ipv4_cidr(text) || ipv6_cidr(text),
            Self::Ipv4 => ipv4(text),
            Self::Ipv6 => ipv6(text),
            Self::Uri => uri(text),
        }
    }

    /// Its name in the data model.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Asn => "asn",
            Self::DateTime => "date-time",
            Self::Email => "email",
            Self::Hostname => "hostname",
            Self::Ip => "ip",
            Self::IpCidr => "ipCidr",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Uri => "uri",
        }
    }

    /// What the text should be, for messages.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Asn => "an AS number such as `AS64500`",
            Self::DateTime => "epoch milliseconds",
            Self::Email => "an e-mail address such as `ada@example.com`",
            Self::Hostname => "a host name such as `www.example.com`",
            Self::Ip => "an IP address",
            Self::IpCidr => "an address range such as `10.0.0.0/8`",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Uri => "a URI with its scheme, such as `https://example.com/`",
        }
    }
}

fn asn(text: &str) -> bool {
    text.strip_prefix("AS")
        .is_some_and(|digits| (2..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    domain.contains('.')
        && local.split('.').all(atom)
        && domain.split('.').all(|part| label(part, usize::MAX))
}

/// Letters, digits and hyphens, at most `longest`, with no hyphen at either end.
fn label(text: &str, longest: usize) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    bytes.len() <= longest
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}

fn hostname(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    (1..=253).contains(&name.len()) && name.split('.').all(|part| label(part, 63))
}

fn ipv4(text: &str) -> bool {
    Ipv4Addr::from_str(text).is_ok()
}

fn ipv6(text: &str) -> bool {
    Ipv6Addr::from_str(text).is_ok()
}

fn ipv4_cidr(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, bits)| padded_ipv4(address) && number(bits, 2, 32))
}

/// Four numbers up to 255, leading zeros allowed.
fn padded_ipv4(text: &str) -> bool {
    let part = |part: &str| {
        (1..=3).contains(&part.len()) && digits(part) && part.parse::<u32>().is_ok_and(|number| number <= 255)
    };
    text.split('.').count() == 4 && text.split('.').all(part)
}

/// At most `longest` digits, without leading zeros, that make at most `most`.
fn number(text: &str, longest: usize, most: u32) -> bool {
    (1..=longest).contains(&text.len())
        && digits(text)
        && (text == "0" || !text.starts_with('0'))
        && text.parse::<u32>().is_ok_and(|number| number <= most)
}

fn ipv6_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        // The official expression forgets the range here.
        let groups = text.split(':').count();
        return (2..=8).contains(&groups) && text.split(':').all(group);
    };
    if !number(bits, 3, 128) {
        return false;
    }
    if address == "::" {
        return true;
    }
    match address.strip_suffix("::") {
        Some(head) => (1..=7).contains(&head.split(':').count()) && head.split(':').all(group),
        None => address.split(':').count() == 8 && address.split(':').all(group),
    }
}

fn group(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut bytes = scheme.bytes();
    if !bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        || !bytes.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    {
        return false;
    }
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    let tail = |text: &str| made_of(text, |b| path_byte(b) || b == b'/' || b == b'?');
    tail(fragment) && tail(query) && hierarchical(hierarchy)
}

fn hierarchical(text: &str) -> bool {
    let path = |text: &str| made_of(text, |b| path_byte(b) || b == b'/');
    let Some(one) = text.strip_prefix('/') else { return !text.is_empty() && path(text) };
    let with_authority = |text: &str| {
        let at = text.find('/').unwrap_or(text.len());
        authority(&text[..at]) && path(&text[at..])
    };
    // One slash before the authority is enough for the official expression.
    let absolute_path = !one.starts_with('/') && path(one);
    absolute_path || with_authority(one) || one.strip_prefix('/').is_some_and(with_authority)
}

fn authority(text: &str) -> bool {
    let (user, host) = text.split_once('@').unwrap_or(("", text));
    if !made_of(user, |b| name_byte(b) || b == b':') {
        return false;
    }
    let port = |text: &str| text.is_empty() || text.strip_prefix(':').is_some_and(digits);
    if let Some(literal) = host.strip_prefix('[') {
        let Some((address, rest)) = literal.split_once(']') else { return false };
        return (literal_ipv6(address) || future_address(address)) && port(rest);
    }
    let at = host.find(':').unwrap_or(host.len());
    made_of(&host[..at], name_byte) && port(&host[at..])
}

/// An IPv6 address as URIs carry them: an IPv4 address at its end may have leading zeros.
fn literal_ipv6(text: &str) -> bool {
    match text.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => padded_ipv4(tail) && ipv6(&format!("{head}:0.0.0.0")),
        _ => ipv6(text),
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// `v1.x`, an address of a later version of the protocol.
fn future_address(text: &str) -> bool {
    let Some((version, rest)) = text.strip_prefix(['v', 'V']).and_then(|text| text.split_once('.')) else {
        return false;
    };
    let hex = !version.is_empty() && version.bytes().all(|b| b.is_ascii_hexdigit());
    hex && !rest.is_empty() && rest.bytes().all(|b| name_byte(b) || b == b':')
}

/// Unreserved characters and sub-delimiters of RFC 3986.
fn name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&b)
}

fn path_byte(b: u8) -> bool {
    name_byte(b) || b == b':' || b == b'@'
}

/// Whether every byte is one of these or part of a `%41`.
fn made_of(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let hex = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_hexdigit());
        if byte == b'%' {
            if !(hex(bytes.next()) && hex(bytes.next())) {
                return false;
            }
        } else if !allowed(byte) {
            return false;
        }
    }
    true
}

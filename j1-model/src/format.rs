//! The formats of the data model, tested as the official validator tests them.
//!
//! Hand-written because a regular-expression engine would be the largest part of an integration's build, and because
//! the compiler runs it on constants.
//! `tests/formats.rs` compares each with the expression the validator uses.

use crate::bytes::{Bytes, after, cut, cut_or_all, label, number, padded_number, part, position};

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
    /// Returns `true` if the official validator takes the text.
    #[must_use]
    pub const fn matches(self, text: &str) -> bool {
        let text = text.as_bytes();
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

    /// Returns a description of the expected text, for messages.
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

const fn asn(text: &[u8]) -> bool {
    match after(text, b"AS") {
        Some(digits) => digits.len() >= 2 && digits.len() <= 6 && Bytes::Digit.all(digits),
        None => false,
    }
}

const fn email(text: &[u8]) -> bool {
    let Some((local, domain)) = cut(text, b'@') else { return false };
    position(domain, b'.').is_some() && atoms(local) && labels(domain, usize::MAX)
}

const fn atoms(text: &[u8]) -> bool {
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (atom, more) = part(text, b'.');
        if atom.is_empty() || !Bytes::Atom.all(atom) {
            return false;
        }
        rest = more;
    }
    true
}

const fn labels(text: &[u8], longest: usize) -> bool {
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (one, more) = part(text, b'.');
        if !label(one, longest) {
            return false;
        }
        rest = more;
    }
    true
}

const fn hostname(text: &[u8]) -> bool {
    let name = match text.split_last() {
        Some((b'.', name)) => name,
        _ => text,
    };
    !name.is_empty() && name.len() <= 253 && labels(name, 63)
}

const fn ipv4(text: &[u8]) -> bool {
    octets(text, false)
}

/// Four numbers up to 255, with leading zeros only where they may be.
const fn octets(text: &[u8], padded: bool) -> bool {
    let (mut rest, mut count) = (Some(text), 0);
    while let Some(text) = rest {
        let (octet, more) = part(text, b'.');
        if !(number(octet, 3, 255) || padded && padded_number(octet, 3, 255)) {
            return false;
        }
        count += 1;
        rest = more;
    }
    count == 4
}

const fn ipv6(text: &[u8]) -> bool {
    ipv6_ending(text, false)
}

/// Eight groups, or fewer and one `::`. An IPv4 address may stand for the last two, its numbers padded with zeros
/// where they may be.
const fn ipv6_ending(text: &[u8], padded: bool) -> bool {
    let mut i = 0;
    while i + 1 < text.len() {
        if text[i] == b':' && text[i + 1] == b':' {
            let (head, tail) = (text.split_at(i).0, text.split_at(i + 2).1);
            // The `::` is one group at least.
            return match (count(head, false, padded), count(tail, true, padded)) {
                (Some(head), Some(tail)) => head + tail <= 7,
                _ => false,
            };
        }
        i += 1;
    }
    matches!(count(text, true, padded), Some(8))
}

/// Counts the groups; `None` if one is invalid.
const fn count(text: &[u8], ends_in_ipv4: bool, padded: bool) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let (mut rest, mut count) = (Some(text), 0);
    while let Some(text) = rest {
        let (one, more) = part(text, b':');
        if group(one) {
            count += 1;
        } else if ends_in_ipv4 && more.is_none() && octets(one, padded) {
            count += 2;
        } else {
            return None;
        }
        rest = more;
    }
    Some(count)
}

const fn group(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= 4 && Bytes::Hex.all(text)
}

const fn ipv4_cidr(text: &[u8]) -> bool {
    match cut(text, b'/') {
        Some((address, bits)) => octets(address, true) && number(bits, 2, 32),
        None => false,
    }
}

const fn ipv6_cidr(text: &[u8]) -> bool {
    let Some((address, bits)) = cut(text, b'/') else {
        // The official expression forgets the range here.
        return matches!(count(text, false, false), Some(2..=8));
    };
    if !number(bits, 3, 128) {
        return false;
    }
    match address {
        b"::" => true,
        [head @ .., b':', b':'] => matches!(count(head, false, false), Some(1..=7)),
        _ => matches!(count(address, false, false), Some(8)),
    }
}

const fn uri(text: &[u8]) -> bool {
    let Some((scheme, rest)) = cut(text, b':') else { return false };
    if scheme.is_empty() || !Bytes::Letter.has(scheme[0]) || !Bytes::Scheme.all(scheme) {
        return false;
    }
    let (rest, fragment) = cut_or_all(rest, b'#');
    let (hierarchy, query) = cut_or_all(rest, b'?');
    Bytes::Tail.all_or_escaped(fragment) && Bytes::Tail.all_or_escaped(query) && hierarchical(hierarchy)
}

const fn hierarchical(text: &[u8]) -> bool {
    let Some(one) = after(text, b"/") else { return !text.is_empty() && path(text) };
    // One slash before the authority is enough for the official expression.
    match after(one, b"/") {
        Some(two) => with_authority(one) || with_authority(two),
        None => path(one) || with_authority(one),
    }
}

const fn path(text: &[u8]) -> bool {
    Bytes::Path.all_or_escaped(text)
}

const fn with_authority(text: &[u8]) -> bool {
    let at = match position(text, b'/') {
        Some(at) => at,
        None => text.len(),
    };
    let (before, behind) = text.split_at(at);
    authority(before) && path(behind)
}

const fn authority(text: &[u8]) -> bool {
    let (user, host) = match cut(text, b'@') {
        Some(parts) => parts,
        None => (&[] as &[u8], text),
    };
    if !Bytes::User.all_or_escaped(user) {
        return false;
    }
    if let Some(literal) = after(host, b"[") {
        let Some((address, rest)) = cut(literal, b']') else { return false };
        // An IPv4 address at the end of this one may have leading zeros.
        return (ipv6_ending(address, true) || future_address(address)) && port(rest);
    }
    let at = match position(host, b':') {
        Some(at) => at,
        None => host.len(),
    };
    let (name, behind) = host.split_at(at);
    Bytes::Name.all_or_escaped(name) && port(behind)
}

const fn port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => Bytes::Digit.all(digits),
        _ => false,
    }
}

/// `v1.x`, an address of a later version of the protocol.
const fn future_address(text: &[u8]) -> bool {
    let [b'v' | b'V', text @ ..] = text else { return false };
    match cut(text, b'.') {
        Some((version, rest)) => {
            !version.is_empty() && Bytes::Hex.all(version) && !rest.is_empty() && Bytes::User.all(rest)
        }
        None => false,
    }
}

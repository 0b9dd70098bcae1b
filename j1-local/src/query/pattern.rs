//! Regular expressions with the limits of the service, and networks.

use j1ql::ast::{Cidr, Comparator};
use j1ql::{Error, ErrorKind, Span};
use regex_lite::{Regex, RegexBuilder};

/// Compiles a regular expression, anchored as the comparator says; refuses what the service does not support.
pub fn regex(
    text: &str,
    span: Span,
    pattern: &str,
    flags: &str,
    comparator: Comparator,
) -> Result<Regex, Error> {
    let signs = unsupported(pattern, flags);
    if !signs.is_empty() {
        return Err(Error::new(text, span, ErrorKind::UnsupportedRegex { signs }));
    }
    let pattern = pattern.replace("\\/", "/");
    let anchored = match comparator {
        Comparator::StartsWith => format!("^(?:{pattern})"),
        Comparator::EndsWith => format!("(?:{pattern})$"),
        _ => pattern,
    };
    RegexBuilder::new(&anchored)
        .case_insensitive(flags.contains('i'))
        .size_limit(1 << 20)
        .build()
        .map_err(|error| Error::new(text, span, ErrorKind::BadRegex { reason: error.to_string() }))
}

/// Lists the signs that the service does not support, once each.
fn unsupported(pattern: &str, flags: &str) -> Vec<String> {
    let mut signs: Vec<String> = Vec::new();
    let mut add = |sign: &str| {
        if !signs.iter().any(|known| known == sign) {
            signs.push(sign.to_owned());
        }
    };
    let chars: Vec<char> = pattern.chars().collect();
    let (mut at, mut in_class) = (0, false);
    while let Some(c) = chars.get(at).copied() {
        let next = chars.get(at + 1).copied();
        match (c, next) {
            ('\\', Some(escaped @ ('s' | 'S' | 'b' | 'B' | 'A' | 'z' | 'p' | 'P'))) => {
                add(&format!("\\{escaped}"));
            }
            ('[', Some(':')) if in_class => add("[: :]"),
            (']', _) => in_class = false,
            ('[', _) => in_class = true,
            _ if in_class => {}
            ('^' | '$' | '|' | ' ', _) => add(&c.to_string()),
            ('(', Some('?')) => add("(?"),
            ('*' | '+' | '?' | '}', Some('+')) => add(&format!("{c}+")),
            _ => {}
        }
        at += if c == '\\' { 2 } else { 1 };
        // The first sign of a class is part of it, also when it is `]`.
        if c == '[' && in_class {
            at += usize::from(chars.get(at) == Some(&'^'));
            at += usize::from(chars.get(at) == Some(&']'));
        }
    }
    for flag in flags.chars().filter(|flag| *flag != 'i') {
        add(&format!("flag {flag}"));
    }
    signs
}

/// Reads an IPv4 network: its first address and its mask.
pub fn network(text: &str, cidr: &Cidr) -> Result<(u32, u32), Error> {
    let read = || {
        let (address, length) = cidr.network.split_once('/').unwrap_or((&cidr.network, "32"));
        let length: u32 = length.trim().parse().ok().filter(|length| *length <= 32)?;
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
        Some((address_of(address.trim())? & mask, mask))
    };
    read()
        .ok_or_else(|| Error::new(text, cidr.network_span, ErrorKind::BadCidr { text: cidr.network.clone() }))
}

/// Reads an IPv4 address, also one that is written as a network.
pub fn address_of(text: &str) -> Option<u32> {
    let address = text.split_once('/').map_or(text, |(address, _)| address);
    address.parse::<std::net::Ipv4Addr>().ok().map(u32::from)
}

#[cfg(test)]
mod tests {
    use super::unsupported;

    #[test]
    fn signs_outside_of_classes_are_refused() {
        assert_eq!(unsupported("^jam|jim$", ""), ["^", "|", "$"]);
        assert_eq!(unsupported("john smith", "ig"), [" ", "flag g"]);
        assert_eq!(unsupported(r"\s[[:alpha:]](?=x)a++", ""), [r"\s", "[: :]", "(?", "++"]);
        assert!(unsupported(r"john[ ]smith\d[^a|$]\.(a)+\\", "i").is_empty());
    }
}

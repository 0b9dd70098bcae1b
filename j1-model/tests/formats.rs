//! Formats and patterns against the expressions that the official validator and the data model use.
//!
//! The expressions are those of `ajv-formats` 3, of the SDK's own formats and of the data model 0.64.2. They are
//! matched by a regular-expression engine here and by hand-written code in the product.

use fancy_regex::Regex;
use j1_model::{CLASSES, Format, Pattern, is_property_name};
use proptest::prelude::*;
use proptest::sample::select;

/// The matches of JavaScript: `\d` is ASCII there, and `/i` folds ASCII only.
struct Oracle {
    expressions: Vec<Regex>,
    fold_case: bool,
}

impl Oracle {
    fn new(fold_case: bool, expressions: &[&str]) -> Self {
        let compile =
            |text: &&str| Regex::new(&text.replace(r"\d", "[0-9]")).expect("an expression that compiles");
        Self { expressions: expressions.iter().map(compile).collect(), fold_case }
    }

    fn matches(&self, text: &str) -> bool {
        let text = if self.fold_case { text.to_ascii_lowercase() } else { text.to_owned() };
        self.expressions.iter().any(|expression| expression.is_match(&text).expect("a match within limits"))
    }
}

const EMAIL: &str = r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$";

const HOSTNAME: &str =
    r"^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-0-9a-z]{0,61}[0-9a-z])?)*\.?$";

const IPV4: &str = r"^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$";

const IPV6: &str = r"^((([0-9a-f]{1,4}:){7}([0-9a-f]{1,4}|:))|(([0-9a-f]{1,4}:){6}(:[0-9a-f]{1,4}|((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3})|:))|(([0-9a-f]{1,4}:){5}(((:[0-9a-f]{1,4}){1,2})|:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3})|:))|(([0-9a-f]{1,4}:){4}(((:[0-9a-f]{1,4}){1,3})|((:[0-9a-f]{1,4})?:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(([0-9a-f]{1,4}:){3}(((:[0-9a-f]{1,4}){1,4})|((:[0-9a-f]{1,4}){0,2}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(([0-9a-f]{1,4}:){2}(((:[0-9a-f]{1,4}){1,5})|((:[0-9a-f]{1,4}){0,3}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(([0-9a-f]{1,4}:){1}(((:[0-9a-f]{1,4}){1,6})|((:[0-9a-f]{1,4}){0,4}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:))|(:(((:[0-9a-f]{1,4}){1,7})|((:[0-9a-f]{1,4}){0,5}:((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}))|:)))$";

const URI: &str = r"^(?:[a-z][a-z0-9+\-.]*:)(?:\/?\/(?:(?:[a-z0-9\-._~!$&'()*+,;=:]|%[0-9a-f]{2})*@)?(?:\[(?:(?:(?:(?:[0-9a-f]{1,4}:){6}|::(?:[0-9a-f]{1,4}:){5}|(?:[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){4}|(?:(?:[0-9a-f]{1,4}:){0,1}[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){3}|(?:(?:[0-9a-f]{1,4}:){0,2}[0-9a-f]{1,4})?::(?:[0-9a-f]{1,4}:){2}|(?:(?:[0-9a-f]{1,4}:){0,3}[0-9a-f]{1,4})?::[0-9a-f]{1,4}:|(?:(?:[0-9a-f]{1,4}:){0,4}[0-9a-f]{1,4})?::)(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|(?:(?:25[0-5]|2[0-4]\d|[01]?\d\d?)\.){3}(?:25[0-5]|2[0-4]\d|[01]?\d\d?))|(?:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{1,4})?::[0-9a-f]{1,4}|(?:(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4})?::)|[Vv][0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+)\]|(?:(?:25[0-5]|2[0-4]\d|[01]?\d\d?)\.){3}(?:25[0-5]|2[0-4]\d|[01]?\d\d?)|(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*)(?::\d*)?(?:\/(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})*)*|\/(?:(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})+(?:\/(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})*)*)?|(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})+(?:\/(?:[a-z0-9\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})*)*)(?:\?(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?(?:#(?:[a-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*)?$";

const IPV4_CIDR: &str = r"^(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.(25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\/(3[0-2]|[12]?[0-9])$";

const IPV6_CIDR: &str = r"^([0-9a-fA-F]{1,4}:){7,7}[0-9a-fA-F]{1,4}\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$|^([0-9a-fA-F]{1,4}:){1,7}:\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$|^::\/(12[0-8]|1[01][0-9]|[1-9]?[0-9])$|^([0-9a-fA-F]{1,4}:){1,7}[0-9a-fA-F]{1,4}$";

fn format_oracle(format: Format) -> Oracle {
    match format {
        Format::Asn => Oracle::new(false, &[r"^AS\d{2,6}$"]),
        Format::DateTime => Oracle::new(false, &[""]),
        Format::Email => Oracle::new(true, &[EMAIL]),
        Format::Hostname => Oracle::new(true, &[HOSTNAME]),
        Format::Ip => Oracle::new(true, &[IPV4, IPV6]),
        Format::IpCidr => Oracle::new(false, &[IPV4_CIDR, IPV6_CIDR]),
        Format::Ipv4 => Oracle::new(false, &[IPV4]),
        Format::Ipv6 => Oracle::new(true, &[IPV6]),
        Format::Uri => Oracle::new(true, &[URI]),
    }
}

fn pattern_oracle(pattern: Pattern) -> Oracle {
    Oracle::new(false, &[pattern.expression()])
}

const FORMATS: [Format; 9] = [
    Format::Asn,
    Format::DateTime,
    Format::Email,
    Format::Hostname,
    Format::Ip,
    Format::IpCidr,
    Format::Ipv4,
    Format::Ipv6,
    Format::Uri,
];

const PATTERNS: [Pattern; 6] =
    [Pattern::Cidr, Pattern::Cve, Pattern::Cwe, Pattern::Fqdn, Pattern::Label, Pattern::Mac];

/// Texts that are something, or nearly so. Every format is tried with all of them, and with what becomes of them
/// when letters are changed.
const SEEDS: &[&str] = &[
    "",
    "AS12",
    "AS1",
    "AS123456",
    "AS1234567",
    "as12",
    "ada@example.com",
    "a@localhost",
    "a.b+c@x-y.io",
    "ä@b.io",
    "a..b@c.de",
    "a@b.c.d.e",
    "@b.io",
    "a@-b.io",
    "a@b-.io",
    "a@b.io.",
    "host",
    "a",
    "-a",
    "a-",
    "www.example.com",
    "www.example.com.",
    "under_score.io",
    "10.0.0.1",
    "a..b",
    ".",
    "..",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3",
    "1.2.3.4.5",
    "0.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "1::",
    "fe80::1%eth0",
    "2001:DB8::ff00:42:8329",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "::2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7:8::",
    "::ffff:192.0.2.1",
    "1:2:3:4:5:6:1.2.3.4",
    "::1.2.3.04",
    "1:::2",
    "12345::",
    ":1",
    "1:",
    "10.0.0.0/8",
    "010.0.0.0/8",
    "10.0.0.0/08",
    "10.0.0.0/33",
    "10.0.0.0",
    "1:2",
    "2001:db8::/32",
    "2001:db8::1/128",
    "::/0",
    "::/128",
    "::/129",
    "1:2:3:4:5:6:7:8/64",
    "1:2:3:4:5:6:7::/64",
    "999.999.999.999",
    "999.1.1.1/32",
    "https://example.com/",
    "http://a",
    "HTTP://A:80/b?c=d#e",
    "arn:aws:s3:::b",
    "www.example.com/a",
    "?a[0]=1",
    "C:\\x",
    "c:/x",
    "mailto:ada@example.com",
    "urn:x",
    "x:",
    "x://",
    "x:/",
    "x:///",
    "x:?q",
    "x:/?q",
    "x:#f",
    "http://ä.de",
    "http://[::1]:80/",
    "http://[::1",
    "http://[v1.x]/",
    "http://[vg.x]/",
    "http://[v.x]/",
    "http://[v1.]/",
    "http://[V1f.a:b]",
    "http://[1.2.3.4]",
    "http://[::01.2.3.4]/",
    "http://[::ffff:001.002.003.004]",
    "http://[1:2:3:4:5:6:255.1.1.1]",
    "http://a@b@c",
    "http://u:p@h:1/",
    "http://h:1a/",
    "http://%41%zz",
    "http://%41/%42?%43#%44",
    "1http://a",
    "a b:c",
    "//a/b",
    "http://a//b//",
    "x:a:b@c/d",
    "x:a/b[c]",
    "http:/a",
    "http:/a:1",
    "http:/u@h/x",
    "http://a?b?c#d?e",
    "http://a#b#c",
    "x:\"",
    "CVE-2024-12345",
    "CVE-2024-123",
    "CVE-24-1234",
    "cve-2024-1234",
    "CWE-79",
    "CWE-",
    "host.example.com",
    "a.b",
    "a.bc",
    "1.2.3.com",
    "a.c0",
    "-a.com",
    "a-.com",
    "a--b.com",
    "ab",
    "a_b",
    "00:1a:2b:3c:4d:5e",
    "00:1A:2b:3c:4d:5e",
    "00:1a:2b:3c:4d",
    "00-1a-2b-3c-4d-5e",
    "AS\u{0663}\u{0663}",
    "CWE-\u{0663}",
    "\u{212a}.com",
    "a\n",
    "host\n",
    "10.0.0.1\n",
    "x:y\n",
];

/// Those, and some whose length is at the edge of what is allowed.
fn seeds() -> Vec<String> {
    let mut seeds: Vec<String> = SEEDS.iter().map(|text| (*text).to_owned()).collect();
    for length in [61, 62, 63, 64, 65] {
        let label = "a".repeat(length);
        seeds.extend([format!("{label}.com"), format!("b.{label}"), format!("a@{label}.com"), label]);
    }
    for length in [241, 248, 249, 250, 251, 252, 253, 254] {
        let name = "abcdefg.".repeat(40);
        seeds.extend([
            format!("{}.com", &name[..length - 4]),
            name[..length].to_owned(),
            format!("{}.", &name[..length]),
        ]);
    }
    seeds
}

fn same(text: &str) -> Result<(), TestCaseError> {
    for format in FORMATS {
        prop_assert_eq!(
            format.matches(text),
            format_oracle_of(format).matches(text),
            "{:?} {:?}",
            format,
            text
        );
    }
    for pattern in PATTERNS {
        prop_assert_eq!(
            pattern.matches(text),
            pattern_oracle_of(pattern).matches(text),
            "{:?} {:?}",
            pattern,
            text
        );
    }
    Ok(())
}

fn format_oracle_of(format: Format) -> &'static Oracle {
    static ORACLES: std::sync::OnceLock<Vec<Oracle>> = std::sync::OnceLock::new();
    let oracles = ORACLES.get_or_init(|| FORMATS.into_iter().map(format_oracle).collect());
    &oracles[FORMATS.iter().position(|one| *one == format).expect("a known format")]
}

fn pattern_oracle_of(pattern: Pattern) -> &'static Oracle {
    static ORACLES: std::sync::OnceLock<Vec<Oracle>> = std::sync::OnceLock::new();
    let oracles = ORACLES.get_or_init(|| PATTERNS.into_iter().map(pattern_oracle).collect());
    &oracles[PATTERNS.iter().position(|one| *one == pattern).expect("a known pattern")]
}

#[test]
fn hand_picked_texts_are_judged_as_the_expressions_judge_them() {
    for seed in seeds() {
        same(&seed).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_oracles_tell_good_from_bad() {
    // Were the expressions copied wrongly, comparing with them would prove nothing.
    for format in FORMATS.into_iter().filter(|format| *format != Format::DateTime) {
        let good = seeds().iter().filter(|seed| format_oracle_of(format).matches(seed)).count();
        assert!(good > 0 && good < seeds().len(), "{format:?} takes {good}");
    }
    for pattern in PATTERNS {
        let good = seeds().iter().filter(|seed| pattern_oracle_of(pattern).matches(seed)).count();
        assert!(good > 0 && good < seeds().len(), "{pattern:?} takes {good}");
    }
}

/// Letters that mean something to one format or another.
fn letter() -> impl Strategy<Value = char> {
    select("abfzAFZ012359:::///....--__@@?#[]%!\"'~+=&;,*()$ \\\n\u{e9}ASCVEW".chars().collect::<Vec<_>>())
}

/// A seed after a few changes.
fn nearly() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0..3_u8, letter());
    (select(seeds()), prop::collection::vec(change, 0..4)).prop_map(|(seed, changes)| {
        let mut letters: Vec<char> = seed.chars().collect();
        for (at, kind, letter) in changes {
            let at = at.index(letters.len() + 1);
            match kind {
                0 => letters.insert(at, letter),
                1 if at < letters.len() => letters[at] = letter,
                _ if at < letters.len() => drop(letters.remove(at)),
                _ => {}
            }
        }
        letters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_texts_are_judged_as_the_expressions_judge_them(text in nearly()) {
        same(&text)?;
    }

    #[test]
    fn addresses_are_judged_as_the_expressions_judge_them(text in "[0-9a-fA-F:./%]{0,24}") {
        same(&text)?;
    }

    #[test]
    fn groups_of_an_address_are_judged_as_the_expressions_judge_them(
        groups in prop::collection::vec(select(vec!["", "0", "1f", "abcd", "1.2.3.4", "01.2.3.4"]), 1..10),
        range in select(vec!["", "/0", "/64", "/128", "/129"]),
    ) {
        let text = groups.join(":") + range;
        same(&text)?;
        same(&format!("x://[{text}]/"))?;
    }

    #[test]
    fn uris_are_judged_as_the_expressions_judge_them(text in "[a-c]{0,2}:?/{0,3}[a-c0-9:@%/?#\\[\\]!\" .-]{0,10}") {
        same(&text)?;
    }

    #[test]
    fn property_names_are_judged_as_the_expression_judges_them(name in "(_|tag\\.|__)?[A-Za-z0-9. _:é-]{0,8}") {
        let expression = Regex::new(r"^(_|tag\.)?[A-Za-z0-9. -]+$").expect("an expression that compiles");
        prop_assert_eq!(is_property_name(&name), expression.is_match(&name).expect("a match within limits"));
    }
}

#[test]
fn every_format_and_pattern_is_used_by_the_model() {
    let properties = || CLASSES.iter().flat_map(|class| class.properties);
    for format in FORMATS {
        let used = |p: &&&j1_model::PropertyDef| {
            p.format == Some(format) || p.items.is_some_and(|items| items.format == Some(format))
        };
        assert!(properties().any(|p| used(&p)), "{format:?}");
    }
    for pattern in PATTERNS {
        let used = |p: &&&j1_model::PropertyDef| {
            p.pattern == Some(pattern) || p.items.is_some_and(|items| items.pattern == Some(pattern))
        };
        assert!(properties().any(|p| used(&p)), "{pattern:?}");
    }
}

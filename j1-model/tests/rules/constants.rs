//! Rules on values that are written as constants.

use std::collections::BTreeSet;

use j1_model::rules;
use j1_model::{CLASSES, ClassDef, Format, Pattern, PropertyDef, Types};

use crate::{Rows, named};

const TEXTS: [(&str, &str, &str); 21] = [
    ("User", "username", "ada"),
    ("User", "username", ""),
    ("User", "nope", ""),
    ("User", "webLink", "https://example.com"),
    ("User", "webLink", "example"),
    ("Device", "platform", "macos"),
    ("Device", "platform", "Darwin"),
    ("Device", "platform", "DARWIN"),
    ("Device", "platform", "linux"),
    ("Port", "protocol", "Udp"),
    ("Host", "privateDnsName", "x"),
    ("Host", "fqdn", "x"),
    ("Host", "fqdn", "host.example.com"),
    ("Vulnerability", "cve", "x"),
    ("Account", "vendor", ""),
    ("Account", "vendor", "A"),
    ("Device", "make", "a\nb"),
    ("AccessKey", "name", ""),
    ("Finding", "category", "host"),
    ("Finding", "severity", "x"),
    ("NetworkInterface", "macAddress", "00-1A"),
];

#[test]
fn constants_of_entities() {
    let mut rows = Rows::default();
    let (longest, longer) = ("a".repeat(4096), "a".repeat(4097));
    let wide = "\u{1f600}".repeat(2048);
    for (class, name, text) in TEXTS {
        rows.message(
            &format!("{class}.{name} = {text:?}"),
            rules::text("Thing", &named(&[class]), name, text),
        );
    }
    for (label, text) in [("4096", &*longest), ("4097", &longer), ("4096 of UTF-16", &wide)] {
        rows.message(
            &format!("a text of {label}"),
            rules::text("Thing", &named(&["User"]), "username", text),
        );
    }
    numbers(&mut rows);
    booleans(&mut rows);
    rows.check("constants.txt");
}

fn numbers(rows: &mut Rows) {
    let mut seen = BTreeSet::new();
    for class in CLASSES {
        let bounded = class.properties.iter().filter(|def| def.minimum.is_some() || def.maximum.is_some());
        for def in bounded.filter(|def| seen.insert(def.name)) {
            let bounds = [def.minimum, def.maximum];
            for bound in bounds.into_iter().flatten() {
                for value in [bound - 1.0, bound, bound + 1.0] {
                    let call = format!("{}.{} = {value}", class.name, def.name);
                    rows.message(
                        &call,
                        rules::number("Thing", &[class], def.name, value, &value.to_string()),
                    );
                    #[expect(clippy::cast_possible_truncation, reason = "the bounds of the model are small")]
                    rows.message(
                        &call,
                        rules::integer("Thing", &[class], def.name, value as i64, &value.to_string()),
                    );
                }
            }
        }
    }
}

fn booleans(rows: &mut Rows) {
    for (class, name) in [
        ("Internet", "public"),
        ("User", "active"),
        ("User", "mfaEnabled"),
        ("Finding", "open"),
        ("User", "username"),
        ("Device", "category"),
    ] {
        rows.message(
            &format!("{class}.{name} = true"),
            rules::boolean("Thing", &named(&[class]), name, true),
        );
        rows.message(
            &format!("{class}.{name} = false"),
            rules::boolean("Thing", &named(&[class]), name, false),
        );
    }
}

/// Each class property that limits its values, with a value that none of them takes.
#[test]
fn limits_of_values() {
    let (mut rows, mut seen) = (Rows::default(), BTreeSet::new());
    for class in CLASSES {
        for def in class.properties.iter().filter(|def| seen.insert(def.name)) {
            let text = rules::text("Thing", &[class], def.name, "\u{fffd}");
            if text.is_some() {
                rows.message(&format!("{}.{}", class.name, def.name), text);
            }
        }
    }
    rows.check("limits.txt");
}

/// A class with a length that the data model of today does not ask for, and with a pattern.
static MADE_UP: ClassDef = {
    static CODE: PropertyDef = PropertyDef { min_length: 3, ..PropertyDef::new("code", Types::STRING) };
    static CVE: PropertyDef =
        PropertyDef { pattern: Some(Pattern::Cve), ..PropertyDef::new("cve", Types::STRING) };
    static SHARE: PropertyDef =
        PropertyDef { minimum: Some(0.0), maximum: Some(1.0), ..PropertyDef::new("share", Types::NUMBER) };
    ClassDef { name: "MadeUp", ancestors: &[], properties: &[&CODE, &CVE, &SHARE], required: &[] }
};

#[test]
fn lengths_and_patterns() {
    let mut rows = Rows::default();
    for text in ["", "a", "ab", "abc", "abcd", "é", "éé", "ééé", "\u{1f600}\u{1f600}", "a\u{1f600}é"] {
        rows.message(&format!("code = {text:?}"), rules::text("Thing", &[&MADE_UP], "code", text));
    }
    for text in ["CVE-2024-12345", "CVE-24-1", ""] {
        rows.message(&format!("cve = {text:?}"), rules::text("Thing", &[&MADE_UP], "cve", text));
    }
    for share in [-0.5, 0.0, 0.5, 1.0, 1.5] {
        let written = share.to_string();
        rows.message(
            &format!("share = {written}"),
            rules::number("Thing", &[&MADE_UP], "share", share, &written),
        );
    }
    rows.check("lengths.txt");
}

#[test]
fn formats_are_described() {
    let mut rows = Rows::default();
    for format in [
        Format::Asn,
        Format::DateTime,
        Format::Email,
        Format::Hostname,
        Format::Ip,
        Format::IpCidr,
        Format::Ipv4,
        Format::Ipv6,
        Format::Uri,
    ] {
        rows.result(&format!("{format:?}"), (format.name(), format.expected()));
    }
    for pattern in [Pattern::Cidr, Pattern::Cve, Pattern::Cwe, Pattern::Fqdn, Pattern::Label, Pattern::Mac] {
        rows.result(&format!("{pattern:?}"), (pattern.expression(), pattern.expected()));
    }
    rows.check("formats.txt");
}

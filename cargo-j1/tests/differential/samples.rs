//! Texts that the formats and patterns of the data model take and refuse, as its facts say.

use crate::facts::Property;

/// Of one format or pattern: texts that it takes, and texts that it does not.
type Samples = (&'static [&'static str], &'static [&'static str]);

const URI: Samples = (
    &["https://example.com/", "arn:aws:s3:::b", "mailto:ada@example.com", "https://example.com/a?b=c#d"],
    &[
        "www.example.com",
        "",
        "https://ä.example/",
        "https://example.com/?a[0]=1",
        "C:\\x",
        "no link",
        "1http://a",
    ],
);
const EMAIL: Samples = (
    &["ada@example.com", "a.b+c@mail.example.co", "o'neil@example.ie"],
    &["ada", "a@localhost", "ä@b.io", "a@@b.io", "a b@example.com", ".a@example.com", ""],
);
const IPV4: Samples =
    (&["10.0.0.1", "255.255.255.255"], &["01.2.3.4", "256.1.1.1", "1.2.3", "10.0.0.0/8", "::1", ""]);
const IPV6: Samples = (
    &["::1", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::ffff:192.0.2.1"],
    &["fe80::1%eth0", "2001:db8::1/128", ":::", "10.0.0.1", "12345::", ""],
);
const IP: Samples =
    (&["10.0.0.1", "::1", "2001:db8::1"], &["01.2.3.4", "fe80::1%eth0", "10.0.0.0/8", "host", ""]);
const HOSTNAME: Samples = (
    &["www.example.com", "host", "host-1.example.", "10.0.0.1"],
    &["a_b.example", "-a.example", "a..b", "a b", ""],
);
const IP_CIDR: Samples = (
    &["10.0.0.0/8", "010.0.0.0/8", "1:2", "2001:db8::/32", "::/0"],
    &["10.0.0.0", "10.0.0.0/33", "2001:db8::1/128", "256.0.0.0/8", "net", ""],
);
const ASN: Samples =
    (&["AS64500", "AS12", "AS999999"], &["AS1", "AS1234567", "64500", "as64500", "AS12x", ""]);
const LABEL: Samples =
    (&["host-1", "ab", "A9"], &["a", "host.example.com", "-host", "host-", "a_b", "hôte", ""]);
const FQDN: Samples = (
    &["host.example.com", "a.io", "x-1.example.museum"],
    &["host", "host.e", "-a.example.com", "a_b.example.com", "host.example.c0m", "a..io", ""],
);
const MAC: Samples = (
    &["00:1a:2b:3c:4d:5e", "ff:ff:ff:ff:ff:ff"],
    &["00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001a2b3c4d5e", "00:1a:2b:3c:4d", ""],
);
const CVE: Samples = (
    &["CVE-2024-1234", "CVE-1999-0001", "CVE-2024-1234567"],
    &["cve-2024-1234", "CVE-2024-123", "CVE-24-1234", "GHSA-xxxx", "CVE-2024-1234 ", ""],
);
const CWE: Samples = (&["CWE-79", "CWE-1004"], &["cwe-79", "CWE-", "79", "CWE-79a", ""]);
const CIDR: Samples = (
    &["10.0.0.0/8", "10.0.0.0", "999.999.999.999", "1.2.3.4/32"],
    &["10.0.0/8", "10.0.0.0/33", "::/0", "10.0.0.0/08", "1.2.3.4567", ""],
);

/// Returns accepted and refused samples for the format or the pattern of a property, if it has one.
pub fn of(property: &Property) -> Option<(Samples, &'static str)> {
    let format = match property.format.as_deref() {
        Some("uri") => Some(URI),
        Some("email") => Some(EMAIL),
        Some("ipv4") => Some(IPV4),
        Some("ipv6") => Some(IPV6),
        Some("ip") => Some(IP),
        Some("hostname") => Some(HOSTNAME),
        Some("ipCidr") => Some(IP_CIDR),
        Some("asn") => Some(ASN),
        Some("date-time") | None => None,
        Some(other) => panic!("no samples of the format {other}"),
    };
    let pattern = property.pattern.as_deref().map(|pattern| match pattern {
        "^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$" => LABEL,
        "^([0-9a-f]{2}:){5}([0-9a-f]{2})$" => MAC,
        r"^CVE-\d{4}-\d{4,}$" => CVE,
        r"^CWE-\d+$" => CWE,
        r"^([0-9]{1,3}\.){3}[0-9]{1,3}(/([0-9]|[1-2][0-9]|3[0-2]))?$" => CIDR,
        _ if pattern.starts_with("(?=^.{4,253}$)") => FQDN,
        other => panic!("no samples of the pattern {other}"),
    });
    format.map(|samples| (samples, "J1-E0205")).or(pattern.map(|samples| (samples, "J1-E0206")))
}

/// A text that the property takes.
pub fn right(property: &Property) -> &'static str {
    of(property).map_or("A text of some length", |((right, _), _)| right[0])
}

/// Every text of a sample, for what mixes them.
pub fn all() -> Vec<&'static str> {
    [URI, EMAIL, IPV4, IPV6, IP, HOSTNAME, IP_CIDR, ASN, LABEL, FQDN, MAC, CVE, CWE, CIDR]
        .iter()
        .flat_map(|(right, wrong)| right.iter().chain(*wrong))
        .copied()
        .collect()
}

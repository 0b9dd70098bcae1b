//! J1QL: every form of the grammar on one graph, with answers worked out by hand.
//!
//! `j1ql.rs` shows each rule on a graph of its own; here the rules meet.
#![expect(clippy::needless_pass_by_value, reason = "values written in place read better")]
#![allow(missing_docs, reason = "tests")]

#[path = "support/graph.rs"]
mod graph;

use graph::{Graph, NOW, options};
use j1_local::query::{Answer, Data, QueryError};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

fn entity(key: &str, type_name: &str, classes: &[&str], props: Value) -> Value {
    let mut entity = json!({ "_key": key, "_type": type_name, "_class": classes });
    entity.as_object_mut().unwrap().extend(props.as_object().unwrap().clone());
    entity
}

fn relationship(key: &str, from: &str, verb: &str, to: &str, props: Value) -> Value {
    let mut relationship = json!({
        "_key": key, "_type": "acme_relationship", "_class": verb, "_fromEntityKey": from, "_toEntityKey": to
    });
    relationship.as_object_mut().unwrap().extend(props.as_object().unwrap().clone());
    relationship
}

/// Users, hosts, disks and accounts:
///
/// ```text
/// u3 -MANAGES-> u1 -HAS-> h1 -USES-> d1      a1 -HAS-> h1
/// u2 -HAS-----------------> h1 -HAS--> d2    a2 -HAS-> h2
/// u1 -USES-> h2 -USES-> d2    h1 -CONNECTS-> h2    u1 -IS-> u1
/// ```
#[expect(clippy::too_many_lines, reason = "a table of objects")]
fn company() -> Graph {
    let entities = [
        entity(
            "u1",
            "acme_user",
            &["User"],
            json!({ "name": "Ann", "email": "ann@example.com", "active": true, "age": 30, "groups": ["dev", "ops"],
                "startedOn": NOW - 2 * DAY, "note": "it's \"x\"" }),
        ),
        entity(
            "u2",
            "acme_user",
            &["User"],
            json!({ "name": "bob", "email": ["bob@example.com", "bob@example.net"], "active": false, "age": 40,
                "groups": ["dev"], "startedOn": NOW - 40 * DAY }),
        ),
        entity(
            "u3",
            "acme-admin",
            &["User", "Person"],
            json!({ "name": "Cleo", "age": 40.5, "groups": [], "manager": null, "tags": ["Production", "vip"] }),
        ),
        entity(
            "h1",
            "acme_host",
            &["Host"],
            json!({ "name": "web server", "ip": "10.0.0.1", "ports": [22, 443], "tag.Production": true,
                "tag.cost-center": "12", "webLink": "https://example.com/h1" }),
        ),
        entity(
            "h2",
            "acme_host",
            &["Host"],
            json!({ "name": "db-1", "ip": ["192.168.0.9", "10.1.2.3"], "ports": [5432], "platform": "linux" }),
        ),
        entity("d1", "acme_disk", &["Disk", "DataStore"], json!({ "size": 100, "encrypted": "true" })),
        entity(
            "d2",
            "acme_disk",
            &["Disk", "DataStore"],
            json!({ "size": 0, "encrypted": true, "label": "" }),
        ),
        entity(
            "a1",
            "acme_account",
            &["Account"],
            json!({ "accountId": "1", "owners": ["ann@example.com"] }),
        ),
        entity("a2", "acme_account", &["Account"], json!({ "accountId": "2", "limit": "9" })),
    ];
    let plain = |key: &str, from: &str, verb: &str, to: &str| relationship(key, from, verb, to, json!({}));
    let relationships = [
        relationship("r1", "u1", "HAS", "h1", json!({ "since": 5, "role": "owner" })),
        plain("r2", "u1", "USES", "h2"),
        relationship("r3", "u2", "HAS", "h1", json!({ "since": 7 })),
        plain("r4", "u3", "MANAGES", "u1"),
        plain("r5", "h1", "USES", "d1"),
        plain("r6", "h1", "HAS", "d2"),
        plain("r7", "h2", "USES", "d2"),
        plain("r8", "a1", "HAS", "h1"),
        plain("r9", "a2", "HAS", "h2"),
        relationship("r10", "h1", "CONNECTS", "h2", json!({ "port": 5432 })),
        plain("r11", "u1", "IS", "u1"),
    ];
    Graph::with(&entities, &relationships)
}

/// An answer on one line: keys, `columns: rows`, or `vertices / edges`.
fn line(answer: &Answer) -> String {
    match &answer.data {
        Data::List(_) => graph::keys(answer).join(" "),
        Data::Tree { .. } => {
            let (vertices, edges) = graph::tree(answer);
            format!("{} / {}", vertices.join(" "), edges.join(" "))
        }
        Data::Table { columns, rows } => {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| row.iter().map(Value::to_string).collect::<Vec<_>>().join(" "))
                .collect();
            format!("{}: {}", columns.join("|"), rows.join(", "))
        }
    }
}

fn ask(graph: &Graph, query: &str) -> String {
    match graph.query(query, &options()) {
        Ok(answer) => line(&answer),
        Err(QueryError::Query(error)) => {
            format!("{} {}:{}", error.kind.name(), error.position.line, error.position.column)
        }
        Err(error) => error.to_string(),
    }
}

fn check(cases: &[(&str, &str)]) {
    let graph = company();
    let wrong: Vec<String> = cases
        .iter()
        .map(|(query, expected)| (query, expected, ask(&graph, query)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(query, expected, got)| format!("{query}\n  expected {expected}\n  got      {got}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn selectors() {
    check(&[
        ("FIND User", "u1 u2 u3"),
        ("find acme-admin", "u3"),
        ("Find (acme-admin | Account)", "u3 a1 a2"),
        ("FIND (Disk|DataStore)", "d1 d2"),
        ("FIND Acme_host", ""),
        ("FIND #Production", "u3 h1"),
        ("FIND #Production Host", "h1"),
        ("FIND #Production #vip", "u3"),
        ("FIND #Production (User|Disk)", "u3"),
        ("FIND Account THAT HAS #Production Host", "a1"),
        ("FIND 'web server'", "h1"),
        ("FIND \"SERVER web\" THAT RELATES TO Account", "h1"),
        ("* WITH _type = 'acme_disk'", "d1 d2"),
        ("FIND * WITH _class = ('User' AND 'Person')", "u3"),
        ("FIND * WITH _class = ('Disk' OR 'Person')", "u3 d1 d2"),
        ("FIND * WITH _class != 'Disk' AND _class != 'User'", "h1 h2 a1 a2"),
        ("FIND * WITH _key = 'h1' OR _id = 'id:d2'", "h1 d2"),
        (
            "FIND * WITH _source = 'integration-external' AND _version = 1 AND _createdOn < 6 AND _type ^= 'acme-'",
            "u3",
        ),
        ("FIND * WITH _source != 'integration-external'", ""),
        ("FIND /* all */ User /* of us */ WITH /* a */ age /* b */ > /* c */ 35 /* d */", "u2 u3"),
    ]);
}

#[test]
fn comparisons() {
    check(&[
        ("FIND User WITH age >= 40", "u2 u3"),
        ("FIND User WITH age < 40.5 and age > 30", "u2"),
        ("FIND User WITH 40 <= age", "u2 u3"),
        ("FIND User WITH age = 40.0", "u2"),
        ("FIND User WITH age = '40'", ""),
        ("FIND User WITH age != 30", "u2 u3"),
        ("FIND User WITH age = (30 OR 40.5 OR undefined)", "u1 u3"),
        ("FIND Disk WITH size = 0 OR size = -0", "d2"),
        ("FIND Disk WITH size > -1", "d1 d2"),
        ("FIND Disk WITH encrypted = true", "d2"),
        ("FIND Disk WITH encrypted = 'true'", "d1"),
        ("FIND Disk WITH encrypted != true", "d1"),
        ("FIND Disk WITH encrypted != false", "d1 d2"),
        ("FIND Disk WITH label = ''", "d2"),
        ("FIND Disk WITH label = undefined", "d1"),
        ("FIND Disk WITH label ~= ''", "d2"),
        ("FIND User WITH manager = undefined", "u1 u2 u3"),
        ("FIND User WITH email = undefined", "u3"),
        ("FIND User WITH email != UNDEFINED", "u1 u2"),
        ("FIND User WITH groups = undefined", ""),
        ("FIND User WITH groups = 'ops'", "u1"),
        ("FIND User WITH groups != 'ops'", "u2 u3"),
        ("FIND User WITH groups = ('dev' AND 'ops')", "u1"),
        ("FIND User WITH groups != ('dev' AND 'ops')", "u2 u3"),
        ("FIND User WITH groups != ('dev' OR 'ops')", "u3"),
        ("FIND Host WITH ports = 443", "h1"),
        ("FIND Host WITH ports > 1000", "h2"),
        ("FIND Host WITH ports = (22 AND (443 OR 80))", "h1"),
        ("FIND User WITH email $= '.net'", "u2"),
        ("FIND User WITH email !$= '.net'", "u1 u3"),
        ("FIND User WITH email ^= ('ann' OR 'bo')", "u1 u2"),
        ("FIND User WITH email !^= ('ann' OR 'bo')", "u3"),
        ("FIND User WITH email ~= ('example.com' AND '.net')", "u2"),
        ("FIND User WITH name ~= 'A'", "u1"),
        ("FIND User WITH name !~= 'A'", "u2 u3"),
        ("FIND User WITH name > 'Cl'", "u2 u3"),
        ("FIND User WITH note = \"it's \\\"x\\\"\"", "unexpected-token 1:31"),
        ("FIND User WITH note ~= \"it's\" AND note ~= '\"x\"'", "u1"),
        ("FIND User WITH (active = true OR age = 40) AND (name = 'bob' OR name = 'Cleo')", "u2"),
        ("FIND User WITH active = true OR age = 40 AND name = 'Cleo'", "u1"),
        ("FIND User WITH active != true AND (((age > 40)))", "u3"),
        ("FIND Host WITH tag.Production = true", "h1"),
        ("FIND Host WITH [tag.cost-center] = '12' AND tag.[cost-center] ^= '1'", "h1"),
        ("FIND Account WITH [limit] = '9'", "a2"),
        ("FIND Account AS a WHERE a.limit = '9'", "a2"),
        ("FIND Account WITH limit = '9'", "unexpected-token 1:19"),
        ("FIND Host WITH webLink $= name", ""),
        ("FIND User WITH startedOn + 3 days > date.now", "u1"),
        ("FIND User WITH startedOn > date.now - 1 month", "u1"),
        ("FIND User WITH startedOn > date.now - 2 Months AND startedOn <= date.now - 24hrs", "u1 u2"),
        ("FIND User WITH date.now - 3days < startedOn", "u1"),
        ("FIND User WITH startedOn < date(2026-05-10)", "u2"),
        (
            "FIND User WITH startedOn > date(2026-06-13T11:59:59Z) AND startedOn < date('2026-06-13T14:00:01+02:00')",
            "u1",
        ),
        ("FIND User WITH startedOn > date(2026-13-01)", "bad-date 1:28"),
    ]);
}

#[test]
fn patterns_and_networks() {
    check(&[
        ("FIND Host WITH name = /S.RV/i", "h1"),
        ("FIND Host WITH name = /S.RV/", ""),
        ("FIND Host WITH name != /db/", "h1"),
        ("FIND Host WITH name ^= /[a-d]b/", "h2"),
        ("FIND Host WITH name $= /-\\d/", "h2"),
        ("FIND Host WITH name $= /b/", ""),
        ("FIND Host WITH name = /web[ ]server/", "h1"),
        ("FIND Host WITH webLink = /com\\/h\\d/", "h1"),
        ("FIND User WITH email = /\\w+\\.net/", "u2"),
        ("FIND User WITH email = (/ann/ OR /NET/i)", "u1 u2"),
        ("FIND User AS u WHERE u.name = /^A/", "unsupported-regex 1:31"),
        ("FIND User WITH name = /a|b/", "unsupported-regex 1:23"),
        ("FIND User WITH name = /a b/", "unsupported-regex 1:23"),
        ("FIND User WITH name = /\\s/", "unsupported-regex 1:23"),
        ("FIND User WITH name = /a(?=b)/", "unsupported-regex 1:23"),
        ("FIND User WITH name = /a/g", "unsupported-regex 1:23"),
        ("FIND User WITH name = /a(/", "bad-regex 1:23"),
        ("FIND User WITH name = /a", "unterminated-regex 1:23"),
        ("FIND Host WITH cidr(ip, '10.0.0.0/8')", "h1 h2"),
        ("FIND Host WITH cidr(ip, '10.0.0.0/16')", "h1"),
        ("FIND Host WITH !cidr(ip, '10.0.0.0/16') AND platform = 'linux'", "h2"),
        ("FIND Host WITH cidr(ip, '192.168.0.9')", "h2"),
        ("FIND Host AS h THAT HAS Account WHERE cidr(h.ip, '0.0.0.0/0') AND h.ports = 22", "h1"),
        ("FIND Host WITH cidr(ip, '10.0.0.0/33')", "bad-cidr 1:25"),
        ("FIND Host WITH cidr(ip, 10)", "unexpected-token 1:25"),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of queries")]
fn traversals() {
    check(&[
        ("FIND User THAT HAS Host", "u1 u2"),
        ("FIND Host THAT HAS User", "h1"),
        ("FIND Host THAT HAS >> User", ""),
        ("FIND Host THAT HAS << (User|Account)", "h1 h2"),
        ("FIND Host THAT HAS << Account WITH accountId = '2'", "h2"),
        ("FIND Host THAT RELATES TO >> *", "h1 h2"),
        ("FIND User THAT (HAS|USES TO) Host", "u1 u2"),
        ("FIND User THAT uses To Host", "u1"),
        ("FIND User THAT HAS Host THAT USES Disk WITH size > 10", "u1 u2"),
        ("FIND User THAT IS User", "u1"),
        ("FIND User THAT !HAS Host", "u3"),
        ("FIND User THAT !RELATES TO Host", "u3"),
        ("FIND Host THAT !HAS >> Disk", "h2"),
        ("FIND Host THAT !(HAS|USES) Disk WITH size = 100", "h2"),
        ("FIND Host THAT !HAS >> Disk THAT USES Disk AS d RETURN d._key", "d._key: \"d2\""),
        ("FIND Host THAT !RELATES TO #Production User", "h1 h2"),
        ("FIND User AS u THAT HAS AS r Host WHERE r.since > 5", "u2"),
        ("FIND User AS u THAT HAS Host AS h WHERE HAS.role = 'owner' AND h.ports = 22", "u1"),
        (
            "FIND User AS a THAT HAS Host THAT HAS User AS b WHERE a.name != b.name RETURN a._key, b._key",
            "a._key|b._key: \"u1\" \"u2\", \"u2\" \"u1\"",
        ),
        (
            "FIND User AS a THAT HAS Host THAT HAS User AS b WHERE a.age < b.age RETURN a._key, b._key",
            "a._key|b._key: \"u1\" \"u2\"",
        ),
        (
            "FIND Account AS a THAT HAS Host AS h WHERE (a.accountId = '1' OR h.platform = 'linux') AND h.name != undefined",
            "a1 a2",
        ),
        (
            "FIND Host AS h (THAT HAS << User AS u)? WHERE u._key = undefined RETURN h._key",
            "h._key: \"h1\", \"h2\"",
        ),
        (
            "FIND Host AS h (THAT HAS << User AS u)? RETURN h._key, u._key ORDER BY h._key, u._key",
            "h._key|u._key: \"h1\" \"u1\", \"h1\" \"u2\", \"h1\" null, \"h2\" null",
        ),
        (
            "FIND User (THAT MANAGES User)? AS m THAT HAS Host RETURN User._key",
            "ambiguous-default-alias 1:58",
        ),
        ("FIND acme-admin AS u (THAT MANAGES acme_user)? AS m THAT HAS Host RETURN m._key", "m._key: \"u1\""),
        (
            "FIND acme-admin (THAT MANAGES acme_user (THAT USES Host)?)? AS x RETURN x._key ORDER BY x._key",
            "x._key: \"h2\", \"u1\", \"u3\"",
        ),
        (
            "FIND acme-admin THAT MANAGES acme_user AS m (THAT HAS Host AS h THAT USES Disk AS d)? RETURN m._key, h._key, d._key",
            "m._key|h._key|d._key: \"u1\" null null, \"u1\" \"h1\" \"d1\"",
        ),
        ("FIND acme-admin THAT MANAGES >> User THAT USES >> Host RETURN TREE", "h2 u1 u3 / r2 r4"),
        ("FIND Account WITH accountId = '1' THAT HAS Host (THAT USES Disk)? RETURN tree", "a1 d1 h1 / r5 r8"),
        (
            "FIND User THAT HAS Host WITH name = 'web server' AS host THAT HAS >> Disk RETURN TREE",
            "d2 h1 u1 u2 / r1 r3 r6",
        ),
        (
            "FIND Host AS h THAT CONNECTS AS c Host AS o WHERE c.port = o.ports RETURN h._key, o._key",
            "h._key|o._key: \"h1\" \"h2\"",
        ),
        ("FIND Host THAT CONNECTS >> Host", "h1"),
        ("FIND User THAT IS >> User AS me RETURN me._key, count(me)", "me._key|count(me): \"u1\" 1"),
    ]);
}

#[test]
fn somehow() {
    check(&[
        (
            "FIND acme-admin THAT SOMEHOW RELATES TO Disk RETURN TREE",
            "d1 d2 h1 h2 u1 u3 / r1 r10 r2 r4 r5 r6 r7",
        ),
        ("FIND acme-admin THAT SOMEHOW 2 RELATES TO Host RETURN TREE", "h1 h2 u1 u3 / r1 r2 r4"),
        ("FIND acme-admin THAT SOMEHOW 1 RELATES TO Host", ""),
        (
            "FIND Account THAT SOMEHOW 3 (HAS|USES) >> Disk AS d RETURN Account._key, d._key ORDER BY Account._key, d._key",
            "Account._key|d._key: \"a1\" \"d1\", \"a1\" \"d2\", \"a2\" \"d2\"",
        ),
        ("FIND User THAT !SOMEHOW 2 HAS >> Disk", "u3"),
        ("FIND User THAT !SOMEHOW HAS Account", "u3"),
        ("FIND User THAT SOMEHOW MANAGES << User", "u1"),
        ("FIND Account WITH accountId = '1' THAT SOMEHOW CONNECTS Host", ""),
        ("FIND Account THAT SOMEHOW 11 HAS Host", "unsupported 1:27"),
        ("FIND Account THAT SOMEHOW 0 HAS Host", "unsupported 1:27"),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of queries")]
fn tables() {
    check(&[
        (
            "FIND User AS u RETURN u.name AS Name, u.age * 2 + 1 AS \"double age\", u.age / 20 AS 'x'",
            "Name|double age|x: \"Ann\" 61 1.5, \"bob\" 81 2, \"Cleo\" 82 2.025",
        ),
        ("FIND acme_user AS u RETURN u.age - 10 * 2 ^ 2 AS v", "v: -10, 0"),
        ("FIND acme_user AS u RETURN (u.age - 10) * 2 AS v, -u.age AS w", "v|w: 40 -30, 60 -40"),
        ("FIND acme_user AS u RETURN u.age / 0 AS v", "v: null, null"),
        ("FIND acme_user AS u RETURN u.name + 1 AS v", "v: null, null"),
        ("FIND acme_user AS u RETURN (date.now - u.startedOn) / (3600000 * 24) AS days", "days: 2, 40"),
        (
            "FIND acme_user AS u RETURN u.nothing, u.email, u.active, u.groups",
            "u.nothing|u.email|u.active|u.groups: null \"ann@example.com\" true [\"dev\",\"ops\"], null [\"bob@example.com\",\"bob@example.net\"] false [\"dev\"]",
        ),
        (
            "FIND Host RETURN Host.tag.Production, Host.[tag.cost-center] AS cc",
            "Host.tag.Production|cc: true \"12\", null null",
        ),
        (
            "FIND acme_user AS u RETURN coalesce(u.nothing, u.name, 'none') AS n, coalesce(u.nothing, 'none') AS m",
            "n|m: \"Ann\" \"none\", \"bob\" \"none\"",
        ),
        (
            "FIND User AS u RETURN concat(u.name, ' (', u.age, ')') AS n",
            "n: \"Ann (30)\", \"bob (40)\", \"Cleo (40.5)\"",
        ),
        (
            "FIND User AS u RETURN merge(u.groups, u.name, 'dev') AS g",
            "g: [\"dev\",\"ops\",\"Ann\"], [\"dev\",\"bob\"], [\"Cleo\",\"dev\"]",
        ),
        (
            "FIND User AS u RETURN round(u.age / 7) AS r, floor(u.age) AS f, ceil(u.age) AS c, abs(10 - u.age) AS a, sqrt(u.age - 24 - u.age + 40) AS s",
            "r|f|c|a|s: 4 30 30 20 4, 6 40 40 30 4, 6 40 41 30.5 4",
        ),
        (
            "FIND User AS u RETURN UNWIND(u.groups) AS g, count(u) AS n ORDER BY n DESC, g",
            "g|n: \"dev\" 2, \"ops\" 1",
        ),
        (
            "FIND Host AS h RETURN h._key, unwind(h.ports) AS p ORDER BY p",
            "h._key|p: \"h1\" 22, \"h1\" 443, \"h2\" 5432",
        ),
        (
            "FIND Host AS h RETURN unwind(h.ip) AS i, unwind(h.ports) AS p ORDER BY i, p",
            "i|p: \"10.0.0.1\" 22, \"10.0.0.1\" 443, \"10.1.2.3\" 5432, \"192.168.0.9\" 5432",
        ),
        ("FIND User AS u RETURN count(u)", "count(u): 3"),
        (
            "FIND User AS u RETURN COUNT(u.nothing), Sum(u.age), AVG(u.age), min(u.age), max(u.name)",
            "COUNT(u.nothing)|Sum(u.age)|AVG(u.age)|min(u.age)|max(u.name): 0 110.5 36.833333333333336 30 \"bob\"",
        ),
        ("FIND none AS n RETURN count(n), sum(n.x), min(n.x)", "count(n)|sum(n.x)|min(n.x): 0 null null"),
        ("FIND none AS n RETURN n.x, count(n)", "n.x|count(n): "),
        (
            "FIND Host AS h THAT HAS << (User|Account) AS o RETURN h._key AS host, count(o) AS n ORDER BY n DESC",
            "host|n: \"h1\" 3, \"h2\" 1",
        ),
        (
            "FIND Host AS h THAT RELATES TO * AS o RETURN o._type AS t, count(o) AS n, count(h) * 10 AS m ORDER BY t",
            "t|n|m: \"acme_account\" 2 20, \"acme_disk\" 2 20, \"acme_host\" 2 20, \"acme_user\" 2 20",
        ),
        (
            "FIND acme_user AS u THAT HAS >> Host AS h THAT (HAS|USES) >> Disk AS d RETURN u.name, sum(d.size) AS s",
            "u.name|s: \"Ann\" 100, \"bob\" 100",
        ),
        ("FIND UNIQUE Host AS h THAT HAS << * AS o RETURN h.name", "h.name: \"web server\", \"db-1\""),
        (
            "FIND Host AS h THAT HAS << * AS o RETURN h.name",
            "h.name: \"web server\", \"web server\", \"web server\", \"db-1\"",
        ),
        ("FIND User AS u RETURN u.name AS x, u.age AS x", "x|x: \"Ann\" 30, \"bob\" 40, \"Cleo\" 40.5"),
        ("FIND User AS u RETURN u.name ORDER BY u.name", "u.name: \"Ann\", \"Cleo\", \"bob\""),
        ("FIND User AS u RETURN u.name AS n ORDER BY u.active, n DESC", "n: \"bob\", \"Ann\", \"Cleo\""),
        ("FIND User AS u ORDER BY u.age DESC LIMIT 2", "u3 u2"),
        ("FIND User AS u ORDER BY u.age SKIP 1 LIMIT 1", "u2"),
        ("FIND User LIMIT 2 RETURN User.name", "User.name: \"Ann\", \"bob\""),
        (
            "FIND acme_disk AS d RETURN d.*",
            "d._accountId|d._beginOn|d._class|d._createdOn|d._deleted|d._id|d._integrationInstanceId|d._key|d._scope|d._source|d._type|d._version|d.encrypted|d.label|d.size: \"local\" 6 [\"Disk\",\"DataStore\"] 5 false \"id:d1\" \"test\" \"d1\" \"test\" \"integration-external\" \"acme_disk\" 1 \"true\" null 100, \"local\" 6 [\"Disk\",\"DataStore\"] 5 false \"id:d2\" \"test\" \"d2\" \"test\" \"integration-external\" \"acme_disk\" 1 true \"\" 0",
        ),
        (
            "FIND User AS u THAT HAS AS r Host RETURN r._key, r.since, r._class, r._type, r._fromEntityId ORDER BY r.since DESC",
            "r._key|r.since|r._class|r._type|r._fromEntityId: \"r3\" 7 \"HAS\" \"acme_relationship\" \"id:u2\", \"r1\" 5 \"HAS\" \"acme_relationship\" \"id:u1\"",
        ),
        (
            "FIND Host AS h RETURN h.name AS order, 'x' AS \"return\", true AS t, undefined AS u",
            "order|return|t|u: \"web server\" \"x\" true null, \"db-1\" \"x\" true null",
        ),
        (
            "FIND acme_user AS u RETURN date.now - 1 day AS d, date(2026-01-01) AS e",
            "d|e: 1781438400000 1767225600000, 1781438400000 1767225600000",
        ),
    ]);
}

#[test]
fn subqueries() {
    check(&[
        ("FIND User WITH email = (FIND Account AS a RETURN a.owners)", "u1"),
        ("FIND User WITH email != (FIND Account AS a RETURN a.owners)", "u2 u3"),
        ("FIND Host WITH _key = (FIND User WITH name = 'bob' THAT HAS Host AS h RETURN h._key)", "h1"),
        (
            "FIND Host AS h WHERE h.ports = (FIND * THAT CONNECTS AS c Host RETURN c.port) RETURN h._key",
            "h._key: \"h2\"",
        ),
        ("FIND User WITH age = (FIND User AS u RETURN max(u.age))", "u3"),
        (
            "FIND User WITH age = (FIND User AS u RETURN u.age ORDER BY u.age LIMIT 1) OR name = 'bob'",
            "u1 u2",
        ),
        ("FIND User WITH name = (FIND none AS n RETURN n.name)", ""),
        ("FIND User WITH name != (FIND none AS n RETURN n.name)", "u1 u2 u3"),
        ("FIND User WITH name = (FIND User AS u RETURN u.name, u.age)", "subquery-return 1:24"),
        ("FIND User WITH name = (FIND User AS u)", "subquery-return 1:24"),
        ("FIND User WITH name ^= (FIND User AS u RETURN u.name)", "subquery-operator 1:16"),
        ("FIND User WITH name = (FIND User AS u RETURN v.name)", "invalid-return-selector 1:46"),
        (
            "FIND User WITH name = (FIND User WITH age = (FIND User AS u RETURN min(u.age)) AS v RETURN v.name)",
            "u1",
        ),
    ]);
}

#[test]
fn wrong_queries_are_refused_where_they_are_wrong() {
    check(&[
        ("FIND", "unexpected-end 1:5"),
        ("  ", "empty-query 1:1"),
        ("FIND User WITH", "unexpected-end 1:15"),
        ("FIND User WITH name", "unexpected-end 1:20"),
        ("FIND User WITH name =", "unexpected-end 1:22"),
        ("FIND User WITH name = null", "unexpected-token 1:23"),
        ("FIND User AS u RETURN null", "unexpected-token 1:23"),
        ("FIND User WITH name == 'x'", "unexpected-token 1:22"),
        ("FIND User WITH name IN ('x')", "unexpected-token 1:21"),
        ("FIND User WITH NOT name = 'x'", "unexpected-token 1:20"),
        ("FIND User WITH name = 'x' OR", "unexpected-end 1:29"),
        ("FIND User WITH (name = 'x'", "unexpected-end 1:27"),
        ("FIND User WITH name = 'x')", "unexpected-token 1:26"),
        ("FIND User WITH name = ('x' OR 'y' AND 'z')", "unsupported 1:35"),
        ("FIND User WITH name = ()", "unexpected-token 1:24"),
        ("FIND User WITH name = 'x", "unterminated-string 1:23"),
        ("FIND User /* x", "unterminated-comment 1:11"),
        ("FIND User WITH [name = 'x'", "unterminated 1:16"),
        ("FIND User name = 'x'", "unexpected-token 1:11"),
        ("FIND User THAT Host", "unexpected-end 1:20"),
        ("FIND User\nTHAT HAS\n  WITH a = 1", "unexpected-token 3:3"),
        ("FIND User THAT RELATES Host", "unexpected-token 1:24"),
        ("FIND User THAT HAS >> << Host", "unexpected-token 1:23"),
        ("FIND User (THAT HAS Host)", "unexpected-end 1:26"),
        ("FIND User ()? ", "unexpected-token 1:11"),
        ("FIND (User|)", "unexpected-token 1:12"),
        ("FIND User AS u THAT HAS Host AS u", "duplicate-alias 1:33"),
        ("FIND User WHERE v.name = 'x'", "invalid-predicate-selector 1:17"),
        ("FIND User WHERE name = 'x'", "invalid-predicate-selector 1:17"),
        ("FIND User RETURN Host.name", "invalid-return-selector 1:18"),
        ("FIND User ORDER BY v.name", "invalid-return-selector 1:20"),
        ("FIND User RETURN", "unexpected-end 1:17"),
        ("FIND User RETURN User.name AS", "unexpected-end 1:30"),
        ("FIND User RETURN upper(User.name)", "unknown-function 1:18"),
        ("FIND User RETURN count()", "unsupported 1:18"),
        ("FIND User RETURN count(User", "unexpected-end 1:28"),
        ("FIND User RETURN sum(count(User))", "unsupported 1:18"),
        ("FIND User RETURN TREE, User.name", "invalid-return-selector 1:18"),
        ("FIND User RETURN TREE RETURN User.name", "unexpected-token 1:23"),
        ("FIND User ORDER User.name", "unexpected-token 1:17"),
        ("FIND User LIMIT", "unexpected-end 1:16"),
        ("FIND User LIMIT ten", "unexpected-token 1:17"),
        ("FIND User LIMIT 251", "limit-range 1:17"),
        ("FIND User LIMIT 1.5", "bad-number 1:17"),
        ("FIND User SKIP -1", "unexpected-token 1:16"),
        ("FIND User LIMIT 99999999999999999999999", "bad-number 1:17"),
        ("FIND User WITH name = ${param.x}", "unknown-parameter 1:23"),
        ("FIND User WITH a > date.now - 1 week", "unexpected-token 1:33"),
        ("FIND User WITH a = 1; FIND Host", "unexpected-token 1:21"),
        ("FIND User § Host", "unexpected-token 1:11"),
        ("SELECT * FROM User", "unexpected-token 1:8"),
    ]);
}

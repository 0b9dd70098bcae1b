//! J1QL: what JupiterOne documents, each rule on a small graph.
#![expect(clippy::needless_pass_by_value, reason = "values written in place read better")]
#![allow(missing_docs, reason = "tests")]

#[path = "support/graph.rs"]
mod graph;

use graph::{Graph, NOW, keys, options, table, tree};
use j1_local::query::{Answer, QueryError};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000;

/// `key type Class+Class` and properties.
fn e(head: &str, props: Value) -> Value {
    let parts: Vec<&str> = head.split(' ').collect();
    let classes: Vec<&str> = parts[2].split('+').collect();
    let mut entity = json!({ "_key": parts[0], "_type": parts[1], "_class": classes });
    entity.as_object_mut().unwrap().extend(props.as_object().unwrap().clone());
    entity
}

/// `key from VERB to` and properties.
fn r(head: &str, props: Value) -> Value {
    let parts: Vec<&str> = head.split(' ').collect();
    let mut relationship = json!({
        "_key": parts[0], "_type": "acme_relationship", "_class": parts[2], "_fromEntityKey": parts[1], "_toEntityKey": parts[3]
    });
    relationship.as_object_mut().unwrap().extend(props.as_object().unwrap().clone());
    relationship
}

fn plain(heads: &[&str]) -> Vec<Value> {
    heads.iter().map(|head| e(head, json!({}))).collect()
}

fn related(heads: &[&str]) -> Vec<Value> {
    heads.iter().map(|head| r(head, json!({}))).collect()
}

/// Checks the keys of lists, in any order.
fn check_lists(graph: &Graph, cases: &[(&str, &str)]) {
    for (query, expected) in cases {
        let mut found = keys(&graph.ask(query));
        found.sort();
        assert_eq!(found.join(" "), *expected, "{query}");
    }
}

fn sorted(rows: &[Vec<Value>]) -> Vec<String> {
    let mut all: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    all.sort();
    all
}

/// Checks the rows of a table, in any order.
fn check_rows(graph: &Graph, query: &str, expected: &Value) {
    let answer = graph.ask(query);
    let expected: Vec<Vec<Value>> = serde_json::from_value(expected.clone()).unwrap();
    assert_eq!(sorted(table(&answer).1), sorted(&expected), "{query}");
}

fn columns(answer: &Answer) -> Vec<&str> {
    table(answer).0.iter().map(String::as_str).collect()
}

fn error(graph: &Graph, query: &str) -> j1ql::Error {
    match graph.query(query, &options()) {
        Err(QueryError::Query(error)) => error,
        other => panic!("{query}: {other:?}"),
    }
}

fn notices(answer: &Answer) -> Vec<&str> {
    answer.notices.iter().map(|notice| notice.code).collect()
}

#[test]
fn classes_are_looked_for_in_the_list_and_types_as_they_are() {
    let graph = Graph::with(
        &[
            e("h1 acme_host Host", json!({ "ip": "10.0.0.1" })),
            e("h2 acme_vm Host+Application", json!({})),
            e("d1 acme_laptop Device", json!({ "ip": "10.0.0.1" })),
            e("b1 acme_bucket DataStore", json!({})),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND Host", "h1 h2"),
            ("FIND Application", "h2"),
            ("FIND acme_host", "h1"),
            ("FIND host", ""),
            ("FIND (Host|acme_bucket)", "b1 h1 h2"),
            ("FIND (Host|Device) WITH ip = '10.0.0.1'", "d1 h1"),
            ("FIND *", "b1 d1 h1 h2"),
            ("FIND * WITH _type = 'acme_vm'", "h2"),
            ("FIND * WITH _class = 'Host'", "h1 h2"),
            ("FIND * WITH _key = ('h1' OR 'b1')", "b1 h1"),
            ("FIND * WITH _integrationInstanceId = 'test' AND _class = 'Device'", "d1"),
            ("FIND * WITH _integrationInstanceId != 'test'", ""),
        ],
    );
}

#[test]
fn a_list_equals_a_value_when_an_element_does() {
    let graph = Graph::with(
        &[
            e("apple acme_snack Product", json!({ "kind": "fruit" })),
            e("praline acme_snack Product", json!({ "kind": ["nut", "sweet"] })),
            e("bar acme_snack Product", json!({ "kind": ["fruit", "nut"] })),
            e("chips acme_snack Product", json!({ "kind": "salty" })),
            e("empty acme_snack Product", json!({ "kind": [] })),
            e("air acme_snack Product", json!({})),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND acme_snack WITH kind = 'fruit'", "apple bar"),
            ("FIND acme_snack WITH kind != 'fruit'", "air chips empty praline"),
            ("FIND acme_snack WITH kind = ('fruit' OR 'nut')", "apple bar praline"),
            ("FIND acme_snack WITH kind = ('fruit' AND 'nut')", "bar"),
            ("FIND acme_snack WITH kind != ('fruit' OR 'nut')", "air chips empty"),
            ("FIND acme_snack WITH kind != ('fruit' AND 'nut')", "air apple chips empty praline"),
            ("FIND acme_snack WITH kind = undefined", "air"),
            ("FIND acme_snack WITH kind != undefined", "apple bar chips empty praline"),
            ("FIND acme_snack WITH kind = ('salty' OR undefined)", "air chips"),
            ("FIND acme_snack AS s WHERE s.kind = ('fruit' OR 'salty')", "apple bar chips"),
        ],
    );
}

#[test]
fn texts_are_compared_in_parts_and_by_case() {
    let graph = Graph::with(
        &[
            e("jo acme_person Person", json!({ "email": "jo@example.com", "name": "Jo" })),
            e(
                "ann acme_person Person",
                json!({ "email": ["ann@example.com", "ann@example.net"], "name": "ann" }),
            ),
            e("kim acme_person Person", json!({ "email": "kim@example.org", "name": "Joanne" })),
            e("none acme_person Person", json!({ "name": "it's" })),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND Person WITH email = 'ann@example.net'", "ann"),
            ("FIND Person WITH email ~= '.com'", "ann jo"),
            ("FIND Person WITH email !~= '.com'", "kim none"),
            ("FIND Person WITH name ^= 'Jo'", "jo kim"),
            ("FIND Person WITH name !^= 'Jo'", "ann none"),
            ("FIND Person WITH email $= '.net'", "ann"),
            ("FIND Person WITH email !$= ('.net' OR '.org')", "jo none"),
            ("FIND Person WITH name = 'jo'", ""),
            ("FIND Person WITH NAME = 'Jo'", ""),
            ("FIND Person WITH name = \"it's\"", "none"),
            ("fInD Person wItH name = 'Jo' oR name = 'ann' /* or nobody */", "ann jo"),
        ],
    );
}

#[test]
fn and_binds_tighter_than_or() {
    let graph = Graph::with(
        &[
            e("p acme_db DataStore", json!({ "x": 1, "y": 0 })),
            e("q acme_db DataStore", json!({ "x": 2, "y": 0 })),
            e("r acme_db DataStore", json!({ "x": 2, "y": 1 })),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND acme_db WITH x = 1 OR x = 2 AND y = 1", "p r"),
            ("FIND acme_db WITH (x = 1 OR x = 2) AND y = 1", "r"),
            ("FIND acme_db WITH x > 1 AND y <= 0", "q"),
            ("FIND acme_db WITH 2 <= x", "q r"),
            ("FIND acme_db WITH z > 0", ""),
        ],
    );
}

#[test]
fn dates_are_milliseconds_counted_from_now_or_from_iso_text() {
    let graph = Graph::with(
        &[
            e("hours acme_db DataStore", json!({ "on": NOW - DAY / 4 })),
            e("weeks acme_db DataStore", json!({ "on": NOW - 20 * DAY })),
            e("months acme_db DataStore", json!({ "on": NOW - 40 * DAY })),
            e("years acme_db DataStore", json!({ "on": NOW - 800 * DAY })),
            e("never acme_db DataStore", json!({})),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND acme_db WITH on > date.now - 1 day", "hours"),
            ("FIND acme_db WITH on > date.now-24hr", "hours"),
            ("FIND acme_db WITH on > date.now - 30 days", "hours weeks"),
            ("FIND acme_db WITH on > date.now - 1 month", "hours weeks"),
            ("FIND acme_db WITH on > date.now-1mo", "hours weeks"),
            ("FIND acme_db WITH on > date.now - 1 yr", "hours months weeks"),
            ("FIND acme_db WITH on < date.now - 1 day", "months weeks years"),
            ("FIND acme_db WITH date.now - 7 days > on", "months weeks years"),
            ("FIND acme_db WITH on > date(2026-06-15)", "hours"),
            ("FIND acme_db WITH on > date(2026-06-15T02:00:00+02:00)", "hours"),
            ("FIND acme_db WITH on < date(2026-05-26T12:00Z)", "months years"),
        ],
    );
    let answer = graph.ask("FIND acme_db WITH on > date.now - 1 month");
    assert_eq!(notices(&answer), ["month-length"]);
    assert_eq!(error(&graph, "FIND acme_db WITH on > date(soon)").kind.name(), "bad-date");
}

#[test]
fn regular_expressions_match_anywhere_and_have_limits() {
    let graph = Graph::with(
        &[
            e("a acme_person Person", json!({ "name": "James" })),
            e("b acme_person Person", json!({ "name": "big james" })),
            e("c acme_person Person", json!({ "name": "jim" })),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND Person WITH name = /james/i", "a b"),
            ("FIND Person WITH name = /james/", "b"),
            ("FIND Person WITH name != /james/i", "c"),
            ("FIND Person WITH name ^= /j[ai]m/i", "a c"),
            ("FIND Person WITH name $= /m/", "c"),
            ("FIND Person WITH name = /big[ ]james/", "b"),
        ],
    );
    for pattern in ["^j", "a|b", "a\\sb", "big james", "(?=j)", "j$"] {
        let error = error(&graph, &format!("FIND Person WITH name = /{pattern}/"));
        assert_eq!(error.kind.name(), "unsupported-regex", "{pattern}");
    }
}

#[test]
fn networks_contain_addresses() {
    let graph = Graph::with(
        &[
            e("a acme_host Host", json!({ "ip": "10.1.2.3" })),
            e("b acme_host Host", json!({ "ip": ["172.16.9.9", "192.168.1.5"] })),
            e("c acme_host Host", json!({ "ip": "not an address" })),
            e("d acme_host Host", json!({})),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND Host WITH cidr(ip, '10.0.0.0/8')", "a"),
            ("FIND Host WITH !cidr(ip, '10.0.0.0/8')", "b c d"),
            ("FIND Host WITH cidr(ip, '10.0.0.0/8') OR cidr(ip, '172.16.0.0/12')", "a b"),
            ("FIND Host AS h WHERE cidr(h.ip, '192.168.1.5/32')", "b"),
            ("FIND Host WITH cidr(ip, '0.0.0.0/0')", "a b"),
        ],
    );
    for network in ["10.0.0.0/33", "10.0.0/8", "fe80::/10", ""] {
        let error = error(&graph, &format!("FIND Host WITH cidr(ip, '{network}')"));
        assert_eq!(error.kind.name(), "bad-cidr", "{network}");
    }
}

fn devices() -> Graph {
    Graph::with(
        &plain(&["u1 acme_user User", "u2 acme_user User", "d1 acme_laptop Device", "d2 acme_laptop Device"]),
        &related(&["a u1 HAS d1", "b d2 HAS u2", "c u1 OWNS d2"]),
    )
}

#[test]
fn traversals_go_both_ways_unless_an_arrow_says_which() {
    check_lists(
        &devices(),
        &[
            ("FIND User THAT HAS Device", "u1 u2"),
            ("find User that has Device", "u1 u2"),
            ("FIND Device THAT HAS User", "d1 d2"),
            ("FIND User THAT HAS >> Device", "u1"),
            ("FIND User THAT HAS << Device", "u2"),
            ("FIND Device THAT HAS << User", "d1"),
            ("FIND User THAT RELATES TO >> Device", "u1"),
            ("FIND User THAT (HAS|OWNS) >> Device", "u1"),
            ("FIND User THAT OWNS TO Device", "u1"),
            ("FIND User THAT RELATES TO Device", "u1 u2"),
            ("FIND User THAT MANAGES Device", ""),
        ],
    );
}

#[test]
fn a_negated_traversal_finds_those_without_such_a_neighbour() {
    let graph = Graph::with(
        &plain(&[
            "v1 acme_disk Disk",
            "v2 acme_disk Disk",
            "v3 acme_disk Disk",
            "i1 acme_vm Host",
            "i2 acme_vm Host",
        ]),
        &related(&["a i1 USES v1", "b i2 HAS v3"]),
    );
    check_lists(
        &graph,
        &[
            ("FIND Disk THAT !USES Host", "v2 v3"),
            ("FIND Disk THAT !RELATES TO Host", "v2"),
            ("FIND Disk THAT !(USES|HAS) Host", "v2"),
            ("FIND Disk THAT !USES >> Host", "v1 v2 v3"),
            ("FIND Disk THAT !USES Host THAT HAS Host", "v3"),
        ],
    );
    let answer = graph.ask("FIND Disk AS v THAT !USES Host AS h RETURN v._key, h._key");
    assert_eq!(sorted(table(&answer).1), [r#"["v2",null]"#, r#"["v3",null]"#]);
    assert_eq!(notices(&answer), ["negated-alias"]);
}

fn access() -> Graph {
    Graph::with(
        &plain(&[
            "g1 acme_user User",
            "g2 acme_user User",
            "g3 acme_user User",
            "role acme_role AccessRole",
            "policy acme_policy AccessPolicy",
            "bucket acme_bucket DataStore",
        ]),
        &[
            r("a g1 ASSIGNED role", json!({})),
            r("b role ASSIGNED policy", json!({})),
            r("c g2 ASSIGNED policy", json!({})),
            r("d policy ALLOWS bucket", json!({ "admin": true })),
        ],
    )
}

#[test]
fn an_optional_traversal_goes_on_from_both_sides() {
    let graph = access();
    let query = "FIND User (THAT ASSIGNED AccessRole)? THAT ASSIGNED AccessPolicy THAT ALLOWS AS permission * \
                 WHERE permission.admin = true RETURN TREE";
    let (vertices, edges) = tree(&graph.ask(query));
    assert_eq!(
        (vertices.join(" "), edges.join(" ")),
        ("bucket g1 g2 policy role".to_owned(), "a b c d".to_owned())
    );
    check_lists(
        &graph,
        &[
            ("FIND User (THAT ASSIGNED AccessRole)?", "g1 g2 g3"),
            ("FIND User (THAT ASSIGNED AccessRole)? THAT ASSIGNED AccessPolicy", "g1 g2"),
            (
                "FIND User (THAT ASSIGNED AccessRole (THAT ASSIGNED AccessPolicy)?)? THAT ALLOWS DataStore",
                "g1",
            ),
        ],
    );
    check_rows(
        &graph,
        "FIND User (THAT ASSIGNED AccessRole AS role)? AS either THAT ASSIGNED AccessPolicy AS p \
         RETURN either._key, role._key, p._key",
        &json!([["role", "role", "policy"], ["g2", null, "policy"]]),
    );
}

#[test]
fn where_tests_whole_paths_relationships_included() {
    let graph = Graph::with(
        &[
            e("f1 acme_fw Firewall", json!({ "name": "x" })),
            e("f2 acme_fw Firewall", json!({ "name": "y" })),
            e("net acme_net Network", json!({ "name": ["w", "y"] })),
        ],
        &[
            r("a f1 ALLOWS net", json!({ "port": 22, "in": true })),
            r("b f2 ALLOWS net", json!({ "port": 443, "in": true })),
            r("c f2 ALLOWS net", json!({ "port": 22, "in": false })),
        ],
    );
    check_lists(
        &graph,
        &[
            ("FIND Firewall THAT ALLOWS AS rule Network WHERE rule.in = true AND rule.port = 22", "f1"),
            ("FIND Firewall THAT ALLOWS Network WHERE allows.port = 443", "f2"),
            ("FIND Firewall THAT ALLOWS Network WHERE ALLOWS.none = undefined", "f1 f2"),
            ("FIND Firewall AS f THAT ALLOWS Network AS n WHERE f.name = n.name", "f2"),
            ("FIND Firewall AS f THAT ALLOWS Network AS n WHERE f.name != n.name", "f1"),
            ("FIND Firewall WHERE Firewall.name = ('x' OR 'z')", "f1"),
            ("FIND Firewall THAT ALLOWS AS r Network WHERE r._key = 'c' AND r._class = 'ALLOWS'", "f2"),
        ],
    );
    check_rows(
        &graph,
        "FIND Firewall AS f THAT ALLOWS AS r Network RETURN f._key, r.port, r.in",
        &json!([["f1", 22, true], ["f2", 443, true], ["f2", 22, false]]),
    );
    check_rows(
        &graph,
        "FIND Firewall THAT ALLOWS AS r Network RETURN r._fromEntityId, r._toEntityId, r._type",
        &json!([
            ["id:f1", "id:net", "acme_relationship"],
            ["id:f2", "id:net", "acme_relationship"],
            ["id:f2", "id:net", "acme_relationship"]
        ]),
    );
}

fn people() -> Graph {
    Graph::with(
        &[
            e("u1 acme_user User", json!({ "name": "wasp" })),
            e("u2 acme_user User", json!({ "name": "bat" })),
            e("u3 other_user User", json!({ "name": "wasp" })),
            e(
                "p1 acme_person Person",
                json!({ "mail": "pia@example.com", "special-name": "W", "tag.Team": "red" }),
            ),
            e("p2 acme_person Person", json!({ "mail": "bea@example.com" })),
        ],
        &related(&["a u1 IS p1", "b u2 IS p2", "c u3 IS p1"]),
    )
}

#[test]
fn a_table_has_a_row_a_path_and_columns_named_as_written() {
    let graph = people();
    check_lists(&graph, &[("FIND User THAT IS Person", "u1 u2 u3")]);
    let rows = json!([["wasp", "pia@example.com"], ["bat", "bea@example.com"], ["wasp", "pia@example.com"]]);
    check_rows(&graph, "FIND User AS u THAT IS Person AS p RETURN u.name, p.mail", &rows);
    check_rows(&graph, "FIND User THAT IS Person RETURN User.name, Person.mail", &rows);
    let rows = json!([["wasp", "pia@example.com"], ["bat", "bea@example.com"]]);
    check_rows(&graph, "FIND UNIQUE User AS u THAT IS Person AS p RETURN u.name, p.mail", &rows);
    let query = "FIND Person AS p RETURN p.[special-name], p.tag.Team, p.mail AS \"Mail address\", COUNT(p), count(p) AS n";
    assert_eq!(columns(&graph.ask(query)), ["p.special-name", "p.tag.Team", "Mail address", "COUNT(p)", "n"]);
    check_rows(
        &graph,
        "FIND Person AS p RETURN p.[special-name], p.tag.Team",
        &json!([["W", "red"], [null, null]]),
    );
}

#[test]
fn a_star_is_a_column_a_property_and_a_whole_entity_is_an_object() {
    let graph = people();
    let answer = graph.ask("FIND acme_person WITH mail ^= 'pia' AS p RETURN p.*, p.mail AS again");
    let (columns, rows) = table(&answer);
    for column in
        ["p._id", "p._key", "p._class", "p._deleted", "p._integrationInstanceId", "p.mail", "p.special-name"]
    {
        assert!(columns.contains(&column.to_owned()), "{column} is not in {columns:?}");
    }
    assert_eq!((rows[0].len(), columns.last().unwrap().as_str()), (columns.len(), "again"));
    let answer = graph.ask("FIND acme_person WITH mail ^= 'pia' RETURN acme_person");
    assert_eq!(table(&answer).1[0][0]["_class"], json!(["Person"]));
    assert_eq!(notices(&answer), ["whole-entity"]);
}

#[test]
fn a_tree_has_each_vertex_and_edge_once() {
    let graph = people();
    let (vertices, edges) = tree(&graph.ask("FIND Person WITH mail ^= 'pia' THAT IS User RETURN tree"));
    assert_eq!((vertices.join(" "), edges.join(" ")), ("p1 u1 u3".to_owned(), "a c".to_owned()));
    let json = graph.ask("FIND User WITH name = 'bat' THAT IS Person RETURN TREE").json();
    let edge = &json["data"]["edges"][0];
    assert_eq!((&edge["fromVertexId"], &edge["toVertexId"]), (&json!("id:u2"), &json!("id:p2")));
    assert_eq!(json["type"], "tree");
}

fn teams() -> Graph {
    Graph::with(
        &[
            e("north acme_project Project", json!({ "name": "North" })),
            e("south acme_project Project", json!({ "name": "South" })),
            e("t1 acme_team Team", json!({ "name": "one", "lead": "ada", "cost": 100 })),
            e("t2 acme_team Team", json!({ "name": "two", "lead": "bob", "cost": 50 })),
            e("t3 acme_team Team", json!({ "name": "three", "lead": "ada", "cost": 2.5 })),
            e("m1 acme_user User", json!({ "age": 30 })),
            e("m2 acme_user User", json!({ "age": 40 })),
            e("m3 acme_user User", json!({ "age": 50 })),
        ],
        &related(&[
            "a t1 HAS m1",
            "b t1 HAS m2",
            "c t2 HAS m3",
            "d north HAS t1",
            "e north HAS t2",
            "f south HAS t2",
        ]),
    )
}

#[test]
fn aggregates_group_by_the_other_columns_and_count_distinct_values() {
    let graph = teams();
    let cases = [
        ("FIND acme_team AS t RETURN count(t)", json!([[3]])),
        ("FIND acme_team AS t RETURN count(t.lead)", json!([[2]])),
        ("FIND acme_team AS t RETURN count(t.none)", json!([[0]])),
        ("FIND nothing AS t RETURN count(t), sum(t.cost)", json!([[0, null]])),
        ("FIND acme_team AS t THAT HAS User AS u RETURN t.name, count(u)", json!([["one", 2], ["two", 1]])),
        ("FIND acme_team AS t THAT HAS User AS u RETURN count(u), avg(u.age)", json!([[3, 40]])),
        (
            "FIND Project AS p THAT HAS Team AS t THAT HAS User AS u RETURN p.name, count(u)",
            json!([["North", 3], ["South", 1]]),
        ),
        (
            "FIND Project AS p THAT HAS Team AS t THAT HAS User AS u RETURN count(u), count(t), count(p)",
            json!([[3, 2, 2]]),
        ),
        (
            "FIND Project AS p THAT HAS Team AS t THAT HAS User AS u RETURN p.name, t.name, count(u)",
            json!([["North", "one", 2], ["North", "two", 1], ["South", "two", 1]]),
        ),
        ("FIND Team AS t RETURN t.lead, sum(t.cost) * 0.02 AS estimate", json!([["ada", 2.05], ["bob", 1]])),
        ("FIND Team AS t RETURN min(t.cost), max(t.cost), min(t.name)", json!([[2.5, 100, "one"]])),
        ("FIND Team AS t RETURN concat(t.lead, ': ', count(t)) AS n", json!([["ada: 2"], ["bob: 1"]])),
    ];
    for (query, rows) in cases {
        check_rows(&graph, query, &rows);
    }
    let answer = graph.ask("FIND nothing AS t RETURN sum(t.cost)");
    assert_eq!(notices(&answer), ["no-value"]);
}

#[test]
fn calculations_are_those_of_numbers() {
    let graph = Graph::with(
        &[e(
            "r acme_risk Risk",
            json!({ "impact": 2, "chance": 4, "cost": 2.33, "part": 0.65, "from": NOW - 3 * DAY, "to": NOW, "text": "x" }),
        )],
        &[],
    );
    for (expression, value) in [
        ("r.chance ^ 2", json!(16)),
        ("ABS(r.impact - 5)", json!(3)),
        ("abs(r.impact - 5) / r.chance", json!(0.75)),
        ("r.chance / r.impact", json!(2)),
        ("FLOOR(r.cost)", json!(2)),
        ("CEIL(r.cost)", json!(3)),
        ("ROUND(r.cost)", json!(2)),
        ("ROUND(r.part)", json!(1)),
        ("sqrt(r.chance)", json!(2)),
        ("r.impact + r.chance * 2 - 1", json!(9)),
        ("(r.impact + r.chance) * 2", json!(12)),
        ("-r.impact", json!(-2)),
        ("(r.to - r.from) / (3600000 * 24)", json!(3)),
        ("(date.now - r.from) / 3600000", json!(72)),
        ("date.now - 1 day", json!(NOW - DAY)),
        ("date(1970-01-02)", json!(DAY)),
        ("r.impact / 0", Value::Null),
        ("r.impact + r.none", Value::Null),
        ("r.impact + r.text", Value::Null),
        ("sqrt(-1)", Value::Null),
    ] {
        check_rows(&graph, &format!("FIND Risk AS r RETURN {expression} AS v"), &json!([[value]]));
    }
    let answer = graph.ask("FIND Risk AS r RETURN r.impact + r.text AS v");
    assert_eq!(notices(&answer), ["no-value", "not-a-number"]);
}

#[test]
fn texts_are_put_together_and_gaps_filled() {
    let graph = Graph::with(
        &[
            e("b1 acme_bucket DataStore", json!({ "size": 2000, "name": "b1", "mail": ["x", "y"] })),
            e(
                "b2 acme_bucket DataStore",
                json!({ "backup": 3000, "name": "b2", "mail": "y", "copy": ["y", "z"] }),
            ),
        ],
        &[],
    );
    for (expression, rows) in [
        ("CONCAT(s.name, ' ', s.size, ' bytes')", json!([["b1 2000 bytes"], ["b2  bytes"]])),
        ("coalesce(s.backup, s.size, 0) / 1000", json!([[2], [3]])),
        ("concat(coalesce(s.backup, s.size, 0)/1000, 'mb')", json!([["2mb"], ["3mb"]])),
        ("merge(s.mail, s.copy, s.none)", json!([[["x", "y"]], [["y", "z"]]])),
        ("coalesce(s.none, 'none')", json!([["none"], ["none"]])),
        ("unwind(s.mail)", json!([["x"], ["y"], ["y"]])),
        ("unwind(s.copy)", json!([["y"], ["z"]])),
        ("unwind(s._class), count(s)", json!([["DataStore", 2]])),
        ("unwind(s.mail), count(s)", json!([["x", 1], ["y", 2]])),
    ] {
        check_rows(&graph, &format!("FIND acme_bucket AS s RETURN {expression}"), &rows);
    }
}

#[test]
fn sorting_takes_several_keys_columns_and_limits() {
    let graph = Graph::with(
        &[
            e("a acme_user User", json!({ "name": "c", "active": true, "age": 9 })),
            e("b acme_user User", json!({ "name": "a", "active": false, "age": 10 })),
            e("c acme_user User", json!({ "name": "b", "active": true })),
        ],
        &[],
    );
    for (query, expected) in [
        ("FIND User AS u RETURN u.name ORDER BY u.name", json!([["a"], ["b"], ["c"]])),
        ("FIND User AS u RETURN u.name AS n ORDER BY n DESC", json!([["c"], ["b"], ["a"]])),
        ("FIND User AS u RETURN u.name ORDER BY u.active DESC, u.name ASC", json!([["b"], ["c"], ["a"]])),
        ("FIND User AS u RETURN u.name ORDER BY u.age", json!([["c"], ["a"], ["b"]])),
        ("FIND User AS u RETURN u.name ORDER BY u.age DESC", json!([["a"], ["c"], ["b"]])),
        ("FIND User AS u RETURN u.name ORDER BY u.name LIMIT 2", json!([["a"], ["b"]])),
        ("FIND User AS u RETURN u.name ORDER BY u.name SKIP 1 LIMIT 1", json!([["b"]])),
        ("FIND User AS u RETURN u.active, count(u) AS n ORDER BY n", json!([[false, 1], [true, 2]])),
    ] {
        let answer = graph.ask(query);
        assert_eq!(json!(table(&answer).1), expected, "{query}");
        assert_eq!(answer.cursor, None, "{query}");
    }
    assert_eq!(keys(&graph.ask("FIND User AS u ORDER BY u.name")), ["b", "c", "a"]);
    assert_eq!(keys(&graph.ask("FIND User AS u ORDER BY u.name LIMIT 1")), ["b"]);
    assert_eq!(notices(&graph.ask("FIND User SKIP 1")), ["skip"]);
}

#[test]
fn subqueries_give_the_values_to_compare_with() {
    let graph = Graph::with(
        &[
            e("b1 acme_bucket DataStore", json!({ "account": "111" })),
            e("b2 acme_bucket DataStore", json!({ "account": ["222", 333] })),
            e("a1 acme_account Account", json!({ "id": "111" })),
            e("a2 acme_account Account", json!({ "id": "222" })),
            e("ou acme_ou Group", json!({ "name": "Prod" })),
        ],
        &related(&["a ou HAS a1"]),
    );
    let inner = "FIND acme_ou WITH name = 'Prod' THAT RELATES TO acme_account AS a RETURN a.id";
    check_lists(
        &graph,
        &[
            (&format!("FIND acme_bucket AS b WHERE b.account = ({inner})"), "b1"),
            (&format!("FIND acme_bucket WITH account != ({inner})"), "b2"),
            ("FIND acme_bucket WITH account = (FIND acme_account AS a RETURN a.id)", "b1 b2"),
            ("FIND acme_bucket WITH account = (FIND nothing AS a RETURN a.id)", ""),
        ],
    );
}

#[test]
fn parameters_are_filled_in() {
    let graph = Graph::with(
        &[
            e("p1 acme_app Application", json!({ "vendor": "a", "size": 1 })),
            e("p2 acme_app Application", json!({ "vendor": "b", "size": 2 })),
            e("p3 acme_app Application", json!({ "vendor": "{{who}}" })),
        ],
        &[],
    );
    let mut options = options();
    options.params.extend([
        ("one".to_owned(), json!("a")),
        ("many".to_owned(), json!(["a", "b"])),
        ("size".to_owned(), json!(2)),
    ]);
    for (query, expected) in [
        ("FIND Application WITH vendor = ${ param.one }", "p1"),
        ("FIND Application WITH vendor = ${param.many}", "p1 p2"),
        ("FIND Application WITH size = ${size}", "p2"),
        ("FIND Application WITH vendor = {{one}}", "p1"),
        ("FIND Application WITH vendor = '{{one}}'", "p1"),
        ("FIND Application WITH vendor = '{{who}}'", "p3"),
    ] {
        assert_eq!(keys(&graph.query(query, &options).unwrap()).join(" "), expected, "{query}");
    }
    let error = error(&graph, "FIND Application WITH vendor = ${ param.nope }");
    assert_eq!(error.kind.name(), "unknown-parameter");
    assert_eq!(notices(&graph.ask("FIND Application WITH vendor = '{{who}}'")), ["placeholder"]);
}

#[test]
fn a_name_that_nothing_has_had_is_said_when_nothing_is_found() {
    let graph = Graph::with(&[e("u1 acme_user User", json!({ "name": "Ada" }))], &[]);
    for (query, expected) in [
        ("FIND Usr", &["unknown-name"][..]),
        ("FIND User THAT HAS acme_devise", &["unknown-name"]),
        ("FIND User THAT HSA User", &["unknown-name"]),
        ("FIND User THAT has User", &[]),
        ("FIND User THAT (HAS|HSA) User", &[]),
        ("FIND User THAT !HSA User", &[]),
        ("FIND User WITH name = 'Bob'", &[]),
        ("FIND (User|Usr)", &[]),
        ("FIND User AS u (THAT HAS acme_devise)? RETURN u.name", &["optional-kept"]),
    ] {
        assert_eq!(notices(&graph.ask(query)), expected, "{query}");
    }
}

#[test]
fn a_property_that_no_entity_has_had_is_said() {
    let entities = [
        e("u1 acme_user User", json!({ "name": "Ada", "tag.team": "blue" })),
        e("h1 acme_host Host", json!({ "hostname": "a" })),
    ];
    let graph = Graph::with(&entities, &related(&["r u1 HAS h1"]));
    for (query, expected) in [
        ("FIND User WITH nmae = 'Ada'", &["`nmae`"][..]),
        ("FIND User WITH hostname = 'a'", &["`hostname`"]),
        ("FIND (User|Host) WITH hostname = 'a'", &[]),
        ("FIND * WITH hostname = 'a' AND nmae != 'Ada'", &["`nmae`"]),
        ("FIND User AS u RETURN u.name, u.nmae, u._type", &["`nmae`"]),
        (
            "FIND User AS u THAT HAS Host AS h WHERE u.hostname = h.hostname RETURN h.hostname",
            &["`hostname`"],
        ),
        ("FIND User AS u THAT RELATES TO AS r * RETURN r.since, u.tag.team", &[]),
        ("FIND User WITH nmae = undefined OR name = 'Ada'", &["`nmae`"]),
        ("FIND #Production", &[]),
        ("FIND Usr WITH nmae = 'Ada'", &["had one of the classes"]),
    ] {
        let notices = graph.ask(query).notices;
        let said = notices.iter().zip(expected).all(|(notice, name)| notice.message.contains(name));
        let is_about_it = |code: &str| code.starts_with("unknown");
        assert_eq!(
            notices.iter().filter(|notice| is_about_it(notice.code)).count(),
            expected.len(),
            "{query}"
        );
        assert!(said, "{query}: {notices:?}");
    }
}

#[test]
fn full_text_and_smart_classes_find_by_properties() {
    let graph = Graph::with(
        &[
            e("x acme_host Host", json!({ "ip": "127.0.0.1", "tags": ["Production", "blue"] })),
            e("y acme_fw Firewall", json!({ "note": "allow 127.0.0.1 only", "tag.Production": true })),
            e("z acme_db DataStore", json!({ "classification": "critical", "tag.Production": true })),
        ],
        &[],
    );
    check_lists(
        &graph,
        &[
            ("FIND \"127.0.0.1\"", "x y"),
            ("FIND '127.0.0.1' WITH _class = 'Host'", "x"),
            ("FIND 'ALLOW acme'", "y"),
            ("FIND #Production", "x y z"),
            ("FIND #Production Host", "x"),
            ("FIND #CriticalAsset", "z"),
        ],
    );
    assert_eq!(notices(&graph.ask("FIND #Production 'blue'")), ["full-text", "smart-class"]);
}

#[test]
fn deleted_objects_are_found_when_asked_for() {
    let mut user = e("u2 acme_user User", json!({ "name": "gone" }));
    user["_deleted"] = json!(true);
    let graph = Graph::with(&[e("u1 acme_user User", json!({})), user], &[]);
    assert_eq!(keys(&graph.ask("FIND User")), ["u1"]);
    let mut options = options();
    options.include_deleted = true;
    let answer = graph.query("FIND User", &options).unwrap();
    assert_eq!(keys(&answer), ["u1", "u2"]);
    assert_eq!(answer.json()["data"][1]["entity"]["_deleted"], true);
    assert_eq!(keys(&graph.query("FIND User WITH _deleted = true", &options).unwrap()), ["u2"]);
}

#[test]
fn unsupported_forms_are_refused_by_name() {
    let graph = devices();
    for (query, what) in [
        ("FIND User THAT SOMEHOW 11 HAS Device RETURN TREE", "SOMEHOW 11"),
        ("FIND User AS u RETURN count(sum(u.a))", "An aggregate in an aggregate"),
        ("FIND User AS u RETURN abs(u.a, u.b)", "abs with 2 arguments"),
        ("FIND User AS u RETURN u.* + 1", "A calculation with .*"),
        ("FIND User WITH [a\"b] = 1", "A property name with quotes"),
        (&format!("FIND User{}", " (THAT HAS Device)?".repeat(7)), "More than 6 optional traversals"),
        (&format!("FIND User{}", " THAT HAS Device".repeat(16)), "More than 15 traversals in a row"),
    ] {
        let error = error(&graph, query);
        assert_eq!(error.kind.name(), "unsupported", "{query}");
        assert!(error.message().starts_with(what), "{query}: {error}");
    }
}

#[test]
fn large_queries_run_or_are_refused() {
    let graph = devices();
    let many: Vec<String> = (0..4000).map(|number| format!("'{number}'")).collect();
    check_lists(&graph, &[(&format!("FIND User WITH _key = ('u1' OR {})", many.join(" OR ")), "u1")]);
    let many: Vec<String> = (0..1500).map(|number| format!("a = {number}")).collect();
    check_lists(&graph, &[(&format!("FIND User WITH {} OR _key = 'u1'", many.join(" OR ")), "u1")]);
    let many: Vec<String> = (0..10_000).map(|number| format!("a={number}")).collect();
    let query = format!("FIND User WITH {}", many.join(" OR ").chars().take(90_000).collect::<String>());
    let query = query.rsplit_once(" OR ").unwrap().0;
    assert_eq!(error(&graph, query).kind.name(), "unsupported");
    let hops = " THAT RELATES TO *".repeat(15);
    check_lists(&graph, &[(&format!("FIND acme_user WITH _key = 'u1'{hops}"), "u1")]);
}

#[test]
fn a_query_that_takes_too_long_is_stopped() {
    let entities: Vec<Value> =
        (0..12).map(|number| e(&format!("e{number} acme_x Record"), json!({}))).collect();
    let relationships: Vec<Value> = (0..12)
        .flat_map(|from| (0..12).map(move |to| r(&format!("{from}-{to} e{from} HAS e{to}"), json!({}))))
        .collect();
    let graph = Graph::with(&entities, &relationships);
    let mut options = options();
    options.timeout = std::time::Duration::from_millis(200);
    let query = format!("FIND *{} AS x RETURN count(x)", " THAT HAS *".repeat(12));
    assert!(matches!(graph.query(&query, &options), Err(QueryError::TimedOut { .. })));
    check_lists(&graph, &[("FIND acme_x WITH _key = 'e1'", "e1")]);
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let graph = teams();
    for query in [
        "FIND *",
        "FIND Project AS p THAT HAS Team AS t THAT HAS User AS u RETURN p._key, t._key, u._key",
        "FIND User AS u RETURN u.age ORDER BY u.age DESC",
        "FIND Team AS t (THAT HAS User AS u)? RETURN t._key, u._key",
    ] {
        let whole = graph.ask(query);
        for page in 1..=4 {
            let (mut rows, mut options) = (Vec::new(), options());
            options.page_size = page;
            loop {
                let answer = graph.query(query, &options).unwrap();
                assert!(answer.data.len() <= page as usize, "{query}");
                rows.extend(answer.json()["data"].as_array().unwrap().iter().cloned());
                options.cursor = answer.cursor;
                if options.cursor.is_none() {
                    break;
                }
            }
            assert_eq!(json!(rows), whole.json()["data"], "{query} in pages of {page}");
        }
    }
    let mut options = options();
    options.cursor = Some("7".to_owned());
    assert!(matches!(graph.query("FIND *", &options), Err(QueryError::Cursor)));
}

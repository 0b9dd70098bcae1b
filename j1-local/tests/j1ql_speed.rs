//! Times of queries on a million entities and a million relationships. `cargo test --release … -- --ignored --nocapture`.
#![allow(missing_docs, reason = "tests")]

#[path = "support/graph.rs"]
mod graph;

use std::time::Instant;

use graph::Graph;

/// 200,000 users, 300,000 devices, 500,000 findings; each user owns devices, and devices have findings.
const FILL: &str = "
    INSERT INTO kind (type, class) VALUES
        ('acme_user', '[\"User\"]'), ('acme_device', '[\"Device\"]'), ('acme_finding', '[\"Finding\"]'),
        ('acme_user_owns_device', '\"OWNS\"'), ('acme_device_has_finding', '\"HAS\"');
    CREATE TEMP TABLE number AS
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT i FROM n;
    INSERT INTO entity (id, uid, scope_id, key, kind, hash, version, created_on, begin_on, source)
        SELECT i, 'id:e' || i, 1, 'e' || i,
            (SELECT id FROM kind WHERE type = iif(i <= 200000, 'acme_user', iif(i <= 500000, 'acme_device', 'acme_finding'))),
            0, 1, 5, 6, 'integration-external' FROM number;
    INSERT INTO entity_props SELECT i, jsonb(json_object(
        'name', 'name ' || i, 'displayName', 'Entity number ' || i, 'platform', iif(i % 4, 'linux', 'darwin'),
        'severity', iif(i % 10, 'low', 'critical'), 'email', json_array('e' || i || '@example.com'), 'score', i % 100))
        FROM number;
    INSERT INTO relationship (id, uid, scope_id, key, kind, from_id, to_id, hash, version, created_on, begin_on, source)
        SELECT i, 'id:r' || i, 1, 'r' || i,
            (SELECT id FROM kind WHERE type = iif(i <= 400000, 'acme_user_owns_device', 'acme_device_has_finding')),
            iif(i <= 400000, i % 200000 + 1, 200001 + (i * 7) % 300000),
            iif(i <= 400000, 200001 + (i * 13) % 300000, 500001 + (i * 11) % 500000),
            0, 1, 5, 6, 'integration-external' FROM number;
    INSERT INTO relationship_props SELECT i, jsonb('{}') FROM number;";

#[test]
#[ignore = "fills a data file of hundreds of megabytes"]
fn queries_on_a_million_are_quick() {
    let graph = Graph::filled(FILL);
    let mut slow = Vec::new();
    for (query, most) in [
        ("FIND User", 200),
        ("FIND acme_user WITH _key = 'e77' THAT OWNS acme_device THAT HAS acme_finding RETURN TREE", 50),
        (
            "FIND acme_user WITH _key = 'e77' THAT OWNS acme_device AS d THAT HAS acme_finding AS f RETURN d.name, f.name",
            50,
        ),
        (
            "FIND User AS u THAT OWNS Device AS d THAT HAS Finding AS f RETURN u.name, d.name, f.name LIMIT 250",
            100,
        ),
        (
            "FIND User THAT OWNS Device WITH platform = 'darwin' THAT HAS Finding WITH severity = 'critical'",
            500,
        ),
        (
            "FIND User AS u THAT OWNS Device WITH platform = 'darwin' THAT HAS Finding WITH severity = 'critical' RETURN count(u)",
            6_000,
        ),
        ("FIND Device WITH platform = 'darwin' AS d RETURN count(d)", 1_500),
        ("FIND Finding AS f RETURN f.severity, count(f) AS n ORDER BY n DESC", 6_000),
        ("FIND User WITH email = 'e4711@example.com'", 50),
        (
            "FIND User WITH email = 'e4711@example.com' THAT OWNS Device AS d THAT HAS Finding AS f RETURN d.name, f.name",
            50,
        ),
        ("FIND User THAT !OWNS Device", 1_500),
        ("FIND Finding WITH severity = 'critical' AS f ORDER BY f.score DESC LIMIT 100", 3_000),
        ("FIND 'number 654321'", 3_000),
        ("FIND * THAT HAS Finding WITH _key = 'e500001'", 10_000),
        ("FIND Finding WITH _key = 'e500001' THAT RELATES TO * THAT RELATES TO *", 50),
    ] {
        let start = Instant::now();
        let answer = graph.ask(query);
        let took = start.elapsed();
        println!("{:>7.1} ms  {:>6}  {query}", took.as_secs_f64() * 1000.0, answer.data.len());
        if took.as_millis() > most * 4 {
            slow.push(query);
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

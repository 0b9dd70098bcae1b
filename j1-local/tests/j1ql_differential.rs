//! The SQL against a naive evaluator, on random graphs and queries.
//!
//! `J1QL_PAIRS` sets the number of pairs (500 by default), `J1QL_SEED` the first seed.
#![expect(clippy::needless_pass_by_value, reason = "values written in place read better")]
#![allow(missing_docs, reason = "tests")]

#[path = "support/graph.rs"]
mod graph;
#[path = "support/naive.rs"]
mod naive;

use fastrand::Rng;
use graph::{Graph, NOW, options};
use j1_local::query::{Answer, Data};
use naive::{Found, Naive, whole};
use serde_json::{Value, json};

/// Queries asked on one graph.
const QUERIES: u64 = 25;

const TYPES: [(&str, &str); 5] = [
    ("acme_user", "User"),
    ("acme_admin", "User"),
    ("acme_host", "Host"),
    ("acme_disk", "Disk"),
    ("other", "Host"),
];
const VERBS: [&str; 3] = ["HAS", "USES", "IS"];
const PROPERTIES: [&str; 4] = ["a", "b", "ip", "tag.x"];
const TEXTS: [&str; 7] = ["x", "xy", "y", "Xy", "", "10.0.0.1", "10.1.2.3"];

fn pick<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    from[rng.usize(..from.len())]
}

fn value(rng: &mut Rng, list: bool) -> Value {
    match rng.u8(..if list { 8 } else { 6 }) {
        0 | 1 => json!(pick(rng, &TEXTS)),
        2 => json!(rng.i32(-3..6)),
        // Never whole: the store keeps 1.0 and 1 apart, as JSON texts.
        3 => json!(f64::from(rng.i32(-3..3)) + 0.5),
        4 => json!(rng.bool()),
        5 => json!(NOW - i64::from(rng.i32(0..5)) * 86_400_000 - 1),
        _ => (0..rng.usize(..4)).map(|_| value(rng, false)).collect(),
    }
}

fn object(rng: &mut Rng, key: String, type_name: &str, class: Value) -> Value {
    let mut object = json!({ "_key": key, "_type": type_name, "_class": class });
    for name in PROPERTIES {
        if rng.u8(..10) < 7 {
            object[name] = value(rng, true);
        }
    }
    object
}

fn random_graph(rng: &mut Rng) -> (Vec<Value>, Vec<Value>) {
    let entities: Vec<Value> = (0..rng.usize(1..9))
        .map(|number| {
            let (type_name, class) = TYPES[rng.usize(..TYPES.len())];
            let class = if rng.bool() { json!([class]) } else { json!([class, "Asset"]) };
            object(rng, format!("e{number}"), type_name, class)
        })
        .collect();
    let relationships = (0..rng.usize(..14))
        .map(|number| {
            let verb = pick(rng, &VERBS);
            let mut relationship = object(rng, format!("r{number}"), "acme_rel", json!(verb));
            for end in ["_fromEntityKey", "_toEntityKey"] {
                relationship[end] = entities[rng.usize(..entities.len())]["_key"].clone();
            }
            relationship
        })
        .collect();
    (entities, relationships)
}

/// A query while it is written.
struct Writer {
    rng: Rng,
    aliases: Vec<String>,
}

impl Writer {
    fn chance(&mut self, percent: u8) -> bool {
        self.rng.u8(..100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        pick(&mut self.rng, from)
    }

    fn alias(&mut self) -> String {
        let alias = format!("v{}", self.aliases.len());
        self.aliases.push(alias.clone());
        format!(" AS {alias}")
    }

    fn selector(&mut self) -> String {
        let names = ["acme_user", "acme_host", "User", "Host", "Disk", "Asset", "none"];
        match self.rng.u8(..8) {
            0 | 1 => "*".to_owned(),
            2 => format!("({}|{})", self.pick(&names), self.pick(&names)),
            _ => self.pick(&names).to_owned(),
        }
    }

    fn node(&mut self) -> String {
        let mut text = self.selector();
        if self.chance(45) {
            text += &format!(" WITH {}", self.predicate(2, false));
        }
        text + &self.alias()
    }

    fn steps(&mut self, depth: u8) -> String {
        let mut text = String::new();
        for _ in 0..self.rng.u8(..=2) {
            if depth > 0 && self.chance(25) {
                let inner = self.steps(depth - 1);
                if !inner.is_empty() {
                    let alias = if self.chance(50) { self.alias() } else { String::new() };
                    text += &format!(" ({})?{alias}", inner.trim());
                }
                continue;
            }
            let negated = if self.chance(15) { "!" } else { "" };
            let verbs = match self.rng.u8(..6) {
                0 => "RELATES TO".to_owned(),
                1 => "(HAS|USES)".to_owned(),
                _ => self.pick(&["HAS", "uses", "IS TO"]).to_owned(),
            };
            let arrow = self.pick(&["", "", " >>", " <<"]);
            let alias = if self.chance(50) { self.alias() } else { String::new() };
            let somehow = match self.rng.u8(..12) {
                0 if !text.contains("SOMEHOW") => format!("SOMEHOW {} ", self.rng.u8(1..4)),
                _ => String::new(),
            };
            text += &format!(" THAT {negated}{somehow}{verbs}{arrow}{alias} {}", self.node());
        }
        text
    }

    fn property(&mut self, named: bool) -> String {
        let name = self.pick(&["a", "b", "ip", "tag.x", "_key", "_type", "_class"]).to_owned();
        if !named {
            return name;
        }
        let at = self.rng.usize(..self.aliases.len());
        format!("{}.{name}", self.aliases[at])
    }

    fn predicate(&mut self, depth: u8, named: bool) -> String {
        if depth > 0 && self.chance(40) {
            let word = self.pick(&["AND", "OR"]);
            let (left, right) = (self.predicate(depth - 1, named), self.predicate(depth - 1, named));
            return if self.chance(50) {
                format!("({left} {word} {right})")
            } else {
                format!("{left} {word} {right}")
            };
        }
        let property = self.property(named);
        match self.rng.u8(..14) {
            0 => {
                let not = self.pick(&["", "!"]);
                let network = self.pick(&["10.0.0.0/8", "10.0.0.1/32", "0.0.0.0/0", "10.1.0.0/16"]);
                format!("{not}cidr({property}, '{network}')")
            }
            1 => {
                let comparator = self.pick(&["=", "!=", "^=", "$="]);
                let regex = self.pick(&["/x/", "/XY/i", "/x[xy]/", "/\\d\\.0/", "/y/"]);
                format!("{property} {comparator} {regex}")
            }
            2 => format!("{property} {} undefined", self.pick(&["=", "!="])),
            3 => {
                let comparator = self.pick(&["<", ">", "<=", ">="]);
                let days = self.rng.u8(..5);
                let now = format!("date.now - {days} days");
                if self.chance(50) {
                    format!("{property} {comparator} {now}")
                } else {
                    format!("{now} {comparator} {property}")
                }
            }
            4 | 5 => {
                let comparator = self.pick(&["=", "!=", "~=", "!~=", "^=", "$=", ">"]);
                let word = self.pick(&[" OR ", " AND "]);
                let all: Vec<String> = (0..self.rng.usize(1..12)).map(|_| self.literal()).collect();
                format!("{property} {comparator} ({})", all.join(word))
            }
            6 => {
                let comparator = self.pick(&["=", "!=", "<", ">=", "~=", "!^="]);
                let other = self.property(named);
                format!("{property} {comparator} {other}")
            }
            7 => {
                let (comparator, other) = (self.pick(&["=", "!=", "<", ">"]), self.property(named));
                format!("{property} + {} {comparator} {other}", self.rng.i8(-3..4).unsigned_abs())
            }
            8 if depth > 0 => {
                let comparator = self.pick(&["=", "!="]);
                let (selector, filter) = (self.selector(), self.predicate(0, false));
                let column = self.pick(&["a", "b", "_key", "_class"]);
                format!("{property} {comparator} (FIND {selector} WITH {filter} AS q RETURN q.{column})")
            }
            _ => {
                let comparator =
                    self.pick(&["=", "=", "!=", "~=", "!~=", "^=", "!^=", "$=", "!$=", "<", ">="]);
                format!("{property} {comparator} {}", self.literal())
            }
        }
    }

    fn literal(&mut self) -> String {
        match self.rng.u8(..7) {
            0 => self.rng.i32(-3..6).to_string(),
            1 => "1.5".to_owned(),
            2 => self.pick(&["true", "false"]).to_owned(),
            _ => {
                format!("'{}'", self.pick(&["x", "xy", "y", "Xy", "", "10.0.0.1", "e1", "User", "acme_host"]))
            }
        }
    }

    fn expression(&mut self, depth: u8) -> String {
        if depth == 0 || self.chance(55) {
            return self.property(true);
        }
        let (left, right) = (self.expression(depth - 1), self.expression(depth - 1));
        match self.rng.u8(..9) {
            0 => format!("{left} {} {right}", self.pick(&["+", "-", "*", "/"])),
            1 => format!("concat({left}, '-', {right})"),
            2 => format!("coalesce({left}, {right}, 'none')"),
            3 => format!("merge({left}, {right})"),
            4 => format!("{}({left})", self.pick(&["abs", "ceil", "floor", "round", "sqrt"])),
            5 => format!("({left} + 1) * 2"),
            6 => "date.now".to_owned(),
            7 => format!("-{left}"),
            _ => format!("unwind({})", self.property(true)),
        }
    }

    fn column(&mut self, aggregate: bool) -> String {
        if !aggregate {
            return self.expression(2);
        }
        let at = self.rng.usize(..self.aliases.len());
        match self.rng.u8(..4) {
            0 => format!("count({})", self.aliases[at]),
            1 => format!("count({})", self.property(true)),
            2 => format!("{}({})", self.pick(&["sum", "avg", "min", "max"]), self.property(true)),
            _ => format!("sum({}) * 2 + count({})", self.property(true), self.aliases[at]),
        }
    }

    fn query(&mut self) -> String {
        self.aliases.clear();
        let unique = if self.chance(15) { "UNIQUE " } else { "" };
        let mut text = format!("FIND {unique}{}", self.node());
        text += &self.steps(2);
        if self.chance(40) {
            text += &format!(" WHERE {}", self.predicate(2, true));
        }
        match self.rng.u8(..6) {
            0 => {}
            1 => text += " RETURN TREE",
            kind => {
                let aggregates = kind > 3;
                let mut columns: Vec<String> =
                    (0..self.rng.usize(usize::from(!aggregates)..3)).map(|_| self.column(false)).collect();
                if aggregates {
                    columns.push(self.column(true));
                }
                columns[0] += " AS first";
                text += &format!(" RETURN {}", columns.join(", "));
                if self.chance(40) {
                    text += &format!(" ORDER BY first{}", self.pick(&["", " DESC"]));
                }
            }
        }
        text
    }
}

/// All pages of an answer as one.
fn all_pages(graph: &Graph, text: &str, page: u32) -> Answer {
    let mut options = options();
    options.page_size = page;
    let mut whole: Option<Answer> = None;
    for _ in 0..10_000 {
        let answer = graph.query(text, &options).unwrap_or_else(|error| panic!("{text}\n{error}"));
        options.cursor.clone_from(&answer.cursor);
        match &mut whole {
            None => whole = Some(answer),
            Some(before) => match (&mut before.data, answer.data) {
                (Data::List(before), Data::List(after)) => before.extend(after),
                (Data::Table { rows: before, .. }, Data::Table { rows: after, .. }) => before.extend(after),
                _ => panic!("trees have one page"),
            },
        }
        if options.cursor.is_none() {
            return whole.unwrap();
        }
    }
    panic!("the pages do not end: {text}");
}

fn sorted(rows: &[Vec<Value>]) -> Vec<String> {
    let mut all: Vec<String> = rows.iter().map(|row| whole(&json!(row)).to_string()).collect();
    all.sort();
    all
}

fn check(graph: &Graph, naive: &Naive, text: &str, page: u32) {
    let answer = all_pages(graph, text, page);
    let context = || format!("{text}\n{}\n{}", json!(naive.entities), json!(naive.relationships));
    match naive.run(text) {
        Found::List(expected) => assert_eq!(graph::keys(&answer), expected, "{}", context()),
        Found::Tree(vertices, edges) => {
            assert_eq!(graph::tree(&answer), (vertices, edges), "{}", context());
        }
        Found::Table(expected) => {
            let rows = graph::table(&answer).1;
            assert_eq!(sorted(rows), sorted(&expected), "{}", context());
            let query = j1ql::parse(text).unwrap();
            if let Some(ordering) = query.order_by.first() {
                assert!(Naive::is_sorted(ordering, rows), "not sorted: {rows:?}\n{}", context());
            }
        }
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn the_sql_answers_as_a_naive_evaluator_does() {
    compare(setting("J1QL_PAIRS", 500), setting("J1QL_SEED", 1));
}

#[test]
#[ignore = "takes a minute; run weekly"]
fn the_sql_answers_ten_thousand_pairs_as_a_naive_evaluator_does() {
    compare(10_000, setting("J1QL_SEED", 1_000_000));
}

fn compare(pairs: u64, first: u64) {
    let mut graph = Graph::new();
    for seed in first..first + pairs.div_ceil(QUERIES) {
        let mut rng = Rng::with_seed(seed);
        let (entities, relationships) = random_graph(&mut rng);
        graph.replace(&entities, &relationships);
        // Half of the graphs have an index of texts.
        if seed % 2 == 0 {
            graph.start_and_stop();
        }
        #[expect(clippy::cast_precision_loss, reason = "dates lie within 2^53 milliseconds")]
        let naive = Naive { entities, relationships, now: NOW as f64 };
        let mut writer = Writer { rng, aliases: Vec::new() };
        for _ in 0..QUERIES {
            let text = writer.query();
            let page = *[1, 2, 1000].get(writer.rng.usize(..3)).unwrap();
            check(&graph, &naive, &text, page);
        }
    }
}

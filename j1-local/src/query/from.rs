//! One path as FROM and WHERE. The order of the joins is the order of the query, which CROSS JOIN pins.

use std::collections::BTreeSet;

use j1_core::model::RELATIONSHIP_CLASSES;
use j1ql::ast::{
    Comparator, Direction, Name, Node, Operand, OperandKind, Predicate, Target, Traversal, Values, Verbs,
};
use j1ql::{Error, Scope};

use super::compile::{Access, At, Compiler, join};
use super::functions;
use super::notices::{FULL_TEXT, SMART_CLASS};
use super::plan::{self, Path};
use super::predicate::Owner;

/// The parts of a path's SQL.
#[derive(Debug, Default)]
pub struct Parts {
    /// Tables after `n0`, each with its ON.
    pub joins: Vec<(String, String)>,
    /// The numbers that `n0` is among, as SQL.
    pub among: Option<String>,
    /// Conditions on `n0` alone.
    pub start: Vec<String>,
    /// The other conditions.
    pub rest: Vec<String>,
}

impl Compiler<'_> {
    /// Translates a path. `select` makes the columns, so that the tables they need are joined too.
    pub fn path<T>(
        &mut self,
        path: &Path<'_>,
        scope: &Scope,
        filter: Option<&Predicate>,
        select: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<(Parts, T), Error> {
        let outer = std::mem::take(&mut self.used);
        let mut parts = Parts { among: self.starts(path, scope, filter), ..Parts::default() };
        for (number, node) in path.nodes.iter().enumerate() {
            let conditions = self.node(node, &At::node(number))?;
            if number == 0 { parts.start.extend(conditions) } else { parts.rest.extend(conditions) }
        }
        for (first, last) in &path.somehow {
            let nodes: Vec<_> = (*first..=*last).map(At::node).collect();
            parts.rest.extend(all_different(&nodes));
        }
        for (from, step) in &path.negations {
            let sql = self.negations(&At::node(from), step)?;
            if *from == 0 { parts.start.push(sql) } else { parts.rest.push(sql) }
        }
        if let Some(filter) = filter {
            parts.rest.push(self.predicate(filter, &Owner::Path { scope, path })?);
        }
        let selected = select(self)?;
        for (number, hop) in path.hops.iter().enumerate() {
            let (from, to, edge) = (At::node(hop.from), At::node(number + 1), At::hop(number));
            let (mut condition, other) = Self::hop(&from, &edge, hop.step);
            if let Verbs::Names(verbs) = &hop.step.verbs {
                // Else SQLite prefers the index of the kinds to that of the ends.
                condition = format!("{condition} AND +{}.kind IN {}", edge.table, self.verbs(verbs));
            }
            parts.joins.push((format!("relationship {}", edge.table), condition));
            self.join_props(&edge, &mut parts.joins);
            parts.joins.push((format!("entity {}", to.table), format!("{}.id = {other}", to.table)));
            self.join_props(&to, &mut parts.joins);
        }
        if self.used.remove("p0") {
            parts.joins.insert(0, ("entity_props p0".to_owned(), "p0.id = n0.id".to_owned()));
        }
        self.used = outer;
        Ok((parts, selected))
    }

    /// Joins the properties of an entity or relationship if something has asked for them.
    fn join_props(&mut self, at: &At, joins: &mut Vec<(String, String)>) {
        if self.used.remove(&at.props) {
            let table = if at.is_entity { "entity_props" } else { "relationship_props" };
            joins.push((format!("{table} {}", at.props), format!("{}.id = {}.id", at.props, at.table)));
        }
    }

    /// The condition that joins a relationship to the entity before it, and the id of the entity after it.
    fn hop(from: &At, edge: &At, step: &Traversal) -> (String, String) {
        let (from, edge) = (&from.table, &edge.table);
        match step.direction {
            Direction::Right => (format!("{edge}.from_id = {from}.id"), format!("{edge}.to_id")),
            Direction::Left => (format!("{edge}.to_id = {from}.id"), format!("{edge}.from_id")),
            Direction::Both => (
                format!("({edge}.from_id = {from}.id OR {edge}.to_id = {from}.id)"),
                format!("iif({edge}.from_id = {from}.id, {edge}.to_id, {edge}.from_id)"),
            ),
        }
    }

    /// The list of relationship kinds that have one of these verbs, as SQL.
    fn verbs(&mut self, verbs: &[Name]) -> String {
        let kinds = self.kinds.relationships(verbs);
        // A verb of the data model that no relationship has had is not a misspelling.
        let is_known = |verb: &Name| RELATIONSHIP_CLASSES.contains(&verb.text.to_uppercase().as_str());
        self.unknown_name |= kinds == "()" && !verbs.iter().any(is_known);
        kinds
    }

    /// The conditions on one entity.
    fn node(&mut self, node: &Node, at: &At) -> Result<Vec<String>, Error> {
        let mut conditions = Vec::new();
        let types = match &node.selector.target {
            Target::Names(names) => Some(self.kinds.entity_types(names)),
            Target::Any | Target::Text(_) => None,
        };
        // Paths of one query share the names of tables.
        let all = self.types.entry(at.table.clone()).or_insert_with(|| Some(BTreeSet::new()));
        *all = all.take().zip(types).map(|(all, types)| &all | &types);
        match &node.selector.target {
            Target::Any => {}
            Target::Names(names) => {
                // A `+` keeps SQLite from the index of the kinds where a better one is at its disposal.
                let plus = if node.filter.as_ref().is_some_and(names_entities) { "+" } else { "" };
                let kinds = self.kinds.entities(names);
                self.unknown_name |= kinds == "()";
                conditions.push(format!("{plus}{}.kind IN {kinds}", at.table));
            }
            Target::Text(text) => conditions.push(self.full_text(text, at)),
        }
        for smart in &node.selector.smart {
            conditions.push(self.smart_class(&smart.text, node, at)?);
        }
        if let Some(filter) = &node.filter {
            conditions.push(self.predicate(filter, &Owner::Entity(at.clone()))?);
        }
        Ok(conditions)
    }

    fn full_text(&mut self, text: &str, at: &At) -> String {
        self.notices.add(FULL_TEXT);
        let mut words = Vec::new();
        functions::words(text, &mut words);
        let number = self.words.len();
        self.words.push(words);
        let document = self.document(at);
        let more = format!("{0}.key, {0}.kind", at.table);
        format!(
            "CASE WHEN j1_maybe({number}, {document}, {more}) \
             THEN j1_words({number}, json({document}), {more}) ELSE 0 END"
        )
    }

    /// `tags` has the name, or `tag.<name>` is true; `#CriticalAsset` as JupiterOne defines it at first.
    fn smart_class(&mut self, name: &str, node: &Node, at: &At) -> Result<String, Error> {
        self.notices.add(SMART_CLASS);
        let span = node.selector.span;
        let has = |compiler: &mut Self, property: &str, text: &str| -> Result<String, Error> {
            let access = compiler.access(at, property, span)?;
            let text = compiler.bind(text.to_owned());
            Ok(compiler.any(&access, &|ty, value| format!("({ty} = 'text' AND {value} = {text})")))
        };
        let is_true = |compiler: &mut Self, property: &str| -> Result<String, Error> {
            let access: Access = compiler.access(at, property, span)?;
            Ok(compiler.any(&access, &|ty, _| format!("({ty} = 'true')")))
        };
        let mut any = vec![has(self, "tags", name)?, is_true(self, &format!("tag.{name}"))?];
        if name == "CriticalAsset" {
            let classes = ["Application", "CodeRepo", "DataStore", "Function", "Host", "Logs"];
            let names: Vec<_> =
                classes.map(|class| Name { text: class.to_owned(), span }).into_iter().collect();
            let kinds = format!("{}.kind IN {}", at.table, self.kinds.entities(&names));
            let critical =
                vec![kinds, is_true(self, "tag.Production")?, has(self, "classification", "critical")?];
            any.push(join(critical, "AND"));
        }
        Ok(join(any, "OR"))
    }

    /// The condition that an entity has no such neighbour, for `SOMEHOW` over any number of relationships.
    fn negations(&mut self, from: &At, step: &Traversal) -> Result<String, Error> {
        let lengths = plan::lengths(self.text, step)?;
        let all = lengths.map(|length| self.negation(from, step, length)).collect::<Result<_, _>>()?;
        Ok(join(all, "AND"))
    }

    fn negation(&mut self, from: &At, step: &Traversal, length: usize) -> Result<String, Error> {
        let (mut tables, mut conditions, mut nodes) = (Vec::new(), Vec::new(), vec![from.clone()]);
        for left in (0..length).rev() {
            let number = self.fresh();
            let (edge, to) = (At::hop(format!("x{number}")), At::node(format!("x{number}")));
            let (mut condition, other) = Self::hop(&nodes[nodes.len() - 1], &edge, step);
            if let Verbs::Names(verbs) = &step.verbs {
                condition = format!("{condition} AND +{}.kind IN {}", edge.table, self.verbs(verbs));
            }
            tables.push((format!("relationship {}", edge.table), condition));
            tables.push((format!("entity {}", to.table), format!("{}.id = {other}", to.table)));
            if left == 0 {
                conditions.extend(self.node(&step.node, &to)?);
                self.join_props(&to, &mut tables);
            }
            nodes.push(to);
        }
        if step.somehow.is_some() {
            conditions.extend(all_different(&nodes));
        }
        let mut tables = tables.into_iter();
        let (first, on) = tables.next().unwrap_or_default();
        let joins: String = tables.map(|(table, on)| format!(" CROSS JOIN {table} ON {on}")).collect();
        conditions.insert(0, on);
        Ok(format!("NOT EXISTS (SELECT 1 FROM {first}{joins} WHERE {})", conditions.join(" AND ")))
    }
}

/// Conditions that these entities are all different.
fn all_different(nodes: &[At]) -> Vec<String> {
    let mut all = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        all.extend(nodes[..number].iter().map(|other| format!("{}.id <> {}.id", node.table, other.table)));
    }
    all
}

/// Returns `true` if a filter can only hold for entities that it names by `_key` or `_id`.
fn names_entities(filter: &Predicate) -> bool {
    match filter {
        Predicate::And(all) => all.iter().any(names_entities),
        Predicate::Or(all) => all.iter().all(names_entities),
        Predicate::Cidr(_) => false,
        Predicate::Compare(comparison) => {
            let property = match &comparison.left.kind {
                OperandKind::Property(property) => property.name(),
                _ => return false,
            };
            let is_text =
                |values: &Values| matches!(values, Values::One(Operand { kind: OperandKind::Text(_), .. }));
            let texts = match &comparison.right {
                Values::AnyOf(all) => all.iter().all(is_text),
                one => is_text(one),
            };
            matches!(property.as_str(), "_key" | "_id") && comparison.comparator == Comparator::Equal && texts
        }
    }
}

impl Parts {
    /// `FROM entity n0 … WHERE …`
    pub fn full(&self, more: &[String]) -> String {
        let joins: String =
            self.joins.iter().map(|(table, on)| format!(" CROSS JOIN {table} ON {on}")).collect();
        let all: Vec<&str> = self.start.iter().chain(&self.rest).chain(more).map(String::as_str).collect();
        let conditions = if all.is_empty() { "1".to_owned() } else { all.join(" AND ") };
        format!(
            "FROM {}{joins} WHERE {}{conditions}",
            start_table(self.among.as_ref()),
            among(self.among.as_ref())
        )
    }

    /// A condition that the path can be completed from `n0`, which an outer query joins with `p0` if needed.
    pub fn exists(&self) -> String {
        let joins: Vec<_> = self.joins.iter().filter(|(table, _)| table != "entity_props p0").collect();
        let mut conditions: Vec<String> = self.start.clone();
        match joins.split_first() {
            None => conditions.extend(self.rest.iter().cloned()),
            Some(((first, on), others)) => {
                let others: String =
                    others.iter().map(|(table, on)| format!(" CROSS JOIN {table} ON {on}")).collect();
                let mut inner = vec![on.clone()];
                inner.extend(self.rest.iter().cloned());
                conditions
                    .push(format!("EXISTS (SELECT 1 FROM {first}{others} WHERE {})", inner.join(" AND ")));
            }
        }
        join(conditions, "AND")
    }

    /// Returns `true` if the conditions need the properties of `n0`.
    pub fn needs_start_props(&self) -> bool {
        self.joins.iter().any(|(table, _)| table == "entity_props p0")
    }
}

/// The table of the start entities. With a list of them, no index is better.
pub fn start_table(among: Option<&String>) -> &'static str {
    if among.is_some() { "entity n0 NOT INDEXED" } else { "entity n0" }
}

/// The condition that the start entity is in a list, with its AND.
pub fn among(list: Option<&String>) -> String {
    list.map(|list| format!("n0.id IN {list} AND ")).unwrap_or_default()
}

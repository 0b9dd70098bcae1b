//! Whole statements: lists, tables, trees and subqueries.

use j1ql::ast::{Column, Predicate, Query, Returns, Step};
use j1ql::{Error, Scope, Span, Thing};

use super::columns::{Columns, Form, Leaf, Outer};
use super::compile::{Access, At, Compiler, join};
use super::from;
use super::notices::{
    AFTER_NEGATED, OPTIONAL_KEPT, OPTIONAL_LIST, SAME_RELATIONSHIP, SKIP, SOMEHOW, UNIQUE_ALONE,
};
use super::plan::{self, Path, Slot};
use super::predicate;

/// A statement, and how to read its rows.
pub struct Statement {
    pub sql: String,
    pub rows: Rows,
    /// `true` if the rows come in the order of `s`, so that a page can go on at a start entity.
    pub by_start: bool,
}

/// The form of the rows. The first column of each is `s`.
pub enum Rows {
    /// `s` is the entity.
    List,
    /// Values in these forms.
    Table(Vec<Form>),
    /// Numbers of entities, then of relationships, as JSON lists.
    Tree,
}

/// The part of a result that is asked for.
pub struct Window {
    /// The start entity to go on from; only where the rows come in its order.
    pub from: Option<i64>,
    pub offset: i64,
    pub limit: i64,
}

impl Compiler<'_> {
    /// Translates a query.
    pub fn statement(&mut self, query: &Query, window: &Window) -> Result<Statement, Error> {
        let scope = j1ql::resolve(self.text, query)?;
        let paths = plan::paths(self.text, query)?;
        self.note(query);
        let columns = match &query.returns {
            None if query.order_by.is_empty() && query.skip.is_none() => {
                return self.list(query, &scope, &paths, window);
            }
            None => return self.sorted_list(query, &scope, &paths, window),
            Some(Returns::Tree(_)) => return self.tree(query, &scope, &paths, window),
            Some(Returns::Columns(columns)) => columns,
        };
        let (body, outer, by_start) = self.table(query, columns, &scope, &paths, window)?;
        let limit = self.window(window, by_start);
        let forms = outer.values.iter().map(|value| value.form).collect();
        Ok(Statement { sql: format!("{body}{limit}"), rows: Rows::Table(forms), by_start })
    }

    fn note(&mut self, query: &Query) {
        if has_somehow(&query.steps) {
            self.notices.add(SOMEHOW);
        }
        let mut has_optional = false;
        let mut negated = false;
        let mut verbs: Vec<&j1ql::ast::Traversal> = Vec::new();
        for step in &query.steps {
            match step {
                Step::Optional(_) => has_optional = true,
                Step::Traversal(_) if negated => self.notices.add(AFTER_NEGATED),
                Step::Traversal(step) => {
                    negated |= step.negated;
                    verbs.push(step);
                }
            }
        }
        if has_optional {
            self.notices.add(if query.returns.is_none() { OPTIONAL_LIST } else { OPTIONAL_KEPT });
        }
        if verbs.windows(2).any(|pair| matches!(pair, [left, right] if is_way_back(left, right))) {
            self.notices.add(SAME_RELATIONSHIP);
        }
        if query.unique.is_some() && query.returns.is_none() {
            self.notices.add(UNIQUE_ALONE);
        }
        if query.skip.is_some() {
            self.notices.add(SKIP);
        }
    }

    /// Start entities from which a path can be completed. Pages go on after an entity.
    fn list(
        &mut self,
        query: &Query,
        scope: &Scope,
        paths: &[Path<'_>],
        window: &Window,
    ) -> Result<Statement, Error> {
        let (mut any, mut needs_props, mut starts) = (Vec::new(), false, None);
        for path in paths {
            let (parts, ()) = self.path(path, scope, query.filter.as_ref(), |_| Ok(()))?;
            needs_props |= parts.needs_start_props();
            // The same in every path: they have the start and the filter in common.
            starts.clone_from(&parts.among);
            any.push(parts.exists());
        }
        let props = if needs_props { " CROSS JOIN entity_props p0 ON p0.id = n0.id" } else { "" };
        let from = match window.from {
            Some(from) => format!(" AND n0.id > {}", self.bind(from)),
            None => String::new(),
        };
        let limit = self.bind(window.limit);
        let sql = format!(
            "SELECT n0.id FROM {}{props} WHERE {}{}{from} ORDER BY n0.id LIMIT {limit}",
            from::start_table(starts.as_ref()),
            from::among(starts.as_ref()),
            join(any, "OR")
        );
        Ok(Statement { sql, rows: Rows::List, by_start: true })
    }

    /// Start entities in an order of their own.
    fn sorted_list(
        &mut self,
        query: &Query,
        scope: &Scope,
        paths: &[Path<'_>],
        window: &Window,
    ) -> Result<Statement, Error> {
        let mut columns = Columns::new(self, scope, !query.steps.is_empty());
        // Grouped by the start entity, so that each is listed once.
        let mut outer = columns.outer(&[], &query.order_by, true)?;
        outer.group = Some(vec!["s".to_owned()]);
        let (leaves, unwinds) = (columns.leaves, columns.unwinds);
        let inner = self.inner(query.filter.as_ref(), scope, paths, &leaves, None)?;
        let body = outer_sql("s", &inner, &unwinds, &outer);
        let limit = self.window(window, false);
        Ok(Statement { sql: format!("{body}{limit}"), rows: Rows::List, by_start: false })
    }

    fn tree(
        &mut self,
        query: &Query,
        scope: &Scope,
        paths: &[Path<'_>],
        window: &Window,
    ) -> Result<Statement, Error> {
        let mut arms = Vec::new();
        for path in paths {
            let (parts, ()) = self.path(path, scope, query.filter.as_ref(), |_| Ok(()))?;
            let list = |letter: char, count: usize| {
                (0..count).map(|number| format!("{letter}{number}.id")).collect::<Vec<_>>().join(", ")
            };
            let (nodes, hops) = (list('n', path.nodes.len()), list('r', path.hops.len()));
            arms.push(format!(
                "SELECT n0.id AS s, json_array({nodes}), json_array({hops}) {}",
                parts.full(&[])
            ));
        }
        let limit = self.bind(window.limit);
        let sql = format!("{} ORDER BY s LIMIT {limit}", arms.join(" UNION ALL "));
        Ok(Statement { sql, rows: Rows::Tree, by_start: true })
    }

    /// The statement of a table without LIMIT.
    fn table(
        &mut self,
        query: &Query,
        columns: &[Column],
        scope: &Scope,
        paths: &[Path<'_>],
        window: &Window,
    ) -> Result<(String, Outer, bool), Error> {
        let mut made = Columns::new(self, scope, !query.steps.is_empty());
        let outer = made.outer(columns, &query.order_by, query.unique.is_some())?;
        let (leaves, unwinds) = (made.leaves, made.unwinds);
        let by_start = outer.group.is_none() && outer.order.is_empty() && query.skip.is_none();
        let from = window.from.filter(|_| by_start);
        let inner = self.inner(query.filter.as_ref(), scope, paths, &leaves, from)?;
        let values: String = outer.values.iter().map(|value| format!(", {}", value.sql)).collect();
        let start = if outer.group.is_some() { "0" } else { "s" };
        let body = outer_sql(&format!("{start}{values}"), &inner, &unwinds, &outer);
        Ok((body, outer, by_start))
    }

    /// A subquery as a statement with one column `v`, which is JSON.
    pub fn subquery(&mut self, query: &Query) -> Result<String, Error> {
        let scope = j1ql::resolve(self.text, query)?;
        let paths = plan::paths(self.text, query)?;
        let Some(Returns::Columns(columns)) = &query.returns else {
            return self.error(query.span, j1ql::ErrorKind::SubqueryReturn);
        };
        let everything = Window { from: None, offset: 0, limit: i64::MAX };
        let (body, outer, _) = self.table(query, columns, &scope, &paths, &everything)?;
        let [value] = outer.values.as_slice() else {
            return self.error(query.span, j1ql::ErrorKind::SubqueryReturn);
        };
        let json = match value.form {
            Form::Json => "v",
            Form::Star => return self.error(query.span, j1ql::ErrorKind::SubqueryReturn),
            Form::Number | Form::Scalar => "j1_json(v)",
        };
        let limit = query.limit.map_or(-1, |limit| i64::try_from(limit.value).unwrap_or(-1));
        let skip = query.skip.map_or(0, |skip| i64::try_from(skip.value).unwrap_or(i64::MAX));
        let (limit, skip) = (self.bind(limit), self.bind(skip));
        Ok(format!(
            "WITH found (s, v) AS ({body} LIMIT {limit} OFFSET {skip}) SELECT {json} AS v FROM found WHERE v IS NOT NULL"
        ))
    }

    /// One row a path: `s` and the leaves.
    fn inner(
        &mut self,
        filter: Option<&Predicate>,
        scope: &Scope,
        paths: &[Path<'_>],
        leaves: &[(Thing, Leaf, Span)],
        from: Option<i64>,
    ) -> Result<String, Error> {
        let more: Vec<String> =
            from.map(|from| format!("n0.id >= {}", self.bind(from))).into_iter().collect();
        let mut arms = Vec::new();
        for path in paths {
            let (parts, selected) = self.path(path, scope, filter, |compiler| {
                let leaves =
                    leaves.iter().map(|(thing, leaf, span)| compiler.leaf(path, *thing, leaf, *span));
                leaves.collect::<Result<Vec<_>, _>>()
            })?;
            let columns: String =
                selected.iter().enumerate().map(|(number, sql)| format!(", {sql} AS c{number}")).collect();
            arms.push(format!("SELECT n0.id AS s{columns} {}", parts.full(&more)));
        }
        Ok(arms.join(" UNION ALL "))
    }

    fn leaf(&mut self, path: &Path<'_>, thing: Thing, leaf: &Leaf, span: Span) -> Result<String, Error> {
        let Some(slot) = path.slot(thing) else { return Ok("NULL".to_owned()) };
        let at = predicate::at(slot);
        Ok(match leaf {
            Leaf::Id => format!("{}.id", at.table),
            Leaf::Object => self.object(&at, slot)?,
            Leaf::Property(name) => {
                self.named(&at, name);
                Self::json_of(&self.access(&at, name, span)?)
            }
        })
    }

    /// All properties as a JSON object, metadata included.
    fn object(&mut self, at: &At, slot: Slot) -> Result<String, Error> {
        let ends: &[&str] = match slot {
            Slot::Node(_) => &[],
            Slot::Hop(_) => &["_fromEntityId", "_toEntityId"],
        };
        let document = self.document(at);
        let mut members = Vec::new();
        for name in METADATA.iter().chain(ends) {
            let value = match self.access(at, name, Span::default())? {
                Access::Scalar { sql, ty: "boolean" } => format!("json(iif({sql}, 'true', 'false'))"),
                Access::Scalar { sql, .. } => sql,
                Access::Json { document, .. } => format!("json({document})"),
                Access::Undefined => "NULL".to_owned(),
            };
            members.push(format!("'{name}', {value}"));
        }
        // A NULL takes the member off, such as the instance of an entity that belongs to none.
        Ok(format!("json_patch(json({document}), json_object({}))", members.join(", ")))
    }

    /// LIMIT and OFFSET.
    fn window(&mut self, window: &Window, by_start: bool) -> String {
        let order = if by_start { " ORDER BY s" } else { "" };
        let (limit, offset) = (self.bind(window.limit), self.bind(window.offset));
        format!("{order} LIMIT {limit} OFFSET {offset}")
    }
}

const METADATA: [&str; 12] = [
    "_id",
    "_key",
    "_type",
    "_class",
    "_source",
    "_scope",
    "_version",
    "_createdOn",
    "_beginOn",
    "_accountId",
    "_deleted",
    "_integrationInstanceId",
];

/// The outer query, sorted where the query says or where rows are grouped; by `s` otherwise is up to the caller.
fn outer_sql(select: &str, inner: &str, unwinds: &[String], outer: &Outer) -> String {
    let unwinds: String =
        unwinds.iter().enumerate().map(|(number, sql)| format!(", json_each({sql}) u{number}")).collect();
    let mut sql = format!("SELECT {select} FROM ({inner}) paths{unwinds}");
    if let Some(group) = &outer.group
        && !group.is_empty()
    {
        sql += &format!(" GROUP BY {}", group.join(", "));
    }
    if !outer.order.is_empty() {
        let grouped = if outer.group.is_some() { "min(s)" } else { "s" };
        sql += &format!(" ORDER BY {}, {grouped}", outer.order.join(", "));
    } else if outer.group.as_ref().is_some_and(|group| !group.is_empty()) {
        sql += " ORDER BY min(s)";
    }
    sql
}

fn has_somehow(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Traversal(step) => step.somehow.is_some(),
        Step::Optional(block) => has_somehow(&block.steps),
    })
}

/// Returns `true` if the second traversal could go back over the relationship of the first.
fn is_way_back(left: &j1ql::ast::Traversal, right: &j1ql::ast::Traversal) -> bool {
    use j1ql::ast::{Direction, Verbs};
    let directions = match (left.direction, right.direction) {
        (Direction::Both, _) | (_, Direction::Both) => true,
        (left, right) => left != right,
    };
    let verbs = match (&left.verbs, &right.verbs) {
        (Verbs::Names(left), Verbs::Names(right)) => {
            left.iter().any(|verb| right.iter().any(|other| verb.text.eq_ignore_ascii_case(&other.text)))
        }
        _ => true,
    };
    directions && verbs && !left.negated && !right.negated
}

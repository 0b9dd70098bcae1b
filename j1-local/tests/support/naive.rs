//! A plain evaluator of J1QL on a graph in memory, written from the documentation and not from the SQL.
//!
//! It lists every path, tests every condition on it, and builds the rows one by one.

use std::collections::{BTreeMap, BTreeSet};

use j1ql::Thing;
use j1ql::ast::{
    Cidr, Comparator, Direction, Expression, ExpressionKind, Function, Name, Node, Operand, OperandKind,
    Operator, Ordering, Predicate, Property, Query, Returns, Step, Target, Traversal, Unit, Values, Verbs,
};
use serde_json::{Value, json};

pub struct Naive {
    pub entities: Vec<Value>,
    pub relationships: Vec<Value>,
    pub now: f64,
}

/// The result of a query.
#[derive(Debug)]
pub enum Found {
    List(Vec<String>),
    Table(Vec<Vec<Value>>),
    Tree(Vec<String>, Vec<String>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Entity(usize),
    Relationship(usize),
}

/// One path: what the names stand for, and what it went over.
#[derive(Debug, Clone)]
struct Path {
    start: usize,
    current: usize,
    things: Vec<(Thing, Item)>,
    items: Vec<Item>,
}

impl Path {
    fn find(&self, thing: Thing) -> Option<Item> {
        self.things.iter().find(|(known, _)| *known == thing).map(|(_, item)| *item)
    }
}

/// A value in RETURN: texts and numbers that were calculated, or what an entity has.
type Cell = Option<Value>;

impl Naive {
    pub fn run(&self, text: &str) -> Found {
        let query = j1ql::parse(text).unwrap();
        let scope = j1ql::resolve(text, &query).unwrap();
        let paths = self.paths(&query, &scope);
        match &query.returns {
            None => {
                let starts: BTreeSet<usize> = paths.iter().map(|path| path.start).collect();
                Found::List(starts.iter().map(|start| self.key(Item::Entity(*start))).collect())
            }
            Some(Returns::Tree(_)) => {
                let items: BTreeSet<Item> = paths.iter().flat_map(|path| path.items.clone()).collect();
                let mut keys = (Vec::new(), Vec::new());
                for item in items {
                    match item {
                        Item::Entity(_) => keys.0.push(self.key(item)),
                        Item::Relationship(_) => keys.1.push(self.key(item)),
                    }
                }
                keys.0.sort();
                keys.1.sort();
                Found::Tree(keys.0, keys.1)
            }
            Some(Returns::Columns(columns)) => {
                let values: Vec<&Expression> = columns.iter().map(|column| &column.value).collect();
                Found::Table(self.table(&query, &values, &paths, &scope))
            }
        }
    }

    fn key(&self, item: Item) -> String {
        self.object(item)["_key"].as_str().unwrap().to_owned()
    }

    fn object(&self, item: Item) -> &Value {
        match item {
            Item::Entity(number) => &self.entities[number],
            Item::Relationship(number) => &self.relationships[number],
        }
    }

    fn paths(&self, query: &Query, scope: &j1ql::Scope) -> Vec<Path> {
        let mut paths = Vec::new();
        for start in 0..self.entities.len() {
            if self.matches(&query.start, start) {
                let things = vec![(Thing::Start, Item::Entity(start))];
                paths.push(Path { start, current: start, things, items: vec![Item::Entity(start)] });
            }
        }
        let mut counts = (0, 0);
        let mut paths = self.steps(&query.steps, paths, &mut counts);
        if let Some(filter) = &query.filter {
            paths.retain(|path| self.holds(filter, &|property| self.named(property, path, scope)));
        }
        paths
    }

    fn steps(&self, steps: &[Step], mut paths: Vec<Path>, counts: &mut (usize, usize)) -> Vec<Path> {
        for step in steps {
            match step {
                Step::Optional(block) => {
                    let union = Thing::Union(counts.1);
                    counts.1 += 1;
                    let taken = self.steps(&block.steps, paths.clone(), counts);
                    paths.extend(taken);
                    for path in &mut paths {
                        path.things.push((union, Item::Entity(path.current)));
                    }
                }
                Step::Traversal(step) => {
                    let number = counts.0;
                    counts.0 += 1;
                    paths = paths.into_iter().flat_map(|path| self.follow(step, number, path)).collect();
                }
            }
        }
        paths
    }

    /// The relationships that a traversal could go over from an entity, and where they lead.
    fn neighbours(&self, step: &Traversal, from: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, relationship) in self.relationships.iter().enumerate() {
            let verb = relationship["_class"].as_str().unwrap();
            let fits = match &step.verbs {
                Verbs::Any => true,
                Verbs::Names(names) => names.iter().any(|name| name.text.to_uppercase() == verb),
            };
            let end = |name: &str| {
                self.entities.iter().position(|entity| entity["_key"] == relationship[name]).unwrap()
            };
            let (source, target) = (end("_fromEntityKey"), end("_toEntityKey"));
            let reached = match step.direction {
                Direction::Right => (source == from).then_some(target),
                Direction::Both if source == from => Some(target),
                Direction::Left | Direction::Both => (target == from).then_some(source),
            };
            found.extend(reached.filter(|_| fits).map(|reached| (at, reached)));
        }
        found
    }

    fn follow(&self, step: &Traversal, number: usize, path: Path) -> Vec<Path> {
        let mut next = Vec::new();
        if let Some(somehow) = step.somehow {
            let depth = somehow.depth.map_or(5, |depth| depth.value);
            self.wander(step, depth, &mut vec![path.current], path.clone(), &mut next);
        } else {
            for (at, reached) in self.neighbours(step, path.current) {
                let mut longer = path.clone();
                longer.current = reached;
                longer.things.push((Thing::Relationship(number), Item::Relationship(at)));
                longer.items.extend([Item::Relationship(at), Item::Entity(reached)]);
                next.push(longer);
            }
        }
        next.retain(|path| self.matches(&step.node, path.current));
        for path in &mut next {
            path.things.push((Thing::Reached(number), Item::Entity(path.current)));
        }
        match step.negated {
            true if next.is_empty() => vec![path],
            true => Vec::new(),
            false => next,
        }
    }

    /// Every way over at most so many relationships that passes no entity twice.
    fn wander(
        &self,
        step: &Traversal,
        depth: u64,
        passed: &mut Vec<usize>,
        path: Path,
        found: &mut Vec<Path>,
    ) {
        if depth == 0 {
            return;
        }
        for (at, reached) in self.neighbours(step, path.current) {
            if passed.contains(&reached) {
                continue;
            }
            let mut longer = path.clone();
            longer.current = reached;
            longer.items.extend([Item::Relationship(at), Item::Entity(reached)]);
            found.push(longer.clone());
            passed.push(reached);
            self.wander(step, depth - 1, passed, longer, found);
            passed.pop();
        }
    }

    fn matches(&self, node: &Node, entity: usize) -> bool {
        let entity = &self.entities[entity];
        let is = |name: &Name| match name.is_class() {
            true => entity["_class"].as_array().unwrap().iter().any(|class| class == name.text.as_str()),
            false => entity["_type"] == name.text.as_str(),
        };
        let target = match &node.selector.target {
            Target::Any => true,
            Target::Names(names) => names.iter().any(is),
            Target::Text(_) => unimplemented!("full text has no naive rule"),
        };
        let filter = |filter: &Predicate| {
            self.holds(filter, &|property| {
                entity.get(property.name()).cloned().filter(|value| !value.is_null())
            })
        };
        target && node.filter.as_ref().is_none_or(filter)
    }

    fn named(&self, property: &Property, path: &Path, scope: &j1ql::Scope) -> Cell {
        let (alias, name) = property.split_alias();
        let object = self.object(path.find(scope.find(alias).unwrap())?);
        object.get(name?).cloned().filter(|value| !value.is_null())
    }

    fn holds(&self, predicate: &Predicate, read: &dyn Fn(&Property) -> Cell) -> bool {
        match predicate {
            Predicate::And(all) => all.iter().all(|part| self.holds(part, read)),
            Predicate::Or(all) => all.iter().any(|part| self.holds(part, read)),
            Predicate::Cidr(cidr) => in_network(&elements(read(&cidr.property)), cidr) != cidr.negated,
            Predicate::Compare(comparison) => {
                let (base, negated) = comparison.comparator.split_negation();
                self.values(&comparison.left, base, &comparison.right, read) != negated
            }
        }
    }

    fn values(
        &self,
        left: &Operand,
        base: Comparator,
        right: &Values,
        read: &dyn Fn(&Property) -> Cell,
    ) -> bool {
        match right {
            Values::AnyOf(all) => all.iter().any(|value| self.values(left, base, value, read)),
            Values::AllOf(all) => all.iter().all(|value| self.values(left, base, value, read)),
            Values::One(right) => self.one(left, base, right, read),
            Values::Query(query) => {
                let Some(Returns::Columns(columns)) = &query.returns else {
                    panic!("a subquery without columns")
                };
                let scope = j1ql::Scope::new("", query).unwrap();
                let rows = self.table(query, &[&columns[0].value], &self.paths(query, &scope), &scope);
                let found = rows.into_iter().flat_map(|mut row| elements(Some(row.remove(0))));
                let found: Vec<Value> = found.collect();
                elements(self.operand(left, read))
                    .iter()
                    .any(|left| found.iter().any(|right| compare(left, Comparator::Equal, right)))
            }
        }
    }

    fn one(
        &self,
        left: &Operand,
        base: Comparator,
        right: &Operand,
        read: &dyn Fn(&Property) -> Cell,
    ) -> bool {
        match &right.kind {
            OperandKind::Undefined => base == Comparator::Equal && self.operand(left, read).is_none(),
            OperandKind::Regex { pattern, flags } => {
                let pattern = match base {
                    Comparator::StartsWith => format!("^(?:{pattern})"),
                    Comparator::EndsWith => format!("(?:{pattern})$"),
                    _ => pattern.clone(),
                };
                let insensitive = flags.contains('i');
                let regex =
                    regex_lite::RegexBuilder::new(&pattern).case_insensitive(insensitive).build().unwrap();
                let left = elements(self.operand(left, read));
                left.iter().filter_map(Value::as_str).any(|text| regex.is_match(text))
            }
            _ => {
                let right = match (&right.kind, base) {
                    // A number is looked for as text.
                    (
                        OperandKind::Number(number),
                        Comparator::Contains | Comparator::StartsWith | Comparator::EndsWith,
                    ) => Some(json!(number.to_string())),
                    _ => self.operand(right, read),
                };
                let (left, right) = (elements(self.operand(left, read)), elements(right));
                left.iter().any(|left| right.iter().any(|right| compare(left, base, right)))
            }
        }
    }

    fn operand(&self, operand: &Operand, read: &dyn Fn(&Property) -> Cell) -> Cell {
        Some(match &operand.kind {
            OperandKind::Text(text) => json!(text),
            OperandKind::Number(number) => json!(number),
            OperandKind::Boolean(boolean) => json!(boolean),
            OperandKind::Now => json!(self.now),
            OperandKind::Property(property) => return read(property),
            OperandKind::Duration(duration) => json!(milliseconds(duration.amount, duration.unit)),
            OperandKind::Sum { left, minus, right } => {
                let left = self.operand(left, read)?.as_f64()?;
                let right = self.operand(right, read)?.as_f64()?;
                json!(if *minus { left - right } else { left + right })
            }
            _ => return None,
        })
    }

    fn table(
        &self,
        query: &Query,
        columns: &[&Expression],
        paths: &[Path],
        scope: &j1ql::Scope,
    ) -> Vec<Vec<Value>> {
        let aggregates = columns.iter().any(|column| has_aggregate(column));
        let mut rows: Vec<(Vec<Cell>, Unwound<'_>)> = Vec::new();
        for path in paths {
            let mut unwinds = Vec::new();
            for column in columns {
                find_unwinds(column, &mut unwinds);
            }
            let mut all: Vec<Vec<(Expression, Cell)>> = vec![Vec::new()];
            for argument in unwinds {
                if all[0].iter().any(|(known, _)| same(known, &argument)) {
                    continue;
                }
                let empty = Unwound { path, elements: Vec::new() };
                let values = elements(self.value(&argument, std::slice::from_ref(&empty), scope));
                let longer = all.iter().flat_map(|before| {
                    values.iter().map(|value| {
                        let mut after = before.clone();
                        after.push((argument.clone(), Some(value.clone())));
                        after
                    })
                });
                all = longer.collect();
                if all.is_empty() {
                    break;
                }
            }
            rows.extend(all.into_iter().map(|elements| (Vec::new(), Unwound { path, elements })));
        }
        let paths: Vec<Unwound<'_>> = rows.into_iter().map(|(_, row)| row).collect();
        let mut table: Vec<Vec<Value>> = Vec::new();
        if aggregates {
            let mut groups: BTreeMap<String, Vec<Unwound<'_>>> = BTreeMap::new();
            let plain: Vec<&&Expression> = columns.iter().filter(|column| !has_aggregate(column)).collect();
            for path in paths {
                let key: Vec<Cell> = plain
                    .iter()
                    .map(|column| self.value(column, std::slice::from_ref(&path), scope))
                    .collect();
                groups.entry(json!(key).to_string()).or_default().push(path);
            }
            if plain.is_empty() && groups.is_empty() {
                groups.insert(String::new(), Vec::new());
            }
            for group in groups.values() {
                table.push(columns.iter().map(|column| cell(self.value(column, group, scope))).collect());
            }
        } else {
            for path in &paths {
                let row =
                    columns.iter().map(|column| cell(self.value(column, std::slice::from_ref(path), scope)));
                table.push(row.collect());
            }
        }
        if query.unique.is_some() {
            let mut seen = BTreeSet::new();
            table.retain(|row| seen.insert(json!(row).to_string()));
        }
        table
    }

    /// The value of an expression over a group of rows; outside of aggregates, that of the first.
    fn value(&self, expression: &Expression, rows: &[Unwound<'_>], scope: &j1ql::Scope) -> Cell {
        let number = |inner: &Expression| self.value(inner, rows, scope).and_then(|value| value.as_f64());
        let real = |number: f64| number.is_finite().then(|| json!(number));
        match &expression.kind {
            ExpressionKind::Number(number) => Some(json!(number)),
            ExpressionKind::Text(text) => Some(json!(text)),
            ExpressionKind::Boolean(boolean) => Some(json!(boolean)),
            ExpressionKind::Now => Some(json!(self.now)),
            ExpressionKind::Property(property) => self.named(property, rows.first()?.path, scope),
            ExpressionKind::Negative(inner) => number(inner).and_then(|value| real(-value)),
            ExpressionKind::Binary { left, operator, right } => {
                let (left, right) = (number(left)?, number(right)?);
                match operator {
                    Operator::Add => real(left + right),
                    Operator::Subtract => real(left - right),
                    Operator::Multiply => real(left * right),
                    Operator::Divide => real(left / right),
                    Operator::Power => real(left.powf(right)),
                }
            }
            ExpressionKind::Call { function, arguments } if function.is_aggregate() => {
                self.aggregate(*function, &arguments[0], rows, scope)
            }
            ExpressionKind::Call { function, arguments } => {
                let all = || arguments.iter().filter_map(|argument| self.value(argument, rows, scope));
                match function {
                    Function::Abs => number(&arguments[0]).and_then(|value| real(value.abs())),
                    Function::Sqrt => number(&arguments[0]).and_then(|value| real(value.sqrt())),
                    Function::Ceil => number(&arguments[0]).and_then(|value| real(value.ceil())),
                    Function::Floor => number(&arguments[0]).and_then(|value| real(value.floor())),
                    Function::Round => number(&arguments[0]).and_then(|value| real((value + 0.5).floor())),
                    Function::Concat => Some(json!(all().map(|value| plain(&value)).collect::<String>())),
                    Function::Coalesce => all().next(),
                    Function::Merge => {
                        let mut merged: Vec<Value> = Vec::new();
                        for value in all().flat_map(|value| elements(Some(whole(&value)))) {
                            if !merged.contains(&value) {
                                merged.push(value);
                            }
                        }
                        (!merged.is_empty()).then(|| json!(merged))
                    }
                    _ => {
                        let elements = &rows.first()?.elements;
                        elements.iter().find(|(known, _)| same(known, &arguments[0]))?.1.clone()
                    }
                }
            }
            _ => None,
        }
    }

    fn aggregate(
        &self,
        function: Function,
        argument: &Expression,
        rows: &[Unwound<'_>],
        scope: &j1ql::Scope,
    ) -> Cell {
        if let (Function::Count, ExpressionKind::Property(property)) = (function, &argument.kind)
            && property.parts.len() == 1
        {
            let thing = scope.find(&property.name()).unwrap();
            let items: BTreeSet<Item> = rows.iter().filter_map(|row| row.path.find(thing)).collect();
            return Some(json!(items.len()));
        }
        let values: Vec<Value> =
            rows.iter().filter_map(|row| self.value(argument, std::slice::from_ref(row), scope)).collect();
        let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
        let sum = || numbers.iter().sum::<f64>();
        match function {
            Function::Count => {
                let distinct: BTreeSet<String> =
                    values.iter().map(|value| whole(value).to_string()).collect();
                Some(json!(distinct.len()))
            }
            _ if function != Function::Min && function != Function::Max && numbers.is_empty() => None,
            Function::Sum => Some(json!(sum())),
            #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
            Function::Avg => Some(json!(sum() / numbers.len() as f64)),
            Function::Min => {
                values.iter().map(sort_key).min_by(order).map(|(number, text)| of_key(number, text))
            }
            _ => values.iter().map(sort_key).max_by(order).map(|(number, text)| of_key(number, text)),
        }
    }

    /// Checks that rows are sorted by the first sort key, which is the first column.
    pub fn is_sorted(ordering: &Ordering, rows: &[Vec<Value>]) -> bool {
        let keys: Vec<Option<(f64, String)>> =
            rows.iter().map(|row| (!row[0].is_null()).then(|| sort_key(&row[0]))).collect();
        keys.windows(2).all(|pair| match (&pair[0], &pair[1]) {
            (None, Some(_)) => false,
            (_, None) => true,
            (Some(left), Some(right)) => {
                let (left, right) = if ordering.descending { (right, left) } else { (left, right) };
                order(left, right) != std::cmp::Ordering::Greater
            }
        })
    }
}

/// A path with the elements that its `unwind` calls stand for.
#[derive(Debug)]
struct Unwound<'p> {
    path: &'p Path,
    elements: Vec<(Expression, Cell)>,
}

fn milliseconds(amount: f64, unit: Unit) -> f64 {
    let hours = match unit {
        Unit::Hour => 1.0,
        Unit::Day => 24.0,
        Unit::Month | Unit::Year => unimplemented!("calendars are tested elsewhere"),
    };
    amount * hours * 3_600_000.0
}

fn elements(value: Cell) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
    }
}

fn compare(left: &Value, base: Comparator, right: &Value) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.as_f64().partial_cmp(&right.as_f64()),
        (Value::Bool(left), Value::Bool(right)) if base == Comparator::Equal => Some(left.cmp(right)),
        _ => None,
    };
    let texts = left.as_str().zip(right.as_str());
    match base {
        Comparator::Equal => order == Some(Equal),
        Comparator::Less => order == Some(Less),
        Comparator::LessOrEqual => matches!(order, Some(Less | Equal)),
        Comparator::Greater => order == Some(Greater),
        Comparator::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
        Comparator::Contains => texts.is_some_and(|(left, right)| left.contains(right)),
        Comparator::StartsWith => texts.is_some_and(|(left, right)| left.starts_with(right)),
        Comparator::EndsWith => texts.is_some_and(|(left, right)| left.ends_with(right)),
        _ => unreachable!("negations were split off"),
    }
}

fn in_network(addresses: &[Value], cidr: &Cidr) -> bool {
    let (network, length) = cidr.network.split_once('/').unwrap();
    let number = |text: &str| text.parse::<std::net::Ipv4Addr>().ok().map(u32::from);
    let shift = 32 - length.parse::<u32>().unwrap();
    let network = number(network).unwrap();
    let cut = |address: u32| u64::from(address) >> shift;
    addresses
        .iter()
        .filter_map(|address| number(address.as_str()?))
        .any(|address| cut(address) == cut(network))
}

fn has_aggregate(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Call { function, arguments } => {
            function.is_aggregate() || arguments.iter().any(has_aggregate)
        }
        ExpressionKind::Negative(inner) => has_aggregate(inner),
        ExpressionKind::Binary { left, right, .. } => has_aggregate(left) || has_aggregate(right),
        _ => false,
    }
}

fn find_unwinds(expression: &Expression, into: &mut Vec<Expression>) {
    match &expression.kind {
        ExpressionKind::Call { function: Function::Unwind, arguments } => into.push(arguments[0].clone()),
        ExpressionKind::Call { arguments, .. } => {
            arguments.iter().for_each(|argument| find_unwinds(argument, into));
        }
        ExpressionKind::Negative(inner) => find_unwinds(inner, into),
        ExpressionKind::Binary { left, right, .. } => {
            find_unwinds(left, into);
            find_unwinds(right, into);
        }
        _ => {}
    }
}

/// Returns `true` for two arguments of `unwind` that are the same property.
fn same(left: &Expression, right: &Expression) -> bool {
    match (&left.kind, &right.kind) {
        (ExpressionKind::Property(left), ExpressionKind::Property(right)) => left.parts == right.parts,
        _ => false,
    }
}

fn cell(value: Cell) -> Value {
    whole(&value.unwrap_or_default())
}

/// `2.0` as `2`.
pub fn whole(value: &Value) -> Value {
    match value {
        Value::Array(all) => all.iter().map(whole).collect(),
        Value::Number(number) => {
            match number.as_f64().filter(|real| real.fract() == 0.0 && real.abs() < 1e15) {
                #[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
                Some(real) => json!(real as i64),
                None => value.clone(),
            }
        }
        other => other.clone(),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => whole(other).to_string(),
    }
}

/// Numbers before texts; booleans are numbers, lists are texts.
fn sort_key(value: &Value) -> (f64, String) {
    match value {
        Value::Number(number) => (number.as_f64().unwrap(), String::new()),
        Value::Bool(boolean) => (f64::from(u8::from(*boolean)), String::new()),
        Value::String(text) => (f64::INFINITY, text.clone()),
        other => (f64::INFINITY, other.to_string()),
    }
}

fn of_key(number: f64, text: String) -> Value {
    if number.is_finite() { json!(number) } else { Value::String(text) }
}

fn order(left: &(f64, String), right: &(f64, String)) -> std::cmp::Ordering {
    left.0.total_cmp(&right.0).then_with(|| left.1.cmp(&right.1))
}

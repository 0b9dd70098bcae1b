//! The paths of a query: an optional traversal is taken or not, so each doubles their number, and `SOMEHOW` has a path
//! for each number of relationships.

use j1ql::ast::{Node, Query, Selector, Step, Target, Traversal};
use j1ql::{Error, ErrorKind, Span, Thing};

/// The most paths that are searched one after the other.
const MAX_PATHS: usize = 64;

/// The most traversals in one path, which keeps SQLite below its 64 tables in a join.
const MAX_HOPS: usize = 15;

/// The relationships of `SOMEHOW` without a number, and the most that it takes.
const SOMEHOW: (usize, usize) = (5, 10);

/// The entities on the way of `SOMEHOW`, between its ends.
static ANY: Node = Node {
    selector: Selector { smart: Vec::new(), target: Target::Any, span: Span::new(0, 0) },
    filter: None,
    alias: None,
    span: Span::new(0, 0),
};

/// One way through the query, with every optional traversal decided.
#[derive(Clone)]
pub struct Path<'q> {
    pub nodes: Vec<&'q Node>,
    /// The hop `i` leads to the node `i + 1`.
    pub hops: Vec<Hop<'q>>,
    /// Negated traversals and the node that each starts from.
    pub negations: Vec<(usize, &'q Traversal)>,
    /// The first and the last node of each `SOMEHOW`, which passes no entity twice.
    pub somehow: Vec<(usize, usize)>,
    /// The bindings of the query's names in this path; the others are undefined.
    pub things: Vec<(Thing, Slot)>,
    /// The node that the next step starts from.
    current: usize,
}

/// A traversal that is followed.
#[derive(Clone)]
pub struct Hop<'q> {
    pub from: usize,
    pub step: &'q Traversal,
}

/// The place of a thing in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    Node(usize),
    Hop(usize),
}

impl<'q> Path<'q> {
    /// Goes on over so many relationships of a traversal.
    fn followed_by(mut self, step: &'q Traversal, number: usize, length: usize) -> Self {
        let first = self.current;
        for left in (0..length).rev() {
            self.hops.push(Hop { from: self.current, step });
            self.current = self.nodes.len();
            self.nodes.push(if left == 0 { &step.node } else { &ANY });
        }
        self.things.push((Thing::Reached(number), Slot::Node(self.current)));
        if step.somehow.is_some() {
            self.somehow.push((first, self.current));
        } else {
            self.things.push((Thing::Relationship(number), Slot::Hop(self.hops.len() - 1)));
        }
        self
    }

    pub fn slot(&self, thing: Thing) -> Option<Slot> {
        self.things.iter().find(|(known, _)| *known == thing).map(|(_, slot)| *slot)
    }
}

/// Lists the paths of a query.
pub fn paths<'q>(text: &str, query: &'q Query) -> Result<Vec<Path<'q>>, Error> {
    let start = Path {
        nodes: vec![&query.start],
        hops: Vec::new(),
        negations: Vec::new(),
        somehow: Vec::new(),
        things: vec![(Thing::Start, Slot::Node(0))],
        current: 0,
    };
    let mut planner = Planner { text, traversals: 0, blocks: 0 };
    planner.steps(&query.steps, vec![start])
}

/// Returns the numbers of relationships that a traversal goes over: 1 without `SOMEHOW`.
pub fn lengths(text: &str, step: &Traversal) -> Result<std::ops::RangeInclusive<usize>, Error> {
    let Some(somehow) = step.somehow else { return Ok(1..=1) };
    let Some(depth) = somehow.depth else { return Ok(1..=SOMEHOW.0) };
    match usize::try_from(depth.value) {
        Ok(most) if (1..=SOMEHOW.1).contains(&most) => Ok(1..=most),
        _ => {
            let kind = ErrorKind::Unsupported {
                what: format!("SOMEHOW {}", depth.value),
                instead: "write a number from 1 to 10",
            };
            Err(Error::new(text, depth.span, kind))
        }
    }
}

struct Planner<'t> {
    text: &'t str,
    /// Counted as [`Thing`] counts.
    traversals: usize,
    blocks: usize,
}

impl Planner<'_> {
    fn steps<'q>(&mut self, steps: &'q [Step], mut paths: Vec<Path<'q>>) -> Result<Vec<Path<'q>>, Error> {
        for step in steps {
            match step {
                Step::Traversal(step) => self.traversal(step, &mut paths)?,
                Step::Optional(block) => {
                    let union = Thing::Union(self.blocks);
                    self.blocks += 1;
                    let taken = self.steps(&block.steps, paths.clone())?;
                    paths.extend(taken);
                    for path in &mut paths {
                        path.things.push((union, Slot::Node(path.current)));
                    }
                    if paths.len() > MAX_PATHS {
                        return Err(self.too_much(block.span, "More than 6 optional traversals"));
                    }
                }
            }
        }
        Ok(paths)
    }

    fn traversal<'q>(&mut self, step: &'q Traversal, paths: &mut Vec<Path<'q>>) -> Result<(), Error> {
        let number = self.traversals;
        self.traversals += 1;
        let lengths = lengths(self.text, step)?;
        if step.negated {
            paths.iter_mut().for_each(|path| path.negations.push((path.current, step)));
            return Ok(());
        }
        *paths = lengths
            .flat_map(|length| paths.iter().map(move |path| path.clone().followed_by(step, number, length)))
            .collect();
        if paths.len() > MAX_PATHS {
            return Err(self.too_much(step.span, "More than 64 ways through optional traversals and SOMEHOW"));
        }
        if paths.iter().any(|path| path.hops.len() > MAX_HOPS) {
            return Err(self.too_much(step.span, "More than 15 traversals in a row"));
        }
        Ok(())
    }

    fn too_much(&self, span: Span, what: &str) -> Error {
        let kind = ErrorKind::Unsupported { what: what.to_owned(), instead: "split the query" };
        Error::new(self.text, span, kind)
    }
}

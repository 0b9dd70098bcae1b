//! The paths of a query: an optional traversal is taken or not, so each doubles their number.

use j1ql::ast::{Node, Query, Step, Traversal};
use j1ql::{Error, ErrorKind, Span, Thing};

/// The most paths that are searched one after the other.
const MAX_PATHS: usize = 64;

/// The most traversals in one path, which keeps SQLite below its 64 tables in a join.
const MAX_HOPS: usize = 15;

/// One way through the query, with every optional traversal decided.
#[derive(Clone)]
pub struct Path<'q> {
    pub nodes: Vec<&'q Node>,
    /// The hop `i` leads to the node `i + 1`.
    pub hops: Vec<Hop<'q>>,
    /// Negated traversals and the node that each starts from.
    pub negations: Vec<(usize, &'q Traversal)>,
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

impl Path<'_> {
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
        things: vec![(Thing::Start, Slot::Node(0))],
        current: 0,
    };
    let mut planner = Planner { text, traversals: 0, blocks: 0 };
    planner.steps(&query.steps, vec![start])
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

    fn traversal<'q>(&mut self, step: &'q Traversal, paths: &mut [Path<'q>]) -> Result<(), Error> {
        let number = self.traversals;
        self.traversals += 1;
        if let Some(somehow) = step.somehow {
            let kind = ErrorKind::Unsupported {
                what: "SOMEHOW".to_owned(),
                instead: "write the traversals one by one, each optional one in ( )?",
            };
            return Err(Error::new(self.text, somehow.span, kind));
        }
        for path in paths {
            if step.negated {
                path.negations.push((path.current, step));
                continue;
            }
            path.things.push((Thing::Relationship(number), Slot::Hop(path.hops.len())));
            path.things.push((Thing::Reached(number), Slot::Node(path.nodes.len())));
            path.hops.push(Hop { from: path.current, step });
            path.current = path.nodes.len();
            path.nodes.push(&step.node);
            if path.hops.len() > MAX_HOPS {
                return Err(self.too_much(step.span, "More than 15 traversals in a row"));
            }
        }
        Ok(())
    }

    fn too_much(&self, span: Span, what: &str) -> Error {
        let kind = ErrorKind::Unsupported { what: what.to_owned(), instead: "split the query" };
        Error::new(self.text, span, kind)
    }
}

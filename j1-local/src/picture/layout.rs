//! Positions of nodes: edges pull their ends together, and all nodes push each other apart. Then nodes that are too close are
//! spread, so that each can be seen; a node and the next are about 1 apart. Parts of the graph without a connection stand
//! beside each other.
//!
//! Positions begin at a hash of the node's id and a fixed seed, so the same graph is always arranged in the same way.
//! The push of many nodes far away is that of their common centre (Barnes and Hut), which makes a pass over `n` nodes
//! take `n log n` steps. The libraries there are for this are under the AGPL, or need a graph type of their own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::f64::consts::TAU;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::spread::spread;
use super::{Edge, Node};

const SEED: u64 = 18;

/// The width of a cell of the tree, as a share of its distance, below which its nodes count as one.
const NEAR: f64 = 1.2;

/// The pull to the middle, for each unit of distance from it.
const GRAVITY: f64 = 0.03;

/// The pull of an edge between two nodes without others, for each unit of its length. Edges of nodes with many pull less:
/// otherwise everything around a hub is one heap.
const PULL: f64 = 2.0;

/// The distance, about, to which pull and push bring a node and the next before a part is scaled.
const NATURAL: f64 = 3.0;

/// The distance to which nodes are spread, as a share of what there is room for.
const SPREAD: f64 = 0.75;

/// The deepest level of the tree; nodes that are still together there count as one.
const DEEPEST: usize = 32;

/// A position, or a direction.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub fn plus(self, other: Self, times: f64) -> Self {
        Self { x: other.x.mul_add(times, self.x), y: other.y.mul_add(times, self.y) }
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(other, -1.0)
    }

    pub fn square(self) -> f64 {
        self.x.mul_add(self.x, self.y * self.y)
    }
}

/// The positions of all nodes: each connected part is arranged by itself, and the parts are packed in rows. Edges to nodes
/// that are not given are left out.
pub fn arrange(nodes: &[Node], edges: &[Edge]) -> Vec<Point> {
    let pairs = pairs(nodes, edges);
    let mut points = vec![Point::default(); nodes.len()];
    let mut parts = Vec::new();
    let mut alone = Part::default();
    for members in components(nodes.len(), &pairs) {
        if let [node] = members[..] {
            // As the seeds of a sunflower lie.
            let at = float(alone.nodes.len());
            let turned = Point { x: (at * 2.399_963).cos(), y: (at * 2.399_963).sin() };
            alone.nodes.push(node);
            alone.points.push(Point::default().plus(turned, 1.1 * at.sqrt()));
        } else {
            parts.push(Part::new(nodes, &pairs, members));
        }
    }
    parts.push(alone);
    for part in &mut parts {
        part.measure();
    }
    parts.sort_by(|a, b| b.height.total_cmp(&a.height));
    pack(&mut parts);
    for (node, point) in parts.iter().flat_map(|part| part.nodes.iter().zip(&part.points)) {
        points[*node] = *point;
    }
    points
}

/// The positions when the nodes from `first` on are new: the others stay, and those begin around the anchor.
pub fn extend(nodes: &[Node], edges: &[Edge], first: usize, anchor: usize) -> Vec<Point> {
    let scaled = |node: &Node| Point { x: node.x * NATURAL, y: node.y * NATURAL };
    let middle = nodes.get(anchor).map_or_else(Point::default, scaled);
    let size = float(nodes.len() - first).sqrt() / 2.0 * NATURAL;
    let begin = |(index, node): (usize, &Node)| {
        if index < first { scaled(node) } else { middle.plus(scattered(node, index), size) }
    };
    let points = nodes.iter().enumerate().map(begin).collect();
    let mut layout = Layout::new(points, pairs(nodes, edges), first);
    layout.settle();
    for point in &mut layout.points {
        *point = Point::default().plus(*point, 1.0 / NATURAL);
    }
    spread(&mut layout.points, first, SPREAD);
    layout.points
}

/// The ends of the edges, each pair once, without loops.
fn pairs(nodes: &[Node], edges: &[Edge]) -> Vec<(usize, usize)> {
    let mut seen = HashSet::new();
    let known = |end: usize| end < nodes.len();
    edges
        .iter()
        .map(|edge| (edge.from.min(edge.to), edge.from.max(edge.to)))
        .filter(|&(from, to)| from != to && known(to) && seen.insert((from, to)))
        .collect()
}

/// Returns the first node of the part that a node is in, and shortens the way to it for the next search.
fn top(above: &mut [usize], mut node: usize) -> usize {
    while above[node] != node {
        above[node] = above[above[node]];
        node = above[node];
    }
    node
}

/// The nodes of each connected part, in their order.
fn components(count: usize, pairs: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut above: Vec<usize> = (0..count).collect();
    for &(from, to) in pairs {
        let (from, to) = (top(&mut above, from), top(&mut above, to));
        above[from.max(to)] = from.min(to);
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for node in 0..count {
        parts.entry(top(&mut above, node)).or_default().push(node);
    }
    parts.into_values().collect()
}

/// A place within a circle of the size 1 that depends on the node's id. The index keeps apart what has the same id.
fn scattered(node: &Node, index: usize) -> Point {
    let hash = xxh3_64_with_seed(node.id.as_bytes(), SEED).wrapping_add(index as u64 * 0x9E37_79B9);
    let angle = TAU * share(hash & 0xFFFF_FFFF);
    let radius = share(hash >> 32).sqrt();
    Point { x: angle.cos() * radius, y: angle.sin() * radius }
}

/// A connected part of the graph.
#[derive(Default)]
struct Part {
    nodes: Vec<usize>,
    points: Vec<Point>,
    width: f64,
    height: f64,
}

impl Part {
    fn new(nodes: &[Node], pairs: &[(usize, usize)], members: Vec<usize>) -> Self {
        let places: HashMap<usize, usize> = members.iter().copied().zip(0..).collect();
        let pairs =
            pairs.iter().filter_map(|(from, to)| Some((*places.get(from)?, *places.get(to)?))).collect();
        let size = float(members.len()).sqrt();
        let begin = |node: &usize| Point::default().plus(scattered(&nodes[*node], *node), size);
        let points = members.iter().map(begin).collect();
        let mut layout = Layout::new(points, pairs, 0);
        layout.settle();
        let mut part = Self { nodes: members, points: layout.points, ..Self::default() };
        part.spread();
        part
    }

    /// Scales the part so that there is room for a node in each unit, and spreads the nodes in it.
    fn spread(&mut self) {
        let (low, high) = ends(&self.points);
        let (width, height) = (high.x - low.x, high.y - low.y);
        let nodes = float(self.points.len());
        // A part in a line has no area.
        let area = (width * height).max(width.max(height).powi(2) / nodes);
        let unit = (area / nodes).sqrt();
        if unit > 0.0 {
            self.points.iter_mut().for_each(|point| *point = Point::default().plus(*point, 1.0 / unit));
        }
        spread(&mut self.points, 0, SPREAD);
    }

    /// Moves the part so that it begins at 0 with a margin around it, and notes its size.
    fn measure(&mut self) {
        const MARGIN: f64 = 1.0;
        if self.points.is_empty() {
            return;
        }
        let (low, high) = ends(&self.points);
        let corner = Point { x: low.x - MARGIN, y: low.y - MARGIN };
        self.points.iter_mut().for_each(|point| *point = point.minus(corner));
        (self.width, self.height) = (high.x - low.x + 2.0 * MARGIN, high.y - low.y + 2.0 * MARGIN);
    }
}

/// The corners of the rectangle around all points.
pub fn ends(points: &[Point]) -> (Point, Point) {
    let range = |read: fn(&Point) -> f64| {
        let all = points.iter().map(read);
        (all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max))
    };
    let ((left, right), (below, above)) = (range(|point| point.x), range(|point| point.y));
    (Point { x: left, y: below }, Point { x: right, y: above })
}

/// Places parts beside each other, the tallest first, in rows that make about a square.
fn pack(parts: &mut [Part]) {
    let area: f64 = parts.iter().map(|part| part.width * part.height).sum();
    let widest = parts.iter().map(|part| part.width).fold(area.sqrt() * 1.3, f64::max);
    let (mut corner, mut row) = (Point::default(), 0.0_f64);
    for part in parts {
        if corner.x + part.width > widest * 1.001 && corner.x > 0.0 {
            // The next row is below: positions count from below.
            corner = Point { x: 0.0, y: corner.y - row };
            row = 0.0;
        }
        let at = Point { x: corner.x, y: corner.y - part.height };
        part.points.iter_mut().for_each(|point| *point = point.plus(at, 1.0));
        corner.x += part.width;
        row = row.max(part.height);
    }
}

/// A graph whose nodes move.
struct Layout {
    points: Vec<Point>,
    /// The ends of the edges, each pair once, and how strongly each pulls.
    pairs: Vec<(usize, usize, f64)>,
    /// The nodes before this one stay.
    first: usize,
}

impl Layout {
    fn new(points: Vec<Point>, pairs: Vec<(usize, usize)>, first: usize) -> Self {
        let mut degrees = vec![0; points.len()];
        for end in pairs.iter().flat_map(|(from, to)| [*from, *to]) {
            degrees[end] += 1;
        }
        let degree = |node: usize| float(degrees[node]);
        let strength = |from, to| PULL / (degree(from) * degree(to)).sqrt();
        let pairs = pairs.into_iter().map(|(from, to)| (from, to, strength(from, to))).collect();
        Self { points, pairs, first }
    }

    /// Moves the nodes until they are nearly at rest: more often in small graphs, so that none takes long.
    fn settle(&mut self) {
        let moving = self.points.len().saturating_sub(self.first);
        if moving == 0 || self.points.len() < 2 {
            return;
        }
        let passes = (250_000 / self.points.len()).clamp(50, 300);
        let hottest = float(self.points.len()).sqrt() / 4.0 + 0.5;
        for pass in 0..passes {
            let left = 1.0 - float(pass) / float(passes);
            self.pass(hottest * left * left + 0.02);
        }
    }

    /// Moves every node once, by no more than `most`.
    fn pass(&mut self, most: f64) {
        let tree = Tree::new(&self.points);
        let mut forces: Vec<Point> = self.points.iter().map(|_| Point::default()).collect();
        let mut open = Vec::new();
        for (force, point) in forces.iter_mut().zip(&self.points).skip(self.first) {
            *force = tree.push(*point, &mut open).plus(*point, -GRAVITY);
        }
        for &(from, to, pull) in &self.pairs {
            let way = self.points[to].minus(self.points[from]);
            forces[from] = forces[from].plus(way, pull);
            forces[to] = forces[to].plus(way, -pull);
        }
        for (point, force) in self.points.iter_mut().zip(forces).skip(self.first) {
            let strength = force.square().sqrt();
            if strength > 0.0 {
                *point = point.plus(force, most.min(strength) / strength);
            }
        }
    }
}

/// A square of the plane with the nodes in it.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// The number of nodes.
    nodes: f64,
    /// The sum of their positions.
    sum: Point,
    /// The length of a side.
    side: f64,
    /// Its four quarters; 0 for one that is empty, since the root is the quarter of none.
    quarters: [usize; 4],
    /// `true` if it has no quarters.
    leaf: bool,
}

struct Tree {
    cells: Vec<Cell>,
}

impl Tree {
    fn new(points: &[Point]) -> Self {
        let reach = points.iter().map(|point| point.x.abs().max(point.y.abs())).fold(1.0, f64::max);
        let root = Cell { side: reach * 2.0, leaf: true, ..Cell::default() };
        let mut tree = Self { cells: Vec::with_capacity(points.len() * 2) };
        tree.cells.push(root);
        for point in points {
            tree.add(*point, Point { x: -reach, y: -reach });
        }
        tree
    }

    /// Adds a node below the root, whose corner is given. A leaf that has a node already gets quarters.
    fn add(&mut self, point: Point, mut corner: Point) {
        let mut at = 0;
        for depth in 0..DEEPEST {
            let cell = self.cells[at];
            let here = &mut self.cells[at];
            here.nodes += 1.0;
            here.sum = here.sum.plus(point, 1.0);
            if cell.nodes == 0.0 || depth + 1 == DEEPEST {
                return;
            }
            if cell.leaf {
                self.cells[at].leaf = false;
                let (child, _) = self.quarter(at, cell.sum, corner);
                self.cells[child].nodes = 1.0;
                self.cells[child].sum = cell.sum;
            }
            (at, corner) = self.quarter(at, point, corner);
        }
    }

    /// The quarter of a cell in which a point lies, and its corner.
    fn quarter(&mut self, at: usize, point: Point, corner: Point) -> (usize, Point) {
        let side = self.cells[at].side / 2.0;
        let (right, top) = (point.x >= corner.x + side, point.y >= corner.y + side);
        let which = usize::from(right) + 2 * usize::from(top);
        let corner = Point {
            x: if right { corner.x + side } else { corner.x },
            y: if top { corner.y + side } else { corner.y },
        };
        if self.cells[at].quarters[which] == 0 {
            self.cells[at].quarters[which] = self.cells.len();
            self.cells.push(Cell { side, leaf: true, ..Cell::default() });
        }
        (self.cells[at].quarters[which], corner)
    }

    /// The force with which all nodes push one at this point away.
    fn push(&self, point: Point, open: &mut Vec<usize>) -> Point {
        let mut force = Point::default();
        open.push(0);
        while let Some(at) = open.pop() {
            let cell = &self.cells[at];
            // Written out, since a build without optimization calls every function.
            let way = Point { x: point.x - cell.sum.x / cell.nodes, y: point.y - cell.sum.y / cell.nodes };
            let square = way.x * way.x + way.y * way.y;
            if cell.leaf || cell.side * cell.side < NEAR * NEAR * square {
                // A node does not push itself, nor those in its very place.
                if square > 1e-12 {
                    let strength = cell.nodes / square.max(0.01);
                    force.x += way.x * strength;
                    force.y += way.y * strength;
                }
            } else {
                for quarter in cell.quarters {
                    if quarter != 0 {
                        open.push(quarter);
                    }
                }
            }
        }
        force
    }
}

#[expect(clippy::cast_precision_loss, reason = "some thousands of nodes")]
pub fn float(number: usize) -> f64 {
    number as f64
}

/// 32 bits as a share of 1.
#[expect(clippy::cast_precision_loss, reason = "32 bits fit into the 53 of a number")]
fn share(bits: u64) -> f64 {
    bits as f64 / f64::from(u32::MAX)
}

//! Lays out types in layers from left to right, so that most edges point to the right. The layout is deterministic.

use std::collections::BTreeMap;

use super::model::Graph;

/// The height of a node.
pub const HEIGHT: f64 = 42.0;
/// The width of a letter of the fixed-width font that labels are written in.
pub const LETTER: f64 = 7.3;
/// The most letters of a label that are shown.
pub const LETTERS: usize = 34;
/// The space between two nodes of a layer.
const BELOW: f64 = 18.0;
/// The space between two layers, where the labels of edges are.
const BESIDE: f64 = 130.0;
/// The margin around everything.
const MARGIN: f64 = 24.0;
/// The most nodes of a column; a larger layer has several columns.
const COLUMN: usize = 24;
/// The number of passes that improve the order within the layers.
const SWEEPS: usize = 12;

/// The positions of nodes and edges.
#[derive(Debug)]
pub struct Layout {
    /// The nodes, in the order of the graph.
    pub boxes: Vec<Box>,
    /// The edges, in the order of the graph: the points each goes through between its ends.
    pub bends: Vec<Vec<Point>>,
    /// The width of everything.
    pub width: f64,
    /// The height of everything.
    pub height: f64,
}

/// A position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The distance from the left.
    pub x: f64,
    /// The distance from the top.
    pub y: f64,
}

/// The position of a node.
#[derive(Debug, Clone, Copy)]
pub struct Box {
    /// Its left upper corner.
    pub corner: Point,
    /// Its width.
    pub width: f64,
}

/// A node of the graph, or a place that an edge goes through a layer at.
#[derive(Debug, Clone, Copy)]
struct Slot {
    layer: usize,
    /// The node, unless it is a bend of an edge.
    node: Option<usize>,
}

/// The graph with a slot wherever an edge crosses a layer.
struct Layered {
    slots: Vec<Slot>,
    /// From each slot to those of the next layer.
    links: Vec<(usize, usize)>,
    /// The slots that each edge of the graph goes through between its ends, left to right.
    chains: Vec<Vec<usize>>,
}

/// Lays a graph out.
pub fn arrange(graph: &Graph) -> Layout {
    let ends: Vec<(usize, usize)> = graph.edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let layers = layers(graph.nodes.len(), &ends);
    let layered = Layered::new(graph, &layers);
    let columns = ordered(&layered);
    place(graph, &layered, &columns)
}

/// Returns the layer of each node: to the right of all nodes that point to it, ignoring edges that close a cycle.
fn layers(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut next = vec![Vec::new(); count];
    for (from, to) in edges.iter().filter(|(from, to)| from != to) {
        next[*from].push(*to);
    }
    let order = finished(&next);
    let mut place = vec![0; count];
    for (at, node) in order.iter().enumerate() {
        place[*node] = at;
    }
    let mut layers = vec![0_usize; count];
    for node in &order {
        for to in next[*node].iter().filter(|to| place[**to] > place[*node]) {
            layers[*to] = layers[*to].max(layers[*node] + 1);
        }
    }
    let mut pointed = vec![false; count];
    for to in next.iter().flatten() {
        pointed[*to] = true;
    }
    // A node that only points to others is placed right before them, not at the far left.
    for node in order.iter().rev() {
        let nearest = next[*node].iter().map(|to| layers[*to]).filter(|layer| *layer > layers[*node]).min();
        if let Some(nearest) = nearest.filter(|_| !pointed[*node]) {
            layers[*node] = nearest - 1;
        }
    }
    layers
}

/// The nodes in an order in which most edges point forward: the reverse of the order in which a search that follows
/// them ends.
fn finished(next: &[Vec<usize>]) -> Vec<usize> {
    let mut pointed = vec![false; next.len()];
    for to in next.iter().flatten() {
        pointed[*to] = true;
    }
    let mut starts: Vec<usize> = (0..next.len()).collect();
    starts.sort_by_key(|node| pointed[*node]);
    let (mut seen, mut ended) = (vec![false; next.len()], Vec::new());
    for start in starts {
        // The node, and how many of its edges were followed.
        let mut path = vec![(start, 0)];
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        while let Some((node, followed)) = path.last_mut() {
            match next[*node].get(*followed) {
                Some(to) => {
                    *followed += 1;
                    if !std::mem::replace(&mut seen[*to], true) {
                        path.push((*to, 0));
                    }
                }
                None => {
                    ended.push(*node);
                    path.pop();
                }
            }
        }
    }
    ended.reverse();
    ended
}

impl Layered {
    fn new(graph: &Graph, layers: &[usize]) -> Self {
        let mut slots: Vec<Slot> =
            layers.iter().enumerate().map(|(node, layer)| Slot { layer: *layer, node: Some(node) }).collect();
        let (mut links, mut chains) = (Vec::new(), Vec::new());
        for edge in &graph.edges {
            let (left, right) = if layers[edge.from] <= layers[edge.to] {
                (edge.from, edge.to)
            } else {
                (edge.to, edge.from)
            };
            let mut chain = Vec::new();
            for layer in layers[left] + 1..layers[right] {
                chain.push(slots.len());
                slots.push(Slot { layer, node: None });
            }
            if layers[left] != layers[right] {
                let path: Vec<usize> =
                    std::iter::once(left).chain(chain.iter().copied()).chain([right]).collect();
                links.extend(path.windows(2).map(|pair| (pair[0], pair[1])));
            }
            chains.push(chain);
        }
        Self { slots, links, chains }
    }
}

/// The slots of each layer from top to bottom, ordered so that few edges cross: each near those it is linked to.
fn ordered(layered: &Layered) -> Vec<Vec<usize>> {
    let count = layered.slots.iter().map(|slot| slot.layer + 1).max().unwrap_or_default();
    let mut columns = vec![Vec::new(); count];
    for (slot, at) in layered.slots.iter().enumerate() {
        columns[at.layer].push(slot);
    }
    let mut near = vec![Vec::new(); layered.slots.len()];
    for (from, to) in &layered.links {
        near[*from].push(*to);
        near[*to].push(*from);
    }
    let mut place = vec![0.0; layered.slots.len()];
    note_places(&columns, &mut place);
    for sweep in 0..SWEEPS {
        let right = sweep % 2 == 0;
        let order: Vec<usize> = if right { (0..count).collect() } else { (0..count).rev().collect() };
        for column in order {
            let mean = |slot: &usize| {
                let layer = layered.slots[*slot].layer;
                let beside = |other: &&usize| {
                    let of = layered.slots[**other].layer;
                    if right { of < layer } else { of > layer }
                };
                let places: Vec<f64> = near[*slot].iter().filter(beside).map(|other| place[*other]).collect();
                if places.is_empty() {
                    place[*slot]
                } else {
                    places.iter().sum::<f64>() / in_f64(places.len())
                }
            };
            let mut with_means: Vec<(f64, usize)> =
                columns[column].iter().map(|slot| (mean(slot), *slot)).collect();
            with_means.sort_by(|a, b| a.0.total_cmp(&b.0));
            columns[column] = with_means.into_iter().map(|(_, slot)| slot).collect();
            note_places(&columns[column..=column], &mut place);
        }
    }
    columns
}

/// Notes where in its column each slot is, from 0 to 1.
fn note_places(columns: &[Vec<usize>], place: &mut [f64]) {
    for column in columns {
        for (at, slot) in column.iter().enumerate() {
            place[*slot] = (in_f64(at) + 0.5) / in_f64(column.len());
        }
    }
}

/// Assigns a position to every slot.
fn place(graph: &Graph, layered: &Layered, layers: &[Vec<usize>]) -> Layout {
    let widths: Vec<f64> =
        graph.nodes.iter().map(|node| width(&node.label).max(width(&node.detail))).collect();
    let mut centers: BTreeMap<usize, Point> = BTreeMap::new();
    let mut boxes = vec![Box { corner: Point { x: 0.0, y: 0.0 }, width: 0.0 }; graph.nodes.len()];
    let columns: Vec<Vec<&[usize]>> = layers.iter().map(|layer| layer.chunks(COLUMN).collect()).collect();
    let tallest = columns.iter().flatten().map(|column| tall(layered, column)).fold(0.0, f64::max);
    let mut x = MARGIN;
    for layer in &columns {
        for (at, column) in layer.iter().enumerate() {
            let of = |slot: &usize| layered.slots[*slot].node.map_or(0.0, |node| widths[node]);
            let widest = column.iter().map(of).fold(0.0, f64::max);
            let mut y = MARGIN + (tallest - tall(layered, column)) / 2.0;
            for slot in *column {
                let height = high(layered, *slot);
                centers.insert(*slot, Point { x: x + widest / 2.0, y: y + height / 2.0 });
                if let Some(node) = layered.slots[*slot].node {
                    boxes[node] = Box { corner: Point { x, y }, width: widths[node] };
                }
                y += height + BELOW;
            }
            x += widest + if at + 1 == layer.len() { BESIDE } else { BELOW };
        }
    }
    let bends = graph.edges.iter().zip(&layered.chains).map(|(edge, chain)| {
        let mut points: Vec<Point> = chain.iter().filter_map(|slot| centers.get(slot).copied()).collect();
        // A chain runs from left to right, and an edge may run from right to left.
        if layered.slots[edge.from].layer > layered.slots[edge.to].layer {
            points.reverse();
        }
        points
    });
    Layout { bends: bends.collect(), boxes, width: x - BESIDE + MARGIN, height: tallest + 2.0 * MARGIN }
}

/// Returns the height of a slot. A slot that an edge passes through takes little room.
fn high(layered: &Layered, slot: usize) -> f64 {
    if layered.slots[slot].node.is_some() { HEIGHT } else { BELOW }
}

fn tall(layered: &Layered, column: &[usize]) -> f64 {
    let heights: f64 = column.iter().map(|slot| high(layered, *slot) + BELOW).sum();
    (heights - BELOW).max(0.0)
}

/// Returns the width of a node with this text.
fn width(text: &str) -> f64 {
    in_f64(text.chars().count().min(LETTERS)) * LETTER + 28.0
}

fn in_f64(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::super::model::{Look, Node};
    use super::*;

    /// A graph of so many nodes with these edges.
    fn graph(nodes: usize, edges: &[(usize, usize)]) -> Graph {
        let mut graph = Graph::default();
        for place in 0..nodes {
            graph.nodes.push(Node {
                label: format!("node {place}"),
                detail: "Record".to_owned(),
                group: String::new(),
                look: Look::Own,
                facts: Vec::new(),
            });
        }
        for (from, to) in edges {
            graph.connect(*from, *to, "HAS", false);
        }
        graph
    }

    fn apart(a: &Box, b: &Box) -> bool {
        let (beside, below) = ((a.corner.x - b.corner.x).abs(), (a.corner.y - b.corner.y).abs());
        beside >= a.width.min(b.width) || below >= HEIGHT
    }

    #[test]
    fn edges_point_to_the_right_and_no_node_hides_another() {
        // Two that lead to the same, an edge over two layers, and more in a layer than a column takes.
        let mut edges = vec![(0, 1), (1, 2), (0, 2), (3, 2)];
        edges.extend((4..60).map(|node| (2, node)));
        let graph = graph(60, &edges);
        let layout = arrange(&graph);
        for edge in &graph.edges {
            let (from, to) = (layout.boxes[edge.from], layout.boxes[edge.to]);
            assert!(from.corner.x + from.width < to.corner.x, "{edge:?}");
        }
        for (place, one) in layout.boxes.iter().enumerate() {
            assert!(layout.boxes[place + 1..].iter().all(|other| apart(one, other)), "{place}");
            assert!(one.corner.x >= 0.0 && one.corner.x + one.width <= layout.width);
            assert!(one.corner.y >= 0.0 && one.corner.y + HEIGHT <= layout.height);
        }
        assert_eq!(layout.bends[2].len(), 1, "the long way has a place of its own in the layer between");
        assert!(
            (layout.boxes[3].corner.x - layout.boxes[1].corner.x).abs() < f64::EPSILON,
            "near what it leads to"
        );
    }

    #[test]
    fn circles_loops_and_nothing_at_all_are_laid_out_too() {
        let layout = arrange(&graph(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]));
        let mut left: Vec<f64> = layout.boxes.iter().map(|at| at.corner.x).collect();
        left.dedup();
        assert_eq!(left.len(), 3, "{layout:?}");
        assert!(arrange(&graph(0, &[])).height > 0.0);
    }
}

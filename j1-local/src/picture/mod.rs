//! Graphs to look at: nodes with positions, and the viewer that shows them.
//!
//! The page of the local JupiterOne and `cargo j1 graph --format html` draw the same [`Picture`] with the same viewer:
//! a canvas (sigma, bundled in `viewer/`), and a table with the same nodes for keyboard and screen readers.

mod layout;
mod spread;
mod view;

use std::collections::HashMap;

use serde::Serialize;

pub(crate) use view::{SIGMA, STYLE, VIEWER, write};

/// The most nodes that a picture should have: what the viewer moves smoothly.
pub const MOST_NODES: usize = 5_000;

/// A graph to look at.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Picture {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges; from one node to another at most one direct and one mapped.
    pub edges: Vec<Edge>,
    /// The size of the graph in words, and a note if only a part is shown.
    pub caption: String,
}

/// A node of a picture.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Node {
    /// The name that tells nodes apart; the position depends on it.
    pub id: String,
    /// The name for people.
    pub label: String,
    /// The type, which decides the colour.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The look.
    pub look: Look,
    /// The position, from the left.
    pub x: f64,
    /// The position, from below.
    pub y: f64,
    /// The URL of the entity, where there is a server to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Everything known about the node, name and value, where there is no server to ask.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<(String, String)>,
}

/// The look of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Look {
    /// An entity of the data.
    #[default]
    Own,
    /// An entity that belongs to another integration.
    Foreign,
    /// An entity that is missing, or there twice.
    Wrong,
}

/// An edge of a picture.
#[derive(Debug, Clone, Serialize)]
pub struct Edge {
    /// The index of the node it goes from.
    pub from: usize,
    /// The index of the node it goes to.
    pub to: usize,
    /// The classes of its relationships.
    pub label: String,
    /// `true` if JupiterOne resolves the other end.
    pub mapped: bool,
}

impl Picture {
    /// Adds a relationship: an edge, or its class to the edge that is there.
    pub(crate) fn connect(
        &mut self,
        places: &mut Places,
        (from, to): (usize, usize),
        class: &str,
        mapped: bool,
    ) {
        let place = *places.entry((from, to, mapped)).or_insert(self.edges.len());
        match self.edges.get_mut(place) {
            Some(edge) if edge.label.split(", ").any(|known| known == class) => {}
            Some(edge) => {
                edge.label.push_str(", ");
                edge.label.push_str(class);
            }
            None => self.edges.push(Edge { from, to, label: class.to_owned(), mapped }),
        }
    }

    /// Gives every node a position. The same graph is always arranged in the same way.
    pub fn arrange(&mut self) {
        let points = layout::arrange(&self.nodes, &self.edges);
        self.place(0, points);
    }

    /// Gives every node a position as if the additions had been drawn one after the other: each leaves the nodes before
    /// it where they are.
    pub(crate) fn arrange_in_steps(&mut self, additions: &[Addition]) {
        let end = |step: usize| additions.get(step).map_or(self.nodes.len(), |next| next.first);
        let ends: Vec<usize> = (0..=additions.len()).map(end).collect();
        let points = layout::arrange(&self.nodes[..ends[0]], &self.edges);
        self.place(0, points);
        for (addition, end) in additions.iter().zip(&ends[1..]) {
            let points = layout::extend(&self.nodes[..*end], &self.edges, addition.first, addition.anchor);
            self.place(addition.first, points);
        }
    }

    fn place(&mut self, first: usize, points: Vec<layout::Point>) {
        for (node, point) in self.nodes.iter_mut().zip(points).skip(first) {
            (node.x, node.y) = (round(point.x), round(point.y));
        }
    }

    /// Returns the picture as an HTML document that needs nothing else.
    #[must_use]
    pub fn document(&self, title: &str) -> String {
        view::document(self, title)
    }

    /// The number of edges of each node.
    pub(crate) fn degrees(&self) -> Vec<usize> {
        let mut degrees = vec![0; self.nodes.len()];
        for end in self.edges.iter().flat_map(|edge| [edge.from, edge.to]) {
            if let Some(degree) = degrees.get_mut(end) {
                *degree += 1;
            }
        }
        degrees
    }
}

/// Nodes that were added to a picture beside one that was there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addition {
    /// The first of them; the next addition, or the end of the list, is after the last.
    pub first: usize,
    /// The node that they stand around.
    pub anchor: usize,
}

/// The places of edges, by their ends and whether they are mapped.
pub(crate) type Places = HashMap<(usize, usize, bool), usize>;

/// Two decimals are more than a screen shows, and keep the document small.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn star(leaves: usize) -> Picture {
        let node = |n: usize| Node { id: format!("n{n}"), label: format!("Node {n}"), ..Node::default() };
        let edge = |to| Edge { from: 0, to, label: "HAS".to_owned(), mapped: false };
        Picture {
            nodes: (0..=leaves).map(node).collect(),
            edges: (1..=leaves).map(edge).collect(),
            caption: String::new(),
        }
    }

    fn distance(a: &Node, b: &Node) -> f64 {
        (a.x - b.x).hypot(a.y - b.y)
    }

    #[test]
    fn a_graph_is_always_arranged_in_the_same_way_and_its_nodes_are_apart() {
        let mut picture = star(40);
        picture.arrange();
        let mut again = star(40);
        again.arrange();
        assert_eq!(serde_json::json!(picture), serde_json::json!(again));
        let hub = &picture.nodes[0];
        for (index, node) in picture.nodes.iter().enumerate().skip(1) {
            assert!(distance(node, hub) > 0.3, "{node:?}");
            for other in &picture.nodes[index + 1..] {
                assert!(distance(node, other) > 0.1, "{node:?} {other:?}");
            }
        }
    }

    #[test]
    fn nodes_that_are_added_leave_the_others_in_place_and_stand_near_their_neighbour() {
        let mut picture = star(10);
        picture.arrange();
        let before = picture.nodes.clone();
        let first = picture.nodes.len();
        for n in 0..5 {
            picture.nodes.push(Node { id: format!("new{n}"), ..Node::default() });
            picture.edges.push(Edge { from: 3, to: first + n, label: "HAS".to_owned(), mapped: false });
        }
        picture.arrange_in_steps(&[Addition { first, anchor: 3 }, Addition { first: first + 2, anchor: 3 }]);
        for (node, was) in picture.nodes.iter().zip(&before) {
            assert_eq!((node.x, node.y), (was.x, was.y));
        }
        let size = before.iter().map(|node| distance(node, &before[0])).fold(0.0, f64::max);
        for node in &picture.nodes[first..] {
            assert!(distance(node, &picture.nodes[3]) < size * 2.0, "{node:?}");
        }
    }

    #[test]
    fn nodes_in_one_place_and_graphs_without_edges_are_arranged_too() {
        for mut picture in [star(0), Picture::default()] {
            picture.arrange();
            assert!(picture.nodes.iter().all(|node| node.x.is_finite() && node.y.is_finite()));
        }
        let mut same = star(3);
        for node in &mut same.nodes {
            node.id = "same".to_owned();
        }
        same.edges.push(Edge { from: 1, to: 1, label: "USES".to_owned(), mapped: false });
        same.arrange();
        assert!(same.nodes.iter().all(|node| node.x.is_finite() && node.y.is_finite()), "{same:?}");
    }

    #[test]
    fn foreign_text_ends_no_script_and_begins_no_tag() {
        let evil = "</script><script>alert('&\"1\"')</script><!--";
        let mut picture = star(1);
        picture.nodes[1].label = evil.to_owned();
        picture.nodes[1].type_name = evil.to_owned();
        picture.nodes[1].facts = vec![(evil.to_owned(), evil.to_owned())];
        picture.edges[0].label = evil.to_owned();
        picture.caption = evil.to_owned();
        let page = picture.document(evil);
        let clean = star(1).document("");
        for mark in ["<script", "</script", "<!--"] {
            assert_eq!(page.matches(mark).count(), clean.matches(mark).count(), "{mark}");
        }
        for loads in [" src=\"", " href=\"http", "@import", "url(http"] {
            assert!(!page.contains(loads), "{loads}");
        }
    }
}

//! What is drawn, whatever it stands for.

use std::collections::BTreeMap;

/// A graph to draw.
#[derive(Debug, Default)]
pub struct Graph {
    /// What it shows.
    pub title: String,
    /// What else is to be known of it: how much there is, and that not all of it is here.
    pub caption: String,
    /// What people are told on stderr, too: that not all of it is here.
    pub note: Option<String>,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// Its edges; between two nodes, one in each direction at most.
    pub edges: Vec<Edge>,
    /// Their places, by their ends and whether they are mapped.
    pub places: BTreeMap<(usize, usize, bool), usize>,
    /// Whether nodes of a group stand together.
    pub by_group: bool,
    /// Whether there are so many edges that their labels would hide each other.
    pub crowded: bool,
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is called.
    pub label: String,
    /// What it is.
    pub detail: String,
    /// What has one colour.
    pub group: String,
    /// How it is drawn.
    pub look: Look,
    /// All that is known of it, name and value.
    pub facts: Vec<(String, String)>,
}

/// How a node is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// One of the integration.
    Own,
    /// One that another integration owns.
    Foreign,
    /// One that is wrong: not there, or there twice.
    Wrong,
}

/// An edge.
#[derive(Debug)]
pub struct Edge {
    /// The place of the node it goes from.
    pub from: usize,
    /// The place of the node it goes to.
    pub to: usize,
    /// Its classes.
    pub labels: Vec<String>,
    /// Whether JupiterOne finds the other end.
    pub mapped: bool,
}

impl Graph {
    /// Adds an edge, or its label to the one that is there.
    pub fn connect(&mut self, from: usize, to: usize, label: &str, mapped: bool) {
        let place = *self.places.entry((from, to, mapped)).or_insert(self.edges.len());
        match self.edges.get_mut(place) {
            Some(edge) if edge.labels.iter().any(|other| other == label) => {}
            Some(edge) => edge.labels.push(label.to_owned()),
            None => self.edges.push(Edge { from, to, labels: vec![label.to_owned()], mapped }),
        }
    }
}

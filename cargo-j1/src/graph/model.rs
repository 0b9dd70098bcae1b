//! A graph to draw, of types or of data.

use std::collections::BTreeMap;

pub use j1_local::picture::Look;

/// A graph to draw.
#[derive(Debug, Default)]
pub struct Graph {
    /// The title of the picture.
    pub title: String,
    /// The line below the title: the size of the graph, and a note if only a part is shown.
    pub caption: String,
    /// A note for stderr as well: only a part is shown.
    pub note: Option<String>,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// Its edges; between two nodes, one in each direction at most.
    pub edges: Vec<Edge>,
    /// Their places, by their ends and whether they are mapped.
    pub places: BTreeMap<(usize, usize, bool), usize>,
    /// `true` for a graph of data.
    pub of_data: bool,
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// The label.
    pub label: String,
    /// The line below the label.
    pub detail: String,
    /// The group, which decides the colour.
    pub group: String,
    /// The look of the node.
    pub look: Look,
    /// All that is known of it, name and value.
    pub facts: Vec<(String, String)>,
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
    /// `true` if JupiterOne resolves the other end.
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

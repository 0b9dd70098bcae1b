//! The graph as a page that needs no network, and as a picture of dots: the viewer and the positions of the local
//! JupiterOne's page.

use std::fmt::Write as _;

use j1_local::picture::{Edge, Node as PictureNode, Picture};

use super::layout::{self, HEIGHT};
use super::model::{Graph, Node};
use super::svg::{class_of, escaped, hue, short, with_style};

/// The distance between two neighbours in a picture of dots.
const UNIT: f64 = 46.0;
/// The margin around everything, and that on the right, for the last labels.
const MARGIN: (f64, f64) = (30.0, 200.0);
/// The most edges that are labelled; the labels of more would overlap.
const LABELLED: usize = 40;

/// The page.
pub fn page(graph: &Graph) -> String {
    let mut picture = picture(graph);
    if graph.of_data {
        picture.arrange();
    } else {
        // The viewer's y axis points up.
        let layout = layout::arrange(graph);
        for (node, at) in picture.nodes.iter_mut().zip(&layout.boxes) {
            (node.x, node.y) = (at.corner.x + at.width / 2.0, -at.corner.y - HEIGHT / 2.0);
        }
    }
    picture.document(&graph.title)
}

fn picture(graph: &Graph) -> Picture {
    let node = |(place, node): (usize, &Node)| {
        let mut facts = node.facts.clone();
        if node.detail != node.group {
            facts.insert(0, ("note".to_owned(), node.detail.clone()));
        }
        PictureNode {
            id: format!("{place} {}", node.label),
            label: node.label.clone(),
            type_name: if node.group.is_empty() { node.detail.clone() } else { node.group.clone() },
            look: node.look,
            facts,
            ..PictureNode::default()
        }
    };
    Picture {
        nodes: graph.nodes.iter().enumerate().map(node).collect(),
        edges: graph
            .edges
            .iter()
            .map(|edge| Edge {
                from: edge.from,
                to: edge.to,
                label: edge.labels.join(", "),
                mapped: edge.mapped,
            })
            .collect(),
        caption: graph.caption.clone(),
    }
}

/// The data as a picture of dots.
pub fn dots(graph: &Graph) -> String {
    let mut picture = picture(graph);
    picture.arrange();
    let ends = |read: fn(&PictureNode) -> f64| {
        let all = picture.nodes.iter().map(read);
        (all.clone().fold(f64::INFINITY, f64::min), all.fold(f64::NEG_INFINITY, f64::max))
    };
    let ((left, right), (below, above)) = (ends(|node| node.x), ends(|node| node.y));
    let at = |node: &PictureNode| {
        ((node.x - left).mul_add(UNIT, MARGIN.0), (above - node.y).mul_add(UNIT, MARGIN.0))
    };
    let (width, height) = if picture.nodes.is_empty() {
        (200.0, 100.0)
    } else {
        ((right - left).mul_add(UNIT, MARGIN.1), (above - below).mul_add(UNIT, 2.0 * MARGIN.0))
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"14\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n"
    );
    for edge in &picture.edges {
        let ((x, y), (to_x, to_y)) = (at(&picture.nodes[edge.from]), at(&picture.nodes[edge.to]));
        let mapped = if edge.mapped { " mapped" } else { "" };
        let _ = write!(
            out,
            "<g class=\"edge{mapped}\"><path d=\"M{x:.1} {y:.1}L{to_x:.1} {to_y:.1}\" marker-end=\"url(#arrow)\"/>"
        );
        if picture.edges.len() <= LABELLED {
            let (x, y) = (f64::midpoint(x, to_x), f64::midpoint(y, to_y));
            let _ = write!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(&edge.label));
        }
        out += "</g>\n";
    }
    let groups = graph.groups();
    for (node, drawn) in graph.nodes.iter().zip(&picture.nodes) {
        let group = groups.iter().position(|group| *group == node.group).unwrap_or_default();
        let look = class_of(node.look);
        let (x, y) = at(drawn);
        let _ = writeln!(
            out,
            "<g class=\"dot{look}\" style=\"--hue:{}\"><title>{}: {}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"6\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            hue(group),
            escaped(&node.label),
            escaped(&node.detail),
            x + 10.0,
            y + 4.0,
            escaped(&short(&node.label))
        );
    }
    with_style(&(out + "</svg>\n"), &graph.title)
}

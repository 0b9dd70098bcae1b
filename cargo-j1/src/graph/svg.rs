//! The graph of types as a picture.

use std::fmt::Write as _;

use super::layout::{self, Box, HEIGHT, LETTERS, Layout, Point};
use super::model::{Edge, Graph, Look, Node};

/// The style of a picture.
const STYLE: &str = include_str!("graph.css");

/// The picture of types as a file of its own.
pub fn document(graph: &Graph) -> String {
    with_style(&picture(graph), &graph.title)
}

/// A picture with its title and style.
pub fn with_style(picture: &str, title: &str) -> String {
    // The style stands right behind the first tag.
    let (head, rest) = picture.split_once('>').unwrap_or((picture, ""));
    format!("{head}>\n<title>{}</title>\n<style>\n{STYLE}</style>{rest}", escaped(title))
}

fn picture(graph: &Graph) -> String {
    let layout = layout::arrange(graph);
    let (width, height) = (layout.width.max(200.0), layout.height.max(100.0));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\">\n"
    );
    out += "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
            orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n<g class=\"all\">\n";
    for (place, (edge, bends)) in graph.edges.iter().zip(&layout.bends).enumerate() {
        write_edge(&mut out, place, edge, bends, &layout);
    }
    let groups = graph.groups();
    for (place, (node, at)) in graph.nodes.iter().zip(&layout.boxes).enumerate() {
        let group = groups.iter().position(|group| *group == node.group).unwrap_or_default();
        write_node(&mut out, place, node, *at, hue(group));
    }
    out + "</g>\n</svg>\n"
}

fn write_edge(out: &mut String, place: usize, edge: &Edge, bends: &[Point], layout: &Layout) {
    let (from, to) = (layout.boxes[edge.from], layout.boxes[edge.to]);
    let (path, label) = path(from, to, bends, edge.from == edge.to);
    let mapped = if edge.mapped { " mapped" } else { "" };
    let _ = writeln!(
        out,
        "<g class=\"edge{mapped}\" data-edge=\"{place}\" data-from=\"{}\" data-to=\"{}\">\
         <path d=\"{path}\" marker-end=\"url(#arrow)\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
        edge.from,
        edge.to,
        label.x,
        label.y - 4.0,
        escaped(&edge.labels.join(", "))
    );
}

/// The way of an edge, and the middle of it.
fn path(from: Box, to: Box, bends: &[Point], is_loop: bool) -> (String, Point) {
    if is_loop {
        let Point { x, y } = from.corner;
        let right = x + from.width;
        let path = format!(
            "M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            right - 30.0,
            y,
            right - 30.0,
            y - 26.0,
            right + 34.0,
            y - 16.0,
            right,
            y + HEIGHT / 3.0
        );
        return (path, Point { x: right - 6.0, y: y - 14.0 });
    }
    let middle = |of: Box| of.corner.y + HEIGHT / 2.0;
    let (left, right) = (from.corner.x, from.corner.x + from.width);
    // It leaves and arrives at the sides that face each other.
    let (start, end) = if to.corner.x >= right {
        (Point { x: right, y: middle(from) }, Point { x: to.corner.x, y: middle(to) })
    } else if to.corner.x + to.width <= left {
        (Point { x: left, y: middle(from) }, Point { x: to.corner.x + to.width, y: middle(to) })
    } else {
        (Point { x: right, y: middle(from) }, Point { x: to.corner.x + to.width, y: middle(to) })
    };
    let points: Vec<Point> = std::iter::once(start).chain(bends.iter().copied()).chain([end]).collect();
    let mut path = format!("M{:.1} {:.1}", start.x, start.y);
    let same_side = to.corner.x < right && to.corner.x + to.width > left;
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        // Flat at both ends; on one side of a layer, round about.
        let pull = if same_side { 60.0 } else { (b.x - a.x) / 2.0 };
        let back = if same_side { b.x + pull } else { b.x - pull };
        let _ = write!(path, "C{:.1} {:.1} {back:.1} {:.1} {:.1} {:.1}", a.x + pull, a.y, b.y, b.x, b.y);
    }
    let (a, b) = (points[(points.len() - 1) / 2], points[points.len() / 2]);
    let aside = if same_side { 45.0 } else { 0.0 };
    let label = if points.len().is_multiple_of(2) {
        Point { x: f64::midpoint(a.x, b.x) + aside, y: f64::midpoint(a.y, b.y) }
    } else {
        b
    };
    (path, label)
}

fn write_node(out: &mut String, place: usize, node: &Node, at: Box, hue: u32) {
    let look = class_of(node.look);
    let Point { x, y } = at.corner;
    let (width, label, detail) = (at.width, escaped(&short(&node.label)), escaped(&short(&node.detail)));
    let _ = writeln!(
        out,
        "<g class=\"node{look}\" data-node=\"{place}\" style=\"--hue:{hue}\" transform=\"translate({x:.1} {y:.1})\">\
         <title>{}</title><rect width=\"{width:.1}\" height=\"{HEIGHT}\" rx=\"6\"/>\
         <path class=\"stripe\" d=\"M6 .5h-.5a5 5 0 0 0-5 5v31a5 5 0 0 0 5 5H6z\"/>\
         <text class=\"label\" x=\"16\" y=\"18\">{label}</text><text class=\"detail\" x=\"16\" y=\"33\">{detail}</text></g>",
        escaped(&node.label)
    );
}

/// The class of an element that looks like this, for a list of classes.
pub const fn class_of(look: Look) -> &'static str {
    match look {
        Look::Own => "",
        Look::Foreign => " foreign",
        Look::Wrong => " wrong",
    }
}

/// Colours that are far apart, one after the other.
pub fn hue(group: usize) -> u32 {
    u32::try_from(group).map_or(0, |group| group.wrapping_mul(137) % 360 + 10)
}

pub fn short(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    text.chars().take(LETTERS - 1).chain(['…']).collect()
}

/// Text between tags or in an attribute. What XML cannot hold at all is a replacement character.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

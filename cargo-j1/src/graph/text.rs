//! The graph as text for other tools to draw.

use std::fmt::Write as _;

use super::model::{Graph, Look};

/// Writes Mermaid, which GitHub and others draw in Markdown.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = format!("%% {}\n%% {}\ngraph LR\n", one_line(&graph.title), one_line(&graph.caption));
    for (place, node) in graph.nodes.iter().enumerate() {
        // Entities of other integrations are round.
        let (open, close) = match node.look {
            Look::Own => ("[", "]"),
            Look::Foreign => ("([", "])"),
            Look::Wrong => ("{{", "}}"),
        };
        let _ = writeln!(out, "  n{place}{open}\"{}\"{close}", in_mermaid(&node.label));
    }
    for edge in &graph.edges {
        let arrow = if edge.mapped { "-.->" } else { "-->" };
        let label = in_mermaid(&edge.labels.join(", "));
        let _ = writeln!(out, "  n{} {arrow}|\"{label}\"| n{}", edge.from, edge.to);
    }
    out
}

/// Writes the language of Graphviz.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from("digraph {\n  rankdir=LR;\n  node [shape=box];\n");
    let _ = writeln!(out, "  label={};", in_dot(&format!("{}\n{}", graph.title, graph.caption)));
    for (place, node) in graph.nodes.iter().enumerate() {
        let look = match node.look {
            Look::Own => "",
            Look::Foreign => ", style=\"dashed,rounded\"",
            Look::Wrong => ", color=red",
        };
        let label = in_dot(&format!("{}\n{}", node.label, node.detail));
        let _ = writeln!(out, "  n{place} [label={label}{look}];");
    }
    for edge in &graph.edges {
        let look = if edge.mapped { ", style=dashed" } else { "" };
        let label = in_dot(&edge.labels.join(", "));
        let _ = writeln!(out, "  n{} -> n{} [label={label}{look}];", edge.from, edge.to);
    }
    out + "}\n"
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Escapes text between quotes. In Mermaid, quotes and what HTML would read as a tag are written as numeric entities.
fn in_mermaid(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | '`' | '\\' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out
}

/// Escapes text between quotes, with its line breaks.
fn in_dot(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}

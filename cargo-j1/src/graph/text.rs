//! The graph as text that other tools draw.

use std::fmt::Write as _;

use super::model::{Graph, Look};

/// As Mermaid draws it, in Markdown of GitHub and others.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = format!("%% {}\n%% {}\ngraph LR\n", one_line(&graph.title), one_line(&graph.caption));
    for (place, node) in graph.nodes.iter().enumerate() {
        // What others own is round.
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

/// As Graphviz draws it.
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

/// Text between quotes. Mermaid takes what ends them, and what HTML would take for a tag, by number.
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

/// Text between quotes, with its line breaks.
fn in_dot(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", lines.join("\\n"))
}

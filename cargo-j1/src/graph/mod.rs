//! `cargo j1 graph`: the types of an integration, or what it has collected, as a picture.

mod data;
mod html;
mod layout;
mod model;
mod svg;
mod text;
mod types;

use std::fs;

use j1_local::picture::MOST_NODES;

use crate::args::{Graph as Args, GraphFormat};
use crate::collection::Collection;
use crate::error::Error;
use crate::{integration, output};

use model::Graph;

/// Draws the graph, to stdout or into a file.
pub fn run(args: &Args) -> Result<u8, Error> {
    let graph = match &args.data {
        Some(folder) => data::graph(&Collection::open(folder)?, max_nodes(args))?,
        None => types::graph(&integration::describe(&args.integration)?.description),
    };
    if let Some(note) = &graph.note {
        output::note(note);
    }
    let picture = match args.format {
        GraphFormat::Html => html::page(&graph),
        GraphFormat::Svg if graph.of_data => html::dots(&graph),
        GraphFormat::Svg => svg::document(&graph),
        GraphFormat::Mermaid => text::mermaid(&graph),
        GraphFormat::Dot => text::dot(&graph),
    };
    let Some(path) = &args.out else { return output::print(&picture).map(|()| 0) };
    fs::write(path, picture).map_err(|source| Error::Unwritable { path: path.clone(), source })?;
    output::print(&format!("wrote {}\n", path.display())).map(|()| 0)
}

/// The most entities that are drawn: what the viewer moves smoothly, and what other tools still draw.
fn max_nodes(args: &Args) -> usize {
    let known = if args.format == GraphFormat::Html { MOST_NODES } else { 250 };
    args.max_nodes.unwrap_or(known)
}

impl Graph {
    /// The groups of its nodes in alphabetical order, which gives each its colour.
    fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = self.nodes.iter().map(|node| node.group.as_str()).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }
}

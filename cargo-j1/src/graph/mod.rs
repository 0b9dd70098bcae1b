//! `cargo j1 graph`: the types of an integration, or what it has collected, as a picture.

mod data;
mod html;
mod layout;
mod model;
mod svg;
mod text;
mod types;

use std::fs;

use crate::args::{Graph as Args, GraphFormat};
use crate::collection::Collection;
use crate::error::Error;
use crate::{integration, output};

use model::Graph;

/// Draws the graph, to stdout or into a file.
pub fn run(args: &Args) -> Result<u8, Error> {
    let graph = match &args.data {
        Some(folder) => data::graph(&Collection::open(folder)?, args.max_nodes)?,
        None => types::graph(&integration::describe(&args.integration)?.description),
    };
    if let Some(note) = &graph.note {
        output::note(note);
    }
    let picture = match args.format {
        GraphFormat::Html => html::page(&graph)?,
        GraphFormat::Svg => svg::document(&graph),
        GraphFormat::Mermaid => text::mermaid(&graph),
        GraphFormat::Dot => text::dot(&graph),
    };
    let Some(path) = &args.out else { return output::print(&picture).map(|()| 0) };
    fs::write(path, picture).map_err(|source| Error::Unwritable { path: path.clone(), source })?;
    output::print(&format!("wrote {}\n", path.display())).map(|()| 0)
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

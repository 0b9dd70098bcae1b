//! The graph as a page that needs no network: the picture, what is known of each node, and a search.

use minijinja::{AutoEscape, Environment, context};
use serde_json::json;

use super::model::Graph;
use super::svg;
use crate::error::Error;

const PAGE: &str = include_str!("page.html");
const PICTURE_STYLE: &str = include_str!("graph.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn page(graph: &Graph) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let filled = environment.render_str(
        PAGE,
        context! {
            title => &graph.title,
            caption => &graph.caption,
            groups => groups(graph),
            picture => svg::picture(graph),
            picture_style => PICTURE_STYLE,
            script => SCRIPT,
            facts => facts(graph),
        },
    );
    filled
        .map(|page| page + "\n")
        .map_err(|source| Error::Template { template: "graph/page.html".to_owned(), source })
}

/// The groups with their colours and sizes.
fn groups(graph: &Graph) -> Vec<minijinja::Value> {
    let groups = graph.groups();
    let of = |group: &str| graph.nodes.iter().filter(|node| node.group == group).count();
    let named = groups.iter().enumerate().filter(|(_, group)| !group.is_empty());
    named
        .map(|(place, group)| context! { name => *group, hue => svg::hue(place), count => of(group) })
        .collect()
}

/// Returns the facts of each node as JSON that cannot end a script element.
fn facts(graph: &Graph) -> String {
    let nodes: Vec<_> = graph
        .nodes
        .iter()
        .map(|node| json!({ "label": node.label, "detail": node.detail, "group": node.group, "facts": node.facts }))
        .collect();
    // Inside a string of JSON, `<` may be written so; outside of one it does not occur.
    json!(nodes).to_string().replace('<', "\\u003c")
}

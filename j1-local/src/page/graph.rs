//! `/graph`: which types of entities the relationships connect, as a drawing and as a table.

use std::f64::consts::TAU;
use std::fmt::{self, Write as _};

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::head::Head;
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond};
use crate::html::{Number, Path, Text};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::TypeEdge;

/// Types that a drawing can show; with more, the table has to do.
const DRAWN: usize = 40;

/// `GET /graph`
pub async fn show(
    State(app): State<App>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let at = Parameters::text(parameters.at.as_ref());
    let edges = app.store.type_graph(at.clone()).await?;
    let overview = app.store.overview().await?;
    let mut types: Vec<String> = overview.entities.iter().map(|row| row.type_name.clone()).collect();
    types.extend(edges.iter().flat_map(|edge| [edge.from.clone(), edge.to.clone()]));
    types.sort();
    types.dedup();
    let data = json!({ "types": &types, "relationships": &edges });
    let shell = Shell::new("Graph of types", Section::Graph).at(at.as_deref()).json(&uri);
    Ok(respond(Format::read(&uri), &data, &app.settings, &shell, |out| {
        out.write_str("<section>")?;
        let entities = Path::new(&["graph", "entities"]).with("at", at.as_deref());
        Head::new("Graph of types").link(entities, "Graph of entities").write(out)?;
        if types.is_empty() {
            return out.write_str(
                "<p>Nothing yet. What a job uploads appears here once it is finalized.</p></section>",
            );
        }
        if types.len() <= DRAWN {
            draw(out, &types, &edges)?;
        }
        table(out, &edges)?;
        out.write_str("</section>")
    }))
}

fn table(out: &mut String, edges: &[TypeEdge]) -> fmt::Result {
    out.write_str(
        "<table class=\"cards sentence\"><thead><tr><th>From</th><th>Relationship</th><th>To</th><th class=\"n\">Count</th>\
         </tr></thead><tbody>",
    )?;
    for edge in edges {
        write!(
            out,
            "<tr><td data-label=\"From\"><a href=\"{}\"><code>{}</code></a></td><td data-label=\"Relationship\">{}{}</td>\
             <td data-label=\"To\"><a href=\"{}\"><code>{}</code></a></td><td data-label=\"Count\" class=\"n\">{}</td></tr>",
            Path::new(&["types", &edge.from]),
            Text(&edge.from),
            Text(&edge.class),
            if edge.mapped { " <span class=\"small soft\">mapped</span>" } else { "" },
            Path::new(&["types", &edge.to]),
            Text(&edge.to),
            Number(edge.count)
        )?;
    }
    out.write_str("</tbody></table>")
}

/// A type in the drawing.
struct Node<'a> {
    name: &'a str,
    x: f64,
    y: f64,
    width: f64,
}

const HEIGHT: f64 = 30.0;

impl<'a> Node<'a> {
    /// The types around an ellipse, in the order of their names, so that the picture is the same each time.
    fn place(types: &'a [String], (width, height): (f64, f64)) -> Vec<Self> {
        #[expect(clippy::cast_precision_loss, reason = "some tens of types")]
        let share = |index: usize| index as f64 / types.len() as f64;
        types
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let angle = TAU * (share(index) - 0.25);
                let radius: f64 = if types.len() == 1 { 0.0 } else { 1.0 };
                #[expect(clippy::cast_precision_loss, reason = "the length of a name")]
                let own = name.chars().count() as f64 * 7.4 + 20.0;
                Self {
                    name,
                    x: radius.mul_add(angle.cos() * (width / 2.0 - 140.0), width / 2.0),
                    y: radius.mul_add(angle.sin() * (height / 2.0 - 40.0), height / 2.0),
                    width: own,
                }
            })
            .collect()
    }
}

fn draw(out: &mut String, types: &[String], edges: &[TypeEdge]) -> fmt::Result {
    #[expect(clippy::cast_precision_loss, reason = "some tens of types")]
    let size = (1000.0, (types.len() as f64 * 46.0).clamp(160.0, 900.0));
    let nodes = Node::place(types, size);
    write!(
        out,
        "<div class=\"wide\"><svg class=\"types\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-label=\"The types and their relationships; the table below has the same\"><defs>\
         <marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path d=\"M0 0 8 4 0 8z\"/></marker></defs>",
        size.0, size.1
    )?;
    for (index, edge) in edges.iter().enumerate() {
        let find = |name: &str| nodes.iter().find(|node| node.name == name);
        let (Some(from), Some(to)) = (find(&edge.from), find(&edge.to)) else { continue };
        // Several relationships between two types are bent apart.
        let before = edges[..index].iter().filter(|other| {
            (other.from == edge.from && other.to == edge.to)
                || (other.from == edge.to && other.to == edge.from)
        });
        arrow(out, edge, (from, to), before.count())?;
    }
    for node in &nodes {
        write!(
            out,
            "<a href=\"{}\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" rx=\"8\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\">{}</text></a>",
            Path::new(&["types", node.name]),
            node.x - node.width / 2.0,
            node.y - HEIGHT / 2.0,
            node.width,
            node.x,
            node.y + 4.5,
            Text(node.name)
        )?;
    }
    out.write_str("</svg></div>")
}

fn arrow(
    out: &mut String,
    edge: &TypeEdge,
    (from, to): (&Node<'_>, &Node<'_>),
    before: usize,
) -> fmt::Result {
    let class = if edge.mapped { "mapped" } else { "direct" };
    let label = format!("{} ({})", edge.class, Number(edge.count));
    if from.name == to.name {
        let (x, y) = (from.x + from.width / 2.0, from.y);
        return write!(
            out,
            "<path class=\"{class}\" marker-end=\"url(#tip)\" d=\"M{x:.1} {:.1} c46 -26 46 38 0 16\"/>\
             <text class=\"label start\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            y - 8.0,
            x + 40.0,
            y + 4.0,
            Text(label)
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "a few relationships between two types")]
    let bend = 0.08 + before as f64 * 0.14;
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (cx, cy) = (f64::midpoint(from.x, to.x) - dy * bend, f64::midpoint(from.y, to.y) + dx * bend);
    let start = border(from, (cx, cy));
    let end = border(to, (cx, cy));
    write!(
        out,
        "<path class=\"{class}\" marker-end=\"url(#tip)\" d=\"M{:.1} {:.1} Q{cx:.1} {cy:.1} {:.1} {:.1}\"/>\
         <text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        start.0,
        start.1,
        end.0,
        end.1,
        f64::midpoint(f64::midpoint(start.0, end.0), cx),
        f64::midpoint(f64::midpoint(start.1, end.1), cy),
        Text(label)
    )
}

/// The point where the line from the middle of a box towards `point` leaves it.
fn border(node: &Node<'_>, (x, y): (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (x - node.x, y - node.y);
    let scale = (node.width / 2.0 / dx.abs().max(0.01)).min(HEIGHT / 2.0 / dy.abs().max(0.01));
    (dx.mul_add(scale, node.x), dy.mul_add(scale, node.y))
}

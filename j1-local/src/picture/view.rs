//! The viewer: what the page and a document of its own have in common.
//!
//! The nodes are rows of a table, which works without scripts; the script draws the same nodes beside it.

use std::fmt::{self, Write as _};

use super::{Edge, Look, Picture};
use crate::html::{Breaking, Number, Text};

/// The libraries of the viewer in one file; see `viewer/README.md`.
pub(crate) const SIGMA: &str = include_str!("../../viewer/sigma.js");
pub(crate) const VIEWER: &str = include_str!("../../viewer/viewer.js");
pub(crate) const STYLE: &str = include_str!("../../viewer/viewer.css");

/// Edges that the table lists; the viewer draws all.
const LISTED: usize = 1_000;

/// Writes the viewer with its table.
pub(crate) fn write(out: &mut String, picture: &Picture) -> fmt::Result {
    out.write_str(
        "<div class=\"viewer\"><div class=\"tools\"><label class=\"find\"><span class=\"visually-hidden\">Find in the graph</span>\
         <input type=\"search\" placeholder=\"Find in the graph\" autocomplete=\"off\"></label>\
         <button type=\"button\" data-do=\"in\" aria-label=\"Zoom in\">+</button>\
         <button type=\"button\" data-do=\"out\" aria-label=\"Zoom out\">−</button>\
         <button type=\"button\" data-do=\"fit\">Fit</button></div><div class=\"legend\"></div>\
         <p class=\"trouble\" role=\"status\" hidden></p>\
         <div class=\"stage\" tabindex=\"0\" role=\"application\" aria-label=\"Graph. Arrow keys move it, plus and minus \
         zoom, 0 shows all of it; the table has the same nodes.\"></div>\
         <div class=\"side\"><section class=\"chosen\" aria-live=\"polite\" aria-label=\"Selected node\" hidden></section>",
    )?;
    nodes(out, picture)?;
    edges(out, picture)?;
    out.write_str("</div><script type=\"application/json\" class=\"picture\">")?;
    // Inside a string of JSON, `<` may be written like this; outside of one it does not occur.
    out.write_str(&serde_json::to_string(picture).unwrap_or_default().replace('<', "\\u003c"))?;
    out.write_str("</script></div>")
}

fn nodes(out: &mut String, picture: &Picture) -> fmt::Result {
    out.write_str(
        "<table class=\"nodes\"><caption class=\"visually-hidden\">Nodes of the graph</caption><thead><tr><th>Name</th>\
         <th>Type</th><th class=\"n\" title=\"Relationships in this graph\">Links</th><th class=\"pick-head\"><span \
         class=\"visually-hidden\">Select</span></th></tr></thead><tbody>",
    )?;
    for (index, (node, degree)) in picture.nodes.iter().zip(picture.degrees()).enumerate() {
        let (label, look) = (Text(&node.label), look(node.look));
        write!(out, "<tr data-node=\"{index}\"><td class=\"wrap\">")?;
        match &node.url {
            Some(url) => write!(out, "<a href=\"{}\">{label}</a>", Text(url))?,
            None => write!(out, "{label}")?,
        }
        write!(
            out,
            "{look}</td><td><code class=\"small\">{}</code></td><td class=\"n\">{}</td>\
             <td class=\"n\"><button type=\"button\" class=\"pick\" aria-pressed=\"false\">Select<span \
             class=\"visually-hidden\"> {label}</span></button></td></tr>",
            Breaking(&node.type_name),
            Number(i64::try_from(degree).unwrap_or(i64::MAX)),
        )?;
    }
    out.write_str("</tbody></table>")
}

const fn look(look: Look) -> &'static str {
    match look {
        Look::Own => "",
        Look::Foreign => " <span class=\"small soft\">of another integration</span>",
        Look::Wrong => " <span class=\"small error\">wrong</span>",
    }
}

fn edges(out: &mut String, picture: &Picture) -> fmt::Result {
    if picture.edges.is_empty() {
        return Ok(());
    }
    write!(
        out,
        "<details class=\"edges\" id=\"edges\"><summary>Relationships ({})</summary><table><thead><tr><th>From</th>\
         <th>Relationship</th><th>To</th></tr></thead><tbody>",
        Number(i64::try_from(picture.edges.len()).unwrap_or(i64::MAX))
    )?;
    let label = |index: usize| picture.nodes.get(index).map_or("", |node| node.label.as_str());
    for Edge { from, to, label: class, mapped } in picture.edges.iter().take(LISTED) {
        let mapped = if *mapped { " <span class=\"small soft\">mapped</span>" } else { "" };
        let (from, class, to) = (Text(label(*from)), Text(class), Text(label(*to)));
        write!(
            out,
            "<tr><td class=\"wrap\">{from}</td><td>{class}{mapped}</td><td class=\"wrap\">{to}</td></tr>"
        )?;
    }
    out.write_str("</tbody></table>")?;
    if picture.edges.len() > LISTED {
        write!(out, "<p class=\"small\">The first {LISTED} of them; select a node for all of its own.</p>")?;
    }
    out.write_str("</details>")
}

/// The picture as a document that needs nothing else.
pub fn document(picture: &Picture, title: &str) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n<style>\n{1}{STYLE}</style>\n</head>\n\
         <body class=\"alone\">\n<main id=\"main\"><section><div class=\"head\"><h1>{0}</h1><span class=\"soft\">{2}</span></div>\n",
        Text(title),
        include_str!("../page/page.css"),
        Text(&picture.caption)
    );
    let _ = write(&mut out, picture);
    let _ = write!(
        out,
        "\n</section></main>\n<script>\n{SIGMA}</script>\n<script>\n{VIEWER}</script>\n</body>\n</html>\n"
    );
    out
}

//! What the graph holds: by type, and by instance.

use std::fmt::{self, Write as _};

use super::super::html::Text;
use super::{Number, Time};
use crate::store::{Overview, TypeRow};

/// The section of the types.
pub fn section(out: &mut String, overview: &Overview) -> fmt::Result {
    out.write_str(
        "<section><div class=\"head\"><h2>In the graph now</h2><a href=\"/local/types\">JSON</a></div>",
    )?;
    if overview.entities.is_empty() {
        return out.write_str(
            "<p>Nothing yet. What a job uploads appears here once it is finalized.</p></section>",
        );
    }
    out.write_str("<div class=\"two\"><div>")?;
    table(out, "Entities", &overview.entities)?;
    out.write_str("</div><div>")?;
    table(out, "Relationships", &overview.relationships)?;
    if !overview.mapped_relationships.is_empty() {
        out.write_str("<br>")?;
        table(
            out,
            "Mapped relationships (targets are not resolved by this version)",
            &overview.mapped_relationships,
        )?;
    }
    out.write_str("</div></div></section>")
}

fn table(out: &mut String, title: &str, rows: &[TypeRow]) -> fmt::Result {
    write!(out, "<h3>{title}</h3><div class=\"wide\"><table>")?;
    for row in rows {
        write!(
            out,
            "<tr><td><code>{}</code></td><td class=\"small soft\">{}</td><td class=\"n\">{}</td></tr>",
            Text(&row.type_name),
            Text(row.class.join(", ")),
            Number(row.count)
        )?;
    }
    if rows.is_empty() {
        out.write_str("<tr><td class=\"soft\">none</td></tr>")?;
    }
    out.write_str("</table></div>")
}

/// The section of the instances and scopes.
pub fn instances(out: &mut String, overview: &Overview) -> fmt::Result {
    if overview.instances.is_empty() {
        return Ok(());
    }
    out.write_str(
        "<section><h2>Instances</h2><div class=\"wide\"><table><tr><th>Id</th><th>Kind</th><th>Last job</th>\
         <th class=\"n\">Entities</th></tr>",
    )?;
    for row in &overview.instances {
        write!(
            out,
            "<tr><td><code>{}</code></td><td class=\"soft\">{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
            Text(&row.name),
            Text(&row.kind),
            Time(row.last_seen_on),
            Number(row.entities)
        )?;
    }
    out.write_str("</table></div></section>")
}

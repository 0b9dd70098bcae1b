//! `cargo j1 new --dry-run`: the table of what would be made from what, and what is left out.

use std::fmt::Write as _;

use super::choices::Choices;
use crate::infer::{Entity, Inferred, LeftOut, Resource, by_reason};

/// Returns what would be made, as a table for people.
pub fn table(inferred: &Inferred, choices: &Choices, base: Option<&str>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "URL: {}", base.unwrap_or("none was seen"));
    let _ = writeln!(out, "Client: {}", choices.auth.client());
    if let Some(review) = &choices.auth.review {
        let _ = writeln!(out, "  review: {review}");
    }
    for parameter in &inferred.parameters {
        let default =
            parameter.default.as_ref().map(|value| format!(" (default `{value}`)")).unwrap_or_default();
        let _ = writeln!(out, "Configuration: {}{default}, because {}", parameter.ident, parameter.review);
    }
    let mut rows =
        vec![["Thing", "Class", "Key", "List", "Below", "Reason for the class"].map(str::to_owned)];
    rows.extend(inferred.entities.iter().map(|(entity, resource)| row(entity, resource)));
    rows.extend(inferred.memberships.iter().map(|one| {
        let list = one.resource.request();
        let below = one.parent.name.clone();
        [
            one.called.name.clone(),
            "-".to_owned(),
            "-".to_owned(),
            list,
            below,
            format!("relates to {}", one.entity.name),
        ]
    }));
    let _ = write!(out, "\nMade ({}):\n{}", rows.len() - 1, aligned(&rows));
    let links = inferred.entities.iter().flat_map(|(entity, _)| &entity.links);
    let links: Vec<String> =
        links.map(|link| format!("  {} from `{}`\n", link.edge(), link.member.0)).collect();
    if !links.is_empty() {
        let _ = write!(out, "\nRelationships from members ({}):\n{}", links.len(), links.concat());
    }
    out += &share(rows.len() - 1, &inferred.left_out);
    let (lists, members): (Vec<_>, Vec<_>) = inferred.left_out.iter().partition(|one| one.is_list());
    for (what, left_out) in [("Lists", lists), ("Members", members)] {
        if !left_out.is_empty() {
            let _ = writeln!(out, "\n{what} left out ({}):", left_out.len());
        }
        for reason in by_reason(left_out) {
            out += &reason.told(usize::MAX);
        }
    }
    out += "\nNothing was written. --key THING=MEMBER, --class THING=Class, --param NAME=VALUE, --only THING and --skip THING \
            change what is made.\n";
    out
}

/// Returns how many of the lists are made; only responses that list things count.
fn share(made: usize, left_out: &[LeftOut]) -> String {
    let lost = left_out.iter().filter(|one| one.is_lost).count();
    let all = made + lost;
    if lost == 0 || made == 0 {
        return String::new();
    }
    format!(
        "\n{made} of {all} lists and objects are made ({} %); why the others are not:\n",
        made * 100 / all
    )
}

fn row(entity: &Entity, resource: &Resource) -> [String; 6] {
    let below = entity.parent.as_ref().map_or_else(String::new, |parent| parent.name.clone());
    [
        entity.name.clone(),
        entity.class.clone(),
        entity.key_member.clone(),
        resource.request(),
        below,
        entity.class_reason.clone(),
    ]
}

/// Sets rows under each other; the last column is as wide as it is.
fn aligned(rows: &[[String; 6]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(60);
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, " {cell:<width$} ");
        }
        line += &format!(" {}", row[5]);
        out += line.trim_end();
        out.push('\n');
    }
    out
}

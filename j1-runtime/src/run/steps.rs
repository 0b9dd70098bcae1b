//! `steps`: the graph of steps that the compiler derived.

use std::fmt::Write as _;

use j1_core::describe::StepDescription;
use j1_core::graph::Naming;
use serde_json::json;

use crate::run::program::Program;

/// The format that the steps are shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepsFormat {
    Text,
    Mermaid,
    Dot,
    Json,
}

/// The steps of the integration, in one of their forms.
pub(crate) fn show(program: &'static Program, format: StepsFormat, naming: &Naming) -> String {
    let steps = (program.describe)(naming).steps;
    match format {
        StepsFormat::Text => text(&steps),
        StepsFormat::Mermaid => mermaid(&steps),
        StepsFormat::Dot => dot(&steps),
        StepsFormat::Json => json(&steps),
    }
}

fn text(steps: &[StepDescription]) -> String {
    let mut out = String::new();
    for step in steps {
        let _ = writeln!(out, "{}", step.id);
        if let Some(line) = step.description.lines().next() {
            let _ = writeln!(out, "  {line}");
        }
        for (what, list) in [
            ("emits", step.emits.join(", ")),
            ("reads", reads(step).join(", ")),
            ("after", step.depends_on.join(", ")),
            ("needs", step.permissions.join(", ")),
            ("shards", step.phase.clone().unwrap_or_default()),
        ] {
            if !list.is_empty() {
                let _ = writeln!(out, "  {what:<6} {list}");
            }
        }
    }
    out
}

fn reads(step: &StepDescription) -> Vec<&str> {
    step.reads.iter().map(|read| &*read.ty).collect()
}

fn edges(steps: &[StepDescription]) -> impl Iterator<Item = (&str, &str)> {
    steps.iter().flat_map(|step| step.depends_on.iter().map(|before| (&**before, &*step.id)))
}

fn mermaid(steps: &[StepDescription]) -> String {
    let mut out = String::from("graph TD\n");
    for step in steps {
        let _ = writeln!(out, "  {}[\"{}\"]", step.id.replace('-', "_"), step.id);
    }
    for (before, after) in edges(steps) {
        let _ = writeln!(out, "  {} --> {}", before.replace('-', "_"), after.replace('-', "_"));
    }
    out
}

fn dot(steps: &[StepDescription]) -> String {
    let mut out = String::from("digraph steps {\n");
    for step in steps {
        let _ = writeln!(out, "  \"{}\";", step.id);
    }
    for (before, after) in edges(steps) {
        let _ = writeln!(out, "  \"{before}\" -> \"{after}\";");
    }
    out.push_str("}\n");
    out
}

fn json(steps: &[StepDescription]) -> String {
    let list: Vec<_> = steps
        .iter()
        .map(|step| {
            let mut listed = json!({
                "id": step.id,
                "description": step.description,
                "emits": step.emits,
                "reads": reads(step),
                "permissions": step.permissions,
                "dependsOn": step.depends_on,
            });
            if let Some(phase) = &step.phase {
                listed["phase"] = json!(phase);
            }
            listed
        })
        .collect();
    format!("{:#}\n", json!({ "steps": list }))
}

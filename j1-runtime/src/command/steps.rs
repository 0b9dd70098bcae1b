//! `steps`: the graph of steps that the compiler derived.

use std::fmt::Write as _;

use j1_core::step::{StepMeta, waits_for};
use j1_core::ty::Naming;
use serde_json::json;

use crate::cli::StepsFormat;
use crate::connect::Connect;

/// The steps of the integration, in one of their forms.
pub(crate) fn show<I: Connect>(format: StepsFormat, naming: &Naming) -> String {
    let steps: Vec<Step> = I::ORDER.iter().map(|step| Step::of(I::STEPS, *step, naming)).collect();
    match format {
        StepsFormat::Text => text(&steps),
        StepsFormat::Mermaid => mermaid(&steps),
        StepsFormat::Dot => dot(&steps),
        StepsFormat::Json => json(&steps),
    }
}

struct Step {
    id: &'static str,
    docs: &'static str,
    emits: Vec<String>,
    reads: Vec<String>,
    permissions: &'static [&'static str],
    depends_on: Vec<&'static str>,
}

impl Step {
    fn of(steps: &'static [StepMeta], step: usize, naming: &Naming) -> Self {
        let meta = &steps[step];
        Self {
            id: meta.id,
            docs: meta.docs,
            emits: meta.emits.iter().map(|object| object.ty().name(naming)).collect(),
            reads: meta.reads.iter().map(|read| read.ty.name(naming)).collect(),
            permissions: meta.permissions,
            depends_on: steps
                .iter()
                .filter(|other| other.id != meta.id && waits_for(meta, other))
                .map(|other| other.id)
                .collect(),
        }
    }
}

fn text(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        let _ = writeln!(out, "{}", step.id);
        if let Some(line) = step.docs.lines().next() {
            let _ = writeln!(out, "  {line}");
        }
        for (what, list) in [
            ("emits", step.emits.join(", ")),
            ("reads", step.reads.join(", ")),
            ("after", step.depends_on.join(", ")),
            ("needs", step.permissions.join(", ")),
        ] {
            if !list.is_empty() {
                let _ = writeln!(out, "  {what:<6} {list}");
            }
        }
    }
    out
}

fn edges(steps: &[Step]) -> impl Iterator<Item = (&'static str, &'static str)> {
    steps.iter().flat_map(|step| step.depends_on.iter().map(|before| (*before, step.id)))
}

fn mermaid(steps: &[Step]) -> String {
    let mut out = String::from("graph TD\n");
    for step in steps {
        let _ = writeln!(out, "  {}[\"{}\"]", step.id.replace('-', "_"), step.id);
    }
    for (before, after) in edges(steps) {
        let _ = writeln!(out, "  {} --> {}", before.replace('-', "_"), after.replace('-', "_"));
    }
    out
}

fn dot(steps: &[Step]) -> String {
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

fn json(steps: &[Step]) -> String {
    let list: Vec<_> = steps
        .iter()
        .map(|step| {
            json!({
                "id": step.id,
                "description": step.docs,
                "emits": step.emits,
                "reads": step.reads,
                "permissions": step.permissions,
                "dependsOn": step.depends_on,
            })
        })
        .collect();
    format!("{:#}\n", json!({ "steps": list }))
}

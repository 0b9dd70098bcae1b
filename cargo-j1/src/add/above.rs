//! Gives an entity of a project a field for the id of the entity above it, which a list two deep needs in its path: the field,
//! and the line of its step that fills it.

use std::fs;
use std::path::Path;

use super::Changed;
use super::known::Known;
use super::source::between;
use crate::infer::{Carried, Parent, variable, words};
use crate::new::escape::code;

/// The files of an entity, with what is added to them.
struct Files {
    entity: Changed,
    step: Changed,
}

impl Files {
    fn read(folder: &Path, entity: &str) -> Option<Self> {
        let read = |path: String| {
            let path = folder.join(path);
            let text = fs::read_to_string(&path).ok()?;
            Some(Changed { path, before: Some(text.clone()), text })
        };
        let step = words::ident(&words::plural(entity));
        Some(Self {
            entity: read(format!("src/entities/{}.rs", words::ident(entity)))?,
            step: read(format!("src/steps/{step}.rs"))?,
        })
    }

    /// Adds the field and the line, where the files are laid out as `cargo j1 new` writes them.
    fn add(&mut self, type_name: &str, carried: &Carried) -> Option<()> {
        let start = self.entity.text.find(&format!("pub struct {type_name} {{"))?;
        let end = start + self.entity.text[start..].find("\n}")? + 1;
        let field = format!(
            "    /// {}\n    #[serde(default)]\n    #[j1(skip)]\n    pub {}: {},\n",
            carried.docs, carried.ident, carried.base
        );
        self.entity.text.insert_str(end, &field);
        let plain = "while let Some(record) = records.next()";
        self.step.text = self.step.text.replacen(plain, "while let Some(mut record) = records.next()", 1);
        let start = self.step.text.find("while let Some(mut record) = records.next()")?;
        let end = start + self.step.text[start..].find('\n')? + 1;
        let line = format!("            record.{} = {};\n", carried.ident, carried.from);
        self.step.text.insert_str(end, &line);
        Some(())
    }
}

/// Gives an entity the ids of those above it, each with the member that the path takes, or returns the reason why it cannot have
/// them.
pub fn give(
    entity: &Parent,
    above: &[(String, Option<String>)],
    known: &Known,
    folder: &Path,
) -> Result<(Vec<Carried>, Vec<Changed>), String> {
    let Some(mut files) = Files::read(folder, &entity.name).filter(|_| !above.is_empty()) else {
        return above.first().map_or_else(|| Ok(<_>::default()), |(owner, _)| Err(why_not(entity, owner)));
    };
    let parents = || known.owners.iter().map(|(parent, _)| parent);
    let direct = between(&files.step.text, "reads(", ")").and_then(|types| types.split(',').next());
    let direct = direct.and_then(|name| parents().find(|parent| parent.type_name == name.trim()));
    let mut given = Vec::new();
    for (owner, member) in above {
        let one = direct.and_then(|direct| {
            let key = direct.key_of(owner, member.as_deref())?;
            let held = key.value.rsplit('.').next()?.to_owned();
            let plain = held.strip_prefix(&format!("{owner}_")).unwrap_or(&held);
            Some(Carried {
                docs: format!(
                    "The {} of the {} below which it is listed; the step fills it.",
                    code(plain),
                    words::prose(owner)
                ),
                from: if key.base == "String" { format!("{}.clone()", key.value) } else { key.value.clone() },
                ident: format!("{owner}_{}", plain.trim_end_matches('_')),
                base: key.base,
                owner: owner.clone(),
                member: member.clone(),
            })
        });
        let is_there = |one: &Carried| files.entity.text.contains(&format!("pub {}: ", one.ident));
        let one = one.filter(|one| {
            !is_there(one) && files.step.text.contains(&format!("Some({}) =", variable_of(direct)))
        });
        let added = one.and_then(|one| files.add(&entity.type_name, &one).map(|()| one));
        given.push(added.ok_or_else(|| why_not(entity, owner))?);
    }
    Ok((given, vec![files.entity, files.step]))
}

/// Returns the variable that a step has an entity in.
fn variable_of(direct: Option<&Parent>) -> String {
    direct.map(|direct| variable(&direct.name)).unwrap_or_default()
}

fn why_not(entity: &Parent, owner: &str) -> String {
    format!(
        "it needs the id of {}, which the records of {} in this project do not hold; give it a field that its step fills, \
         or write the step as the guide shows it",
        words::one(owner),
        words::one(&entity.name)
    )
}

//! Entities and memberships as the templates show them.

use heck::ToKebabCase as _;
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::infer::{Entity, Link, Membership, Parent, words};
use crate::new::escape::code;
use crate::new::place::File;
use crate::new::request::Request;
use crate::new::templates;

/// The names in the code of a project.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Called<'c> {
    /// The struct of the integration.
    pub struct_name: &'c str,
    /// The variable that holds it in steps.
    pub receiver: &'c str,
    /// The crate.
    pub ident: &'c str,
}

/// An entity with what its templates need besides.
#[derive(Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    entity: Entity,
    /// A heading.
    title: String,
    /// The name of many, in prose.
    prose: String,
    /// The method of the client.
    method: String,
    /// The argument that a step passes to that method.
    argument: String,
    step_module: String,
    /// The id of the step, without `fetch-`.
    step_id: String,
    imports: Vec<String>,
    step_imports: Vec<String>,
    emits: Vec<String>,
    /// The methods; two properties may have one.
    methods: Vec<Value>,
    /// The relationships that the step adds.
    ties: Vec<ShownTie>,
    /// The structs at their other ends.
    expected: Vec<String>,
}

/// A relationship that a step adds, and the method that gives the id of its other end.
#[derive(Debug, Serialize)]
struct ShownTie {
    method: String,
    docs: String,
    ty: String,
    body: String,
    review: String,
    public: bool,
    optional: bool,
    call: String,
    other: String,
}

impl ShownTie {
    fn new(link: &Link) -> Option<Self> {
        let tie = link.tie.clone()?;
        let optional = tie.ty.starts_with("Option<");
        let id = if optional { "id" } else { &tie.method };
        let (call, other) = if tie.forward {
            (format!("tie_to::<{}>(&record, &{id})", link.edge()), &link.to)
        } else {
            (format!("tie_from::<{}>(&{id}, &record)", link.edge()), &link.from)
        };
        Some(Self {
            review: format!(
                "{} names it, and they are collected, too; is `{}` the right verb?",
                code(&link.member.0),
                link.verb
            ),
            public: true,
            optional,
            call,
            other: other.clone(),
            method: tie.method,
            docs: tie.docs,
            ty: tie.ty,
            body: tie.body,
        })
    }
}

impl Shown {
    /// Returns an entity as the templates show it.
    pub fn new(entity: Entity, argument: String) -> Self {
        let ends = |is: fn(&&Link) -> bool| -> Vec<String> {
            entity.links.iter().filter(is).flat_map(|link| [link.from.clone(), link.to.clone()]).collect()
        };
        let (mut imports, mut step_imports) = (ends(|link| link.tie.is_none()), ends(|_| true));
        step_imports.push(entity.type_name.clone());
        step_imports.extend(entity.parent.iter().map(|parent| parent.type_name.clone()));
        for names in [&mut imports, &mut step_imports] {
            names.sort();
            names.dedup();
        }
        imports.retain(|name| *name != entity.type_name);
        let mut emits = vec![entity.type_name.clone()];
        let below = entity.parent.iter().map(|parent| has(parent, &entity.type_name));
        for edge in entity.links.iter().map(Link::edge).chain(below) {
            if !emits.contains(&edge) {
                emits.push(edge);
            }
        }
        let mut methods: Vec<Value> = Vec::new();
        for one in &entity.computed {
            if !methods.iter().any(|known| known["method"] == one.method.as_str()) {
                methods.extend(serde_json::to_value(one));
            }
        }
        let ties: Vec<ShownTie> = entity.links.iter().filter_map(ShownTie::new).collect();
        methods.extend(ties.iter().filter_map(|tie| serde_json::to_value(tie).ok()));
        let mut expected: Vec<String> = ties.iter().map(|tie| tie.other.clone()).collect();
        expected.sort();
        expected.dedup();
        let prose = words::prose(&entity.plural);
        let method = words::ident(&entity.plural);
        Self {
            title: title(&prose),
            step_module: method.clone(),
            step_id: entity.plural.to_kebab_case(),
            method,
            argument,
            prose,
            imports,
            step_imports,
            emits,
            methods,
            ties,
            expected,
            entity,
        }
    }

    /// Returns the entity.
    pub fn entity(&self) -> &Entity {
        &self.entity
    }

    /// Returns the method of the client.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns its files: the entity, the step that collects it, and the test that as many are collected as are recorded.
    pub fn files(&self, called: &Called<'_>, recorded: usize) -> Result<Vec<File>, Error> {
        #[derive(Serialize)]
        struct Values<'s> {
            entity: &'s Shown,
            #[serde(flatten)]
            called: &'s Called<'s>,
        }
        let values = Values { entity: self, called };
        let step = match &self.entity {
            Entity { once: true, .. } => "inferred/once.rs",
            Entity { parent: Some(_), .. } => "inferred/nested.rs",
            _ => "inferred/step.rs",
        };
        Ok(vec![
            File {
                path: format!("src/entities/{}.rs", self.entity.module),
                text: templates::one("inferred/entity.rs", &values)?,
            },
            File { path: format!("src/steps/{}.rs", self.step_module), text: templates::one(step, &values)? },
            File {
                path: format!("tests/recorded/{}.rs", self.step_module),
                text: templates::one("inferred/test.rs", &values)?,
            },
            count(&self.step_module, &format!("each_recorded_{}_is_collected", self.entity.name), recorded),
        ])
    }
}

/// A list that says which entities belong to which, as the templates show it.
#[derive(Debug, Serialize)]
pub struct ShownMembership {
    /// A heading.
    title: String,
    plural: String,
    name: String,
    prose: String,
    method: String,
    step_module: String,
    step_id: String,
    argument: String,
    parent: Parent,
    /// The entity that the records of the list are.
    member: Parent,
    imports: Vec<String>,
    edge: String,
}

impl ShownMembership {
    /// Returns a membership as the templates show it.
    pub fn new(membership: &Membership) -> Self {
        let Membership { resource, entity, parent, called } = membership;
        let method = words::ident(&called.plural);
        let mut imports = vec![entity.type_name.clone(), parent.type_name.clone()];
        imports.sort();
        Self {
            title: title(&called.prose),
            plural: called.plural.clone(),
            name: called.name.clone(),
            prose: called.prose.clone(),
            step_module: method.clone(),
            step_id: called.plural.to_kebab_case(),
            argument: Request::new(resource, Some(parent)).argument,
            edge: has(parent, &entity.type_name),
            parent: parent.clone(),
            member: entity.clone(),
            imports,
            method,
        }
    }

    /// Returns the method of the client.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns its files: the step, and its test.
    pub fn files(&self, called: &Called<'_>, recorded: usize) -> Result<Vec<File>, Error> {
        #[derive(Serialize)]
        struct Values<'s> {
            list: &'s ShownMembership,
            #[serde(flatten)]
            called: &'s Called<'s>,
        }
        let values = Values { list: self, called };
        Ok(vec![
            File {
                path: format!("src/steps/{}.rs", self.step_module),
                text: templates::one("inferred/membership.rs", &values)?,
            },
            File {
                path: format!("tests/recorded/{}.rs", self.step_module),
                text: templates::one("inferred/membership_test.rs", &values)?,
            },
            count(&self.step_module, &format!("each_recorded_{}_is_related", self.name), recorded),
        ])
    }
}

/// Returns the snapshot of a test that counts: another recording is taken over with `INSTA_UPDATE=always`.
fn count(module: &str, test: &str, recorded: usize) -> File {
    File {
        path: format!("tests/recorded/snapshots/recorded__{module}__{test}.snap"),
        text: format!("---\nsource: tests/recorded/{module}.rs\n---\n{recorded}\n"),
    }
}

fn has(parent: &Parent, type_name: &str) -> String {
    format!("Has<{}, {type_name}>", parent.type_name)
}

fn title(prose: &str) -> String {
    let mut letters = prose.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

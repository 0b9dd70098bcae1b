//! The templates of `templates/`, in the binary.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::escape;
use super::place::File;
use crate::error::Error;

macro_rules! templates {
    ($($name:literal)*) => {
        /// Every template, by its path below `templates/` and without its `.j2`.
        const TEMPLATES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../templates/", $name, ".j2")))),*];
    };
}

templates! {
    "client/method.rs"
    "client/response.rs"
    "example/src/entities/application.rs"
    "example/src/entities/aws_iam_role.rs"
    "example/src/entities/mod.rs"
    "example/src/entities/team.rs"
    "example/src/steps/applications.rs"
    "example/src/steps/mod.rs"
    "example/src/steps/teams.rs"
    "example/tests/recorded/applications.rs"
    "example/tests/recorded/snapshots/applications.snap"
    "example/tests/recorded/teams.rs"
    "inferred/REVIEW.md"
    "inferred/entity.rs"
    "inferred/src/entities/mod.rs"
    "inferred/src/steps/mod.rs"
    "inferred/membership.rs"
    "inferred/membership_test.rs"
    "inferred/nested.rs"
    "inferred/once.rs"
    "inferred/step.rs"
    "inferred/test.rs"
    "port/PORT.md"
    "port/client.rs"
    "port/collect.rs"
    "port/convert.rs"
    "port/entities.rs"
    "port/entity.rs"
    "port/step.rs"
    "port/official.rs"
    "port/steps.rs"
    "port/targets.rs"
    "port/tests.rs"
    "project/Cargo.toml"
    "project/Dockerfile"
    "project/README.md"
    "project/deploy/kubernetes/cronjob.yaml"
    "project/deploy/systemd/integration.service"
    "project/deploy/systemd/integration.timer"
    "project/docs/integration.md"
    "project/cargo/config.toml"
    "project/dockerignore"
    "project/env.example"
    "project/github/workflows/ci.yml"
    "project/gitignore"
    "project/src/client.rs"
    "project/src/config.rs"
    "project/src/lib.rs"
    "project/src/main.rs"
    "project/tests/recorded/collect.rs"
    "project/tests/recorded/main.rs"
    "project/tests/recorded/snapshots/collect.snap"
    "shards/airflow.py"
    "shards/argo.yaml"
    "shards/github.yaml"
    "shards/kubernetes.yaml"
    "shards/slurm.sh"
}

/// The templates below a folder, filled in; each is named by its path below that folder.
pub fn fill(folder: &str, values: &impl Serialize) -> Result<Vec<File>, Error> {
    let below =
        TEMPLATES.iter().filter_map(|(name, _)| Some((name, name.strip_prefix(folder)?.strip_prefix('/')?)));
    let filled = below.map(|(name, path)| Ok(File { path: path.to_owned(), text: one(name, values)? }));
    filled.collect()
}

/// Renders one template.
///
/// Every value that a template shows is checked: text with a line break or another control character is an error
/// unless a filter of [`escape`] has made it fit its place. See there for which filter belongs where.
pub fn one(name: &str, values: &impl Serialize) -> Result<String, Error> {
    let text = TEMPLATES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    if let Ok(syntax) = SyntaxConfig::builder().keep_trailing_newline(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_formatter(escape::checked);
    escape::add_filters(&mut environment);
    let fault = |source| Error::Template { template: name.to_owned(), source };
    // What other templates include.
    for (part, text) in TEMPLATES.iter().filter(|(part, _)| part.starts_with("client/")) {
        environment.add_template(part, text).map_err(fault)?;
    }
    let filled = environment.render_str(text, Value::from(Serde(values)));
    filled.map_err(fault)
}

//! `config`: what an operator can set.

use std::fmt::Write as _;

use j1_core::config::{Config, ConfigField};
use serde_json::json;

use crate::cli::ConfigFormat;
use crate::connect::Connect;
use crate::env::variable;
use crate::report::table;

/// The configuration of the integration, in one of its forms.
pub(crate) fn show<I: Connect>(format: ConfigFormat) -> String {
    match format {
        ConfigFormat::Table => as_table::<I>(),
        ConfigFormat::Env => as_env::<I>(),
        ConfigFormat::Json => as_json::<I>(),
    }
}

fn as_table<I: Connect>() -> String {
    let mut rows = vec![["variable", "holds", "needed", "default", "what it is"].map(str::to_owned)];
    for field in I::Config::FIELDS {
        let needed = if field.required() { "yes" } else { "no" };
        let docs = field.docs.split_whitespace().collect::<Vec<_>>().join(" ");
        let default = field.default.unwrap_or_default();
        rows.push([variable(I::NAME, field.name), field.kind.into(), needed.into(), default.into(), docs]);
    }
    table(&rows)
}

fn as_env<I: Connect>() -> String {
    let mut out = format!("# Configuration of the {} integration.\n", I::TITLE);
    for field in I::Config::FIELDS {
        out.push('\n');
        for line in field.docs.lines() {
            let _ = writeln!(out, "# {line}");
        }
        // What can be left out stands there as a comment.
        let mark = if field.required() { "" } else { "# " };
        let _ =
            writeln!(out, "{mark}{}={}", variable(I::NAME, field.name), field.default.unwrap_or_default());
    }
    out.push_str(
        "\n# Where the data goes: the instance of the integration in JupiterOne, and its API key.\n",
    );
    out.push_str("JUPITERONE_INTEGRATION_INSTANCE_ID=\nJUPITERONE_API_KEY=\n");
    out
}

/// The platform's `configFields`.
fn as_json<I: Connect>() -> String {
    let fields: Vec<_> = I::Config::FIELDS.iter().map(field_json).collect();
    format!("{:#}\n", json!({ "configFields": fields }))
}

fn field_json(field: &ConfigField) -> serde_json::Value {
    let kind = match field.kind {
        "boolean" => "boolean",
        "integer" | "number" => "number",
        _ => "string",
    };
    json!({
        "key": camel(field.name),
        "displayName": title(field.name),
        "description": field.docs,
        "type": kind,
        "mask": field.secret,
        "optional": !field.required(),
        "defaultValue": field.default,
    })
}

/// `api_key` → `apiKey`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &capital(word))
}

/// `api_key` → `Api Key`.
fn title(name: &str) -> String {
    name.split('_').map(capital).collect::<Vec<_>>().join(" ")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

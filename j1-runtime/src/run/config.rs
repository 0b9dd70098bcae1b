//! `config`: what an operator can set.

use std::fmt::Write as _;

use j1_core::config::{Choice, Config, ConfigField, ConfigKind, variable};
use serde_json::{Value, json};

use crate::observe::table::table;
use crate::provider::operator;
use crate::run::connect::Connect;

/// The format that the configuration is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfigFormat {
    Table,
    Env,
    Json,
}

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
        let default = field.default.unwrap_or_default();
        rows.push([
            field.variable_of(I::NAME),
            field.holds(),
            needed.into(),
            default.into(),
            words(field.docs),
        ]);
    }
    table(&rows)
}

/// The text in one line.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn as_env<I: Connect>() -> String {
    let mut out = format!("# Configuration of the {} integration.\n", I::TITLE);
    // Those of JupiterOne follow for every integration.
    for field in I::Config::FIELDS.iter().filter(|field| !field.is_of_jupiterone()) {
        out.push('\n');
        for line in field.docs.lines() {
            let _ = writeln!(out, "# {line}");
        }
        if !matches!(field.kind, ConfigKind::Text) {
            let _ = writeln!(out, "# Write {}.", field.wanted());
        }
        if let ConfigKind::Choice(choices) = field.kind {
            for Choice { value, docs } in choices.iter().filter(|choice| !choice.docs.is_empty()) {
                let _ = writeln!(out, "#   {value}: {}", words(docs));
            }
        }
        // What can be left out stands there as a comment.
        let mark = if field.required() { "" } else { "# " };
        let _ = writeln!(out, "{mark}{}={}", field.variable_of(I::NAME), field.default.unwrap_or_default());
    }
    out.push_str(
        "\n# Where the data goes: the instance of the integration in JupiterOne, and its API key.\n",
    );
    out.push_str("JUPITERONE_INTEGRATION_INSTANCE_ID=\nJUPITERONE_API_KEY=\n");
    let _ =
        writeln!(out, "\n# How hard {} may be asked, instead of what the integration declares.", I::TITLE);
    for limit in operator::VARIABLES {
        let _ = writeln!(out, "# {}=", variable(I::NAME, limit));
    }
    out
}

/// The form of the definition, as the platform has it: every field in `configFields`, and the same fields in the
/// sections that the platform can show them in, those of the credentials and the others.
fn as_json<I: Connect>() -> String {
    let all = |wanted: &dyn Fn(&ConfigField) -> bool| -> Vec<_> {
        // The platform knows its own, and asks nobody for them.
        let asked = I::Config::FIELDS.iter().filter(|field| !field.is_of_jupiterone());
        asked.filter(|field| wanted(field)).map(field_json).collect()
    };
    let mut form = json!({ "configFields": all(&|_| true), "authSections": [], "configSections": [] });
    let (auth, other) = (all(&|field| field.auth), all(&|field| !field.auth));
    if !auth.is_empty() {
        form["authSections"] = json!([{
            "id": "credentials",
            "displayName": "Credentials",
            "description": format!("What the integration shows {} to read from it.", I::TITLE),
            "configFields": auth,
            "verificationDisabled": false,
        }]);
    }
    if !other.is_empty() {
        form["configSections"] = json!([{ "displayName": "Settings", "configFields": other }]);
    }
    format!("{form:#}\n")
}

fn field_json(field: &ConfigField) -> Value {
    let mut json = json!({
        "key": camel(field.name),
        "displayName": title(field.name),
        "description": words(field.docs),
        "type": match field.kind {
            ConfigKind::Boolean => "boolean",
            ConfigKind::Integer { .. } | ConfigKind::Number => "number",
            _ => "string",
        },
        "mask": field.secret,
        "optional": !field.required(),
        "defaultValue": field.default.map(|text| default_json(field.kind, text)),
    });
    match field.kind {
        ConfigKind::Url => json["format"] = "uri".into(),
        ConfigKind::Choice(choices) => {
            let is_default = |value: &str| field.default.is_some_and(|text| text.eq_ignore_ascii_case(value));
            let option = |choice: &Choice| {
                json!({
                    "value": choice.value,
                    "label": title(choice.value),
                    "description": words(choice.docs),
                    "default": is_default(choice.value),
                })
            };
            json["options"] = choices.iter().map(option).collect();
        }
        ConfigKind::Duration | ConfigKind::List(_) | ConfigKind::Other(_) => {
            json["helperText"] = format!("Write {}.", field.wanted()).into();
        }
        _ => {}
    }
    json
}

/// A default as a value of the type that the platform stores.
fn default_json(kind: ConfigKind, text: &str) -> Value {
    let parsed = match kind {
        ConfigKind::Boolean => text.to_ascii_lowercase().parse().ok().map(Value::Bool),
        ConfigKind::Integer { .. } => text.parse::<i64>().ok().map(Value::from),
        ConfigKind::Number => text.parse::<f64>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| text.into())
}

/// `api_key` → `apiKey`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &initial(word))
}

/// `api_key` → `API Key`, `us-east` → `Us East`.
fn title(name: &str) -> String {
    name.split(['_', '-']).map(capital).collect::<Vec<_>>().join(" ")
}

/// A word of a title; what people write in capitals is.
fn capital(word: &str) -> String {
    if matches!(word, "api" | "id" | "url") { word.to_ascii_uppercase() } else { initial(word) }
}

/// `base` → `Base`.
fn initial(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

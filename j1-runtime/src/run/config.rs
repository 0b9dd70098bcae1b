//! `config`: what an operator can set.

use std::fmt::Write as _;

use j1_core::config::{Alternative, Choice, ConfigField, ConfigKind, variable};
use serde_json::{Value, json};

use crate::observe::table::table;
use crate::provider::operator;
use crate::run::program::Program;

/// The format that the configuration is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConfigFormat {
    Table,
    Env,
    Json,
}

/// The configuration of the integration, in one of its forms.
pub(crate) fn show(program: &'static Program, format: ConfigFormat) -> String {
    match format {
        ConfigFormat::Table => as_table(program),
        ConfigFormat::Env => as_env(program),
        ConfigFormat::Json => as_json(program),
    }
}

fn as_table(program: &'static Program) -> String {
    let mut rows = vec![["variable", "holds", "needed", "default", "what it is"].map(str::to_owned)];
    for field in program.fields {
        let default = field.default.unwrap_or_default();
        rows.push([
            field.variable_of(program.name),
            field.holds(),
            field.needed_words(),
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

fn as_env(program: &'static Program) -> String {
    let mut out = format!("# Configuration of the {} integration.\n", program.title);
    // Those of JupiterOne follow for every integration.
    let mut before: Option<Alternative> = None;
    for field in program.fields.iter().filter(|field| !field.is_of_jupiterone()) {
        out.push('\n');
        if let Some(alternative) = field.alternative.filter(|one| before != Some(*one)) {
            let follows = before.is_some_and(|before| before.of == alternative.of);
            let _ = writeln!(out, "# {}\n", heading(&alternative, follows));
        }
        before = field.alternative;
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
        // A variable that can be left out is written as a comment.
        let mark = if field.needed() { "" } else { "# " };
        let _ =
            writeln!(out, "{mark}{}={}", field.variable_of(program.name), field.default.unwrap_or_default());
    }
    out.push_str(
        "\n# Where the data goes: the instance of the integration in JupiterOne, and its API key.\n",
    );
    out.push_str("JUPITERONE_INTEGRATION_INSTANCE_ID=\nJUPITERONE_API_KEY=\n");
    let _ = writeln!(
        out,
        "\n# How hard {} may be asked, instead of what the integration declares.",
        program.title
    );
    for limit in operator::VARIABLES {
        let _ = writeln!(out, "# {}=", variable(program.name, limit));
    }
    out
}

/// Returns the line above the variables of an alternative; one `follows` another of the same enum.
fn heading(alternative: &Alternative, follows: bool) -> String {
    let docs = words(alternative.docs);
    let about = if docs.is_empty() { String::new() } else { format!(" ({docs})") };
    if follows {
        format!("--- or {}{about}", alternative.name)
    } else {
        format!("--- Set one of the alternatives and leave the others empty: {}{about}", alternative.name)
    }
}

/// The form of the definition, as the platform has it: every field in `configFields`, and the same fields in the
/// sections that the platform can show them in, those of the credentials and the others.
fn as_json(program: &'static Program) -> String {
    let all = |wanted: &dyn Fn(&ConfigField) -> bool| -> Vec<_> {
        // JupiterOne's own settings are not asked for: the platform knows them.
        let asked = program.fields.iter().filter(|field| !field.is_of_jupiterone());
        asked.filter(|field| wanted(field)).map(field_json).collect()
    };
    let mut form = json!({ "configFields": all(&|_| true), "authSections": [], "configSections": [] });
    let alternatives = alternatives_of_credentials(program.fields);
    let is_auth = |field: &ConfigField| match field.alternative {
        Some(one) => alternatives.contains(&one),
        None => field.auth,
    };
    let section = |id: &str, name: &str, description: &str, fields: &[Value]| {
        json!({
            "id": id,
            "displayName": name,
            "description": description,
            "configFields": fields,
            "verificationDisabled": false,
        })
    };
    let mut sections = Vec::new();
    let common = all(&|field| field.auth && field.alternative.is_none());
    if !common.is_empty() {
        let about = format!("What the integration shows {} to read from it.", program.title);
        sections.push(section("credentials", "Credentials", &about, &common));
    }
    for one in &alternatives {
        let own = all(&|field| field.alternative == Some(*one));
        sections.push(section(&one.name.to_lowercase(), one.name, &words(one.docs), &own));
    }
    form["authSections"] = sections.into();
    let other = all(&|field| !is_auth(field));
    if !other.is_empty() {
        form["configSections"] = json!([{ "displayName": "Settings", "configFields": other }]);
    }
    format!("{form:#}\n")
}

/// Returns the alternatives of each enum that holds a credential.
fn alternatives_of_credentials(fields: &[ConfigField]) -> Vec<Alternative> {
    let auth =
        |of: &str| fields.iter().any(|field| field.auth && field.alternative.is_some_and(|one| one.of == of));
    let mut all: Vec<Alternative> = Vec::new();
    for one in fields.iter().filter_map(|field| field.alternative).filter(|one| auth(one.of)) {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
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

//! Configuration from the environment and from `.env`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use j1_core::Secret;
use j1_core::config::{Alternative, Config, ConfigField, ConfigKind, ConfigProblem, variable};
use j1_core::model::nearest;
use url::Url;
use zeroize::Zeroizing;

use crate::disk;
use crate::jupiterone::{Credentials, Source, is_on_this_machine};
use crate::provider::transport::authority;
use crate::recordings::config::{ConfiguredValue, RecordedConfig, Tells};
use crate::redact;

/// The base URL of JupiterOne unless `JUPITERONE_API_BASE` is set.
pub(crate) const PRODUCTION: &str = "https://api.us.jupiterone.io";

/// The variable with the base URL of JupiterOne's API.
const API_BASE: &str = "JUPITERONE_API_BASE";

/// Problems of the configuration, a line each.
pub(crate) type Problems = Vec<String>;

/// The variables of the process, and behind them those of a `.env` file.
pub(crate) struct Env {
    process: Values,
    file: Values,
    /// The operator named the file, so it is as trusted as the process.
    file_is_named: bool,
}

/// Makes a configuration of what the function reads for each field.
type Take<'a> =
    dyn FnMut(&mut dyn FnMut(&'static ConfigField) -> Option<String>) -> Result<(), Vec<ConfigProblem>> + 'a;

/// Variables by name; among them are secrets, which are overwritten when dropped.
type Values = HashMap<String, Zeroizing<String>>;

impl Env {
    /// Reads the environment, and `.env` of the current folder or the file that is named.
    ///
    /// Values in the file are taken literally: a `$` is not expanded, since it may be part of a secret.
    pub fn load(named: Option<&Path>) -> Result<Self, Problems> {
        let path = named.map_or_else(|| PathBuf::from(".env"), Path::to_owned);
        let text = match disk::read_to_string(&path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                Zeroizing::default()
            }
            Err(error) => return Err(vec![format!("{} cannot be read: {error}", path.display())]),
        };
        let file =
            parse(&text).map_err(|line| vec![format!("{}:{line}: not `NAME=value`", path.display())])?;
        let process = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?.into())));
        Ok(Self { process: process.collect(), file, file_is_named: named.is_some() })
    }

    /// Returns an environment without variables.
    pub fn empty() -> Self {
        Self { process: HashMap::new(), file: HashMap::new(), file_is_named: false }
    }

    /// Returns an environment with these variables of the process, and no file.
    #[cfg(test)]
    pub fn from_pairs<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        let process = pairs.map(|(name, value)| (name.to_owned(), value.to_owned().into()));
        Self { process: process.into(), ..Self::empty() }
    }

    /// Returns the value of a variable. The process takes precedence, and an empty value counts as not set.
    pub fn get(&self, name: &str) -> Option<String> {
        let set = |values: &Values| values.get(name).filter(|value| !value.is_empty()).map(|v| (**v).clone());
        set(&self.process).or_else(|| set(&self.file))
    }

    /// Reads the configuration of an integration. In a replay, the values that the recordings were made with come first, since
    /// only requests made with them have recordings; a placeholder takes the place of what is missing.
    pub fn config<C: Config>(&self, prefix: &str, replay: Option<&RecordedConfig>) -> Result<C, Problems> {
        let mut config = None;
        self.read(prefix, C::FIELDS, replay, &mut |values| {
            config = Some(C::from_values(values)?);
            Ok(())
        })?;
        config.ok_or_else(Vec::new)
    }

    /// Gives the value of each field to `take`.
    fn read(
        &self,
        prefix: &str,
        fields: &'static [ConfigField],
        replay: Option<&RecordedConfig>,
        take: &mut Take<'_>,
    ) -> Result<(), Problems> {
        let chosen = replay.map_or_else(Vec::new, |recorded| self.replayed(prefix, fields, recorded));
        let mut read = |field: &'static ConfigField| {
            let left_out = |one| replay.is_some() && !chosen.contains(&one);
            if field.alternative.is_some_and(left_out) {
                return None;
            }
            let recorded = replay.filter(|_| !field.secret).and_then(|recorded| recorded.get(field.name));
            let value = recorded.map(str::to_owned).or_else(|| self.get(&field.variable_of(prefix)));
            if let Some(secret) = value.as_deref().filter(|_| field.secret) {
                redact::learn(secret);
                if matches!(field.kind, ConfigKind::List(_)) {
                    secret.split(',').map(str::trim).for_each(redact::learn);
                }
            }
            if value.is_none() && replay.is_some() && field.needed() {
                Some(placeholder(field.kind))
            } else {
                value
            }
        };
        let strays = self.strays(prefix, fields);
        let meant =
            |field: &ConfigField| strays.iter().find(|(_, near)| *near == field.name).map(|(name, _)| name);
        for field in fields.iter().filter(|field| !field.required()) {
            let name = field.variable_of(prefix);
            if let Some(stray) = meant(field).filter(|_| self.get(&name).is_none()) {
                tracing::warn!("nothing reads {stray}: did you mean {name}?");
            }
        }
        let foreign_addresses =
            if replay.is_some() { Vec::new() } else { self.foreign_addresses(prefix, fields) };
        match take(&mut read) {
            Ok(()) if foreign_addresses.is_empty() => Ok(()),
            Ok(()) => Err(foreign_addresses),
            Err(problems) => {
                let problems = problems.iter().map(|problem| describe(prefix, problem, &meant));
                Err(problems.chain(foreign_addresses).collect())
            }
        }
    }

    /// Returns the alternative of each enum that a replay takes: the one the recordings were made with, else one that is
    /// set, else the first.
    fn replayed(
        &self,
        prefix: &str,
        fields: &'static [ConfigField],
        recorded: &RecordedConfig,
    ) -> Vec<Alternative> {
        let rank = |field: &ConfigField| {
            let is_recorded = !field.secret && recorded.get(field.name).is_some();
            let is_set = || self.get(&field.variable_of(prefix)).is_some();
            if is_recorded {
                0
            } else if is_set() {
                1
            } else {
                2
            }
        };
        let mut chosen: Vec<(Alternative, u8)> = Vec::new();
        for field in fields {
            let Some(alternative) = field.alternative else { continue };
            let rank = rank(field);
            match chosen.iter_mut().find(|(known, _)| known.of == alternative.of) {
                Some(best) if rank < best.1 => *best = (alternative, rank),
                Some(_) => {}
                None => chosen.push((alternative, rank)),
            }
        }
        chosen.into_iter().map(|(alternative, _)| alternative).collect()
    }

    /// Returns the variables that have the integration's prefix but belong to no field, each with the field it
    /// resembles.
    fn strays(&self, prefix: &str, fields: &[ConfigField]) -> Vec<(String, &'static str)> {
        let begin = variable(prefix, "");
        let all = self.process.keys().chain(self.file.keys());
        all.filter_map(|name| Some((name, name.strip_prefix(&begin)?)))
            .filter(|(name, _)| {
                !fields.iter().any(|field| name.eq_ignore_ascii_case(&field.variable_of(prefix)))
            })
            .filter_map(|(name, rest)| Some((name.clone(), nearest(rest, fields.iter().map(|f| f.name))?)))
            .collect()
    }

    /// Returns the values that the operator has set, without secrets.
    pub fn configured(&self, prefix: &str, fields: &[ConfigField]) -> Vec<ConfiguredValue> {
        let own = |field: &ConfigField| {
            let value = self.get(&field.variable_of(prefix))?;
            let is_address = Url::parse(&value).is_ok_and(|url| authority(&url).is_some());
            let tells = match field.kind {
                _ if Some(value.as_str()) == field.default => Tells::Nothing,
                _ if is_address => Tells::Host,
                ConfigKind::Text | ConfigKind::List(ConfigKind::Text) | ConfigKind::Other(_) => Tells::Text,
                _ => Tells::Nothing,
            };
            Some(ConfiguredValue { field: field.name, value, tells })
        };
        fields.iter().filter(|field| !field.secret && !field.is_of_jupiterone()).filter_map(own).collect()
    }

    /// Returns the URLs of the provider that come from a `.env` which was not named, although a secret comes from the process: the
    /// file may be part of a checkout of others. A URL of this machine does not lead to the network.
    fn foreign_addresses(&self, prefix: &str, fields: &[ConfigField]) -> Problems {
        let sets = |values: &Values, name: &str| values.get(name).is_some_and(|value| !value.is_empty());
        let secret = fields.iter().filter(|field| field.secret).map(|field| field.variable_of(prefix));
        let mut secret = secret.filter(|name| sets(&self.process, name));
        let Some(secret) = secret.next().filter(|_| !self.file_is_named) else { return Vec::new() };
        let own = fields.iter().filter(|field| !field.secret && !field.is_of_jupiterone());
        own.map(|field| (field, field.variable_of(prefix)))
            .filter(|(_, name)| sets(&self.file, name) && !sets(&self.process, name))
            .filter_map(|(field, name)| {
                let value = self.get(&name)?;
                let url = Url::parse(&value).ok().filter(|url| authority(url).is_some())?;
                let harmless = Some(value.as_str()) == field.default || is_on_this_machine(&url);
                (!harmless).then(|| foreign(&name, &value, &secret))
            })
            .collect()
    }

    /// Returns why the key must not be sent to this base URL: a `.env` that happens to be in the current folder, as in a
    /// checkout of others, must not redirect the key of the process.
    fn foreign_base(&self, base: &str) -> Option<String> {
        let set = |values: &Values, name: &str| values.get(name).is_some_and(|value| !value.is_empty());
        let redirected = !self.file_is_named
            && !set(&self.process, API_BASE)
            && set(&self.file, API_BASE)
            && set(&self.process, "JUPITERONE_API_KEY");
        let url = Url::parse(base).ok()?;
        let host = url.host_str().unwrap_or_default();
        let of_jupiterone =
            url.scheme() == "https" && (host == "jupiterone.io" || host.ends_with(".jupiterone.io"));
        if url.scheme() == "http" && !is_on_this_machine(&url) {
            tracing::warn!("{API_BASE} is {base}: over http the API key can be read on its way; use https");
        }
        (redirected && !of_jupiterone).then(|| foreign(API_BASE, base, "JUPITERONE_API_KEY"))
    }

    /// Returns the credentials of the run at JupiterOne.
    pub fn credentials(&self, source: Source) -> Result<Credentials, Problems> {
        let mut problems = Vec::new();
        let mut needed = |name: &str, what: &str| {
            let value = self.get(name);
            if value.is_none() {
                problems.push(format!("{name} is missing: {what}"));
            }
            value.unwrap_or_default()
        };
        let key = needed("JUPITERONE_API_KEY", "the API key of the integration instance");
        redact::learn(&key);
        let instance = (source != Source::Api)
            .then(|| needed("JUPITERONE_INTEGRATION_INSTANCE_ID", "the id of the integration instance"));
        let base = self.get(API_BASE).unwrap_or_else(|| PRODUCTION.to_owned());
        problems.extend(self.foreign_base(&base));
        match Url::parse(&base).ok().filter(|url| matches!(url.scheme(), "http" | "https")) {
            Some(base) if problems.is_empty() => Ok(Credentials {
                base,
                key: Secret::new(key),
                instance,
                account: self.get("JUPITERONE_ACCOUNT"),
                scope: None,
            }),
            Some(_) => Err(problems),
            None => {
                problems.push(format!("{API_BASE} is not a valid http(s) URL; use one such as {PRODUCTION}"));
                Err(problems)
            }
        }
    }
}

fn foreign(name: &str, url: &str, secret: &str) -> String {
    format!(
        "{name} comes from `.env` ({url}), but {secret} from the environment, and would be sent there; set both in the same \
         place, or name the file with `--env-file`"
    )
}

/// Describes a problem and the fix; `meant` finds a variable that resembles a field's.
fn describe<'a>(
    prefix: &str,
    problem: &ConfigProblem,
    meant: &impl Fn(&ConfigField) -> Option<&'a String>,
) -> String {
    match problem {
        ConfigProblem::Malformed { field, reason } => format!("{} {reason}", field.variable_of(prefix)),
        ConfigProblem::Missing(field) => {
            let hint = hint(meant(field), "this");
            let docs = field.docs.split_whitespace().collect::<Vec<_>>().join(" ");
            let about = if docs.is_empty() { String::new() } else { format!(": {docs}") };
            format!("{} is missing{hint}; write {}{about}", field.variable_of(prefix), field.wanted())
        }
        ConfigProblem::NoAlternative(fields) => {
            let hint = hint(fields.iter().find_map(meant), "one of these");
            format!("no alternative is set{hint}; set {}", alternatives(prefix, fields).join(", or "))
        }
        ConfigProblem::SeveralAlternatives(fields) => {
            let names: Vec<_> = fields.iter().map(|field| field.variable_of(prefix)).collect();
            format!("{} exclude each other; set one of them and leave the others empty", names.join(" and "))
        }
    }
}

/// Returns the note on a variable that nothing reads.
fn hint(stray: Option<&String>, of: &str) -> String {
    stray.map_or_else(String::new, |stray| format!(" (nothing reads {stray}: did you mean {of}?)"))
}

/// Returns the variables of each alternative, as `ACME_CLIENT_ID and ACME_CLIENT_SECRET`.
fn alternatives(prefix: &str, fields: &[ConfigField]) -> Vec<String> {
    let mut all: Vec<(Option<Alternative>, Vec<String>)> = Vec::new();
    for field in fields {
        let known = all.iter().position(|(one, _)| *one == field.alternative).unwrap_or_else(|| {
            all.push((field.alternative, Vec::new()));
            all.len() - 1
        });
        if field.needed()
            && let Some((_, names)) = all.get_mut(known)
        {
            names.push(field.variable_of(prefix));
        }
    }
    all.into_iter().map(|(_, names)| names.join(" and ")).collect()
}

/// Returns a stand-in for a value that a replay does not need.
fn placeholder(kind: ConfigKind) -> String {
    match kind {
        ConfigKind::Boolean => "false".to_owned(),
        ConfigKind::Integer { min, max } => 0.clamp(min, max).to_string(),
        ConfigKind::Number => "0".to_owned(),
        ConfigKind::Duration => "0s".to_owned(),
        ConfigKind::Url => "https://replay.invalid".to_owned(),
        ConfigKind::Choice(choices) => {
            choices.first().map_or_else(String::new, |first| first.value.to_owned())
        }
        ConfigKind::List(item) => placeholder(*item),
        ConfigKind::Text | ConfigKind::Other(_) => redact::PLACEHOLDER.to_owned(),
    }
}

/// Parses `NAME=value` lines; `#` begins a comment line, and one pair of quotes around a value is removed. The error is
/// the number of the first line that is neither.
fn parse(text: &str) -> Result<Values, usize> {
    let mut values = Values::new();
    // Some editors begin the file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or(number + 1)?;
        let value = value.trim();
        values.insert(name.trim().to_owned(), unquoted(value).unwrap_or(value).to_owned().into());
    }
    Ok(values)
}

/// Returns the text between the quotes that a value begins with; a comment can follow them.
fn unquoted(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (inner, rest) = value[1..].rsplit_once(quote)?;
    let rest = rest.trim();
    (rest.is_empty() || rest.starts_with('#')).then_some(inner)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::parse;

    fn config() -> ProptestConfig {
        let cases = std::env::var("J1_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
        ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
    }

    proptest! {
        #![proptest_config(config())]

        /// Whatever a value is, it is read as it was written, and no other variable comes of it.
        #[test]
        fn a_value_is_read_as_it_was_written(
            values in vec("[^\r\n\u{85}\u{2028}\u{2029}]{0,30}", 1..6),
            quote in select(vec!["", "\"", "'"]),
            export in select(vec!["", "export ", "  "]),
            end in select(vec!["\n", "\r\n", "\n\n# a comment\n"]),
        ) {
            // Without quotes, spaces around a value and quotes at its begin are not a part of it.
            let plain = |value: &String| value.trim() == value && !value.starts_with(['"', '\'']);
            let values: Vec<String> =
                values.into_iter().filter(|value| !quote.is_empty() || plain(value)).collect();
            let lines = values.iter().enumerate();
            let text: String =
                lines.map(|(at, value)| format!("{export}NAME_{at}={quote}{value}{quote}{end}")).collect();
            let read = parse(&text).expect("lines of `NAME=value`");
            prop_assert_eq!(read.len(), values.len());
            for (at, value) in values.iter().enumerate() {
                prop_assert_eq!(read[&format!("NAME_{at}")].as_str(), value.as_str());
            }
        }

        /// Anything at all: values of one line each, or the number of the line that is wrong.
        #[test]
        fn anything_is_an_environment_or_names_a_line(text in any::<String>()) {
            match parse(&text) {
                Ok(values) => prop_assert!(values.values().all(|value| !value.contains('\n'))),
                Err(line) => prop_assert!((1..=text.lines().count()).contains(&line)),
            }
        }
    }

    #[test]
    fn values_are_taken_as_they_stand() {
        let values =
            parse("\u{feff}# c\nexport A=abc$def$HOME\nB=\"x y\" # said\nC='q'\n\nD= z #not a comment\n")
                .expect("parses");
        let value = |name: &str| values[name].as_str();
        assert_eq!(value("A"), "abc$def$HOME");
        assert_eq!(value("B"), "x y");
        assert_eq!(value("C"), "q");
        assert_eq!(value("D"), "z #not a comment");
        assert_eq!(parse("A=1\nnonsense"), Err(2));
    }
}

#![allow(dead_code)]

use j1_core::config::{ConfigField, ConfigProblem};
use j1::prelude::*;

#[derive(J1Config)]
pub struct Config {
    /// The tenant.
    pub tenant: String,
    #[j1(flatten)]
    pub auth: Auth,
    #[j1(default = 100)]
    pub page_size: u16,
}

#[derive(J1Config)]
pub enum Auth {
    /// A token.
    Token { api_token: Secret<String> },
    OAuth {
        #[j1(auth)]
        client_id: String,
        client_secret: Secret<String>,
        #[j1(default = "read")]
        scope: String,
    },
}

fn read(set: &'static [&'static str]) -> Result<Config, Vec<ConfigProblem>> {
    Config::from_values(&mut |field: &'static ConfigField| set.contains(&field.name).then(|| "x".to_owned()))
}

fn main() {
    let names: Vec<_> = Config::FIELDS.iter().map(|field| (field.name, field.needed_words())).collect();
    let names: Vec<_> = names.iter().map(|(name, needed)| (*name, &**needed)).collect();
    assert_eq!(
        names,
        [
            ("tenant", "yes"),
            ("api_token", "one of: Token"),
            ("client_id", "one of: OAuth"),
            ("client_secret", "one of: OAuth"),
            ("scope", "no"),
            ("page_size", "no"),
        ]
    );
    assert!(Config::FIELDS[1].alternative.is_some_and(|one| (one.of, one.docs) == ("Auth", "A token.")));
    assert!(matches!(read(&["tenant", "api_token"]), Ok(Config { auth: Auth::Token { .. }, page_size: 100, .. })));
    let oauth = read(&["tenant", "client_id", "client_secret"]);
    assert!(matches!(oauth, Ok(Config { auth: Auth::OAuth { scope, .. }, .. }) if scope == "read"));
    let none = read(&["tenant"]);
    assert!(matches!(none.err().as_deref(), Some([ConfigProblem::NoAlternative(fields)]) if fields.len() == 4));
    let both = read(&["api_token", "scope"]);
    let problems = both.err().unwrap_or_default();
    assert!(matches!(problems.as_slice(), [ConfigProblem::Missing(_), ConfigProblem::SeveralAlternatives(_)]));
    let half = read(&["tenant", "client_id"]);
    assert!(matches!(half.err().as_deref(), Some([ConfigProblem::Missing(field)]) if field.name == "client_secret"));
}

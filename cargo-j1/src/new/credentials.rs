//! The credentials of the provider's API, as code of the client and as configuration.

use clap::ValueEnum;
use serde::Serialize;

use super::project::ConfigField;
use crate::infer::words;

/// Credentials of a kind, as the API takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// A key in this header, with a word before it where the provider wants one: `SSWS `, `Token token=`.
    ApiKey { header: String, prefix: Option<String> },
    /// A key in this parameter of the query.
    QueryKey { name: String },
    /// `Authorization: Bearer`.
    Bearer,
    /// A user and a password.
    Basic,
    /// OAuth 2, client credentials; tokens come from this URL.
    OAuth2 { token_url: Option<String> },
}

/// Credentials of a kind, as a flag names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthKind {
    /// A key in the header `x-api-key`
    ApiKey,
    /// A token after `Authorization: Bearer`
    Bearer,
    /// A user and a password
    Basic,
    /// OAuth 2 with client credentials
    #[value(name = "oauth2")]
    OAuth2,
}

impl AuthKind {
    /// Returns the credentials with the most usual names.
    pub fn usual(self) -> Auth {
        match self {
            Self::ApiKey => Auth::key("x-api-key"),
            Self::Bearer => Auth::Bearer,
            Self::Basic => Auth::Basic,
            Self::OAuth2 => Auth::OAuth2 { token_url: None },
        }
    }
}

/// Returns the call that sends a field of the configuration as a token.
pub fn bearer_of(field: &str) -> String {
    Auth::Bearer.call(field, "&config.")
}

/// Returns `true` for text that can be the name of a header.
pub fn is_header(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

impl Auth {
    /// Returns a key in this header, in small letters.
    pub fn key(header: &str) -> Self {
        Self::ApiKey { header: header.to_owned(), prefix: None }
    }

    /// Returns the same with a word before the key, and the blank or sign behind that word.
    pub fn with_prefix(self, before: String) -> Self {
        match self {
            Self::ApiKey { header, .. } => Self::ApiKey { header, prefix: Some(before) },
            other => other,
        }
    }

    /// Returns the header that the client sends these credentials in, or else the parameter of the query.
    pub fn place(&self) -> (&str, bool) {
        match self {
            Self::QueryKey { name } => (name, false),
            Self::ApiKey { header, .. } => (header, true),
            Self::Bearer | Self::Basic | Self::OAuth2 { .. } => ("authorization", true),
        }
    }

    /// Returns `true` if the client sends these credentials in the header, or else the parameter of the query, of this name.
    pub fn is_sent_as(&self, name: &str, is_header: bool) -> bool {
        let (own, in_header) = self.place();
        in_header == is_header && if is_header { own.eq_ignore_ascii_case(name) } else { own == name }
    }

    /// Returns the kind, as a flag names it.
    pub fn kind(&self) -> AuthKind {
        match self {
            Self::ApiKey { .. } | Self::QueryKey { .. } => AuthKind::ApiKey,
            Self::Bearer => AuthKind::Bearer,
            Self::Basic => AuthKind::Basic,
            Self::OAuth2 { .. } => AuthKind::OAuth2,
        }
    }

    /// Returns the call that adds the credentials to a client. `field` is the configuration's field of the key, and
    /// `of` leads to the fields: `&config.`, or nothing where a pattern has bound them.
    fn call(&self, field: &str, of: &str) -> String {
        match self {
            Self::ApiKey { header, prefix: None } => format!(".header({header:?}, {of}{field})"),
            Self::ApiKey { header, prefix: Some(before) } => match before.strip_suffix(' ') {
                Some(word) if header == "authorization" => format!(".scheme({word:?}, {of}{field})"),
                _ => {
                    let before = before.replace('{', "{{").replace('}', "}}");
                    let text = format!("{before}{{}}");
                    let of = of.trim_start_matches('&');
                    format!(".header({header:?}, &Secret::new(format!({text:?}, {of}{field}.expose())))")
                }
            },
            Self::QueryKey { name } => format!(".query_key({name:?}, {of}{field})"),
            Self::Bearer => format!(".bearer({of}{field})"),
            Self::Basic => format!(".basic({of}username, {of}password)"),
            Self::OAuth2 { .. } => format!(
                ".oauth2(OAuth2::client_credentials({of}token_url, {of}client_id, {of}client_secret))?"
            ),
        }
    }

    /// Returns the name of the variant of an enum that has these credentials.
    const fn variant(&self) -> &'static str {
        match self {
            Self::ApiKey { .. } => "ApiKey",
            Self::QueryKey { .. } => "QueryKey",
            Self::Bearer => "Token",
            Self::Basic => "Password",
            Self::OAuth2 { .. } => "OAuth2",
        }
    }

    /// Returns the field of the configuration that holds the key. `alone` is that no other key is needed.
    fn field(&self, alone: bool) -> String {
        let named = |name: &str| {
            let snake = heck::ToSnakeCase::to_snake_case(name);
            let plain = snake.strip_prefix("x_").unwrap_or(&snake);
            let is_name = plain.starts_with(|c: char| c.is_ascii_alphabetic()) && plain.len() <= LONGEST;
            if is_name { words::ident(plain) } else { "api_key".to_owned() }
        };
        match self {
            Self::Bearer => "api_token".to_owned(),
            Self::ApiKey { header, .. } if !alone => named(header),
            Self::QueryKey { name } if !alone => named(name),
            _ => "api_key".to_owned(),
        }
    }

    /// Returns what has to be created at the provider.
    pub fn needed(&self, provider: &str) -> String {
        match self {
            Self::ApiKey { .. } | Self::QueryKey { .. } => {
                format!("An API key of {provider}; one that may only read is enough.")
            }
            Self::Bearer => format!("An API token of {provider}; one that may only read is enough."),
            Self::Basic => format!("A user of {provider}; one that may only read is enough."),
            Self::OAuth2 { .. } => {
                format!("The id of an OAuth client of {provider}; one that may only read is enough.")
            }
        }
    }
}

/// The credentials of an API: one alternative, or several of which an operator has one.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The kinds of each alternative, which are sent together, in the order they are added to the client.
    pub alternatives: Vec<Vec<Auth>>,
    /// The review note on them.
    pub review: Option<String>,
}

/// A variant of the configuration's enum of credentials.
#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// Its fields.
    pub fields: Vec<ConfigField>,
}

impl Credentials {
    /// Returns credentials of one alternative.
    pub fn one(all: Vec<Auth>, review: Option<String>) -> Self {
        Self { alternatives: vec![all], review }
    }

    /// Returns the first kind.
    pub fn first(&self) -> Option<&Auth> {
        self.alternatives.first()?.first()
    }

    /// Returns the alternatives of this kind; `None` if there are none.
    pub fn of_kind(&self, kind: AuthKind) -> Option<Self> {
        let is = |all: &&Vec<Auth>| all.first().is_some_and(|first| first.kind() == kind);
        let alternatives = self.alternatives.iter().find(is).cloned()?;
        Some(Self::one(alternatives, self.review.clone()))
    }

    /// Returns `true` where an operator has a choice.
    pub const fn is_choice(&self) -> bool {
        self.alternatives.len() > 1
    }

    /// Returns the expression of Rust that makes the client.
    pub fn client(&self) -> String {
        let client = |all: &[(Auth, String)], of: &str| {
            let calls = all.iter().map(|(auth, field)| auth.call(field, of));
            format!("http.client(&config.api_base)?{}", calls.collect::<String>())
        };
        let named = self.named();
        if let [one] = named.as_slice() {
            return client(one, "&config.");
        }
        // The names of the variants and their fields do not depend on the provider.
        let arms = named.iter().zip(self.variants("", "")).map(|(all, variant)| {
            let fields: Vec<String> = variant.fields.into_iter().map(|field| field.name).collect();
            format!("Auth::{} {{ {} }} => {}", variant.name, fields.join(", "), client(all, ""))
        });
        format!("match &config.auth {{ {} }}", arms.collect::<Vec<_>>().join(", "))
    }

    /// Returns each kind with the field of its key; over all alternatives, no field has the name of another.
    fn named(&self) -> Vec<Vec<(Auth, String)>> {
        let all = || self.alternatives.iter().flatten();
        let keys = all().filter(|auth| auth.kind() == AuthKind::ApiKey).count();
        let mut fields: Vec<String> = Vec::new();
        let mut named = |auth: &Auth| {
            let plain = auth.field(keys < 2);
            let taken = |name: &String| fields.contains(name) || RESERVED.contains(&name.as_str());
            let numbered = (2..).map(|number| format!("{plain}_{number}"));
            let free =
                std::iter::once(plain.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(plain);
            fields.push(free.clone());
            (auth.clone(), free)
        };
        self.alternatives.iter().map(|one| one.iter().map(&mut named).collect()).collect()
    }

    /// Returns the parameters of the query that hold a key, as a recording has them: the first alternative is the one that a
    /// replay fills.
    pub fn in_query(&self) -> Vec<(String, String)> {
        let first = self.alternatives.first().map_or(&[][..], Vec::as_slice);
        let name = |auth: &Auth| match auth {
            Auth::QueryKey { name } => Some((name.clone(), "***".to_owned())),
            _ => None,
        };
        first.iter().filter_map(name).collect()
    }

    /// Returns the variants of the configuration's enum; without a choice, none.
    pub fn variants(&self, provider: &str, base: &str) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        if !self.is_choice() {
            return variants;
        }
        for all in self.named() {
            let kinds: Vec<&str> = all.iter().map(|(auth, _)| auth.variant()).collect();
            let plain = match kinds.as_slice() {
                [] => "Key".to_owned(),
                [only] => (*only).to_owned(),
                [first, others @ ..] => format!("{first}And{}", others.concat()),
            };
            let taken = |name: &String| variants.iter().any(|one| one.name == *name);
            let numbered = (2..).map(|number| format!("{plain}{number}"));
            let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken(name));
            variants.push(Variant {
                name: free.unwrap_or(plain),
                docs: all.first().map_or_else(String::new, |(auth, _)| auth.needed(provider)),
                fields: self.of_alternative(&all, provider, base),
            });
        }
        variants
    }

    /// Returns the fields of the configuration; where an operator has a choice, the variants have them.
    pub fn config(&self, provider: &str, base: &str) -> Vec<ConfigField> {
        match self.named().as_slice() {
            [one] => self.of_alternative(one, provider, base),
            _ => Vec::new(),
        }
    }

    fn of_alternative(&self, all: &[(Auth, String)], provider: &str, base: &str) -> Vec<ConfigField> {
        let mut fields: Vec<ConfigField> = Vec::new();
        for field in all.iter().flat_map(|(auth, field)| self.fields_of(auth, field, provider, base)) {
            if !fields.iter().any(|known| known.name == field.name) {
                fields.push(field);
            }
        }
        fields
    }

    fn fields_of(&self, auth: &Auth, field: &str, provider: &str, base: &str) -> Vec<ConfigField> {
        let named = |shown: &str| match self.alternatives.iter().flatten().count() {
            1 => auth.needed(provider),
            _ => format!("The API key of {provider} that is sent as `{shown}`."),
        };
        match auth {
            Auth::ApiKey { header, .. } => vec![ConfigField::secret(field, named(header))],
            Auth::QueryKey { name } => vec![ConfigField::secret(field, named(name))],
            Auth::Bearer => vec![ConfigField::secret(field, auth.needed(provider))],
            Auth::Basic => vec![
                ConfigField::plain("username", auth.needed(provider), None),
                ConfigField::secret(
                    "password",
                    "The password of that user, or what the API takes in its place.".to_owned(),
                ),
            ],
            Auth::OAuth2 { token_url } => {
                let origin = url::Url::parse(base)
                    .map_or_else(|_| base.to_owned(), |url| url.origin().ascii_serialization());
                let tokens = token_url.clone().unwrap_or_else(|| format!("{origin}/oauth/token"));
                vec![
                    ConfigField::plain("client_id", auth.needed(provider), None),
                    ConfigField::secret("client_secret", "The secret of that client.".to_owned()),
                    ConfigField::plain(
                        "token_url",
                        format!("The URL where {provider} gives tokens."),
                        Some(tokens),
                    ),
                ]
            }
        }
    }

    /// Returns `true` where OAuth is among them.
    pub fn has_oauth(&self) -> bool {
        self.alternatives.iter().flatten().any(|auth| auth.kind() == AuthKind::OAuth2)
    }
}

/// The most letters of a field's name.
const LONGEST: usize = 60;

/// Fields of the configuration that mean something else.
const RESERVED: [&str; 8] = [
    "api_base",
    "username",
    "password",
    "client_id",
    "client_secret",
    "token_url",
    "max_concurrency",
    "max_requests_per_second",
];

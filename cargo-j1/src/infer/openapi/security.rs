//! The credentials that a document asks for.

use crate::new::credentials::{Auth, is_header};

use super::document::{At, Document};
use super::web_url;

/// Words that providers put before a key in `Authorization`, longest first.
const PREFIXES: [&str; 14] = [
    "Token token=",
    "PVEAPIToken=",
    "Zoho-oauthtoken ",
    "SSWS ",
    "GenieKey ",
    "ApiKey ",
    "Api-Key ",
    "ApiToken ",
    "Api-Token ",
    "Bearer ",
    "Basic ",
    "Token ",
    "Key ",
    "OAuth ",
];

/// Words that are a scheme of `Authorization` wherever they stand right behind it.
const KNOWN: [&str; 9] =
    ["SSWS", "GenieKey", "ApiKey", "Api-Key", "ApiToken", "Api-Token", "Bearer", "Basic", "Token"];

/// Returns the alternatives that can be written as code, each of kinds that are sent together, and what is to be looked at
/// about them.
pub fn of_document(document: &Document) -> (Vec<Vec<Auth>>, Option<String>) {
    let root = document.root();
    let components = root.get("components").into_iter();
    let schemes = components.flat_map(|components| components.members("securitySchemes"));
    let schemes: Vec<(&str, At<'_>)> = schemes
        // Version 2 has them beside the definitions.
        .chain(root.members("securityDefinitions"))
        .filter_map(|(name, scheme)| Some((name, document.resolve(scheme).ok()?)))
        .collect();
    let is_gone = |one: &At<'_>| {
        one.is("deprecated")
            || one.text("description").is_some_and(|text| text.to_ascii_lowercase().contains("deprecated"))
    };
    let all_gone = schemes.iter().all(|(_, one)| is_gone(one));
    let scheme = |wanted: &str| {
        let (_, one) = schemes.iter().find(|(name, one)| *name == wanted && (all_gone || !is_gone(one)))?;
        of_scheme(*one)
    };
    // Each requirement is an alternative; the schemes in one are needed together.
    let mut alternatives: Vec<Vec<&str>> = root.items("security").map(names).collect();
    if alternatives.is_empty() {
        alternatives = of_operations(document);
    }
    alternatives.retain(|names| !names.is_empty());
    let usable = alternatives
        .iter()
        .filter_map(|names| names.iter().map(|name| scheme(name)).collect::<Option<Vec<_>>>())
        .map(apart);
    // First what is easiest to come by: a key rather than an OAuth client.
    let mut usable: Vec<Vec<Found>> = usable.collect();
    usable.sort_by_key(|found| (effort(found), usize::from(found.len() > 1)));
    if usable.is_empty() {
        let declared = schemes.iter().filter_map(|(_, one)| of_scheme(*one)).map(|found| vec![found]);
        usable.extend(declared.min_by_key(|found| effort(found)));
    }
    let chosen = independent(usable);
    if chosen.is_empty() {
        let names: Vec<_> = schemes.iter().map(|(name, _)| crate::new::escape::code(name)).collect();
        let review = (!names.is_empty())
            .then(|| format!("the document asks for {}, which cannot be told from it", names.join(", ")));
        return (Vec::new(), review);
    }
    let mut reviews: Vec<String> = chosen.iter().flatten().filter_map(|found| found.review.clone()).collect();
    let others = alternatives.len().saturating_sub(chosen.len());
    if others > 0 {
        reviews.push(format!("the document also takes {others} other ways to authenticate"));
    }
    let review = (!reviews.is_empty()).then(|| reviews.join("; "));
    let auth = |all: Vec<Found>| all.into_iter().map(|found| found.auth).collect();
    (chosen.into_iter().map(auth).collect(), review)
}

/// Returns the schemes that are sent together, one for each header and parameter: a request has no second one of the same name.
fn apart(all: Vec<Found>) -> Vec<Found> {
    let mut chosen: Vec<Found> = Vec::new();
    for one in all {
        let (name, is_header) = one.auth.place();
        match chosen.iter_mut().find(|known| known.auth.is_sent_as(name, is_header)) {
            None => chosen.push(one),
            Some(known) if known.auth == one.auth => {}
            Some(known) => {
                let shown = if name == "authorization" { "Authorization" } else { name };
                known.review.get_or_insert_with(|| {
                    let shown = crate::new::escape::code(shown);
                    format!(
                        "the document asks for two schemes that are both sent as {shown}; the first is used"
                    )
                });
            }
        }
    }
    chosen
}

/// Returns the alternatives that share no kind with one before them: a variable stands in one of them only.
fn independent(all: Vec<Vec<Found>>) -> Vec<Vec<Found>> {
    let mut chosen: Vec<Vec<Found>> = Vec::new();
    for one in all {
        let clashes = |known: &Found| {
            let fixed = matches!(known.auth, Auth::Basic | Auth::OAuth2 { .. });
            one.iter().any(|own| own.auth == known.auth || (fixed && own.auth.kind() == known.auth.kind()))
        };
        if !chosen.iter().flatten().any(clashes) {
            chosen.push(one);
        }
    }
    chosen
}

/// A scheme that can be written as code.
struct Found {
    auth: Auth,
    review: Option<String>,
}

fn names(requirement: At<'_>) -> Vec<&str> {
    requirement.json.members().iter().map(|(name, _)| name.as_str()).collect()
}

/// Returns the requirements that most operations have, where the document has none for all of them.
fn of_operations(document: &Document) -> Vec<Vec<&str>> {
    let mut counted: Vec<(Vec<Vec<&str>>, usize)> = Vec::new();
    for (_, item) in document.root().members("paths") {
        let Some(get) = document.resolve(item).ok().and_then(|item| item.get("get")) else { continue };
        let required: Vec<_> = get.items("security").map(names).collect();
        match counted.iter_mut().find(|(known, _)| *known == required) {
            _ if required.is_empty() => {}
            Some((_, count)) => *count += 1,
            None => counted.push((required, 1)),
        }
    }
    counted.into_iter().max_by_key(|(_, count)| *count).map(|(required, _)| required).unwrap_or_default()
}

/// Returns how much it takes to get credentials of a kind.
fn effort(found: &[Found]) -> usize {
    let one = |found: &Found| match &found.auth {
        Auth::ApiKey { .. } | Auth::Bearer if found.review.is_none() => 0,
        Auth::ApiKey { .. } | Auth::Bearer | Auth::OAuth2 { .. } => 1,
        Auth::Basic => 2,
        Auth::QueryKey { .. } => 3,
    };
    found.iter().map(one).max().unwrap_or(usize::MAX)
}

/// Returns `true` for what is sent besides a credential: whom to act as, a second factor, or a token against forged requests.
fn is_besides(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = || name.split(['-', '_']);
    words().any(|word| {
        ["sudo", "otp", "totp", "csrf", "xsrf", "csrftoken", "impersonate", "impersonation"].contains(&word)
    })
}

fn of_scheme(scheme: At<'_>) -> Option<Found> {
    let sure = |auth| Some(Found { auth, review: None });
    let http = scheme.text("scheme").map(str::to_ascii_lowercase);
    match (scheme.text("type")?, http.as_deref(), scheme.text("in")) {
        ("http", Some("bearer"), _) => sure(Auth::Bearer),
        ("http", Some("basic"), _) | ("basic", ..) => sure(Auth::Basic),
        ("http", Some(other), _) => {
            let word = scheme.text("scheme").unwrap_or(other);
            let is_word = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let auth = Auth::key("authorization").with_prefix(format!("{word} "));
            is_word.then(|| Found {
                auth,
                review: Some(format!("`Authorization: {word} …`, as the document names the scheme")),
            })
        }
        ("apiKey", ..) if scheme.text("name").is_some_and(is_besides) => None,
        ("apiKey", _, Some("header")) => {
            let header = scheme.text("name").filter(|name| is_header(name))?.to_ascii_lowercase();
            if header == "authorization" {
                return Some(authorization(scheme.text("description").unwrap_or_default()));
            }
            sure(Auth::key(&header))
        }
        ("apiKey", _, Some("query")) => {
            let name = scheme.text("name").filter(|name| is_header(name))?.to_owned();
            sure(Auth::QueryKey { name })
        }
        ("apiKey", _, Some("cookie")) => {
            let name = scheme.text("name").filter(|name| is_header(name))?;
            Some(Found {
                auth: Auth::key("cookie").with_prefix(format!("{name}=")),
                review: Some(format!(
                    "the key is sent as the cookie `{name}`, which may be one that a login gives for a short time"
                )),
            })
        }
        ("oauth2", ..) => {
            let flow = match scheme.get("flows") {
                Some(flows) => flows.get("clientCredentials"),
                // Version 2 has one flow, by its older name.
                None => (scheme.text("flow")? == "application").then_some(scheme),
            };
            let tokens = flow.and_then(|flow| flow.text("tokenUrl")).map(web_url);
            match tokens {
                Some(token_url) => sure(Auth::OAuth2 { token_url }),
                None => Some(Found {
                    auth: Auth::Bearer,
                    review: Some(
                        "the document only has OAuth for people who log in, so a token has to be given"
                            .to_owned(),
                    ),
                }),
            }
        }
        ("openIdConnect", ..) => Some(Found {
            auth: Auth::Bearer,
            review: Some("the document asks for OpenID Connect, so a token has to be given".to_owned()),
        }),
        _ => None,
    }
}

/// Parameters of the query that hold a key; others with such words hold a cursor.
const KEYS: [&str; 10] = [
    "token",
    "api_key",
    "apikey",
    "api_token",
    "access_token",
    "access_key",
    "auth_token",
    "auth_key",
    "app_key",
    "private_token",
];

/// Returns the key that a parameter is, for documents that declare it so rather than as a scheme.
pub fn of_parameter(parameter: At<'_>, name: &str) -> Option<Auth> {
    let plain = crate::infer::words::snake(name).unwrap_or_default();
    let is_key = KEYS.contains(&plain.as_str());
    match parameter.text("in") {
        Some("header") if is_header(name) => {
            let header = name.to_ascii_lowercase();
            if header == "authorization" {
                return Some(authorization(parameter.text("description").unwrap_or_default()).auth);
            }
            let is_key = is_key || j1_core::config::looks_like_credential(&plain);
            is_key.then(|| Auth::key(&header))
        }
        Some("query") if is_key && parameter.is("required") && is_header(name) => {
            Some(Auth::QueryKey { name: name.to_owned() })
        }
        _ => None,
    }
}

/// Returns the one that most have.
pub fn most_common<'a>(all: impl Iterator<Item = &'a Auth>) -> Option<Auth> {
    let mut counted: Vec<(&Auth, usize)> = Vec::new();
    for auth in all {
        match counted.iter_mut().find(|(known, _)| *known == auth) {
            Some((_, count)) => *count += 1,
            None => counted.push((auth, 1)),
        }
    }
    counted.into_iter().rev().max_by_key(|(_, count)| *count).map(|(auth, _)| auth.clone())
}

/// Returns the key in `Authorization`, with what a description says that stands before it.
fn authorization(description: &str) -> Found {
    let prefix = prefix(description);
    let review = match &prefix {
        Some(prefix) => format!("`{prefix}` before the key, as the document's description says"),
        None => "the document does not say what stands before the key in `Authorization`, such as `Token `"
            .to_owned(),
    };
    let auth = match prefix.as_deref() {
        Some("Bearer ") => Auth::Bearer,
        Some("Basic ") => Auth::Basic,
        Some(prefix) => Auth::key("authorization").with_prefix(prefix.to_owned()),
        None => Auth::key("authorization"),
    };
    Found { auth, review: Some(review) }
}

fn prefix(description: &str) -> Option<String> {
    let is_word = |word: &str| {
        !word.is_empty() && word.len() <= 24 && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    // "Authorization: SSWS {key}"
    let after = description.split("Authorization:").nth(1).map(str::trim_start);
    if let Some((word, rest)) = after.and_then(|after| after.split_once(' '))
        && is_word(word)
        && (KNOWN.contains(&word)
            || rest.trim_start().starts_with(['{', '<', '[', '$', '"', '\'', 'x', 'Y', 'A', 'k', 't'])
            || rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    {
        return Some(format!("{word} "));
    }
    let lower = description.to_ascii_lowercase();
    let known = PREFIXES.iter().find(|prefix| {
        let wanted = prefix.to_ascii_lowercase();
        match wanted.strip_suffix(' ') {
            // A plain word needs something that says that it stands before the key.
            Some(word) => [
                "`WORD ",
                "\"WORD\"",
                "'WORD'",
                "`WORD`",
                "prefixed with WORD",
                "prefix WORD",
                "prefix \"WORD\"",
                "WORD {",
                "WORD <",
                "WORD [",
            ]
            .iter()
            .any(|pattern| lower.contains(&pattern.replace("WORD", word))),
            None => lower.contains(&wanted),
        }
    });
    if let Some(known) = known {
        return Some((*known).to_owned());
    }
    // "prefixed with SSWS"
    let marks: &[char] = &[' ', '`', '"', '\'', '.', ',', ':', '\n'];
    let after =
        ["prefixed with", "prefixed by", "prefix of", "with the prefix", "prefix"].iter().find_map(|words| {
            lower.find(words).map(|at| description[at + words.len()..].trim_start_matches(marks))
        });
    let word = after?.split(marks).next()?;
    (is_word(word) && word.chars().next().is_some_and(char::is_uppercase)).then(|| format!("{word} "))
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn the_word_before_a_key_is_read_from_its_description() {
        for (description, wanted) in [
            ("Pass the API token prefixed with SSWS", Some("SSWS ")),
            ("as the value: `Authorization: SSWS {API Token}`", Some("SSWS ")),
            ("The API Key with format `Token token=<API_KEY>`", Some("Token token=")),
            ("Token-based authentication with required prefix \"Token\"", Some("Token ")),
            ("Use `Bearer <token>`", Some("Bearer ")),
            ("Example: Authorization: GenieKey 1234-abc", Some("GenieKey ")),
            ("Send it as `Authorization: hmac 12ab`", Some("hmac ")),
            ("The key of your account.", None),
            ("", None),
        ] {
            assert_eq!(prefix(description).as_deref(), wanted, "{description}");
        }
    }
}

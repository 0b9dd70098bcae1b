//! Names of a provider's things, in the forms that Rust and JupiterOne write.

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::new::name::{is_imported, is_keyword};

/// Words that do not form their plural by the rules below.
const IRREGULAR: [(&str, &str); 43] = [
    ("people", "person"),
    ("children", "child"),
    ("indices", "index"),
    ("vertices", "vertex"),
    ("matrices", "matrix"),
    ("data", "data"),
    ("series", "series"),
    ("sms", "sms"),
    ("dns", "dns"),
    ("tls", "tls"),
    ("aws", "aws"),
    ("news", "news"),
    ("analytics", "analytics"),
    ("timeseries", "timeseries"),
    ("kubernetes", "kubernetes"),
    ("qos", "qos"),
    ("os", "os"),
    ("ios", "ios"),
    ("macos", "macos"),
    ("nfs", "nfs"),
    ("nis", "nis"),
    ("ntlms", "ntlms"),
    ("gps", "gps"),
    ("https", "https"),
    ("saas", "saas"),
    ("paas", "paas"),
    ("iaas", "iaas"),
    ("cpus", "cpu"),
    ("vcpus", "vcpu"),
    ("gpus", "gpu"),
    ("skus", "sku"),
    ("menus", "menu"),
    ("aliases", "alias"),
    ("caches", "cache"),
    ("cookies", "cookie"),
    ("movies", "movie"),
    ("ties", "tie"),
    ("analyses", "analysis"),
    ("leaves", "leaf"),
    ("nodejs", "nodejs"),
    ("sys", "sys"),
    ("sas", "sas"),
    ("canvases", "canvas"),
];

/// Returns a name in snake case that Rust and JupiterOne can write: ASCII letters, digits and `_`, beginning with a letter.
/// `None` where no letter is left.
pub fn snake(name: &str) -> Option<String> {
    // `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User` is its last three words.
    let parts: Vec<&str> = name.split(':').collect();
    let last = parts.get(parts.len().saturating_sub(3)..).filter(|_| parts.len() > 4 && parts[0] == "urn");
    let name = &last.map_or_else(|| name.to_owned(), |last| last.join(" "));
    let ascii: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let snake = ascii.to_snake_case();
    let snake = snake.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    (!snake.is_empty()).then(|| snake.to_owned())
}

/// Returns the singular: `user_groups` → `user_group`.
pub fn singular(plural: &str) -> String {
    if let Some((head, rest)) = behind_head(plural) {
        return format!("{}{rest}", singular(head));
    }
    let (head, last) = plural.rsplit_once('_').map_or(("", plural), |(head, last)| (head, last));
    let last = if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == last) {
        (*one).to_owned()
    } else if let Some(stem) = last.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        format!("{stem}y")
    } else if let Some(stem) = ["sses", "shes", "ches", "xes", "tzes", "tuses", "ruses", "nuses", "puses"]
        .iter()
        .find_map(|end| last.ends_with(end).then(|| &last[..last.len() - 2]))
    {
        stem.to_owned()
    } else if let Some(stem) = last.strip_suffix("zzes") {
        format!("{stem}z")
    } else if ["ss", "us", "sis", "xis", "dis"].iter().any(|end| last.ends_with(end)) || last.len() < 3 {
        last.to_owned()
    } else {
        last.strip_suffix('s').unwrap_or(last).to_owned()
    };
    if head.is_empty() { last } else { format!("{head}_{last}") }
}

/// Splits `members_with_role` behind the word that says what they are.
fn behind_head(name: &str) -> Option<(&str, &str)> {
    let at = ["_with_", "_of_", "_by_", "_without_"].iter().filter_map(|word| name.find(word)).min()?;
    Some(name.split_at(at)).filter(|(head, _)| !head.is_empty())
}

/// Returns the word of a name that says what it is, and those before it: `member` for `member_with_role`.
pub fn head(name: &str) -> &str {
    behind_head(name).map_or(name, |(head, _)| head)
}

/// Returns the plural: `policy` → `policies`.
pub fn plural(one: &str) -> String {
    if let Some((head, rest)) = behind_head(one) {
        return format!("{}{rest}", plural(head));
    }
    let consonant = |c: char| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
    if let Some((many, _)) = IRREGULAR.iter().find(|(_, known)| *known == one) {
        (*many).to_owned()
    } else if let Some(stem) = one.strip_suffix('y').filter(|stem| stem.ends_with(consonant)) {
        format!("{stem}ies")
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|end| one.ends_with(end)) {
        format!("{one}es")
    } else {
        format!("{one}s")
    }
}

/// Returns a name in upper camel case: `user_group` → `UserGroup`.
pub fn upper(name: &str) -> String {
    name.to_upper_camel_case()
}

/// Returns the struct for one of them.
pub fn type_name(one: &str) -> String {
    free_type_name(&upper(one))
}

/// Adds a word to the name of a struct that the project's modules import, or that the prelude of Rust has.
pub fn free_type_name(plain: &str) -> String {
    if is_imported(plain) || PRELUDE.contains(&plain) { format!("{plain}Record") } else { plain.to_owned() }
}

/// Types and traits that generated code names without their path.
const PRELUDE: [&str; 17] = [
    "Self",
    "String",
    "Vec",
    "Box",
    "Default",
    "Debug",
    "Clone",
    "Serialize",
    "Deserialize",
    "Some",
    "None",
    "Ok",
    "Err",
    "Copy",
    "Send",
    "Sync",
    "Iterator",
];

/// Returns an identifier: a keyword of Rust gets an underscore.
pub fn ident(name: &str) -> String {
    if is_keyword(name) { format!("{name}_") } else { name.to_owned() }
}

/// Returns one of them in prose: `user_group` → `a user group`.
pub fn one(name: &str) -> String {
    let prose = prose(name);
    let vowel = prose.starts_with(['a', 'e', 'i', 'o', 'u'])
        && !["us", "uni", "eu"].iter().any(|head| prose.starts_with(head));
    format!("{} {prose}", if vowel { "an" } else { "a" })
}

/// Returns a name as prose writes it: `user_group` → `user group`.
pub fn prose(name: &str) -> String {
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::{plural, singular};

    #[test]
    fn plurals_get_their_usual_singular() {
        for (many, one) in [
            ("sizes", "size"),
            ("instance_sizes", "instance_size"),
            ("quizzes", "quiz"),
            ("nfs", "nfs"),
            ("participants_qos", "participants_qos"),
            ("timeseries", "timeseries"),
            ("apis", "api"),
            ("redirect_uris", "redirect_uri"),
            ("analysis", "analysis"),
            ("statuses", "status"),
            ("aliases", "alias"),
            ("databases", "database"),
            ("policies", "policy"),
            ("addresses", "address"),
            ("cookies", "cookie"),
            ("status", "status"),
            ("members_with_role", "member_with_role"),
            ("origins_of_leads", "origin_of_leads"),
        ] {
            assert_eq!(singular(many), one);
        }
        assert_eq!(plural("member_with_role"), "members_with_role");
        assert_eq!(plural("size"), "sizes");
        assert_eq!(plural("alias"), "aliases");
    }
}

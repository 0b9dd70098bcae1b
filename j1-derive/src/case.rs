//! Names in the cases that JupiterOne and Rust write them.

use heck::{ToKebabCase, ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};

/// The cases of `rename_all`, as in serde.
#[derive(Clone, Copy)]
pub enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// Each case with serde's name of it.
    pub const NAMES: [(&str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    /// The case of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, case)| *case)
    }

    /// The word of a variant. Words begin at capitals, every capital one, as serde has it.
    pub fn of_variant(self, name: &str) -> String {
        let name = name.trim_start_matches("r#");
        let words = |between: char| {
            let mut out = String::new();
            for (i, letter) in name.char_indices() {
                if i > 0 && letter.is_uppercase() {
                    out.push(between);
                }
                out.extend(letter.to_lowercase());
            }
            out
        };
        match self {
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Pascal => name.to_owned(),
            Self::Camel => {
                let mut letters = name.chars();
                letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string())
                    + letters.as_str()
            }
            Self::Snake => words('_'),
            Self::ScreamingSnake => words('_').to_ascii_uppercase(),
            Self::Kebab => words('-'),
            Self::ScreamingKebab => words('-').to_ascii_uppercase(),
        }
    }
}

/// `mfa_required` → `mfaRequired`.
pub fn camel(field: &str) -> String {
    field.trim_start_matches("r#").to_lower_camel_case()
}

/// The name of a custom boolean: `mfa_required` → `isMfaRequired`, `is_admin` → `isAdmin`.
pub fn question(field: &str) -> String {
    let field = field.trim_start_matches("r#");
    if field.starts_with("is_") { camel(field) } else { format!("is{}", field.to_upper_camel_case()) }
}

/// The name of a custom date: `created_at`, `created` → `createdOn`.
pub fn moment(field: &str) -> String {
    let field = field.trim_start_matches("r#");
    // `date_created` is `created_date`.
    let field = field.strip_prefix("date_").filter(|rest| rest.ends_with("ed")).unwrap_or(field);
    let action = ["_at", "_on", "_date", "_time", "_timestamp"]
        .iter()
        .find_map(|end| field.strip_suffix(end))
        .filter(|action| !action.is_empty())
        .unwrap_or(field);
    format!("{}On", action.to_lower_camel_case())
}

/// `fetch_users` → `fetch-users`.
pub fn kebab(name: &str) -> String {
    name.trim_start_matches("r#").to_kebab_case()
}

/// `JumpCloudUser` → `jump_cloud_user`.
pub fn snake(name: &str) -> String {
    name.to_snake_case()
}

#[cfg(test)]
mod tests {
    use super::{Case, moment, question};

    #[test]
    fn a_variant_is_written_as_serde_writes_it() {
        let cases = Case::NAMES.map(|(_, case)| case.of_variant("InProgressX"));
        let expected = [
            "inprogressx",
            "INPROGRESSX",
            "InProgressX",
            "inProgressX",
            "in_progress_x",
            "IN_PROGRESS_X",
            "in-progress-x",
            "IN-PROGRESS-X",
        ];
        assert_eq!(cases, expected);
    }

    #[test]
    fn booleans_ask_and_dates_end_in_on() {
        assert_eq!(question("mfa_required"), "isMfaRequired");
        assert_eq!(question("is_admin"), "isAdmin");
        assert_eq!(question("island"), "isIsland");
        assert_eq!(moment("created_at"), "createdOn");
        assert_eq!(moment("last_seen_on"), "lastSeenOn");
        assert_eq!(moment("expires"), "expiresOn");
        assert_eq!(moment("date_created"), "createdOn");
        assert_eq!(moment("date_format"), "dateFormatOn");
    }
}

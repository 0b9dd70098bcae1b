//! Names in the cases that JupiterOne and Rust write them.

use heck::{ToKebabCase, ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};

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
    use super::{moment, question};

    #[test]
    fn booleans_ask_and_dates_end_in_on() {
        assert_eq!(question("mfa_required"), "isMfaRequired");
        assert_eq!(question("is_admin"), "isAdmin");
        assert_eq!(question("island"), "isIsland");
        assert_eq!(moment("created_at"), "createdOn");
        assert_eq!(moment("last_seen_on"), "lastSeenOn");
        assert_eq!(moment("expires"), "expiresOn");
    }
}

//! "Did you mean" for names.

/// Returns the candidate that `name` is most likely a misspelling of, if one is near enough.
///
/// The distance counts letters to add, drop, change or swap with their neighbour; a change of case costs nothing.
/// A candidate is near if at most a third of the letters of `name`, and one more, have to change.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = name.chars().count() / 3 + 1;
    let name = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_misspelt_and_leaves_the_unknown_alone() {
        let names = ["User", "UserGroup", "Host", "Device"];
        assert_eq!(nearest("Usr", names), Some("User"));
        assert_eq!(nearest("Usre", names), Some("User"));
        assert_eq!(nearest("user", names), Some("User"));
        assert_eq!(nearest("Usergruop", names), Some("UserGroup"));
        assert_eq!(nearest("Spaceship", names), None);
        assert_eq!(nearest("", names), None);
    }
}

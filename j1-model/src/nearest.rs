//! "Did you mean" for names.

/// The candidate that `name` is most likely a misspelling of, if it is near enough to any.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = name.chars().count() / 3 + 1;
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= far)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the number of letters to add, drop, change or swap with their neighbour; a change of case costs nothing.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().flat_map(char::to_lowercase).collect();
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = above[j] + usize::from(a[i] != b[j]);
            let mut least = changed.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
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

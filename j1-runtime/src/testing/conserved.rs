//! The check of every test that finalizes: nothing that still exists is deleted.

/// Panics if something was deleted that the provider still has.
///
/// `deleted` are the keys that JupiterOne held before the runs of a test and does not hold after them. `provider_has` is the
/// test's own knowledge: what its double of the provider has at the end.
///
/// ```
/// use j1_runtime::testing::assert_conserved;
///
/// let (before, after) = (["acme-user:ada", "acme-user:alan"], ["acme-user:ada"]);
/// let deleted = before.into_iter().filter(|key| !after.contains(key));
/// assert_conserved(deleted, |key| key == "acme-user:ada");
/// ```
#[track_caller]
pub fn assert_conserved<K: AsRef<str>>(
    deleted: impl IntoIterator<Item = K>,
    provider_has: impl Fn(&str) -> bool,
) {
    let deleted = deleted.into_iter();
    let wrong: Vec<String> =
        deleted.filter(|key| provider_has(key.as_ref())).map(|key| key.as_ref().to_owned()).collect();
    assert!(wrong.is_empty(), "deleted, and the provider still has them: {}", wrong.join(", "));
}

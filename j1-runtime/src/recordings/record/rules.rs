//! Rules of an integration for its recordings.

/// The parts of the provider's bodies that are personal data or are not, beyond what their names say.
///
/// Pointers are JSON pointers from the root of a body, where `*` stands for any element or member:
///
/// ```
/// use j1_runtime::Recording;
///
/// const RECORDING: Recording = Recording::STANDARD
///     .hiding(&["/results/*/hostname"])
///     .keeping(&["/results/*/username"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Recording {
    pub(super) hide: &'static [&'static str],
    pub(super) keep: &'static [&'static str],
}

impl Recording {
    /// E-mail addresses anywhere, and members named like names, phones and serial numbers.
    pub const STANDARD: Self = Self { hide: &[], keep: &[] };

    /// Replaces these by pseudonyms too.
    #[must_use]
    pub const fn hiding(mut self, pointers: &'static [&'static str]) -> Self {
        self.hide = pointers;
        self
    }

    /// Keeps these as they are, such as names of services in members that usually hold names of persons. Secrets are still
    /// taken out.
    #[must_use]
    pub const fn keeping(mut self, pointers: &'static [&'static str]) -> Self {
        self.keep = pointers;
        self
    }
}

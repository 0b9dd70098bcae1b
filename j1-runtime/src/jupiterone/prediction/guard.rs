//! The deletion guard: how much of a type one run may delete.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::str::FromStr;

use j1_core::Error;
use j1_core::error::Kind;

use super::Prediction;
use crate::code;

/// The part of a type, in percent, that one finalize may delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(u8);

impl Limit {
    /// Half of a type.
    pub const DEFAULT: Self = Self(50);

    /// In percent.
    pub const fn percent(self) -> u8 {
        self.0
    }

    const fn passed_by(self, delete: u64, held: u64) -> bool {
        delete.saturating_mul(100) > held.saturating_mul(self.0 as u64)
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().strip_suffix('%').unwrap_or(text).trim();
        let percent = number.parse::<u8>().ok().filter(|percent| *percent <= 100);
        percent.map(Self).ok_or_else(|| "write a whole number from 0 to 100, such as `20%`".to_owned())
    }
}

/// Returns the error of a finalize that would delete more of some types than is allowed. Retired types are exempt: the
/// integration declares that all of their objects go.
pub(crate) fn exceeded(prediction: &Prediction, limit: Limit, retired: &BTreeSet<String>) -> Option<Error> {
    let mut message = String::new();
    for (ty, change) in &prediction.types {
        if retired.contains(ty) || !limit.passed_by(change.delete, change.held) {
            continue;
        }
        let keys: Vec<String> = change.samples.delete.iter().take(3).map(|key| format!("`{key}`")).collect();
        let more = if change.delete > keys.len() as u64 { ", …" } else { "" };
        // Writing to a `String` does not fail.
        let _ = write!(
            message,
            "\n  `{ty}`: {} of the {} that JupiterOne holds ({}{more})",
            change.delete,
            change.held,
            keys.join(", ")
        );
    }
    if message.is_empty() {
        return None;
    }
    let message = format!(
        "a finalize would delete more than {}% of a type, so nothing was changed:{message}\nIf they are gone at the \
         provider, run again with `--yes`, or with a greater `--max-delete`; if not, look at what the run could not see: \
         permissions of the credentials, filters, the keys. `plan` shows what would change",
        limit.percent()
    );
    Some(Error::new(Kind::Upload, code::TOO_MANY_DELETED, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jupiterone::prediction::TypeChange;

    #[test]
    fn the_limit_is_passed_by_more_than_it_says() {
        let half = Limit::DEFAULT;
        assert!(!half.passed_by(0, 0), "there is nothing to compare with");
        assert!(!half.passed_by(5, 10));
        assert!(half.passed_by(6, 10));
        assert!(half.passed_by(1, 1));
        assert!("0".parse::<Limit>().expect("a limit").passed_by(1, 1_000_000));
        assert!(!"100%".parse::<Limit>().expect("a limit").passed_by(7, 7));
        for wrong in ["101", "-1", "half", "", "5.5%", "300"] {
            assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn types_above_the_limit_are_named_with_figures_and_retired_ones_are_not() {
        let mut prediction = Prediction::default();
        let mut gone = TypeChange { delete: 9, held: 10, ..TypeChange::default() };
        gone.samples.delete = vec!["k1".to_owned(), "k2".to_owned()];
        for ty in ["acme_user", "acme_old"] {
            prediction.types.insert(ty.to_owned(), gone.clone());
        }
        let retired = BTreeSet::from(["acme_old".to_owned()]);
        let error = exceeded(&prediction, Limit::DEFAULT, &retired).expect("it is passed").to_string();
        assert!(error.contains("`acme_user`: 9 of the 10"), "{error}");
        assert!(error.contains("`k1`, `k2`, …"), "{error}");
        assert!(!error.contains("acme_old"), "{error}");
    }
}

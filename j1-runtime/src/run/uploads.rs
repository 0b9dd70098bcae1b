//! Upload limits that an operator can set.

use crate::jupiterone::UploadLimits;
use crate::run::env::{Env, Problems};

/// The most uploads in flight at once.
const MOST_AT_ONCE: usize = 64;
/// The most objects in one request; all of them would be sent again if the response is lost.
const MOST_OBJECTS: usize = 10_000;
/// The largest request before compression, in bytes: the service refuses bodies of 6 MiB.
const MOST_BYTES: usize = 5_000_000;

/// Reads the limits of uploads; `problems` gets a line for each value that is not one.
pub(super) fn limits(env: &Env, problems: &mut Problems) -> UploadLimits {
    let mut limits = UploadLimits::default();
    let settings = [
        ("J1_UPLOAD_OBJECTS", &mut limits.objects, 1..=MOST_OBJECTS, 250),
        ("J1_UPLOAD_BYTES", &mut limits.bytes, 10_000..=MOST_BYTES, 1_000_000),
        ("J1_UPLOAD_GZIP_FROM", &mut limits.gzip_from, 0..=usize::MAX, 16_384),
        ("J1_UPLOAD_AT_ONCE", &mut limits.in_flight, 1..=MOST_AT_ONCE, 6),
    ];
    for (variable, limit, range, example) in settings {
        let Some(text) = env.get(variable) else { continue };
        match text.parse() {
            Ok(value) if range.contains(&value) => *limit = value,
            _ => {
                let (least, most) = (range.start(), range.end());
                let bounds = if *most == usize::MAX {
                    format!("{least} or more")
                } else {
                    format!("from {least} to {most}")
                };
                problems.push(format!("{variable} must be an integer, {bounds}, for example {example}"));
            }
        }
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_out_of_range_are_named_and_the_others_apply() {
        let env = Env::from_pairs([
            ("J1_UPLOAD_OBJECTS", "1000"),
            ("J1_UPLOAD_BYTES", "6000000"),
            ("J1_UPLOAD_GZIP_FROM", "many"),
            ("J1_UPLOAD_AT_ONCE", "0"),
        ]);
        let mut problems = Vec::new();
        let limits = limits(&env, &mut problems);
        assert_eq!((limits.objects, limits.in_flight), (1000, UploadLimits::default().in_flight));
        assert_eq!(
            problems,
            [
                "J1_UPLOAD_BYTES must be an integer, from 10000 to 5000000, for example 1000000",
                "J1_UPLOAD_GZIP_FROM must be an integer, 0 or more, for example 16384",
                "J1_UPLOAD_AT_ONCE must be an integer, from 1 to 64, for example 6",
            ]
        );
    }
}

//! Limits that an operator can set for every integration.

use j1_core::config::variable;

use crate::provider::Limits;

/// Requests a second, at most; a decimal fraction is allowed.
const RATE: &str = "max_requests_per_second";
/// Requests under way at once, at most.
const AT_ONCE: &str = "max_concurrency";
/// The settings, named as fields of the configuration.
pub(crate) const VARIABLES: [&str; 2] = [RATE, AT_ONCE];

/// Reads the limits that an operator sets with the variables of the integration, such as
/// `JUMPCLOUD_MAX_REQUESTS_PER_SECOND`.
///
/// # Errors
/// The problems with them.
pub(crate) fn limits(prefix: &str, get: impl Fn(&str) -> Option<String>) -> Result<Limits, Vec<String>> {
    let (mut limits, mut problems) = (Limits::default(), Vec::new());
    let rate = variable(prefix, RATE);
    match get(&rate).map(|text| text.trim().parse::<f64>()) {
        None => {}
        Some(Ok(rate)) if rate.is_finite() && rate > 0.0 => limits.per_second = Some(rate),
        Some(_) => problems.push(format!("{rate} must be a positive number, for example 5 or 0.5")),
    }
    let at_once = variable(prefix, AT_ONCE);
    match get(&at_once).map(|text| text.trim().parse::<usize>()) {
        None => {}
        Some(Ok(most)) if most > 0 => limits.at_once = Some(most),
        Some(_) => problems.push(format!("{at_once} must be a positive integer, for example 4")),
    }
    if problems.is_empty() { Ok(limits) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::limits;

    fn parsed(rate: &'static str, at_once: &'static str) -> Result<(Option<f64>, Option<usize>), usize> {
        let get = |name: &str| match name {
            "ACME_MAX_REQUESTS_PER_SECOND" => Some(rate.to_owned()),
            "ACME_MAX_CONCURRENCY" => Some(at_once.to_owned()),
            _ => None,
        };
        limits("acme", get)
            .map(|limits| (limits.per_second, limits.at_once))
            .map_err(|problems| problems.len())
    }

    #[test]
    fn an_operator_sets_limits_or_hears_what_is_wrong() {
        assert_eq!(parsed("0.5", "3"), Ok((Some(0.5), Some(3))));
        assert_eq!(parsed("0", "0"), Err(2));
        assert_eq!(parsed("fast", "-1"), Err(2));
        assert_eq!(parsed("inf", "1"), Err(1));
        assert!(limits("acme", |_| None).is_ok_and(|limits| limits.per_second.is_none()));
    }
}

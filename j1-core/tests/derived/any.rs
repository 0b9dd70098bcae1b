//! Values such as providers send, the odd ones included.

use j1_core::EpochMs;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Any text that JupiterOne takes, the empty one included.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        8 => any::<String>(),
        // `any::<String>` has no control characters.
        4 => vec(any::<char>(), 0..12).prop_map(String::from_iter),
        2 => "[\\x00-\\x1f\"\\\\\u{7f}\u{2028}\u{feff}]{1,6}",
        1 => Just("undefined".to_owned()),
        1 => Just("null".to_owned()),
    ]
}

/// A text about as long as JupiterOne takes, and longer.
pub fn long() -> impl Strategy<Value = String> {
    let character = prop_oneof![Just('a'), Just('é'), Just('🦀'), any::<char>()];
    (character, 2040_usize..4110, "[a-z🦀]{0,3}").prop_map(|(c, n, head)| head + &c.to_string().repeat(n))
}

/// Mostly what JupiterOne takes, now and then too long.
pub fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![24 => text(), 1 => long()]
}

/// An id: mostly usable, and now and then one that makes a key that is not.
pub fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        16 => "[a-zA-Z0-9:|{}_-]{1,12}",
        6 => vec(any::<char>(), 0..6).prop_map(String::from_iter),
        1 => Just("undefined".to_owned()),
        1 => (6_980_usize..7_010).prop_map(|n| "é".repeat(n)),
    ]
}

/// A name, which must not be empty, and now and then is.
pub fn name() -> impl Strategy<Value = String> {
    prop_oneof![16 => any::<char>().prop_map(String::from), 4 => "\\PC{1,20}", 1 => text()]
}

/// An address, or now and then something else.
pub fn email() -> impl Strategy<Value = String> {
    prop_oneof![12 => "[a-z.]{0,1}[a-z0-9+]{1,8}@[a-z]{1,8}\\.(com|test)", 2 => Just(String::new()), 1 => text()]
}

/// Any number, those that JSON cannot carry now and then.
pub fn float() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{ANY, NORMAL, SUBNORMAL, ZERO};
    let extreme =
        prop_oneof![Just(f64::MAX), Just(f64::MIN), Just(f64::MIN_POSITIVE), Just(1e300), Just(-0.0)];
    prop_oneof![
        8 => NORMAL | SUBNORMAL | ZERO,
        4 => extreme,
        1 => ANY,
        1 => prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
    ]
}

/// Any moment, the first and the last that a number can be included.
pub fn moment() -> impl Strategy<Value = EpochMs> {
    const LAST: i64 = 253_402_300_799_999;
    prop_oneof![
        12 => 0..=LAST,
        2 => prop_oneof![Just(0), Just(LAST)],
        1 => prop_oneof![Just(-1), Just(LAST + 1), Just(i64::MIN), Just(i64::MAX)],
        1 => any::<i64>(),
    ]
    .prop_map(EpochMs)
}

/// Any whole number, the extremes more often.
pub fn whole() -> impl Strategy<Value = i64> {
    prop_oneof![4 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX), 1 => Just(0)]
}

pub fn maybe<S: Strategy>(inner: S) -> impl Strategy<Value = Option<S::Value>> {
    option::weighted(0.6, inner)
}

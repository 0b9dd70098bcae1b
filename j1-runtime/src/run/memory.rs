//! The memory of a run, as an operator sets it.

use std::str::FromStr;
use std::sync::Arc;

use crate::index::Budget;
use crate::run::env::{Env, Problems};

/// The variable that sets the memory of a run.
const VARIABLE: &str = "J1_MEMORY";

/// Bytes, as an operator writes them: `512M`, `2G`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory(usize);

impl Memory {
    /// Returns it as it can be written.
    pub fn bytes(self) -> String {
        self.0.to_string()
    }

    pub fn budget(self) -> Arc<Budget> {
        Arc::new(Budget::for_run(self.0))
    }
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let least = Budget::LEAST >> 20;
            format!("write a number of bytes, or with the unit K, M or G, from {least}M on, such as `512M`")
        };
        let text = text.trim().to_ascii_uppercase();
        let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(unit_at);
        let shift = match unit {
            "" | "B" => 0,
            "K" | "KB" | "KIB" => 10,
            "M" | "MB" | "MIB" => 20,
            "G" | "GB" | "GIB" => 30,
            _ => return Err(wrong()),
        };
        let bytes = number.parse::<usize>().ok().and_then(|number| number.checked_mul(1 << shift));
        bytes.filter(|bytes| *bytes >= Budget::LEAST).map(Self).ok_or_else(wrong)
    }
}

/// Returns the memory for what a run keeps of each object: that of the argument, or else of the variable.
pub(crate) fn budget(env: &Env, given: Option<Memory>, problems: &mut Problems) -> Arc<Budget> {
    let set = || env.get(VARIABLE).map(|text| text.parse::<Memory>());
    match given.map(Ok).or_else(set) {
        None => Arc::default(),
        Some(Ok(memory)) => memory.budget(),
        Some(Err(wrong)) => {
            problems.push(format!("{VARIABLE} is not a size: {wrong}"));
            Arc::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_units() {
        for (text, bytes) in [
            ("512M", 512 << 20),
            ("2g", 2 << 30),
            (" 64MiB ", 64 << 20),
            ("65536K", 64 << 20),
            ("67108864", 64 << 20),
            ("67108864B", 64 << 20),
        ] {
            assert_eq!(text.parse(), Ok(Memory(bytes)), "{text}");
        }
        for wrong in [
            "",
            "M",
            "63M",
            "1",
            "-1G",
            "1.5G",
            "1T",
            "512 M",
            "99999999999999999999G",
            "18446744073709551615G",
        ] {
            assert!(wrong.parse::<Memory>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_argument_comes_before_the_variable_and_a_wrong_one_is_named() {
        let mut problems = Vec::new();
        let limit = |text: Option<&str>, given: Option<&str>, problems: &mut Problems| {
            let env = Env::from_pairs([(VARIABLE, text.unwrap_or_default())]);
            budget(&env, given.map(|given| given.parse().expect("a size")), problems).limit()
        };
        let default = limit(None, None, &mut problems);
        assert_eq!(limit(Some("1G"), None, &mut problems), default + (512 << 20));
        assert_eq!(limit(Some("1G"), Some("512M"), &mut problems), default);
        assert!(problems.is_empty());
        assert_eq!(limit(Some("much"), None, &mut problems), default);
        assert!(problems[0].contains("J1_MEMORY is not a size: write a number of bytes"), "{problems:?}");
    }
}

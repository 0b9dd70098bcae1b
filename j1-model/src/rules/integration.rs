//! Rules on the name and the type of an integration.

use crate::text::Text;

/// The longest name, which is that of a crate and of a folder as well.
const LONGEST: usize = 64;

/// A name that variables, folders and crates cannot have.
#[must_use]
pub fn integration_name(name: &str) -> Option<Text> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let why = if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        "does not begin with a letter"
    } else if !name.chars().all(plain) {
        "is the prefix of its variables, and has other characters than letters, digits, `-` and `_`"
    } else if name.len() > LONGEST {
        "has more than 64 characters"
    } else if matches!(name.to_ascii_lowercase().as_str(), "j1" | "jupiterone") {
        "would give variables that are JupiterOne's own"
    } else {
        return None;
    };
    Some(refused("name of an integration", name, why))
}

/// An integration type that JupiterOne refuses: it takes small letters and digits, with a `-` or a `_` between words.
#[must_use]
pub fn integration_type(ty: &str) -> Option<Text> {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if ty.split(['-', '_']).all(word) {
        return None;
    }
    let why =
        "is part of every `_type`, and JupiterOne takes small letters and digits, with `-` between words";
    Some(refused("type of an integration", ty, why))
}

fn refused(what: &str, given: &str, why: &str) -> Text {
    let text =
        Text::EMPTY.put("[J1-E0712] the ").put(what).put(" cannot be `").put_excerpt(given).put("`: it ");
    text.put(why).put("; write \"").put(&instead(given)).put("\"")
}

/// The nearest text that is a name and a type.
fn instead(given: &str) -> String {
    let lower = given.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let plain = words.collect::<Vec<_>>().join("-");
    let plain = plain.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    match plain {
        "" => "my-provider".to_owned(),
        "j1" | "jupiterone" => format!("my-{plain}"),
        _ => plain.chars().take(LONGEST).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{integration_name, integration_type};

    #[test]
    fn names_are_those_of_crates_and_types_those_of_definitions() {
        for right in ["acme", "my-billing-acme", "a1", "google_cloud"] {
            assert!(integration_name(right).is_none() && integration_type(right).is_none(), "{right}");
        }
        for wrong in ["", "Acme Corp", "1acme", "acme.io", "é", "j1", "JupiterOne"] {
            assert!(integration_name(wrong).is_some(), "{wrong}");
        }
        for wrong in ["", "Acme", "acme corp", "acme--corp", "-acme", "acme-", "acme.io"] {
            assert!(integration_type(wrong).is_some(), "{wrong}");
        }
        assert!(integration_name(&"a".repeat(65)).is_some());
    }

    #[test]
    fn proposed_names_follow_the_rules() {
        for wrong in ["", "Acme Corp", "1acme", "acme.io", "é", "j1", &"a b".repeat(40)] {
            let text = integration_name(wrong).expect("wrong");
            let message = text.as_str();
            let proposed = message.rsplit('"').nth(1).expect("a proposal");
            assert!(
                integration_name(proposed).is_none() && integration_type(proposed).is_none(),
                "{message}"
            );
        }
    }
}

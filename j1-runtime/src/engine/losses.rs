//! The reasons why types of a step are partial: all of its types, or some by name.

use std::collections::{BTreeMap, BTreeSet};

use j1_core::graph::Type;

use crate::redact;

/// The number of reasons named for a partial type; further ones are counted.
const REASONS: usize = 25;

/// The reasons why types are partial.
#[derive(Default)]
pub(crate) struct Reasons {
    named: BTreeSet<String>,
    more: u64,
}

impl Reasons {
    fn add(&mut self, reason: &str) {
        if self.named.len() < REASONS {
            self.named.insert(redact::display(reason));
        } else if !self.named.contains(reason) {
            self.more += 1;
        }
    }
}

/// The reasons why the types of one step are partial.
#[derive(Default)]
pub(crate) struct Losses {
    /// Reasons that concern every type of the step.
    step: Reasons,
    /// Reasons that concern one type, by the hash of its name.
    types: BTreeMap<u64, Reasons>,
}

impl Losses {
    /// Adds a reason; it concerns every type of the step if `ty` is `None`.
    pub fn add(&mut self, ty: Option<Type>, reason: &str) {
        self.at(ty).add(reason);
    }

    /// Adds a reason that is named, however many there are.
    pub fn name(&mut self, ty: Option<Type>, reason: String) {
        self.at(ty).named.insert(reason);
    }

    /// Counts reasons that are not named.
    pub fn more(&mut self, ty: Option<Type>, count: u64) {
        self.at(ty).more += count;
    }

    /// Returns `true` if they concern this type.
    pub fn concern(&self, ty: Type) -> bool {
        !self.step.is_empty() || self.types.contains_key(&ty.hash)
    }

    /// Returns all reasons that concern a type in one line; `None` if it is not partial.
    pub fn text(&self, ty: Type) -> Option<String> {
        let own = self.types.get(&ty.hash);
        let all: Vec<&Reasons> =
            [&self.step].into_iter().chain(own).filter(|some| !some.is_empty()).collect();
        if all.is_empty() {
            return None;
        }
        let mut reasons: Vec<&str> = all.iter().flat_map(|some| &some.named).map(String::as_str).collect();
        let more: u64 = all.iter().map(|some| some.more).sum();
        let more_text = format!("and {more} more reasons");
        if more > 0 {
            reasons.push(&more_text);
        }
        Some(reasons.join("; "))
    }

    fn at(&mut self, ty: Option<Type>) -> &mut Reasons {
        match ty {
            Some(ty) => self.types.entry(ty.hash).or_default(),
            None => &mut self.step,
        }
    }
}

impl Reasons {
    fn is_empty(&self) -> bool {
        self.named.is_empty() && self.more == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: Type = Type::new("acme_user");
    const GROUP: Type = Type::new("acme_group");

    #[test]
    fn a_reason_concerns_its_type_or_all_types() {
        let mut losses = Losses::default();
        assert!(!losses.concern(USER) && losses.text(USER).is_none());
        losses.add(Some(USER), "status 403");
        assert!(losses.concern(USER) && !losses.concern(GROUP));
        assert_eq!((losses.text(USER).as_deref(), losses.text(GROUP)), (Some("status 403"), None));
        losses.add(None, "status 500");
        assert!(losses.concern(GROUP));
        assert_eq!(losses.text(USER).as_deref(), Some("status 500; status 403"));
        assert_eq!(losses.text(GROUP).as_deref(), Some("status 500"));
    }

    #[test]
    fn reasons_that_are_only_counted_make_a_type_partial_too() {
        let mut losses = Losses::default();
        losses.more(None, 3);
        assert!(losses.concern(USER));
        assert_eq!(losses.text(USER).as_deref(), Some("and 3 more reasons"));
        let mut losses = Losses::default();
        (0..REASONS + 2).for_each(|record| losses.add(Some(USER), &format!("record {record}")));
        losses.add(Some(USER), "record 0");
        let text = losses.text(USER).expect("it is partial");
        assert!(text.ends_with("; and 2 more reasons"), "{text}");
        losses.more(Some(USER), 2);
        assert!(losses.text(USER).is_some_and(|text| text.ends_with("; and 4 more reasons")));
    }
}

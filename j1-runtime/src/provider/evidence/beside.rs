//! What a member says of a list in the same object, by a name that is made of that of the list: `membersTruncated`,
//! `member_count`, `members@odata.nextLink`.

use serde_json::Value;

use super::names::{self, has_any, made_of, plain};
use super::{is_false, is_true, leads_on, number};

/// The meaning of a member beside a list.
#[expect(clippy::struct_excessive_bools, reason = "a name may have several meanings, and the value decides")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::provider) struct About {
    /// There is more where it is `true`.
    more: bool,
    /// There is more where it is `false`.
    last: bool,
    /// There is more where it leads on.
    next: bool,
    count: bool,
    pages: bool,
    /// An object with members that say it.
    pub object: bool,
}

impl About {
    /// Reads the name of a member as one about a list; `None` if it is about something else.
    pub fn new(list: &str, member: &str) -> Option<Self> {
        let member = plain(member);
        let nouns = nouns(&plain(list));
        let noun = nouns.iter().find(|noun| member.contains(noun.as_str()))?;
        // `next_user` of a rota is a user.
        let is_plural = noun.len() == nouns.iter().map(String::len).max().unwrap_or_default();
        let rest = member.replacen(noun, "", 1);
        if rest.is_empty() || limits_something(&rest) {
            return None;
        }
        let cut = has_any(&rest, &["incomplete", "partial"])
            && made_of(&rest, &[&["is", "are", "incomplete", "partial"]]);
        let about = Self {
            more: names::is_more(&rest) || cut,
            // The steps of a process may be complete, the pages of a list are.
            last: names::is_last(&rest) && rest.contains("page"),
            next: names::is_next(&rest) && (is_plural || names::bare(&rest) != "next"),
            count: names::is_count(&rest, ""),
            pages: names::is_pages(&rest),
            object: is_plural && names::is_envelope(&rest),
        };
        (about != Self::default()).then_some(about)
    }

    /// Says why the list is not whole that has so many records; `None` if the member does not say so.
    pub fn said(self, name: &str, value: &[u8], records: impl Fn() -> super::Came) -> Option<String> {
        const LONGEST: usize = 16 * 1024;
        if value.len() > LONGEST {
            return (self.next && !self.count).then(|| format!("`{name}` leads to a next page"));
        }
        let value: Value = serde_json::from_slice(value).ok()?;
        if self.more && is_true(&value) || self.last && is_false(&value) {
            return Some(format!("`{name}` is {value}"));
        }
        // A number counts.
        if self.next && !value.is_number() && leads_on(&value) {
            return Some(format!("`{name}` leads to a next page"));
        }
        let count = number(&value)?;
        if self.pages && count > 1 {
            return Some(format!("`{name}` is {count}"));
        }
        self.count.then(|| records().lacking(name, count)).flatten()
    }
}

/// Returns `true` for a limit of the thing itself, such as the seats of a group.
fn limits_something(rest: &str) -> bool {
    has_any(rest, &["limit", "max", "quota", "threshold", "toomany", "capped", "overflow"])
}

/// The names that the records of a list may have, the longest first: `memberIds` has members.
fn nouns(list: &str) -> Vec<String> {
    const SUFFIXES: [&str; 5] = ["ids", "list", "refs", "uuids", "links"];
    let bare = SUFFIXES.iter().find_map(|suffix| list.strip_suffix(suffix)).filter(|bare| bare.len() > 2);
    let bare = bare.map_or(list, |bare| bare.strip_suffix('s').unwrap_or(bare));
    let singular = if let Some(stem) = bare.strip_suffix("ies") {
        format!("{stem}y")
    } else if bare.ends_with("sses") {
        bare.trim_end_matches("es").to_owned()
    } else {
        bare.strip_suffix('s').unwrap_or(bare).to_owned()
    };
    let plural = if bare == list { list.to_owned() } else { format!("{bare}s") };
    let mut nouns = vec![list.to_owned(), plural, singular];
    nouns.retain(|noun| noun.len() > 1);
    nouns.sort_by_key(|noun| std::cmp::Reverse(noun.len()));
    nouns.dedup();
    nouns
}

#[cfg(test)]
mod tests {
    use super::About;
    use crate::provider::evidence::Came;

    #[test]
    fn a_name_is_made_of_that_of_the_list() {
        let said = |list, name, value: &str| {
            let came = || Came { records: 100, different: 100 };
            About::new(list, name).and_then(|about| about.said(name, value.as_bytes(), came)).is_some()
        };
        for (list, name, value) in [
            ("members", "members_truncated", "true"),
            ("members", "hasMoreMembers", "true"),
            ("members", "members_has_more", "\"yes\""),
            ("members", "membersTotal", "500"),
            ("members", "member_count", "101"),
            ("members", "total_members", "\"500\""),
            ("members", "numberOfMembers", "500"),
            ("members", "members@odata.nextLink", "\"https://a\""),
            ("members", "members@odata.count", "500"),
            ("members", "members_next", "\"/members?page=2\""),
            ("members", "memberNextPageToken", "\"x\""),
            ("members", "members_page_count", "2"),
            ("members", "membersIsLastPage", "false"),
            ("members", "members_incomplete", "true"),
            ("memberIds", "memberCount", "500"),
            ("member_ids", "members_truncated", "true"),
            ("policies", "policyCount", "500"),
            ("addresses", "address_count", "500"),
            ("addresses", "addressesCount", "500"),
        ] {
            assert!(said(list, name, value), "{list} {name} {value}");
        }
        for (list, name, value) in [
            ("members", "members_truncated", "false"),
            ("members", "members", "true"),
            ("members", "member_count", "100"),
            ("members", "member_count", "99"),
            ("members", "members_limit", "500"),
            ("members", "max_members", "500"),
            ("members", "members_limit_reached", "true"),
            ("members", "next_member", "\"u-3\""),
            ("members", "members_next", "null"),
            ("members", "membersRemaining", "400"),
            ("members", "active_member_count", "500"),
            ("members", "account_count", "500"),
            ("members", "membership_type", "\"all\""),
            ("members", "members_url", "\"https://a/members\""),
            ("members", "failed_members", "[7]"),
            ("tasks", "tasks_complete", "false"),
            ("tasks", "is_task_done", "false"),
            ("items", "size", "500"),
        ] {
            assert!(!said(list, name, value), "{list} {name} {value}");
        }
    }
}

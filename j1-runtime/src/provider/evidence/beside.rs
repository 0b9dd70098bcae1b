//! Statements about a list in members of the same object, by a name that is made of that of the list: `membersTruncated`,
//! `member_count`, `members@odata.nextLink`.

use serde_json::Value;

use super::names::{self, bare, has_any, made_of, plain};
use super::{Came, count_in, counts_more, is_false, is_nothing, is_true, leads_on, number};

/// The meaning of a member beside a list.
#[expect(clippy::struct_excessive_bools, reason = "a name may have several meanings, and the value decides")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::provider) struct About {
    /// There is more where it is `true`.
    more: bool,
    /// There is more where it is `true`, and no number.
    cut: bool,
    /// There is more where it is `false`.
    last: bool,
    /// There is more where it leads on.
    next: bool,
    count: bool,
    pages: bool,
    /// An object with members that say it.
    pub object: bool,
}

/// The statement of a member about a list.
#[derive(Debug, PartialEq)]
pub(in crate::provider) enum Said {
    /// The list is not whole, and why.
    Cut(String),
    Whole,
    Nothing,
}

impl About {
    /// Reads the name of a member as one about a list; `None` if it is about something else.
    pub fn new(list: &str, member: &str) -> Option<Self> {
        let member = plain(member);
        let nouns = nouns(&plain(list));
        let of = |(noun, is_plural): &(String, bool)| Self::of_noun(&member, noun, *is_plural);
        nouns
            .iter()
            .filter(|(noun, _)| member.contains(noun.as_str()))
            .map(of)
            .find(|of| *of != Self::default())
    }

    fn of_noun(member: &str, noun: &str, is_plural: bool) -> Self {
        let rest = &*member.replacen(noun, "", 1);
        if rest.is_empty() || limits_something(rest) {
            return Self::default();
        }
        // `message_truncated` beside `messages` is one message.
        let more = is_more(rest) && (is_plural || !rest.contains("truncated") || rest.contains("list"));
        // `next_users` of a rota are users, and so is `next_user_id`.
        let next = if bare(rest) == "next" {
            is_plural && member.starts_with(noun)
        } else {
            is_next(rest)
                && (is_plural || has_any(rest, &["page", "cursor", "token", "marker", "continu", "skip"]))
        };
        Self {
            more,
            cut: made_of(rest, &[&["is", "are", "incomplete", "partial"]])
                && has_any(rest, &["incomplete", "partial"]),
            // The steps of a process may be complete, the pages of a list are.
            last: is_plural && is_last(rest),
            next,
            count: counts(rest, is_plural, member, noun),
            // Documents have pages of their own.
            pages: is_plural && names::is_pages(rest),
            object: is_plural && is_envelope(rest),
        }
    }

    /// Returns what the member says of a list that has so many records.
    pub fn said(self, name: &str, value: &[u8], records: impl Fn() -> Came) -> Said {
        const LONGEST: usize = 16 * 1024;
        let leads = || Said::Cut(format!("`{name}` leads to a next page"));
        if value.len() > LONGEST {
            return if self.next { leads() } else { Said::Nothing };
        }
        let Ok(value) = serde_json::from_slice::<Value>(value) else { return Said::Nothing };
        if self.more && (is_true(&value) || counts_more(&plain(name), &value))
            || self.cut && !value.is_number() && is_true(&value)
            || self.last && is_false(&value)
        {
            return Said::Cut(format!("`{name}` is {value}"));
        }
        if self.next && leads_to_page(&plain(name), &value) {
            return leads();
        }
        let count = number(&value).or_else(|| count_in(&value).filter(|_| self.count));
        if let Some(pages) = count.filter(|pages| self.pages && *pages > 1) {
            return Said::Cut(format!("`{name}` is {pages}"));
        }
        if let Some(count) = count.filter(|_| self.count) {
            return records().lacking(name, count).map_or(Said::Whole, Said::Cut);
        }
        let whole = self.more && is_false(&value)
            || self.last && is_true(&value)
            || self.next && !value.is_number() && is_nothing(&value);
        if whole { Said::Whole } else { Said::Nothing }
    }
}

/// Returns `true` if the rest of a name with a noun says that it counts. `total_value` beside `values` is a sum, and
/// `total_licenses` are those that were bought.
fn counts(rest: &str, is_plural: bool, member: &str, noun: &str) -> bool {
    let bought = noun.starts_with("licen") || noun.starts_with("seat") || noun.starts_with("credit");
    let number = matches!(rest, "num" | "nb") && is_plural && member.starts_with(rest);
    number || is_count(rest) && (is_plural && !bought || has_any(rest, &["count", "num"]))
}

// In a record, a name has fewer meanings than in a response: most of its members are about the thing that the record is.

/// Returns `true` for a limit of the thing itself, such as the seats of a group.
fn limits_something(name: &str) -> bool {
    has_any(name, &["limit", "max", "quota", "threshold", "toomany", "capped", "overflow"])
}

/// Returns `true` if there is more of a list in a record where the member is `true`.
pub(super) fn is_more(name: &str) -> bool {
    names::is_more(name) && bare(name) != "next" && !limits_something(name)
}

/// Returns `true` if there is more of a list in a record where the member is `false`. A thing may be done or complete.
pub(super) fn is_last(name: &str) -> bool {
    names::is_last(name) && has_any(name, &["page", "last"])
}

/// Returns `true` if a value that leads to a page leads to more of a list in a record. What remains may be seats.
pub(super) fn is_next(name: &str) -> bool {
    const WAYS: [&str; 11] =
        ["page", "cursor", "token", "link", "url", "uri", "href", "marker", "offset", "skip", "continu"];
    names::is_next(name)
        && !has_any(name, &["remaining", "left"])
        && (matches!(bare(name), "next") || name.ends_with("key") || has_any(name, &WAYS))
}

pub(super) fn leads_to_page(name: &str, value: &Value) -> bool {
    (!value.is_number() || has_any(name, &["page", "offset", "skip"])) && leads_on(value)
}

/// Returns `true` if a number counts the records of a list in a record: not the hits of a rule, or free licenses.
pub(super) fn is_count(name: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "available",
        "filtered",
        "matched",
        "matching",
        "hit",
        "match",
        "object",
        "doc",
        "resource",
        "data",
        "element",
        "collection",
    ];
    names::is_count(name, "")
        && has_any(name, &["count", "total", "num", "found"])
        && !has_any(bare(name), &OTHERS)
}

/// Returns `true` for an object about the pages of a list. A summary counts what happened.
pub(super) fn is_envelope(name: &str) -> bool {
    names::is_envelope(name)
        && has_any(name, &["page", "pagi", "paging", "meta", "link", "cursor", "resultset"])
}

/// Returns `true` if a member of this name, however it is written, may make an object a page.
pub(in crate::provider) fn is_of_page(name: &str) -> bool {
    let name = plain(name);
    is_start(&name) || is_more(&name)
}

/// Returns `true` if a number says where a part of a list begins.
pub(super) fn is_start(name: &str) -> bool {
    matches!(name, "start" | "startat" | "startindex" | "offset" | "skip" | "page" | "pagenumber")
}

/// The names that the records of a list may have, and `true` for those of several: `memberIds` has members.
fn nouns(list: &str) -> Vec<(String, bool)> {
    const SUFFIXES: [&str; 5] = ["ids", "list", "refs", "uuids", "links"];
    let bare = SUFFIXES.iter().find_map(|suffix| list.strip_suffix(suffix)).filter(|bare| bare.len() > 2);
    let bare = bare.map_or(list, |bare| bare.strip_suffix('s').unwrap_or(bare));
    let mut nouns = vec![(list.to_owned(), true)];
    if bare != list {
        nouns.push((format!("{bare}s"), true));
    }
    if let Some(stem) = bare.strip_suffix("ies") {
        nouns.push((format!("{stem}y"), false));
    } else {
        nouns.push((bare.strip_suffix('s').unwrap_or(bare).to_owned(), false));
        let ends = ["sses", "uses", "ases", "xes", "ches", "shes"].iter().any(|end| bare.ends_with(end));
        nouns.extend(bare.strip_suffix("es").filter(|_| ends).map(|noun| (noun.to_owned(), false)));
    }
    nouns.retain(|(noun, is_plural)| noun.len() > 1 && (*is_plural || noun != list));
    nouns
}

#[cfg(test)]
mod tests {
    use super::{About, Said};
    use crate::provider::evidence::Came;

    fn said(list: &str, name: &str, value: &str) -> bool {
        let came = || Came { records: 100, different: 100 };
        let said = About::new(list, name).map(|about| about.said(name, value.as_bytes(), came));
        matches!(said, Some(Said::Cut(_)))
    }

    #[test]
    fn a_name_is_made_of_that_of_the_list() {
        for (list, name, value) in [
            ("members", "members_truncated", "true"),
            ("members", "hasMoreMembers", "true"),
            ("members", "members_has_more", "\"yes\""),
            ("members", "hasMoreMembers", "17"),
            ("members", "membersTotal", "\"100 of 500\""),
            ("members", "memberCount", "\"100+\""),
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
            ("aliases", "alias_count", "500"),
            ("licenses", "license_count", "500"),
            ("member", "member@odata.nextLink", "\"https://a\""),
            ("members", "members_next_page", "2"),
            ("members", "members_found", "500"),
            ("members", "num_members", "500"),
        ] {
            assert!(said(list, name, value), "{list} {name} {value}");
        }
        let long = format!("\"{}\"", "x".repeat(17 * 1024));
        assert!(said("members", "members_next", &long) && !said("members", "members_count", &long));
    }

    #[test]
    fn a_member_says_that_a_list_is_whole() {
        let whole = |name, value: &str| {
            let came = || Came { records: 100, different: 100 };
            let about = About::new("members", name).expect("a name about members");
            about.said(name, value.as_bytes(), came) == Said::Whole
        };
        for (name, value) in [
            ("members_truncated", "false"),
            ("membersIsLastPage", "true"),
            ("members_next", "null"),
            ("member_count", "100"),
        ] {
            assert!(whole(name, value), "{name} {value}");
        }
        for (name, value) in [
            ("members_truncated", "\"unknown\""),
            ("membersIsLastPage", "\"unknown\""),
            ("members_next_token", "7"),
            ("members_next_token", "0"),
            ("member_count", "null"),
        ] {
            assert!(!whole(name, value), "{name} {value}");
        }
    }

    #[test]
    fn a_name_that_is_made_of_other_words_says_nothing() {
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
            ("members", "members_page_count", "1"),
            ("members", "members_max_pages", "500"),
            ("members", "is_member", "true"),
            ("members", "members_partial_match", "true"),
            ("acids", "account_count", "500"),
        ] {
            assert!(!said(list, name, value), "{list} {name} {value}");
        }
    }

    #[test]
    fn a_name_of_the_thing_itself_says_nothing_of_its_list() {
        for (list, name, value) in [
            ("users", "next_users", "[\"u-1\"]"),
            ("users", "next_user", "1"),
            ("users", "next_user_id", "\"u-3\""),
            ("users", "next_user_url", "\"https://a/users/3\""),
            ("steps", "next_steps", "\"Renew it\""),
            ("events", "next_event_start", "\"2031-01-01\""),
            ("events", "events_cutoff", "\"2031-01-01\""),
            ("licenses", "licenses_available_count", "500"),
            ("licenses", "totalLicenses", "500"),
            ("members", "member_num", "500"),
            ("licenses", "remaining_licenses_count", "\"500\""),
            ("rules", "rule_hit_count", "500"),
            ("iocs", "ioc_matches", "500"),
            ("values", "total_value", "500"),
            ("scores", "score_total", "500"),
            ("documents", "document_pages", "12"),
            ("messages", "message_truncated", "true"),
            ("tasks", "tasks_incomplete", "1"),
            ("checks", "checks_summary", "{\"total\":500}"),
            ("policies", "policy_number", "500"),
            ("id", "provider_count", "500"),
        ] {
            assert!(!said(list, name, value), "{list} {name} {value}");
        }
    }
}

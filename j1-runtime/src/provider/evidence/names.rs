//! The meaning of the names of members and headers that describe a list.
//!
//! A name is split into words that it may be made of, however it is written: `has_more`, `hasMoreItems` and `HASMORERECORDS`
//! are all made of words that mean "there is more". A name with any other word in it, such as `hasMoreThanOneOwner`, means
//! something else.

/// Words for the records of a list.
pub(super) const RECORDS: [&str; 26] = [
    "record",
    "records",
    "item",
    "items",
    "result",
    "results",
    "entry",
    "entries",
    "row",
    "rows",
    "object",
    "objects",
    "element",
    "elements",
    "hit",
    "hits",
    "document",
    "documents",
    "docs",
    "resource",
    "resources",
    "match",
    "matches",
    "data",
    "list",
    "collection",
];
/// Words that a name may begin with without another meaning.
const PREFIXES: [&str; 7] = ["x", "odata", "opc", "hydra", "opensearch", "pagination", "paging"];
/// Words that say how a next page is found.
const WAYS: [&str; 30] = [
    "page",
    "pages",
    "cursor",
    "token",
    "link",
    "url",
    "uri",
    "href",
    "marker",
    "offset",
    "key",
    "start",
    "startat",
    "index",
    "id",
    "batch",
    "skip",
    "position",
    "params",
    "path",
    "number",
    "set",
    "query",
    "from",
    "after",
    "partition",
    "continuation",
    "mark",
    "range",
    "request",
];
/// The longest name that is looked at: longer ones are not made of these words.
const LONGEST: usize = 48;

/// A name without case and separators.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The name without words that it may begin with.
pub(super) fn bare(name: &str) -> &str {
    let shorter =
        PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix).filter(|rest| !rest.is_empty()));
    shorter.unwrap_or(name)
}

/// Returns `true` if the name is made of such words only.
pub(super) fn made_of(name: &str, tables: &[&[&str]]) -> bool {
    if name.len() > LONGEST {
        return false;
    }
    // The places at which words can end.
    let mut ends = vec![false; name.len() + 1];
    ends[0] = true;
    for at in 0..name.len() {
        let Some(rest) = name.get(at..).filter(|_| ends[at]) else { continue };
        for word in tables.iter().copied().flatten().filter(|word| rest.starts_with(**word)) {
            ends[at + word.len()] = true;
        }
    }
    ends[name.len()]
}

pub(super) fn has_any(name: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| name.contains(part))
}

/// Returns `true` if there is more where the member is `true`.
pub(super) fn is_more(name: &str) -> bool {
    const WORDS: [&str; 21] = [
        "has",
        "have",
        "is",
        "are",
        "can",
        "load",
        "there",
        "exist",
        "exists",
        "additional",
        "subsequent",
        "more",
        "next",
        "page",
        "pages",
        "available",
        "in",
        "to",
        "come",
        "left",
        "remaining",
    ];
    let says_more =
        has_any(name, &["more", "hasnext", "nextpage", "nextexists", "hasadditional", "hassubsequent"])
            || bare(name) == "next";
    says_more && made_of(bare(name), &[&WORDS, &RECORDS])
        || name.contains("truncated")
        || has_any(name, &["limit", "max", "quota", "threshold"]) && has_any(name, &["exceed", "reached"])
        || has_any(
            name,
            &["toomany", "overlimit", "limithit", "hitlimit", "settoolarge", "cutoff", "clipped"],
        )
        || matches!(bare(name), "limited" | "islimited" | "capped" | "iscapped" | "overflow" | "abridged")
}

/// Returns `true` if there is more where the member is `false`.
pub(super) fn is_last(name: &str) -> bool {
    const WORDS: [&str; 26] = [
        "is",
        "has",
        "job",
        "query",
        "request",
        "search",
        "the",
        "at",
        "no",
        "more",
        "last",
        "final",
        "end",
        "ended",
        "eof",
        "finished",
        "complete",
        "completed",
        "done",
        "of",
        "page",
        "batch",
        "stream",
        "reached",
        "exhausted",
        "all",
    ];
    let says_last = has_any(
        name,
        &["last", "final", "end", "eof", "finished", "complete", "done", "nomore", "exhausted"],
    );
    says_last && made_of(bare(name), &[&WORDS, &RECORDS])
}

/// Returns `true` if a value that is not empty leads to a next page.
pub(super) fn is_next(name: &str) -> bool {
    const REMAINING: [&str; 3] = ["page", "pages", "count"];
    const RESUME: [&str; 6] = ["token", "key", "from", "cursor", "after", "offset"];
    if matches!(
        name,
        "pagestate"
            | "pagingstate"
            | "paginationtoken"
            | "pagingcookie"
            | "lastevaluatedkey"
            | "pagenext"
            | "linknext"
            | "cursornext"
            | "skiptoken"
    ) {
        return true;
    }
    let name = bare(name);
    if name == "cursornext" {
        return true;
    }
    let rest = |prefix| name.strip_prefix(prefix);
    if let Some(rest) = rest("resume").or_else(|| rest("continue")).filter(|rest| !rest.is_empty()) {
        return made_of(rest, &[&RESUME]);
    }
    if let Some(rest) = rest("loadmore").or_else(|| rest("more")) {
        return matches!(rest, "url" | "uri" | "link" | "href" | "token" | "cursor");
    }
    if let Some(rest) = name.strip_suffix("remaining").or_else(|| name.strip_suffix("left")) {
        return !rest.is_empty() && made_of(rest, &[&RECORDS, &["pages"]]);
    }
    if let Some(rest) = rest("next").or_else(|| rest("msnext")) {
        return made_of(rest, &[&WAYS, &RECORDS]);
    }
    if let Some(rest) = rest("continuation").or_else(|| rest("mscontinuation")).or_else(|| rest("resumption"))
    {
        return made_of(rest, &[&WAYS, &["next"]]);
    }
    if let Some(rest) = rest("remaining").filter(|rest| !rest.is_empty()) {
        return made_of(rest, &[&REMAINING, &RECORDS]);
    }
    name == "continue"
}

/// Returns `true` if a number counts records: of the list, or of the page. `noun` is the name of the records.
pub(super) fn is_count(name: &str, noun: &str) -> bool {
    const WORDS: [&str; 20] = [
        "full",
        "grand",
        "overall",
        "no",
        "total",
        "totals",
        "count",
        "counts",
        "number",
        "num",
        "nb",
        "of",
        "found",
        "matched",
        "matching",
        "filtered",
        "available",
        "all",
        "size",
        "n",
    ];
    const SAYS: [&str; 6] = ["total", "count", "found", "matched", "filtered", "matches"];
    let singular = noun.strip_suffix('s').unwrap_or(noun);
    let nouns = [noun, singular];
    let nouns: &[&str] = if singular.is_empty() { &[] } else { &nouns };
    let name = bare(name);
    let plural = RECORDS.iter().any(|word| word.ends_with('s') && name.ends_with(word));
    let counts =
        has_any(name, &SAYS) || plural || name.starts_with("num") && name != "num" && name != "number";
    // Solr and others repeat the number of rows that was requested.
    counts && !matches!(name, "size" | "rows") && made_of(name, &[&WORDS, &RECORDS, nouns])
}

/// Returns `true` if the name of a count says that it counts all records, whatever page they are on.
pub(in crate::provider) fn says_all(path: &str) -> bool {
    const SAYS: [&str; 8] = ["total", "found", "match", "filtered", "available", "overall", "odata", "range"];
    has_any(&plain(path), &SAYS)
}

/// Returns `true` if a value that is not empty leads to the page before.
pub(super) fn is_previous(name: &str) -> bool {
    let name = bare(name);
    let rest = name.strip_prefix("previous").or_else(|| name.strip_prefix("prev"));
    rest.is_some_and(|rest| made_of(rest, &[&WAYS, &RECORDS]))
}

/// Returns `true` if there is a page before this one where the member is `true`.
pub(super) fn has_previous(name: &str) -> bool {
    ["hasprevious", "hasprev"]
        .iter()
        .any(|has| name.strip_prefix(has).is_some_and(|rest| made_of(rest, &[&WAYS])))
}

/// Returns `true` if there is a page before this one where the member is `false`.
pub(super) fn is_first(name: &str) -> bool {
    matches!(bare(name), "first" | "isfirst" | "firstpage" | "isfirstpage")
}

/// Returns `true` if a number is the most records that a response has.
pub(super) fn is_limit(name: &str) -> bool {
    const WORDS: [&str; 7] = ["max", "limit", "per", "page", "size", "maximum", "number"];
    let says = name.contains("limit") || has_any(name, &["perpage", "pagesize"]) || name.starts_with("max");
    says && name != "max" && made_of(bare(name), &[&WORDS, &RECORDS])
}

/// Returns `true` if a number counts the pages of the list.
pub(super) fn is_pages(name: &str) -> bool {
    const WORDS: [&str; 12] =
        ["total", "num", "nb", "number", "of", "max", "last", "final", "count", "pages", "page", "all"];
    let counts = name.contains("pages")
        || name.contains("page") && has_any(name, &["total", "max", "last", "final", "count"]);
    counts && made_of(bare(name), &[&WORDS])
}

/// Returns `true` if a value that is not empty makes the response an error.
pub(super) fn is_error(name: &str) -> bool {
    const WORDS: [&str; 21] = [
        "error",
        "errors",
        "err",
        "exception",
        "fault",
        "code",
        "codes",
        "message",
        "messages",
        "msg",
        "summary",
        "description",
        "details",
        "detail",
        "info",
        "type",
        "text",
        "list",
        "reason",
        "count",
        "has",
    ];
    has_any(name, &["err", "exception", "fault"]) && made_of(name, &[&WORDS, &["is"]])
}

/// Returns `true` for an object that describes a list, beside those that lead to the records.
pub(super) fn is_envelope(name: &str) -> bool {
    const EQUAL: [&str; 24] = [
        "additionaldata",
        "body",
        "feed",
        "link",
        "nav",
        "queryinfo",
        "collection",
        "context",
        "counts",
        "cursor",
        "cursors",
        "extensions",
        "header",
        "hits",
        "info",
        "links",
        "listinfo",
        "navigation",
        "odata",
        "result",
        "response",
        "shards",
        "summary",
        "totals",
    ];
    const PARTS: [&str; 8] =
        ["page", "pagi", "paging", "meta", "links", "resultset", "resultinfo", "searchinfo"];
    EQUAL.contains(&name) || has_any(name, &PARTS) || name == "hydraview" || name == "responseheader"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_the_same_however_it_is_written() {
        let all = |is: fn(&str) -> bool, names: &[&str], expected: bool| {
            for name in names {
                assert_eq!(is(&plain(name)), expected, "{name}");
            }
        };
        all(
            is_more,
            &[
                "has_more",
                "hasMorePages",
                "HasNext",
                "more_items_in_collection",
                "isTruncated",
                "limitReached",
                "more",
            ],
            true,
        );
        all(is_more, &["has_more_than_one_owner", "moreover", "limit", "next_run", "has"], false);
        all(is_last, &["isLast", "last_page", "done", "end-of-records", "noMoreResults", "complete"], true);
        all(is_last, &["last_login", "vendor", "completed_by", "endpoint"], false);
        all(
            is_next,
            &[
                "nextPageToken",
                "@odata.nextLink",
                "__next",
                "next_cursor",
                "NextContinuationToken",
                "nextRecordsUrl",
            ],
            true,
        );
        all(is_next, &["opc-next-page", "x-ms-continuation", "remainingItemCount", "hydra:next"], true);
        all(is_next, &["next_run", "nextSyncAt", "nextofkin", "remaining", "continued"], false);
        all(
            |name| is_count(name, "users"),
            &[
                "total",
                "totalCount",
                "X-Total-Count",
                "total_users",
                "userCount",
                "numResults",
                "recordsFiltered",
            ],
            true,
        );
        all(
            |name| is_count(name, "users"),
            &["size", "number", "limit", "account", "country", "discount"],
            false,
        );
        all(is_pages, &["total_pages", "pages", "lastPage", "maxPage", "page_count"], true);
        all(is_pages, &["page", "pageNumber", "homepages", "page_size", "per_page"], false);
        all(is_error, &["error", "errorMessage", "Errors", "hasErrors", "err"], true);
        all(is_error, &["terror", "error_rate", "default", "merry"], false);
    }
}

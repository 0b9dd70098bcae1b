//! The paging of a list, as far as a response and the parameters of its request show it.

use super::records::{Located, path};
use super::shape::Shape;
use super::words;
use crate::new::api::Paging;

/// A parameter of a request.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// It takes numbers, as far as that is known.
    pub number: bool,
    /// The number of the first page or record, as far as its default or its least value says it.
    pub first: Option<u64>,
    /// The greatest number that it takes.
    pub most: Option<u64>,
}

/// Parameters that say how many records to skip.
const SKIPS: [&str; 8] =
    ["offset", "skip", "start", "start_at", "start_index", "page_offset", "from", "first_result"];
/// Parameters that say how many records a page may have.
const SIZES: [&str; 16] = [
    "limit",
    "per_page",
    "perpage",
    "page_size",
    "pagesize",
    "count",
    "max",
    "maxresults",
    "max_results",
    "top",
    "size",
    "page_limit",
    "take",
    "first",
    "results_per_page",
    "max_items",
];
/// Parameters that hold the number of a page.
const NUMBERS: [&str; 5] = ["page", "page_number", "pagenumber", "page_no", "current_page"];
/// Parameters that send a cursor.
const CURSORS: [&str; 19] = [
    "cursor",
    "page_token",
    "pagetoken",
    "next_token",
    "nexttoken",
    "continuation_token",
    "continuationtoken",
    "after",
    "marker",
    "token",
    "page_cursor",
    "next_cursor",
    "next",
    "bookmark",
    "scroll_id",
    "page_after",
    "starting_after",
    "start_cursor",
    "pagination_token",
];
/// Members that hold the cursor of the next page, and the parameter that usually sends it.
const NEXT: [(&str, &str); 15] = [
    ("next_cursor", "cursor"),
    ("next_page_token", "page_token"),
    ("next_token", "next_token"),
    ("next_marker", "marker"),
    ("continuation_token", "continuation_token"),
    ("end_cursor", "after"),
    ("next_page", "page"),
    ("next_page_cursor", "cursor"),
    ("next_offset", "offset"),
    ("scroll_id", "scroll_id"),
    ("after", "after"),
    ("cursor", "cursor"),
    ("marker", "marker"),
    ("bookmark", "bookmark"),
    ("next", "cursor"),
];
/// Members that hold the URL of the next page.
const URLS: [&str; 10] = [
    "next",
    "next_url",
    "next_link",
    "next_page_url",
    "next_page",
    "next_uri",
    "next_page_uri",
    "odata_next_link",
    "next_href",
    "next_page_link",
];
/// Members that say how many records the list has.
const TOTALS: [&str; 10] = [
    "total",
    "total_count",
    "total_results",
    "total_items",
    "total_records",
    "total_size",
    "total_entries",
    "total_elements",
    "total_rows",
    "total_resources",
];
/// Members that say whether there is more.
const MORE: [&str; 4] = ["has_more", "has_next", "has_next_page", "more"];

/// A member beside the records.
struct Beside<'s> {
    way: Vec<String>,
    /// The way in snake case, `_` between the names.
    name: String,
    /// The last name in snake case.
    last: String,
    shape: &'s Shape,
}

impl Beside<'_> {
    fn is_text(&self) -> bool {
        self.shape.text.is_some() || (self.shape.kinds() == 0 && self.shape.null)
    }

    fn is_url(&self) -> bool {
        let seen = |text: &String| text.starts_with("http") || text.starts_with('/') || text.starts_with('?');
        self.shape.text.as_ref().is_some_and(|texts| texts.seen.iter().any(seen))
    }
}

/// Returns how a list is paged; `None` where nothing shows it.
///
/// `linked` is that the response, or another list of the same API, has a `Link` header.
pub fn of_list(
    response: &Shape,
    located: &Located<'_>,
    parameters: &[Parameter],
    linked: bool,
) -> Option<Paging> {
    let named = |wanted: &[&str]| {
        parameters.iter().find(|one| plain(&one.name).is_some_and(|name| wanted.contains(&name.as_str())))
    };
    let name = |wanted: &[&str]| named(wanted).map(|one| one.name.clone());
    let size = name(&SIZES);
    let mut beside = Vec::new();
    around(response, located, &mut Vec::new(), &mut beside);
    let find = |fits: &dyn Fn(&Beside<'_>) -> bool| beside.iter().find(|one| fits(one));
    // OData's servers say how to go on, and need not take `$skip`.
    if let Some(url) = find(&|one| one.last == "odata_next_link") {
        return Some(Paging::NextUrl { next: path(&url.way), size });
    }
    if let (Some(skip), Some(limit)) = (named(&SKIPS).filter(|one| one.number), &size) {
        // SCIM counts records from 1, whatever the document says of it.
        let scim = plain(&skip.name).as_deref() == Some("start_index")
            && find(&|one| ["items_per_page", "total_results"].contains(&one.last.as_str())).is_some();
        let first = u64::from(skip.first == Some(1) || scim);
        return Some(Paging::Offset {
            limit: limit.clone(),
            skip: skip.name.clone(),
            first,
            total: total(&beside, located),
        });
    }
    if let Some(url) = find(&|one| is_next_url(one)) {
        return Some(Paging::NextUrl { next: path(&url.way), size });
    }
    if let Some((next, parameter)) = cursor(&beside, parameters) {
        return Some(Paging::Cursor { parameter, next, size });
    }
    let by_cursor = name(&CURSORS);
    if linked && (by_cursor.is_some() || size.is_some() || named(&NUMBERS).is_some() || parameters.is_empty())
    {
        return Some(Paging::Link { size });
    }
    if let (Some(parameter), Some(more)) = (
        named(&["starting_after", "after", "after_id"]),
        find(&|one| MORE.contains(&one.last.as_str()) && one.shape.boolean),
    ) && located.shape.member("id").is_some()
    {
        let (parameter, more) = (parameter.name.clone(), path(&more.way));
        return Some(Paging::After { parameter, member: "id".to_owned(), more, size });
    }
    if let (Some(number), Some(size)) = (name(&NUMBERS), &size) {
        // Spring numbers pages from 0, and says the number of each.
        let from_zero = find(&|one| one.last == "number" && one.shape.integer).is_some()
            && find(&|one| ["total_pages", "total_elements"].contains(&one.last.as_str())).is_some()
            || named(&NUMBERS).is_some_and(|one| one.first == Some(0));
        let first = u64::from(!from_zero);
        return Some(Paging::Page { number, size: size.clone(), first, total: total(&beside, located) });
    }
    // HAL's link to the next page, where no parameter asks for it.
    if let Some(url) = find(&|one| one.is_text() && one.name.ends_with("links_next_href")) {
        return Some(Paging::NextUrl { next: path(&url.way), size });
    }
    // An array has no room for a cursor, so that only a header can say it.
    (located.way.is_empty() && by_cursor.is_some()).then_some(Paging::Link { size })
}

/// Returns the name of a parameter as it is compared: `page[size]` and `$top` without their marks.
fn plain(name: &str) -> Option<String> {
    let name = words::snake(name)?;
    // `pagination.limit` of a body, and a variable of a query.
    let inside = ["pagination_", "paging_", "options_", "page_options_", "variables_"]
        .iter()
        .find_map(|head| name.strip_prefix(head));
    Some(inside.map_or_else(|| name.clone(), str::to_owned))
}

fn is_next_url(one: &Beside<'_>) -> bool {
    // Links are URLs, whatever the document says of them; so is `__next` of OData.
    let above = one.way.len().checked_sub(2).and_then(|at| words::snake(&one.way[at]));
    let among_links =
        above.is_some_and(|name| ["links", "link", "hydra_view", "view"].contains(&name.as_str()));
    let named_next = ["next", "next_page", "hydra_next"].contains(&one.last.as_str());
    if one.is_text() && (named_next && among_links || one.way.last().is_some_and(|name| name == "__next")) {
        return true;
    }
    let named = URLS.contains(&one.last.as_str());
    let below = ["href", "url", "uri"].contains(&one.last.as_str()) && one.name.contains("next");
    (named || below) && one.is_url()
        // Without a value, only a name that says URL tells it from a cursor.
        || one.is_text() && !one.is_url() && URLS[1..4].contains(&one.last.as_str()) && one.shape.text.is_none()
        || one.last == "odata_next_link"
}

/// Returns the member that holds the cursor, and the parameter that sends it.
fn cursor(beside: &[Beside<'_>], parameters: &[Parameter]) -> Option<(String, String)> {
    let sent = |name: &str| parameters.iter().find(|one| plain(&one.name).as_deref() == Some(name));
    for one in beside.iter().filter(|one| !one.is_url()) {
        let holds = one.is_text() || (one.shape.integer && one.last.starts_with("next"));
        if !holds {
            continue;
        }
        // `next_offset` is sent as `offset`, and `next_page.offset` is.
        let stem = one.last.strip_prefix("next_").unwrap_or(&one.last);
        let below_next = one.name.starts_with("next") || one.name.contains("_next");
        if let Some(parameter) = sent(stem).filter(|_| below_next || one.last.starts_with("next_")) {
            return Some((path(&one.way), parameter.name.clone()));
        }
        if let Some((_, usual)) = NEXT.iter().find(|(name, _)| *name == one.last) {
            let by_name = || {
                parameters
                    .iter()
                    .find(|p| plain(&p.name).is_some_and(|name| CURSORS.contains(&name.as_str())))
            };
            let parameter = sent(usual).or_else(by_name);
            // A word that may mean anything needs a parameter to go with it.
            let vague =
                ["after", "cursor", "marker", "bookmark", "next", "next_page"].contains(&one.last.as_str());
            if parameter.is_none() && vague && !parameters.is_empty() {
                continue;
            }
            let usual = if one.way.last().is_some_and(|name| name.contains('_')) {
                (*usual).to_owned()
            } else {
                camel(usual)
            };
            return Some((path(&one.way), parameter.map_or(usual, |one| one.name.clone())));
        }
    }
    None
}

fn camel(name: &str) -> String {
    super::field::camel(name)
}

/// Returns the member that says how many records there are, if one surely does.
fn total(beside: &[Beside<'_>], located: &Located<'_>) -> Option<String> {
    // `total_affected_items` beside `affected_items`.
    let own = located.way.last().and_then(|last| words::snake(last)).map(|last| format!("total_{last}"));
    let sure = |one: &&Beside<'_>| {
        (TOTALS.contains(&one.last.as_str()) || own.as_ref() == Some(&one.last))
            && one.shape.integer
            && one.shape.kinds() == 1
            && !one.shape.null
    };
    beside.iter().find(sure).map(|one| path(&one.way))
}

/// Collects what a response says beside its records, with the way to each.
fn around<'s>(shape: &'s Shape, located: &Located<'_>, way: &mut Vec<String>, found: &mut Vec<Beside<'s>>) {
    // An envelope may be deep, and says of its pages beside the records: `response.data.page_info.next`.
    let shared = way.iter().zip(&located.way).take_while(|(own, other)| own == other).count();
    if way.len() > 2.max(shared + 1) {
        return;
    }
    for member in shape.members() {
        way.push(member.name.clone());
        if *way != located.way && member.shape.list.is_none() {
            if member.shape.object.is_some() {
                around(&member.shape, located, way, found);
            } else {
                let names: Vec<_> = way.iter().filter_map(|name| words::snake(name)).collect();
                let last = names.last().cloned().unwrap_or_default();
                found.push(Beside { way: way.clone(), name: names.join("_"), last, shape: &member.shape });
            }
        }
        way.pop();
    }
}

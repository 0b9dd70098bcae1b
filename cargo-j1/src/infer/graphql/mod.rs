//! Lists that are read with GraphQL: one query of a recording gives each list in its response.
//!
//! The query is kept as it was recorded. A connection (`nodes` or `edges` with `pageInfo`) is paged by the runtime, which sends
//! the variable `after`; any other list is paged by the variables that a REST API would have as parameters.

mod lexer;
mod lists;
mod query;
mod sample;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::json::Json;
use super::paging::{self, Parameter};
use super::records::{Located, is_wrapper};
use super::resource::{Given, GraphQl, Hole, Posted, Resource, Source};
use super::shape::Shape;
use super::{paths, words};
use crate::new::api::Paging;
use crate::new::escape::code;

use lists::{Form, Kind, Spot};
use query::Query;
pub use sample::resources as of_sample;

/// The source of the value of a variable.
const RECORDED: &str = "as it was recorded";

/// The notes on a query, by its origin.
const RECORDED_QUERY: &str = "the query is the recorded one";
const MADE_QUERY: &str = "the query is made of the members of the sample, with the arguments that connections have; compare it with \
                          the provider's schema";
/// Arguments that say how much of a list is sent.
const SIZES: [&str; 9] =
    ["first", "last", "limit", "take", "top", "size", "page_size", "per_page", "max_results"];

/// The query and the variables of a request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The text of the query.
    pub query: String,
    /// The variables, by their names.
    pub variables: Json,
}

/// A response to a query, and what was asked for it.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The variables.
    pub variables: &'a Json,
    /// The response.
    pub response: &'a Json,
}

/// Reads the body of a POST; `None` if it is not a GraphQL request.
pub fn asked(body: &str) -> Option<Result<Asked, &'static str>> {
    let json: Json = serde_json::from_str(body).ok()?;
    if json.items().first().is_some_and(|first| first.text_of("query").is_some()) {
        return Some(Err("it sends several queries at once; turn batching off, and record again"));
    }
    let Some(query) = json.text_of("query") else {
        let stored = json.at(&["extensions", "persistedQuery"]).is_some();
        return stored.then_some(Err(
            "it sends the hash of a query and not its text; turn persisted queries off, and record again",
        ));
    };
    // A search may have a text that is called so.
    if !query.contains('{') {
        return None;
    }
    let variables = json.get("variables").cloned().unwrap_or(Json::Null);
    Some(Ok(Asked { query: query.to_owned(), variables }))
}

/// Returns what a query is called in messages: its operation, or else its first field.
pub fn operation(query: &str) -> Option<String> {
    let words = ["query", "mutation", "subscription"];
    lexer::tokens(query)?
        .iter()
        .filter_map(lexer::Token::name)
        .find(|name| !words.contains(name))
        .map(str::to_owned)
}

/// Returns the lists in the responses to one query.
///
/// # Errors
/// If the query is not one, or nothing that it gives is a list of records.
pub fn resources(path: &str, text: &str, answers: &[Answer<'_>]) -> Result<Vec<Resource>, String> {
    let mut query = Query::parse(text)?;
    query.without_type_names();
    let responses: Vec<Json> =
        answers.iter().map(|answer| lists::without_type_names(answer.response)).collect();
    let shape = Shape::from_values(&responses);
    let data = shape.member("data").ok_or("its response has no `data`")?;
    let spots = lists::find(&data.shape);
    if spots.is_empty() {
        return Err("its response has no list of records".to_owned());
    }
    let reader =
        Reader { path, query: &query, answers, responses: &responses, shape: &shape, is_made: false };
    let mut found = Vec::new();
    let mut refused = None;
    for spot in &spots {
        match reader.resource(spot) {
            Ok(resource) => found.push(resource),
            Err(why) => refused = Some(why),
        }
    }
    match refused {
        Some(why) if found.is_empty() => Err(why),
        _ => Ok(found),
    }
}

/// One query with its responses.
struct Reader<'a> {
    path: &'a str,
    query: &'a Query,
    answers: &'a [Answer<'a>],
    responses: &'a [Json],
    shape: &'a Shape,
    /// `true` if the query was made of a sample, and not recorded.
    is_made: bool,
}

impl Reader<'_> {
    fn resource(&self, spot: &Spot<'_>) -> Result<Resource, String> {
        let mut query = self.query.clone();
        let place = format!("data.{}", spot.way.join("."));
        let mut reviews = vec![RECORDED_QUERY.to_owned()];
        let cursor = match spot.kind {
            Kind::Connection { .. } => Some(page(&mut query, spot, &mut reviews)?),
            Kind::Plain => None,
        };
        // The author has not seen a made query before, so its changes mean nothing to them.
        if self.is_made {
            reviews = vec![MADE_QUERY.to_owned()];
        }
        reviews.extend(inside(&mut query, spot));
        let words = called(&query, &spot.way);
        let name = words.first().cloned().ok_or("its list has no name")?;
        let located = Located { way: spot.records(), shape: spot.shape, named: false, each: spot.each() };
        let paging = match cursor {
            Some(_) => Some(Paging::GraphQl { connection: place.clone() }),
            None => self.paging(&located, &query, spot),
        };
        let sent = paging.as_ref().map(Paging::parameters).unwrap_or_default();
        let mut variables = Variables { holes: Vec::new(), members: Vec::new() };
        self.fill(&mut query, spot, &mut variables, |name| {
            cursor.iter().flatten().any(|cursor| cursor == name)
                || sent.contains(&format!("variables.{name}"))
        });
        let mut seen = HashSet::new();
        let all = self.responses.iter().flat_map(|response| located.records(response));
        Ok(Resource {
            records: all.filter(|record| seen.insert(record.to_value().to_string())).collect(),
            items: located.items(),
            each: located.each.map(str::to_owned),
            posted: Some(Posted {
                members: variables.members,
                in_body: true,
                graphql: Some(GraphQl { query: query.text(), place, reviews }),
            }),
            holes: variables.holes,
            paging,
            ..Resource::new(name, words, self.path.to_owned(), Source::Records, located.record())
        })
    }

    /// Returns the paging of a list that is not a connection: by variables.
    fn paging(&self, located: &Located<'_>, query: &Query, spot: &Spot<'_>) -> Option<Paging> {
        let fields = query.fields(&spot.way);
        let taken: Vec<String> = fields
            .iter()
            .flat_map(|field| query.arguments(field))
            .filter_map(|(_, variable)| variable)
            .collect();
        let mut parameters: Vec<Parameter> = Vec::new();
        let of_all = self.answers.iter().flat_map(|answer| answer.variables.members());
        for (name, value) in of_all.filter(|(name, _)| taken.contains(name)) {
            let name = format!("variables.{name}");
            let first = value.to_value().as_u64();
            match parameters.iter_mut().find(|known| known.name == name) {
                Some(known) => known.first = known.first.min(first),
                None => parameters.push(Parameter { name, number: first.is_some(), first, most: None }),
            }
        }
        let paging = paging::of_list(&lists::around(self.shape, &located.way), located, &parameters, false)?;
        // Whatever is not a variable of the query, the provider does not read.
        let sent = paging.parameters();
        let known = sent.iter().all(|sent| parameters.iter().any(|one| one.name == *sent));
        (known && !sent.is_empty()).then_some(paging)
    }

    /// Fills the variables: with the ids of other lists' records, with the configuration, or as they were recorded.
    fn fill(
        &self,
        query: &mut Query,
        spot: &Spot<'_>,
        variables: &mut Variables,
        is_sent: impl Fn(&str) -> bool,
    ) {
        let fields = query.fields(&spot.way);
        let mut holes: Vec<(usize, Hole)> = Vec::new();
        for declared in query.variables() {
            let recorded = if declared.name == "after" { None } else { Some(declared.name.as_str()) };
            let Some(recorded) = recorded.filter(|name| !is_sent(name)) else { continue };
            let values: Vec<&Json> =
                self.answers.iter().filter_map(|one| one.variables.get(recorded)).collect();
            let values: Vec<&Json> = values.into_iter().filter(|value| **value != Json::Null).collect();
            let Some(first) = values.first() else { continue };
            let varies =
                values.iter().map(|value| value.to_value().to_string()).collect::<BTreeSet<_>>().len() > 1;
            let scalar = matches!(first, Json::Text(_) | Json::Number(_)) && !declared.list;
            // The field that takes it, and as what.
            let taken = fields.iter().enumerate().find_map(|(at, field)| {
                let arguments = query.arguments(field);
                let argument = arguments.into_iter().find(|(_, by)| by.as_deref() == Some(recorded))?.0;
                Some((at, field.name.clone(), argument))
            });
            let of_tenant = paths::is_tenant(recorded)
                || taken.as_ref().is_some_and(|(_, field, argument)| {
                    paths::is_tenant(field) && is_name(argument) && matches!(first, Json::Text(_))
                });
            if !(scalar && (declared.ty == "ID" || varies || of_tenant)) {
                variables.members.push(Given {
                    name: recorded.to_owned(),
                    is_header: false,
                    value: Some(first.to_value().to_string()),
                    why: RECORDED,
                });
                continue;
            }
            let name = match &taken {
                // `team(id: $id)`: the variable does not say whose id it is.
                Some((_, field, _)) if is_name(recorded) => {
                    let name = format!("{field}{}", words::upper(recorded));
                    query.rename(recorded, &name);
                    name
                }
                _ => recorded.to_owned(),
            };
            let hole = Hole { in_query: true, ..Hole::new(name, self.path.to_owned()) };
            holes.push((taken.map_or(usize::MAX, |(at, ..)| at), hole));
        }
        holes.sort_by_key(|(at, _)| *at);
        variables.holes = holes.into_iter().map(|(_, hole)| hole).collect();
    }
}

/// The variables of a query: those that records or the configuration fill, and those that have a value.
struct Variables {
    holes: Vec<Hole>,
    members: Vec<Given>,
}

/// Returns `true` for a name that says that something is named, and not what.
fn is_name(name: &str) -> bool {
    let name = words::snake(name).unwrap_or_default();
    ["id", "key", "slug", "name", "login", "uuid", "gid", "number", "code", "identifier"]
        .contains(&name.as_str())
}

/// Has the query of a connection send the cursor and ask for more. Returns the variable that was the cursor.
fn page(query: &mut Query, spot: &Spot<'_>, reviews: &mut Vec<String>) -> Result<Option<String>, String> {
    let backward = query
        .field(&spot.way)
        .is_some_and(|field| query.arguments(&field).iter().any(|(name, _)| name == "last"));
    if backward {
        return Err("it pages backwards, with `last`; record it with `first` and `after`".to_owned());
    }
    let (before, added) = query.take_after(&spot.way)?;
    if let Some(name) = before.as_deref().filter(|name| *name != "after") {
        reviews.push(format!("its variable `{name}` is `after` here, the name that the runtime sends"));
    }
    if added {
        reviews.push("the recorded query reads one page; `after` was added to it".to_owned());
    }
    if query.ask_for_more(&spot.way) {
        reviews.push(
            "`pageInfo` was added to the query; without it, nothing says whether there are more".to_owned(),
        );
    }
    Ok(before)
}

/// Asks the lists inside of the records whether they go on. Returns the notes on them.
fn inside(query: &mut Query, spot: &Spot<'_>) -> Vec<String> {
    let within: &[&str] = match spot.kind {
        Kind::Connection { edges: true } => &["edges", "node"],
        Kind::Connection { edges: false } => &["nodes"],
        Kind::Plain => &[],
    };
    let (mut added, mut silent) = (Vec::new(), Vec::new());
    for list in lists::inside(spot.shape) {
        let within = within.iter().map(|name| (*name).to_owned());
        let way: Vec<String> =
            spot.way.iter().cloned().chain(within).chain(list.way.iter().cloned()).collect();
        let shown = code(&list.way.join("."));
        let has_size = |query: &Query| {
            let arguments = query.field(&way).map(|field| query.arguments(&field)).unwrap_or_default();
            let mut names = arguments.iter().filter_map(|(name, _)| words::snake(name));
            names.any(|name| SIZES.contains(&name.as_str()))
        };
        match list.form {
            Form::Connection if query.ask_for_more(&way) => added.push(shown),
            Form::Alone => silent.push(shown),
            Form::Member if has_size(query) => silent.push(shown),
            Form::Connection | Form::Member => {}
        }
    }
    let lists =
        |all: &[String]| format!("the list{} {}", if all.len() == 1 { "" } else { "s" }, all.join(", "));
    let mut reviews = Vec::new();
    if !added.is_empty() {
        reviews.push(format!(
            "`pageInfo` was added to {} in its records: one that goes on makes the step partial, if the struct reads it",
            lists(&added)
        ));
    }
    if !silent.is_empty() {
        reviews.push(format!(
            "nothing says whether {} in its records {} cut: ask for what the schema has for that, or read it by a query of its own",
            lists(&silent),
            if silent.len() == 1 { "is" } else { "are" }
        ));
    }
    reviews
}

/// Returns the words of a list, the last one first: the names of the fields on the way to it.
fn called(query: &Query, way: &[String]) -> Vec<String> {
    let known: BTreeMap<usize, String> =
        query.fields(way).into_iter().map(|field| field.name).enumerate().collect();
    let names = (0..way.len()).rev().map(|at| known.get(&at).unwrap_or(&way[at]));
    names.filter(|name| !is_wrapper(name)).filter_map(|name| thing(name)).collect()
}

/// Returns the thing that a field lists: `allUsers` and `usersConnection` are users.
fn thing(field: &str) -> Option<String> {
    let name = words::snake(field)?;
    let head = ["all_", "list_", "get_", "fetch_", "search_"].iter().find_map(|head| name.strip_prefix(head));
    let name = head.unwrap_or(&name);
    let tail = ["_connection", "_list", "_collection", "_page", "_paginated"];
    let name = tail.iter().find_map(|tail| name.strip_suffix(tail)).unwrap_or(name);
    Some(words::singular(name))
}

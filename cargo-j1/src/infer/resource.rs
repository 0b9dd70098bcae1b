//! The lists that a file shows. Every reader fills this, and one generator writes code from it.

use serde_json::Value;

use super::json::Json;
use super::left_out::LeftOut;
use super::owners::stem;
use super::shape::Shape;
use super::{identity, records, words};
use crate::new::api::{PAGE, Paging};
use crate::new::credentials::Auth;

/// The result of reading files.
#[derive(Debug, Default)]
pub struct Found {
    /// The URL of the API, or its path alone, with a `/` before it, where the file does not say the host.
    pub base: Option<String>,
    /// The credentials that the API takes: alternatives, each of kinds that are sent together.
    pub auth: Vec<Vec<Auth>>,
    /// The review note on the credentials.
    pub auth_review: Option<String>,
    /// The lists of the API.
    pub resources: Vec<Resource>,
    /// Lists that were left out, and why.
    pub left_out: Vec<LeftOut>,
}

impl Found {
    /// Adds what another file shows; the first file that says something counts.
    pub fn absorb(&mut self, other: Self) {
        self.base = self.base.take().or(other.base);
        if self.auth.is_empty() {
            (self.auth, self.auth_review) = (other.auth, other.auth_review);
        }
        self.resources.extend(other.resources);
        self.left_out.extend(other.left_out);
    }
}

/// The kind of file that shows a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A document, which says what records are like.
    Document,
    /// Records that were seen.
    Records,
}

/// A list of things that an API has.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The name of one of them, in snake case. [`super::entities`] makes it unique.
    pub name: String,
    /// The words of its path in snake case, the last one first.
    pub words: Vec<String>,
    /// Its path below the URL of the API, as the file writes it but for the slash at the beginning; `{id}` stands for an id.
    pub path: String,
    /// The parameters of its path, in order.
    pub holes: Vec<Hole>,
    /// Parameters of the query, and headers, that the list needs.
    pub given: Vec<Given>,
    /// The member of a response that holds the records; `None` where the response is the list.
    pub items: Option<String>,
    /// The member that records get their names as, where they are the members of an object.
    pub named: Option<String>,
    /// The member of each item that holds the record.
    pub each: Option<String>,
    /// The paging of the list, if the document shows it.
    pub paging: Option<Paging>,
    /// The number of records that a page may have.
    pub page: u64,
    /// The shape of a record: an object.
    pub shape: Shape,
    /// Some records.
    pub records: Vec<Json>,
    /// The description of a record that a document gives.
    pub docs: Option<String>,
    /// The kind of file that shows it.
    pub source: Source,
    /// The response is one object that exists once, such as the settings of a tenant, rather than a list.
    pub once: bool,
    /// The members that paths take, although the document does not promise them.
    pub needed: Vec<String>,
    /// The members inside of objects that paths take, with a dot between the two names.
    pub taken: Vec<String>,
    /// A document says that it should no longer be read.
    pub deprecated: bool,
    /// Another integration makes these records, and sends what they have.
    pub is_ported: bool,
    /// The body of the request, for a list that is asked for with POST.
    pub posted: Option<Posted>,
    /// The parameter that paths take one of its records by, where a document has such paths.
    pub one: Option<String>,
}

/// The body of the POST that asks for a list.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    /// The members that have to be there: their values are JSON.
    pub members: Vec<Given>,
    /// The body takes the parameters of the paging, rather than the query.
    pub in_body: bool,
    /// The query, where the list is read with GraphQL: the members are its variables.
    pub graphql: Option<GraphQl>,
}

/// A query of GraphQL that gives a list.
#[derive(Debug, Clone)]
pub struct GraphQl {
    /// Its text.
    pub query: String,
    /// The place of the list in the response, such as `data.users`.
    pub place: String,
    /// The reasons to review it.
    pub reviews: Vec<String>,
}

impl Posted {
    /// Returns the body without the parameters of the paging.
    pub fn body(&self) -> Value {
        let given = self.members.iter().filter_map(|one| Some((one.name.clone(), one.json()?)));
        let members: Value = given.collect();
        match &self.graphql {
            Some(graphql) => serde_json::json!({ "query": graphql.query, "variables": members }),
            None => members,
        }
    }
}

/// A parameter of a path, or one of the query that takes the id of another list's record.
#[derive(Debug, Clone)]
pub struct Hole {
    /// Its name, as the file writes it.
    pub name: String,
    /// The path before it; the whole path for a parameter of the query.
    pub before: String,
    /// It is in the query.
    pub in_query: bool,
    /// Its description.
    pub docs: Option<String>,
    /// The value that a document gives for everybody.
    pub default: Option<String>,
    /// The only values that a document allows; empty where it allows any.
    pub words: Vec<String>,
    /// The value that fills it.
    pub fill: Fill,
    /// The member of the owner's records that fills it, where that is not the key.
    pub member: Option<String>,
}

/// The value that fills a parameter of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    /// Nothing yet.
    Open,
    /// The field of the configuration.
    Config(String),
    /// The key of the entity of this name.
    Parent(String),
}

/// A parameter that a list needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// It is a header, rather than in the query.
    pub is_header: bool,
    /// Its value; `None` where the document gives none.
    pub value: Option<String>,
    /// The source of the value, as the end of a sentence.
    pub why: &'static str,
}

impl Given {
    /// Returns its value as JSON; a text that is not JSON stands for itself.
    pub fn json(&self) -> Option<Value> {
        let value = self.value.as_deref()?;
        Some(serde_json::from_str(value).unwrap_or_else(|_| Value::from(value)))
    }
}

impl Hole {
    /// Returns a parameter of a path that nothing fills yet.
    pub fn new(name: String, before: String) -> Self {
        Self {
            name,
            before,
            in_query: false,
            docs: None,
            default: None,
            words: Vec::new(),
            fill: Fill::Open,
            member: None,
        }
    }

    /// Returns the parameters of a path, in order.
    pub fn all_of(path: &str) -> Vec<Self> {
        let mut holes = Vec::new();
        let mut rest = 0;
        while let Some(open) = path[rest..].find('{').map(|at| rest + at) {
            let Some(close) = path[open..].find('}').map(|at| open + at) else { break };
            holes.push(Self::new(path[open + 1..close].to_owned(), path[..open].to_owned()));
            rest = close + 1;
        }
        holes
    }
}

impl Resource {
    /// Returns a resource whose response is the list itself, in one piece.
    pub fn new(name: String, words: Vec<String>, path: String, source: Source, shape: Shape) -> Self {
        Self {
            name,
            words,
            path,
            holes: Vec::new(),
            given: Vec::new(),
            items: None,
            named: None,
            each: None,
            paging: None,
            page: PAGE,
            shape,
            records: Vec::new(),
            docs: None,
            source,
            once: false,
            needed: Vec::new(),
            taken: Vec::new(),
            deprecated: false,
            is_ported: false,
            posted: None,
            one: None,
        }
    }

    /// Returns a resource of objects with the properties of a ported type.
    pub fn ported(name: String, records: Vec<Json>, docs: String) -> Self {
        let (words, shape) = (vec![name.clone()], Shape::from_values(&records));
        Self {
            docs: Some(docs),
            records,
            is_ported: true,
            ..Self::new(name, words, String::new(), Source::Records, shape)
        }
    }

    /// Makes the parameters of the query that take the id of another list's record, such as `groupId`, ones that a record fills;
    /// those in `given` are given by the user.
    pub fn ask_for_ids(&mut self, given: impl Fn(&str) -> bool) {
        let is_open = |one: &Given| one.value.is_none() && !one.is_header && !given(&one.name);
        for one in self.given.iter().filter(|one| is_open(one)) {
            let hole = Hole { in_query: true, ..Hole::new(one.name.clone(), self.path.clone()) };
            let names = words::snake(&one.name).is_some_and(|name| stem(&hole) != name);
            if names && !self.once {
                self.holes.push(hole);
            }
        }
        let holes = &self.holes;
        self.given.retain(|one| !holes.iter().any(|hole| hole.in_query && hole.name == one.name));
    }

    /// Has the member that paths take records by be a whole number, where a document calls it a `number`.
    pub fn take_whole_numbers(&mut self) {
        let Some(name) = identity::in_paths(self).map(str::to_owned) else { return };
        let mut members = self.shape.object.iter_mut().flatten();
        if let Some(member) = members.find(|member| member.name == name)
            && member.shape.float
        {
            (member.shape.float, member.shape.integer) = (false, true);
        }
    }

    /// Returns the entities whose keys the path needs, outermost first, by their names.
    pub fn owners(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.holes.iter().filter_map(|hole| match &hole.fill {
            Fill::Parent(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Returns the entity below whose records the list is, by its name: the innermost of its owners.
    pub fn parent(&self) -> Option<&str> {
        self.owners().next_back()
    }

    /// Returns what the response calls a record, in snake case; nothing where it only says that there are some.
    pub fn held(&self) -> Option<String> {
        let last = self.items.as_deref()?.rsplit(['.', '/']).next()?;
        let name = words::snake(last).filter(|_| !records::is_wrapper(last))?;
        Some(words::singular(&name))
    }

    /// Gives the records that were made up different values of a member that has to tell them apart.
    pub fn tell_apart(&mut self, name: &str) {
        if self.source != Source::Document {
            return;
        }
        for at in 1..self.records.len() {
            let (before, rest) = self.records.split_at_mut(at);
            let Json::Object(members) = &mut rest[0] else { continue };
            let Some((_, value)) = members.iter_mut().find(|(member, _)| member == name) else { continue };
            if !before.iter().any(|record| record.get(name) == Some(value)) {
                continue;
            }
            match value {
                Json::Text(text) => *text += &format!("-{}", at + 1),
                Json::Number(number) => {
                    let further = i64::try_from(at).unwrap_or_default();
                    if let Some(next) = number.as_i64().and_then(|number| number.checked_add(further)) {
                        *number = next.into();
                    }
                }
                _ => {}
            }
        }
    }

    /// Has every record bring a member that a path takes; a dot leads into an object.
    pub fn need(&mut self, name: &str) {
        // What is inside of the objects of a sample is optional unless it is needed.
        let mut is_new = self.source == Source::Records && name.contains('.');
        let mut shape = &mut self.shape;
        for part in name.split('.') {
            let Some(member) = shape.object.iter_mut().flatten().find(|member| member.name == part) else {
                return;
            };
            if !member.always || member.shape.null {
                (member.always, member.shape.null) = (true, false);
                is_new = true;
            }
            shape = &mut member.shape;
        }
        if is_new {
            self.needed.push(name.to_owned());
        }
        if name.contains('.') {
            self.taken.push(name.to_owned());
        }
    }

    /// Returns `true` for a member that a path takes, although nothing promises it, and for an object with one inside.
    pub fn is_needed(&self, way: &str) -> bool {
        is_in(&self.needed, way)
    }

    /// Returns `true` for an object of which a path takes a member.
    pub fn is_taken(&self, object: &str) -> bool {
        is_in(&self.taken, object)
    }

    /// Returns the code of a paging of the list.
    pub fn paging_code(&self, paging: &Paging) -> String {
        let named = self.named.as_ref().map(|member| format!(".named_records({member:?})"));
        if let Paging::GraphQl { .. } = paging {
            return paging.code(None, self.page);
        }
        let each = self.each.as_ref().map(|member| format!(".each({member:?})"));
        let in_body = self.posted.as_ref().filter(|posted| posted.in_body && !paging.parameters().is_empty());
        let place = if in_body.is_some() { ".in_body()" } else { "" };
        paging.code(self.items.as_deref(), self.page) + &named.or(each).unwrap_or_default() + place
    }

    /// Returns the list as prose names it: "`GET /users`".
    pub fn shown(&self) -> String {
        crate::new::escape::code(&self.request())
    }

    /// Returns the method and the path of the list: "GET /users"; for GraphQL also its place in the response.
    pub fn request(&self) -> String {
        match self.graphql() {
            Some(graphql) => format!("POST /{} {}", self.path, graphql.place),
            None => format!("{} /{}", if self.posted.is_some() { "POST" } else { "GET" }, self.path),
        }
    }

    /// Returns the query of a list that is read with GraphQL.
    pub fn graphql(&self) -> Option<&GraphQl> {
        self.posted.as_ref()?.graphql.as_ref()
    }
}

/// Returns `true` where a way is among these, or leads to one of them.
fn is_in(all: &[String], way: &str) -> bool {
    all.iter().any(|one| one.strip_prefix(way).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Returns the words of a path in snake case, the last one first, without parameters, versions and `.json`.
pub fn words_of(path: &str) -> Vec<String> {
    let parts = path.split('/').rev().filter(|part| !part.is_empty() && !part.starts_with('{'));
    let words: Vec<String> = parts
        .filter(|part| !is_version(part))
        .filter_map(|part| words::snake(without_verb(without_format(part))))
        .map(|word| words::singular(&word))
        .collect();
    words
}

/// Returns a part of a path without the `.json` behind it, which is a format and no name.
pub fn without_format(part: &str) -> &str {
    [".json", ".JSON"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part)
}

/// Returns a part of a path without the `.list` behind it, which says what is done with the things before it.
fn without_verb(part: &str) -> &str {
    [".list", ".all", ".index", ".get"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part)
}

/// Returns `true` for `v1`, `2010-04-01`, `api` and the like.
fn is_version(part: &str) -> bool {
    let digits =
        |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-');
    digits(part)
        || part.strip_prefix(['v', 'V']).is_some_and(digits)
        || ["api", "rest", "rest-api"].contains(&part)
}

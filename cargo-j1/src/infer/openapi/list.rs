//! A list of a document as a resource.

use crate::infer::paging::{self, Parameter};
use crate::infer::records::Located;
use crate::infer::resource::{Given, Hole, Posted, Resource, Source};
use crate::infer::shape::Shape;
use crate::infer::{once, records};
use crate::new::api::{PAGE, Paging};
use crate::new::credentials::Auth;
use crate::new::escape::code;

use super::document::Dangling;
use super::{ASKS, example, is_one, said};

/// The reason why what a path says of the caller is left out.
const OF_CALLER: &str = "its response is about the caller";

/// A list that a document has.
#[derive(Clone)]
pub struct List {
    pub path: String,
    /// The words of its path, the last one first.
    pub words: Vec<String>,
    /// The name of its records in the response, where that is not the last word.
    pub named: Option<String>,
    pub shape: Shape,
    pub parameters: Vec<Parameter>,
    pub given: Vec<Given>,
    /// The key that a parameter is, for documents that declare no scheme.
    pub credential: Option<Auth>,
    pub holes: Vec<Hole>,
    pub summary: Option<String>,
    pub dangling: Option<Dangling>,
    pub linked: bool,
    pub deprecated: bool,
    /// The parameter that paths below it take one of its records by.
    pub one: Option<String>,
    /// The body of a POST: its members that may page the list, and those that it needs.
    pub posted: Option<(Vec<Parameter>, Posted)>,
}

impl List {
    /// Returns the schema of the records of a list.
    pub fn records(&self) -> Option<usize> {
        let name = self.named.as_ref().or(self.words.first());
        records::locate(&self.shape, name.map(String::as_str))?.shape.schema.filter(|_| !is_one(&self.path))
    }

    /// Returns the list as a resource. `linked` is that another list of the API pages with links.
    pub fn resource(self, linked: bool) -> Result<Resource, String> {
        let mut words = self.words.clone();
        let is_below = self.path.split('/').rev().nth(1).is_some_and(|part| part.starts_with('{'));
        let asks = |word: &String| ASKS.contains(&word.as_str());
        if self.posted.is_some() && !is_below && !words.iter().all(asks) {
            // `/devices/query` lists devices.
            words.retain(|word| !asks(word));
        }
        let name = words.first().cloned().ok_or("its path has no name")?;
        if once::is_of_caller(&self.path) {
            return Err(OF_CALLER.to_owned());
        }
        if once::is_of_scim(&self.path, &self.shape) || once::is_well_known(&self.path) {
            return Err("its response describes the API".to_owned());
        }
        let refused = |what| self.dangling.as_ref().map(|dangling| said(dangling, what));
        let Some(located) = records::locate(&self.shape, Some(self.named.as_ref().unwrap_or(&name))) else {
            let why = refused("its response");
            let why = why.unwrap_or_else(|| "its response is not a list of records".to_owned());
            return self.once(why);
        };
        if once::is_preview(&self.path) {
            return Err("its response is what an action would do".to_owned());
        }
        if once::is_health(&self.path) {
            return Err("its response is the state of the API".to_owned());
        }
        let (paging, parameters, posted) = self.paging(&located, linked);
        let shape = located.record();
        // A provider refuses a page larger than it allows.
        let allowed = paging
            .as_ref()
            .and_then(Paging::size)
            .and_then(|size| parameters.iter().find(|parameter| parameter.name == *size)?.most);
        let parameters_of_paging = paging.as_ref().map(Paging::parameters).unwrap_or_default();
        let mut resource = Resource {
            posted,
            items: located.items(),
            named: located.named(),
            each: located.each.map(str::to_owned),
            docs: shape.docs.clone().or(self.summary),
            // What the paging sends is not sent twice.
            given: self
                .given
                .into_iter()
                .filter(|given| given.is_header || !parameters_of_paging.contains(&given.name))
                .collect(),
            holes: self.holes,
            paging,
            page: allowed.unwrap_or(PAGE).clamp(1, PAGE),
            deprecated: self.deprecated,
            one: self.one,
            ..Resource::new(name, words, self.path, Source::Document, shape)
        };
        resource.take_whole_numbers();
        resource.records =
            (1..=2).map(|number| example::record(&resource.shape, &resource.name, number)).collect();
        Ok(resource)
    }

    /// Returns the paging, the parameters that it is of, and the body of a POST without what the paging sends.
    fn paging(&self, located: &Located<'_>, linked: bool) -> (Option<Paging>, &[Parameter], Option<Posted>) {
        // A list that takes no parameter and does not declare the header comes whole; if it did not, the header would show it.
        let linked = (self.linked || linked && !self.parameters.is_empty()) && self.posted.is_none();
        let by = |parameters: &[Parameter]| paging::of_list(&self.shape, located, parameters, linked);
        let Some((in_body, posted)) = &self.posted else {
            return (by(&self.parameters), &self.parameters, None);
        };
        let Some(paging) = by(in_body).filter(|paging| !paging.parameters().is_empty()) else {
            return (by(&self.parameters), &self.parameters, Some(posted.clone()));
        };
        let sent = paging.parameters();
        let sends = |name: &str| sent.iter().any(|sent| sent.split('.').next() == Some(name));
        let members = posted.members.iter().filter(|one| !sends(&one.name)).cloned().collect();
        (Some(paging), in_body, Some(Posted { members, in_body: true, graphql: None }))
    }

    /// Returns the response as one object that exists once; otherwise `why` it is nothing.
    fn once(self, why: String) -> Result<Resource, String> {
        if self.posted.is_some() || once::is_no_thing(&self.path) {
            return Err(why);
        }
        if once::is_caller(&self.path) {
            return Err(OF_CALLER.to_owned());
        }
        let words = once::words_of(&self.path);
        let name = words.first().cloned();
        let Some((name, (member, shape))) =
            name.and_then(|name| once::locate(&self.shape, Some(&name)).map(|located| (name, located)))
        else {
            return Err(why);
        };
        if let Some(name) = once::selector(&self.path, self.parameters.iter().map(|one| one.name.as_str())) {
            return Err(format!(
                "its response is one object of several, which its parameter {} selects",
                code(name)
            ));
        }
        let (items, shape) = (member.map(str::to_owned), shape.clone());
        Ok(Resource {
            items,
            records: vec![example::record(&shape, &name, 1)],
            docs: shape.docs.clone().or(self.summary),
            given: self.given,
            holes: self.holes,
            once: true,
            deprecated: self.deprecated,
            ..Resource::new(name, words, self.path, Source::Document, shape)
        })
    }
}

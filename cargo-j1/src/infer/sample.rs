//! A sample of a response: one list of records, or several under names of their own.

use super::graphql;
use super::identity;
use super::json::Json;
use super::left_out::LeftOut;
use super::paging;
use super::records::{self, Located, is_wrapper};
use super::resource::{Found, Resource, Source};
use super::shape::Shape;
use super::words;
use crate::new::escape::code;

/// Reads a response. `stem` is the name of the file, for responses that say no name.
pub fn read(response: &Json, stem: &str) -> Found {
    let queried = graphql::of_sample(response);
    if !queried.is_empty() {
        return Found { resources: queried, ..Found::default() };
    }
    let mut found = Found::default();
    let shape = Shape::from_values([response]);
    let stem = words::snake(stem);
    let by_file = stem.as_deref().map_or_else(|| "record".to_owned(), words::singular);
    let all = records::all(&shape);
    let best = records::locate(&shape, stem.as_deref());
    let alone =
        |located: &Located<'_>| all.len() < 2 || located.way.last().is_none_or(|last| is_wrapper(last));
    match best {
        Some(located) if alone(&located) => {
            // Words for "the list" say nothing of what is in it.
            let last = located.way.last().filter(|last| !is_wrapper(last));
            let name =
                last.and_then(|last| words::snake(last)).map_or(by_file, |last| words::singular(&last));
            found.left_out.extend(beside(response, located.way.first()));
            found.resources.push(resource(&shape, &located, name, response));
        }
        // Several lists under names of their own: each is a resource.
        Some(_) => {
            for located in &all {
                let last = located.way.last().and_then(|last| words::snake(last));
                let name = last.map_or_else(|| by_file.clone(), |last| words::singular(&last));
                found.resources.push(resource(&shape, located, name, response));
            }
            let used = |name: &String| all.iter().any(|located| located.way.first() == Some(name));
            let rest = response.members().iter().filter(|(name, _)| !used(name));
            let left_out = rest.map(|(name, _)| LeftOut::new(code(name), "it is not a list of records"));
            found.left_out.extend(left_out);
        }
        // One record alone: the response to `GET /users/42`, or a record copied from a page.
        None if looks_like_record(response) => {
            let located = Located { way: Vec::new(), shape: &shape, named: false, each: None };
            let mut one = resource(&shape, &located, by_file, response);
            one.records = vec![response.clone()];
            one.paging = None;
            if identity::key(&one, &std::collections::BTreeSet::new()).is_none() {
                // Settings and the like: nothing identifies them, because there is one of them.
                let plain = stem.unwrap_or_else(|| "record".to_owned());
                (one.once, one.path) = (true, plain.replace('_', "-"));
                (one.words, one.name) = (vec![plain.clone()], plain);
            }
            found.resources.push(one);
        }
        None => {
            let rest = response.members().iter();
            found
                .left_out
                .extend(rest.map(|(name, _)| LeftOut::new(code(name), "it is not a list of records")));
        }
    }
    found
}

fn resource(response: &Shape, located: &Located<'_>, name: String, whole: &Json) -> Resource {
    let path = words::plural(&name).replace('_', "-");
    Resource {
        items: located.items(),
        named: located.named(),
        each: located.each.map(str::to_owned),
        paging: paging::of_list(response, located, &[], false),
        records: located.records(whole),
        ..Resource::new(name.clone(), vec![name], path, Source::Records, located.record())
    }
}

fn looks_like_record(response: &Json) -> bool {
    let scalar = |value: &Json| matches!(value, Json::Text(_) | Json::Number(_) | Json::Bool(_));
    response.members().iter().filter(|(_, value)| scalar(value)).count() >= 2
}

/// Lists what a response says besides its records.
fn beside(response: &Json, list: Option<&String>) -> Vec<LeftOut> {
    let others = response.members().iter().map(|(name, _)| name).filter(|name| Some(*name) != list);
    others
        .map(|name| LeftOut::new(format!("{} beside the records", code(name)), "it is about the response"))
        .collect()
}

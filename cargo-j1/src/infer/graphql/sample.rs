//! A response to a query that is not there: its members are what was asked for, so that they make a query again.

use std::fmt::Write as _;

use super::lists::{self, Kind};
use super::query::Query;
use super::{Answer, Reader};
use crate::infer::json::Json;
use crate::infer::resource::Resource;
use crate::infer::shape::Shape;
use crate::new::api::PAGE;

/// Returns the connections of a response as lists; empty if it is not the response to a query.
pub fn resources(response: &Json) -> Vec<Resource> {
    let response = lists::without_type_names(response);
    let shape = Shape::from_values([&response]);
    let Some(data) = shape.member("data") else { return Vec::new() };
    let variables = Json::Object(vec![("first".to_owned(), Json::Number(PAGE.into()))]);
    let answers = [Answer { variables: &variables, response: &response }];
    let responses = std::slice::from_ref(&response);
    let made = |spot: &lists::Spot<'_>| {
        let mut text = "query($first: Int!, $after: String) ".to_owned();
        select(&data.shape, &spot.way, &mut text)?;
        let query = Query::parse(&text).ok()?;
        let reader = Reader {
            path: "graphql",
            query: &query,
            answers: &answers,
            responses,
            shape: &shape,
            is_made: true,
        };
        reader.resource(spot).ok()
    };
    let spots = lists::find(&data.shape);
    let is_paged = |spot: &&lists::Spot<'_>| spot.kind != Kind::Plain && says_more(&data.shape, &spot.way);
    spots.iter().filter(is_paged).filter_map(made).collect()
}

/// Returns `true` where a connection says whether there are more pages: other APIs have `nodes`, too.
fn says_more(data: &Shape, way: &[String]) -> bool {
    let at = way.iter().try_fold(data, |shape, name| shape.member(name).map(|member| &member.shape));
    let info = at.and_then(|shape| shape.member("pageInfo"));
    info.is_some_and(|info| info.shape.member("hasNextPage").is_some())
}

/// Writes the selection of an object: on the way to a list only what leads there. `None` for a name that GraphQL cannot have.
fn select(shape: &Shape, way: &[String], out: &mut String) -> Option<()> {
    out.push_str("{ ");
    let on_way = |name: &str| way.first().is_none_or(|wanted| wanted == name);
    for member in shape.members().iter().filter(|member| on_way(&member.name)) {
        let name = &member.name;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(plain) {
            return None;
        }
        let arguments = if way.len() == 1 { "(first: $first, after: $after)" } else { "" };
        let _ = write!(out, "{name}{arguments} ");
        let inner = member.shape.list.as_deref().unwrap_or(&member.shape);
        if inner.object.is_some() {
            select(inner, way.get(1..).unwrap_or_default(), out)?;
        }
    }
    out.push_str("} ");
    Some(())
}

//! Requests of lists that are read with GraphQL: the query as a constant of the method, and its variables.

use super::{Request, Taken, literal};
use crate::infer::Parent;
use crate::infer::resource::{Fill, GraphQl, Hole, Resource};
use crate::new::escape::is_hidden;

/// The query that tries the credentials: every schema has it.
pub const TRIED_QUERY: &str = "{ __typename }";

/// Returns the request for such a list.
pub fn request(resource: &Resource, graphql: &GraphQl, parent: Option<&Parent>) -> Request {
    let mut taken = Taken::default();
    let members = resource.posted.iter().flat_map(|posted| &posted.members);
    let mut variables: Vec<String> =
        members.filter_map(|one| Some(format!("{:?}: {}", one.name, literal(&one.json()?)))).collect();
    for hole in &resource.holes {
        let value = match &hole.fill {
            Fill::Config(field) => Some(format!("self.{field}")),
            Fill::Parent(owner) => parent
                .and_then(|parent| parent.key_of(owner, hole.member.as_deref()))
                .map(|key| taken.take(key)),
            Fill::Open => None,
        };
        variables.extend(value.map(|value| format!("{:?}: {value}", hole.name)));
    }
    let path = &resource.path;
    let code =
        format!("self.client.graphql({path:?}, QUERY, &serde_json::json!({{{}}}))", variables.join(", "));
    Request {
        code,
        arguments: taken.arguments,
        argument: taken.passed.join(", "),
        query: Some(text(&graphql.query)),
        tried: Some(format!("self.client.graphql({path:?}, {TRIED_QUERY:?}, &serde_json::json!({{}}))")),
    }
}

/// Returns `true` for a variable that takes a number.
pub fn is_number(hole: &Hole, parent: Option<&Parent>) -> bool {
    let Fill::Parent(owner) = &hole.fill else { return false };
    let key = parent.and_then(|parent| parent.key_of(owner, hole.member.as_deref()));
    key.is_some_and(|key| key.base != "String")
}

/// Writes a text of several lines as a literal, in which people can read it.
fn text(text: &str) -> String {
    if text.chars().any(|c| is_hidden(c) && c != '\n') {
        return format!("{text:?}");
    }
    if !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    let mut marks = String::new();
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    format!("r{marks}\"{text}\"{marks}")
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn a_query_stays_inside_of_its_literal() {
        for (query, wanted) in [
            ("{ a }", "\"{ a }\""),
            ("{ a(b: \"c\") }", "r#\"{ a(b: \"c\") }\"#"),
            ("{ a(b: \"#c\"# d\n) }", "r##\"{ a(b: \"#c\"# d\n) }\"##"),
            ("{ a(b: \\u0041) }", "r\"{ a(b: \\u0041) }\""),
            ("{ a\u{202e} }", "\"{ a\\u{202e} }\""),
        ] {
            assert_eq!(text(query), wanted);
            assert!(wanted.parse::<proc_macro2::Literal>().is_ok(), "{wanted}");
        }
    }
}

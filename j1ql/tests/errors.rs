//! Errors: the wording of the service, the place, and what was expected.

use j1ql::{Code, Error, parse};

fn error(text: &str) -> Error {
    match parse(text) {
        Err(error) => error,
        Ok(query) => match j1ql::resolve(text, &query) {
            Err(error) => error,
            Ok(_) => panic!("accepted: {text}"),
        },
    }
}

#[test]
fn unexpected_tokens_are_named_with_line_and_column() {
    for (query, token, column) in [
        ("FIND User WITH age => 3", ">", 21),
        ("FIND User AS u RETURN u.name, ORDER BY u.name", "ORDER", 31),
        ("FIND User WITH status ~= 'A' OR 'B'", "'B'", 33),
        ("FIND acme_account mfaEnabled != true", "mfaEnabled", 19),
        ("FIND acme_compute instance AS a RETURN count(a)", "instance", 19),
        ("FIND User AS u RETURN u.name u.email", "u.email", 30),
        ("FIND User LIMIT -5", "-", 17),
        ("FIND User AS u THAT IS? Person AS p", "?", 23),
        ("FIND User AS count RETURN count.name", "count", 27),
    ] {
        let error = error(query);
        let expected = format!("Error parsing query. Unexpected token \"{token}\" at line 1 column {column}");
        assert_eq!(error.message(), expected, "{query}");
        assert_eq!(error.code(), Code::Parser, "{query}");
        assert_eq!(error.kind.name(), "unexpected-token");
        assert!(error.span.of(query).starts_with(token.split('.').next().unwrap()), "{query}");
    }
    assert_eq!(error("FIND User\n  WITH age =").position.line, 2);
}

#[test]
fn a_forgotten_with_is_suggested() {
    let error = error("FIND acme_account mfaEnabled != true");
    assert!(error.to_string().contains("Did you mean \"with\"?"), "{error}");
}

#[test]
fn a_keyword_for_a_property_and_null_are_corrected() {
    for (query, suggestion) in [
        ("FIND acme_account WITH limit = 9", "[limit]"),
        ("FIND User WITH name = null", "undefined"),
        ("FIND User AS u RETURN coalesce(u.name, NULL)", "undefined"),
    ] {
        let error = error(query);
        assert!(error.to_string().contains(&format!("Did you mean \"{suggestion}\"?")), "{query}: {error}");
    }
}

#[test]
fn expected_words_are_listed() {
    let text = error("FIND User THAT").to_string();
    assert!(text.starts_with("Error parsing query. Unexpected end of query at line 1 column 15"), "{text}");
    assert!(text.contains("a verb") && text.contains("RELATES"), "{text}");
    let text = error("FIND User WITH name 'x'").to_string();
    assert!(text.ends_with("Expected a comparator"), "{text}");
}

#[test]
fn unterminated_parts_are_named() {
    for (query, kind, column) in [
        ("FIND User WITH name = /abc", "unterminated-regex", 23),
        ("FIND User WITH name = 'abc", "unterminated-string", 23),
        ("FIND User /* abc", "unterminated-comment", 11),
        ("FIND User WITH a = ${ b", "unterminated-parameter", 20),
        ("FIND User WITH [a = 1", "unterminated", 16),
    ] {
        let error = error(query);
        assert_eq!((error.kind.name(), error.position.column), (kind, column), "{query}: {error}");
    }
}

#[test]
fn limits_are_those_of_the_service() {
    for query in ["FIND User LIMIT 0", "FIND User LIMIT 251", "FIND User LIMIT 99999999999"] {
        assert_eq!(error(query).message(), "\"limit\" must be a value between 1 and 250", "{query}");
        assert_eq!(error(query).code(), Code::Validation);
    }
}

#[test]
fn names_that_stand_for_nothing_are_refused_with_those_that_do() {
    assert_eq!(
        error("FIND User RETURN u.username").message(),
        "Invalid return selector provided: \"u\", valid return selectors are: \"User\""
    );
    assert_eq!(
        error("FIND User AS u THAT HAS Device WHERE x.a = 1").message(),
        "Invalid predicate filter selector provided: \"x\", valid predicate selectors are: \"u\", \"Device\""
    );
    assert_eq!(error("FIND User ORDER BY u.name").kind.name(), "invalid-return-selector");
}

#[test]
fn names_that_stand_for_two_things_are_refused() {
    let query = "FIND acme_role THAT TRUSTS acme_role RETURN acme_role.name";
    assert_eq!(error(query).kind.name(), "ambiguous-default-alias");
    assert_eq!(error("FIND User AS a THAT HAS Device AS a").kind.name(), "duplicate-alias");
}

#[test]
fn subqueries_are_compared_for_equality_and_return_one_property() {
    let query = "FIND acme_bucket WITH accountId ~= (FIND acme_account AS a RETURN a.accountId)";
    assert_eq!(error(query).kind.name(), "subquery-operator");
    for query in ["FIND A WITH b = (FIND C)", "FIND A WITH b = (FIND C AS c RETURN c.d, c.e)"] {
        assert_eq!(error(query).kind.name(), "subquery-return", "{query}");
    }
}

#[test]
fn an_empty_query_says_so() {
    for query in ["", "  \n", "/* nothing */"] {
        assert_eq!(error(query).kind.name(), "empty-query", "{query:?}");
    }
}

#[test]
fn functions_that_do_not_exist_are_named() {
    let error = error("FIND User AS u RETURN upper(u.name)");
    assert!(error.message().contains("Unknown function \"upper\" at line 1 column 23"), "{error}");
}

#[test]
fn long_and_deep_queries_are_refused_in_bounded_time() {
    let long = format!("FIND User WITH name = '{}'", "x".repeat(1_000_000));
    assert_eq!(error(&long).kind.name(), "too-long");
    for (open, close) in [
        ("FIND User WITH ", ""),
        ("FIND User WITH a = ", ""),
        ("FIND User AS u RETURN ", ""),
        ("FIND User AS u RETURN abs", ""),
    ] {
        let deep = format!("{open}{}{close}", "(".repeat(10_000));
        assert_eq!(error(&deep).kind.name(), "too-deep", "{open}");
    }
    for part in ["(THAT IS Person ", "THAT IS Person WITH a = (FIND User "] {
        let deep = format!("FIND User {}", part.repeat(2_000));
        assert_eq!(error(&deep).kind.name(), "too-deep", "{part}");
    }
    let signs = format!("FIND User AS u RETURN {}1", "-".repeat(10_000));
    assert_eq!(error(&signs).kind.name(), "too-deep");
    for sum in ["u.a + ", "1 - ", "2 ^ "] {
        let deep = format!("FIND User AS u RETURN {}1", sum.repeat(5_000));
        assert_eq!(error(&deep).kind.name(), "too-deep", "{sum}");
    }
    let deep = format!("FIND User WITH a = 1{}", " + 1".repeat(5_000));
    assert_eq!(error(&deep).kind.name(), "too-deep");
}

//! Texts made up of the pieces of queries, and of anything.

use proptest::prelude::*;

const PIECES: &[&str] = &[
    "FIND",
    "UNIQUE",
    "User",
    "acme_user",
    "*",
    "(",
    ")",
    ")?",
    "|",
    "THAT",
    "!",
    "HAS",
    "RELATES TO",
    ">>",
    "<<",
    "AS",
    "a",
    "b",
    "WITH",
    "name",
    "tag.x",
    "[a-b]",
    "=",
    "!=",
    "~=",
    "^=",
    "$=",
    "<",
    ">=",
    "'x'",
    "\"y\"",
    "1",
    "2.5",
    "-",
    "+",
    "/",
    "/re/i",
    "date.now",
    "7 days",
    "date(2026-01-01)",
    "true",
    "undefined",
    "AND",
    "OR",
    "WHERE",
    "a.name",
    "RETURN",
    "TREE",
    "count(",
    "concat(",
    "unwind(",
    ",",
    ".",
    ".*",
    "ORDER BY",
    "DESC",
    "SKIP",
    "LIMIT",
    "10",
    "#X",
    "cidr(",
    "${param.p}",
    "{{q}}",
    "/* c */",
    "SOMEHOW",
    "\n",
    "é",
    "§",
    "'",
    "[",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    match j1ql::parse(text) {
        Err(error) => {
            prop_assert!(error.span.end <= text.len());
            prop_assert!(text.is_char_boundary(error.span.start) && text.is_char_boundary(error.span.end));
            prop_assert!(!error.to_string().is_empty());
        }
        Ok(query) => {
            let formatted = j1ql::format(&query);
            let again = j1ql::parse(&formatted);
            prop_assert!(again.is_ok(), "{text}\n->\n{formatted}\n{again:?}");
            prop_assert_eq!(j1ql::format(&again.unwrap()), formatted);
            let _ = j1ql::check(text, &query, &j1ql::check::Anything);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn pieces_of_queries_never_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        check(&pieces.join(" "))?;
    }

    #[test]
    fn queries_with_a_change_never_panic(
        head in prop::sample::select(vec!["FIND User WITH ", "FIND User AS a THAT HAS b WHERE ", "FIND User AS a RETURN "]),
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..12),
        glue in prop::sample::select(vec!["", " "]),
    ) {
        check(&format!("{head}{}", pieces.join(glue)))?;
    }

    #[test]
    fn any_text_never_panics(text in any::<String>()) {
        check(&text)?;
        check(&format!("FIND {text}"))?;
        check(&format!("FIND User WITH a = '{text}"))?;
    }
}

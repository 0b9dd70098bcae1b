//! Rules on the fields of a configuration.

use j1_model::rules;
use j1_model::setting::{Setting, first_item, integer, is_address, milliseconds};

use crate::Rows;

const TEXTS: &[&str] = &[
    "",
    " ",
    "true",
    "FALSE",
    " true ",
    "yes",
    "1",
    "0",
    "9",
    "10",
    "-1",
    "+5",
    "1.0",
    "1.",
    ".5",
    ".",
    "-",
    "+",
    "e5",
    "1e",
    "1e3",
    "-.",
    "+.e1",
    "12.",
    "-1.5e-3",
    "1E-7",
    "1e+",
    "1.5e2x",
    "1x",
    "-.5",
    "NaN",
    "inf",
    "5,6",
    "5, 6",
    "5,,6",
    ",5",
    "5,",
    "5,10",
    ",",
    "30s",
    "250ms",
    "5m",
    "1h30m",
    "2d",
    "1w",
    "30",
    "s",
    "1.5h",
    "-1s",
    "0s",
    "1h 30m",
    "18446744073709551615ms",
    "18446744073709551616ms",
    "18446744073709551615ms1ms",
    "184467440737095516s",
    "1m1m",
    "https://a.example",
    "HTTP://localhost:8080/api?x=1",
    "a.example",
    "ftp://a",
    "http:/a",
    "http://",
    "https://",
    "https:///path",
    "https://:80",
    "https://?",
    "https://#",
    "https://a b",
    "https://a\tb",
    "http",
    "https:",
    "x://a",
    "http://a",
];

#[test]
fn settings() {
    let mut rows = Rows::default();
    let kinds = [
        ("text", Setting::Text),
        ("boolean", Setting::Boolean),
        ("integer", Setting::Integer { min: 1, max: 9 }),
        ("number", Setting::Number),
        ("duration", Setting::Duration),
        ("url", Setting::Url),
    ];
    for text in TEXTS {
        let takes: Vec<&str> =
            kinds.iter().filter(|(_, kind)| kind.takes(text)).map(|(name, _)| *name).collect();
        let each: Vec<&str> =
            kinds.iter().filter(|(_, kind)| kind.takes_each(text)).map(|(name, _)| *name).collect();
        rows.result(&format!("{text:?}"), (takes, each));
        rows.result(
            &format!("{text:?} parsed"),
            (integer(text), milliseconds(text), is_address(text), first_item(text)),
        );
    }
    for (label, kind) in kinds {
        for (default, is_list) in [("?", false), ("?,1", true), ("1", false), ("1", true)] {
            rows.message(
                &format!("{label} = {default:?}, list: {is_list}"),
                rules::default_value("limit", default, kind, is_list),
            );
        }
    }
    for name in ["api_token", "region", "api_tokens", "address"] {
        rows.message(&format!("open {name}"), rules::open_credential(name));
    }
    rows.message("allowed", Some(rules::allows_no_credential("region")));
    rows.message("secret", Some(rules::default_of_a_secret("token")));
    rows.message("option", Some(rules::default_of_an_option("region")));
    rows.check("settings.txt");
}

//! One mistake a file; the folder is the rule, and the `.stderr` beside it what rustc says.
//!
//! `TRYBUILD=overwrite cargo test -p j1-ui-tests` writes the `.stderr` files anew; read them before you commit.

use std::collections::BTreeMap;

#[test]
fn cases_that_must_not_compile_say_why() {
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}

#[test]
fn cases_that_must_compile_do() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

/// Most rules need only names and literals: a macro asks them and prints an ordinary error. Those that need a type which only
/// the compiler knows are checked by `const` code, whose errors rustc calls `E0080`; so are those about the graph of steps,
/// which no macro sees as a whole.
#[test]
fn most_codes_print_as_ordinary_errors() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fail");
    let (mut codes, mut cases) = (BTreeMap::<String, bool>::new(), [0_u32; 2]);
    let files = std::fs::read_dir(folder).expect("a folder").flat_map(|rule| {
        let rule = rule.expect("a folder").path();
        std::fs::read_dir(rule).expect("a folder").map(|file| file.expect("a file").path())
    });
    for file in files.filter(|file| file.extension().is_some_and(|ext| ext == "stderr")) {
        let text = std::fs::read_to_string(&file).expect("a text");
        let errors = text.lines().filter(|line| line.starts_with("error"));
        let (mut evaluated, mut ordinary) = (false, false);
        for error in errors {
            let is_evaluated = error.starts_with("error[E0080]");
            evaluated |= is_evaluated;
            ordinary |= !is_evaluated;
            if let Some(code) = error.split("[J1-").nth(1).and_then(|rest| rest.split(']').next()) {
                *codes.entry(code.to_owned()).or_default() |= !is_evaluated;
            }
        }
        cases[usize::from(ordinary && !evaluated)] += 1;
    }
    let ordinary = codes.values().filter(|ordinary| **ordinary).count();
    let evaluated: Vec<&String> =
        codes.iter().filter(|(_, ordinary)| !**ordinary).map(|(code, _)| code).collect();
    println!(
        "{ordinary} of {} codes, and {} of {} cases; by `const` code alone: {evaluated:?}",
        codes.len(),
        cases[1],
        cases[0] + cases[1]
    );
    assert!(ordinary * 100 >= codes.len() * 90, "{evaluated:?}");
    assert!(cases[1] * 10 >= (cases[0] + cases[1]) * 9, "{cases:?}");
}

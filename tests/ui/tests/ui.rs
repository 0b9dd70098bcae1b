//! One mistake a file; the folder is the rule, and the `.stderr` beside it what rustc says.
//!
//! `TRYBUILD=overwrite cargo test -p j1-ui-tests` writes the `.stderr` files anew; read them before you commit.

#[test]
fn what_must_not_compile_says_why() {
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}

#[test]
fn what_must_compile_does() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

//! `cargo xtask guide` and `cargo xtask lines`: the guide holds together.

use std::process::Command;

fn check(chore: &str) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args([chore, "--check"]).output().expect("xtask runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_page_is_in_the_contents_and_every_link_leads_somewhere() {
    check("guide");
}

#[test]
fn the_table_of_lines_is_about_what_is_counted() {
    check("lines");
}

//! `cargo xtask guide`: the guide holds together.

use std::process::Command;

#[test]
fn every_page_is_in_the_contents_and_every_link_leads_somewhere() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["guide", "--check"]).output().expect("xtask runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

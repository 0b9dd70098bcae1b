//! Every code that a message can carry has a page for `cargo j1 explain`.

use std::collections::BTreeMap;

#[test]
fn every_code_has_a_page_with_its_title() {
    let titles: BTreeMap<&str, &str> = j1_core::error::TITLES
        .iter()
        .chain(j1_runtime::code::TITLES)
        .map(|(code, title)| (code.as_str(), *title))
        .chain(j1_local::CODES.iter().map(|(code, title, _)| (*code, *title)))
        .chain(cargo_j1::CODES.iter().map(|(code, title)| (code.as_str(), *title)))
        .chain([("J1-R2000", "an error of the integration's own code")])
        .collect();
    for (code, title) in &titles {
        let page = cargo_j1::page(code).unwrap_or_else(|| panic!("{code} has no page"));
        assert_eq!(page.title(), *title, "{code}");
    }
}

#[test]
fn every_code_that_the_macros_write_is_known() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../j1-derive/src");
    let mut folders = vec![source];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a file");
            for part in text.split("\"E0").skip(1) {
                let code = format!("J1-E0{}", &part[..3]);
                assert!(cargo_j1::page(&code).is_some(), "{code} in {}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "the macros have codes: {seen}");
}

/// The repository.
fn root() -> &'static std::path::Path {
    std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The text of every Rust file of the repository.
fn rust_files() -> Vec<String> {
    let (mut folders, mut texts) = (vec![root().to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let hidden =
                path.file_name().is_some_and(|name| name == "target" || name.as_encoded_bytes()[0] == b'.');
            if path.is_dir() && !hidden {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                texts.push(std::fs::read_to_string(&path).expect("a file"));
            }
        }
    }
    texts
}

#[test]
fn every_key_that_a_derive_knows_is_in_its_section_of_the_attributes() {
    let page = std::fs::read_to_string(root().join("docs/attributes.md")).expect("the page");
    let mut keys = 0;
    for (folder, derive) in [
        ("entity", "J1Entity"),
        ("enumeration", "J1Enum"),
        ("properties", "J1Properties"),
        ("target", "J1Target"),
        ("config", "J1Config"),
        ("integration", "J1Integration"),
    ] {
        let heading = format!("## `#[derive({derive})]`");
        let section = page.split_once(&heading).unwrap_or_else(|| panic!("{heading}")).1;
        let section = section.split("\n## ").next().unwrap_or_default();
        for entry in std::fs::read_dir(root().join("j1-derive/src").join(folder)).expect("the source") {
            let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file");
            for known in text.split("known: &[").skip(1).filter_map(|rest| rest.split(']').next()) {
                for key in known.split('"').skip(1).step_by(2).filter(|key| *key != "crate") {
                    let named = ["`", " =", "("].iter().any(|end| section.contains(&format!("`{key}{end}")));
                    assert!(named, "`{key}` of {derive} is not in docs/attributes.md");
                    keys += 1;
                }
            }
        }
    }
    assert!(keys > 40, "the derives know keys: {keys}");
}

#[test]
fn every_test_that_the_guide_names_exists() {
    let page = std::fs::read_to_string(root().join("docs/weak-points.md")).expect("the page");
    let sources = rust_files();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && line.contains('`')).collect();
    assert_eq!(rows.len(), 30, "there are thirty weak points");
    for row in rows {
        let shown_by = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let names: Vec<&str> = shown_by.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test is named: {row}");
        for name in names {
            let exists = if name.contains('/') {
                root().join(name).exists()
            } else {
                let function = format!("fn {name}(");
                sources.iter().any(|text| text.contains(&function))
            };
            assert!(exists, "{name} does not exist: {row}");
        }
    }
}

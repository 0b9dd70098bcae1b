//! `cargo j1 add entity`: what it writes into a project that stands, and where it refuses.

use crate::made::{Made, cargo_j1, said};
use crate::together::input;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn add(made: &Made, name: &str, file: &str) -> std::io::Result<std::process::Output> {
    let file = input(file).display().to_string();
    cargo_j1(&made.folder()).args(["add", "entity", name, "--from", &file]).output()
}

#[test]
fn an_entity_is_put_where_the_others_are() -> Tested {
    let made = Made::new("acme", &["--pagination", "link"])?;
    let added = add(&made, "user", "users.json")?;
    assert!(added.status.success(), "{}", said(&added));
    let changed =
        ["src/lib.rs", "src/client.rs", "src/entities/mod.rs", "src/steps/mod.rs", "tests/recorded/main.rs"];
    let wanted = [
        "fetch_users",
        "pub fn users(&self) -> Pages<User>",
        "mod user;",
        "pub use users::fetch_users;",
        "mod users;",
    ];
    for (path, wanted) in changed.iter().zip(wanted) {
        assert!(made.text(path)?.contains(wanted), "{path}: {}", made.text(path)?);
    }
    made.cargo(&["fmt", "--check"])?;
    made.cargo(&["test", "--test", "recorded"])?;

    let before: Vec<_> = changed.iter().map(|path| made.text(path)).collect::<Result<_, _>>()?;
    let twice = add(&made, "user", "users.json")?;
    assert!(said(&twice).contains("[J1-R4021]"), "{}", said(&twice));
    let after: Vec<_> = changed.iter().map(|path| made.text(path)).collect::<Result<_, _>>()?;
    assert_eq!(before, after);
    Ok(())
}

#[test]
fn where_a_place_is_missing_nothing_is_changed() -> Tested {
    let made = Made::new("acme", &[])?;
    let client = made.folder().join("src/client.rs");
    std::fs::write(&client, "//! Nothing here.\n\npub struct Api;\n")?;
    let before = made.files()?;
    let refused = add(&made, "user", "users.json")?;
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(
        said(&refused).contains("[J1-R4028]") && said(&refused).contains("Pages<..>"),
        "{}",
        said(&refused)
    );
    assert_eq!(made.files()?, before);
    assert!(!made.text("src/lib.rs")?.contains("fetch_users"));

    let several = add(&made, "spaceship", "desk.json")?;
    assert!(said(&several).contains("name one of: ticket, user, team"), "{}", said(&several));
    Ok(())
}

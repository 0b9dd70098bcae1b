//! The result of `--from` for various files: read here, compiled in `together`.

use std::process::Output;

use crate::cases::spread;
use crate::made::{Made, cargo_j1, said};
use crate::together::input;

type Tested = Result<(), Box<dyn std::error::Error>>;

fn from(name: &str, file: &str) -> std::io::Result<Made> {
    Made::new(name, &["--from", &input(file).display().to_string()])
}

/// Fails where a file of a project lacks one of these texts.
fn holds(made: &Made, path: &str, texts: &[&str]) -> Tested {
    let text = spread(made.text(path)?);
    for wanted in texts {
        assert!(text.contains(wanted), "{path} lacks {wanted}:\n{text}");
    }
    Ok(())
}

#[test]
fn a_sample_becomes_an_entity_whose_every_guess_says_why() -> Tested {
    let made = from("corp", "users.json")?;
    holds(
        &made,
        "src/entities/user.rs",
        &[
            "// review: class `User`, because it is called `user`",
            "// review: `id` identifies it",
            "key = \"{integration}:user:{id}\"",
            "computed(first_name: Option<String> = Self::first_name)",
            "computed(email: Option<Vec<String>> = Self::email)",
            "pub last_login: Option<Timestamp>",
            "pub password_changed: Option<Timestamp>",
        ],
    )?;
    holds(
        &made,
        "REVIEW.md",
        &["`profile.mobilePhone` of user: it is private, and", "`credentials` of user: it may hold a secret"],
    )
}

#[test]
fn a_project_that_was_compiled_has_its_documentation_and_passes_its_tests() -> Tested {
    let users = input("users.json").display().to_string();
    // A name that no other test has: they all compile into one folder, and this one runs what it compiled there again.
    let made = Made::compiled("papers", &["--from", &users])?;
    holds(&made, "docs/papers.md", &["| User", "`user_papers`", "`User`", "PAPERS_API_BASE"])?;
    let asked = |args: &[&str]| cargo_j1(&made.folder()).args(args).output();
    let docs = asked(&["docs", "--check", "--debug"])?;
    assert!(docs.status.success(), "{}", said(&docs));
    let locked = asked(&["check", "--update", "--debug"])?;
    assert!(locked.status.success(), "{}", said(&locked));
    let check = asked(&["check", "--debug"])?;
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    // It was compiled in another folder; its tests read this one.
    made.cargo(&["test", "--test", "recorded"]).map_err(Into::into)
}

#[test]
fn records_that_name_each_other_become_relationships() -> Tested {
    let made = from("desk", "desk.json")?;
    holds(
        &made,
        "src/entities/ticket.rs",
        &[
            "class = Issue",
            "{ticket_id}",
            "relationship(Has<Team, Ticket>)",
            "relationship(Assigned<User, Ticket>)",
        ],
    )?;
    holds(&made, "src/entities/user.rs", &["relationship(Has<Team, User>)"])?;
    holds(&made, "docs/desk.md", &["| `team_desk`", "**ASSIGNED**"])
}

#[test]
fn a_document_says_paging_and_credentials() -> Tested {
    let fleet = from("fleet", "fleet-openapi-3.1.json")?;
    holds(
        &fleet,
        "src/client.rs",
        &["OAuth2::client_credentials", "Paging::cursor(\"cursor\", \"pagination.next_cursor\")"],
    )?;
    holds(
        &fleet,
        "src/config.rs",
        &["https://login.fleet.example/token", "https://eu.fleet.example/api/v2"],
    )?;
    // A text that is made up is one that the class takes.
    holds(&fleet, "recordings/devices.har", &["00:1a:2b:3c:4d:01"])?;
    let hub = from("hub", "hub-openapi.json")?;
    holds(&hub, "src/client.rs", &[".bearer(&config.api_token)", "Paging::link()"])?;
    holds(&hub, "src/entities/repository.rs", &["class = CodeRepo", "relationship("])?;
    holds(
        &hub,
        "REVIEW.md",
        &["`org` is configuration: it stands in the paths, and no list gives it", "`client_secret` of app"],
    )
}

#[test]
fn a_document_in_yaml_is_the_same_as_in_json_and_its_words_become_enums() -> Tested {
    let shop = from("shop", "shop-openapi.yaml")?;
    holds(&shop, "src/client.rs", &["header(\"x-shop-key\"", "Paging::page(\"page\", \"per_page\", PAGE)"])?;
    holds(
        &shop,
        "src/entities/store.rs",
        &[
            "pub kind: StoreKind",
            "#[serde(rename_all = \"snake_case\")]\npub enum StoreKind {",
            "    ShoppingMall,\n",
            "    #[serde(rename = \"X-1\")]\n    X1,\n",
            "// review: the words are those of the document; any other is sent as it comes\n    pub currency: Option<StoreCurrency>",
            "they are too many for an enum, or cannot be names\n    pub rating: Option<String>",
        ],
    )
}

#[test]
fn a_recording_says_what_was_asked_and_its_persons_are_made_up() -> Tested {
    let made = from("cloudjump", "cloudjump.har")?;
    holds(
        &made,
        "src/client.rs",
        &["header(\"x-api-key\", &config.api_key)", "Paging::offset(\"limit\", \"skip\", PAGE)"],
    )?;
    holds(&made, "src/config.rs", &["https://console.cloudjump.example/api"])?;
    let users = made.text("recordings/systemusers.har")?;
    for private in ["Robin", "corp.example", "worker1", "555 0100", "ssh_keys"] {
        assert!(!users.contains(private), "{private}: {users}");
    }
    assert!(users.contains("person1@example.com"), "{users}");
    Ok(())
}

#[test]
fn odd_names_and_values_are_placed_or_listed() -> Tested {
    let made = from("odd", "odd.json")?;
    holds(
        &made,
        "REVIEW.md",
        &[
            "`mixed` of thing: it is a list of several types",
            "`either` of thing",
            "`deep.a.b.c` of thing: it is too deep",
        ],
    )?;
    let everything = made.files()?.iter().map(|file| made.text(file)).collect::<Result<String, _>>()?;
    assert!(!everything.contains("hunter2"), "a password is nowhere");
    Ok(())
}

/// A document that was cut off between two lines: it is YAML all the same.
const CUT_YAML: &str = "openapi: 3.0.0
paths:
  /users:
    get:
      responses:
        200:
          content:
            application/json:
              schema:
                type: array
                items:
                  $ref: '#/components/schemas/User'
components:
";

fn refused(text: &[u8], name: &str) -> std::io::Result<(Output, usize)> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join(name), text)?;
    let ran = cargo_j1(folder.path()).args(["new", "acme", "--yes", "--from", name]).output()?;
    Ok((ran, std::fs::read_dir(folder.path())?.count()))
}

#[test]
fn unusable_documents_are_refused_and_nothing_is_made() -> Tested {
    let hub = std::fs::read_to_string(input("hub-openapi.json"))?;
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let (deepest, deeper) = (deep(127), deep(128));
    for (text, name, code, message) in [
        (&deepest[..], "nested.json", "J1-R4026", "JSON or YAML without a list of records"),
        (&deeper, "deeper.json", "J1-R4025", "deeper.json is nested more deeply than 127 levels"),
        (
            r#"[{"id": "a-1", "size": 1e999}]"#,
            "large.json",
            "J1-R4025",
            "large.json has a number that is too large",
        ),
        (&hub[..hub.len() / 2], "cut.json", "J1-R4025", "cut.json is not valid JSON, or is cut off"),
        ("<html>Log in</html>", "page.json", "J1-R4026", "is a page of HTML"),
        ("Log in", "page.txt", "J1-R4025", "expected value at line 1 column 1"),
        ("openapi: 3.0.0\npaths: {}\n", "api.yaml", "J1-R4026", "JSON or YAML without a list"),
        (
            "openapi: 3.0.0\npaths: {/a: {get: \"x",
            "cut.yaml",
            "J1-R4025",
            "cut.yaml is not valid YAML, or is cut off",
        ),
        (
            CUT_YAML,
            "ends.yml",
            "J1-R4027",
            "refers to `#/components/schemas/User`, which is not in the document",
        ),
        ("<html>Log in</html>", "page.yaml", "J1-R4026", "is a page of HTML"),
        ("", "empty.json", "J1-R4026", "is empty"),
        ("42", "number.json", "J1-R4026", "JSON or YAML without a list of records"),
        ("[]", "none.json", "J1-R4026", "JSON or YAML without a list of records"),
        (r#"{"swagger":"2.0","paths":{}}"#, "old.json", "J1-R4026", "without a list of records"),
        (
            r#"{"openapi":"3.0.0","paths":{"/a/{id}/b":{"get":{"responses":{"200":{"content":{"application/json":{"schema":
                {"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}}}}}}}}}"#,
            "deep.json",
            "J1-R4027",
            "no list gives its `id`",
        ),
        (
            r#"[{"color":"red","size":1},{"color":"red","size":2.5}]"#,
            "keyless.json",
            "J1-R4027",
            "no member is known to identify a record",
        ),
        (r#"{"log":{"entries":[]}}"#, "empty.har", "J1-R4026", "JSON or YAML without a list of records"),
    ] {
        let (ran, left) = refused(text.as_bytes(), name)?;
        let said = said(&ran);
        assert_eq!(ran.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(code) && said.contains(message), "{name}: {said}");
        assert_eq!(left, 1, "{name}: nothing but the input is there");
    }
    Ok(())
}

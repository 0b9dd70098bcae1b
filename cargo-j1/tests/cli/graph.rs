//! `cargo j1 graph`: what people look at.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::collected;
use crate::ran::{Ran, binary};
use crate::stand_in::{StandIn, description};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn of_data(folder: &Path, args: &[&str]) -> std::io::Result<Ran> {
    binary().args(["graph", "--data"]).args(args).current_dir(folder).output().map(Ran::from)
}

/// Returns the nodes of the page's picture.
fn nodes(page: &str) -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let (_, rest) =
        page.split_once("<script type=\"application/json\" class=\"picture\">").ok_or("picture")?;
    let picture: Value = serde_json::from_str(rest.split_once("</script>").ok_or("its end")?.0)?;
    Ok(picture["nodes"].as_array().ok_or("nodes")?.clone())
}

#[test]
fn the_types_are_text_for_other_tools() -> Tested {
    let acme = StandIn::new()?;
    let mermaid = acme.ran(&["graph", "--format", "mermaid"])?.exits(0);
    assert_eq!(
        mermaid.out,
        "%% Acme: types\n%% 2 entity types, 1 relationship, 1 mapped relationship. Data model 0.64.2.\ngraph LR\n  \
         n0[\"acme_account\"]\n  n1[\"acme_user\"]\n  n2([\"person\"])\n  n0 -->|\"HAS\"| n1\n  n1 -.->|\"IS\"| n2\n"
    );
    let dot = acme.ran(&["graph", "--format", "dot"])?.exits(0).out;
    assert!(dot.contains("  n1 [label=\"acme_user\\nUser\"];\n"), "{dot}");
    assert!(dot.contains("  n1 -> n2 [label=\"IS\", style=dashed];\n"), "{dot}");
    Ok(())
}

#[test]
fn the_page_needs_nothing_else_and_is_written_where_it_is_asked_for() -> Tested {
    let acme = StandIn::new()?;
    let page = acme.ran(&["graph"])?.exits(0).out;
    assert!(
        page.contains("data-node=\"0\"") && page.contains("acme_user") && page.contains("<td>HAS</td>"),
        "{page}"
    );
    for loads in [" src=", "href=\"", "@import", "url(http"] {
        assert!(!page.contains(loads), "{loads}");
    }
    assert!(page.contains("default-src 'none'"));
    let told = acme.ran(&["graph", "--out", "types.html"])?.exits(0).out;
    assert_eq!(told, "wrote types.html\n");
    assert_eq!(fs::read_to_string(acme.folder().join("types.html"))?, page);
    let mail =
        nodes(&page)?[1]["facts"].as_array().is_some_and(|all| all.contains(&json!(["mail", "string"])));
    assert!(mail, "{page}");
    let svg = acme.ran(&["graph", "--format", "svg"])?.exits(0).out;
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n") && svg.contains("<style>"), "{svg}");
    Ok(())
}

#[test]
fn text_of_an_author_cannot_end_a_script_or_begin_a_tag() -> Tested {
    let acme = StandIn::new()?;
    let clean = acme.ran(&["graph"])?.exits(0).out;
    let evil = "</script><script>alert('&\"1\"')</script><!--";
    let mut edited = description();
    edited["title"] = json!(evil);
    edited["entities"][1]["resourceName"] = json!(evil);
    edited["entities"][1]["_class"] = json!([evil]);
    edited["relationships"][0]["_class"] = json!(evil);
    acme.says(&edited)?;
    let page = acme.ran(&["graph"])?.exits(0).out;
    let count = |page: &str, mark: &str| page.matches(mark).count();
    for mark in ["<script", "</script", "<!--"] {
        assert_eq!(count(&page, mark), count(&clean, mark), "{mark}");
    }
    assert_eq!(nodes(&page)?[1]["type"], evil);
    for format in ["svg", "mermaid"] {
        let text = acme.ran(&["graph", "--format", format])?.exits(0).out;
        let (_, drawn) = text.split_once("\ngraph LR").unwrap_or(("", &text));
        assert!(!drawn.contains("<script"), "{format}: {text}");
    }
    Ok(())
}

/// Users of an account, one of them twice; a relationship to a missing end, and one to a person.
fn collection(folder: &Path) -> std::io::Result<()> {
    let entity = |key: &str, ty: &str, class: &str| json!({ "_key": key, "_type": ty, "_class": [class], "displayName": format!("Name of {key}"), "_rawData": [{ "name": "secret" }] });
    let entities = [
        entity("acme:account:1", "acme_account", "Account"),
        entity("acme:user:1", "acme_user", "User"),
        entity("acme:user:2", "acme_user", "User"),
        entity("acme:user:2", "acme_user", "User"),
        entity("acme:user:3", "acme_user", "User"),
    ];
    let has = |to: &str| {
        json!({ "_key": format!("acme:account:1|has|{to}"), "_type": "acme_account_has_user", "_class": "HAS",
                "_fromEntityKey": "acme:account:1", "_toEntityKey": to })
    };
    let is = json!({ "_key": "acme:user:1|is|ann", "_type": "acme_user_is_person", "_class": "IS", "_mapping": {
        "sourceEntityKey": "acme:user:1", "relationshipDirection": "REVERSE", "targetFilterKeys": [["_class", "email"]],
        "targetEntity": { "_class": "Person", "email": "ann@acme.io" } } });
    let edges = [has("acme:user:1"), has("acme:user:2"), has("acme:user:9"), is];
    collected::write(&folder.join(".j1-integration"), &entities, &edges, &[])
}

#[test]
fn the_data_shows_what_is_wrong_with_it() -> Tested {
    let folder = tempfile::tempdir()?;
    collection(folder.path())?;
    let dot = of_data(folder.path(), &["--format", "dot"])?.exits(0).out;
    for line in [
        "  label=\"Collected data\\n5 entities of 2 types, 4 relationships, 1 of them mapped to 1 target.\";\n",
        "[label=\"Name of acme:user:2\\nacme_user (its _key is there twice)\", color=red];\n",
        "[label=\"acme:user:9\\nmissing: no entity has this _key\", color=red];\n",
        "[label=\"Person ann@acme.io\\nPerson (mapped)\", style=\"dashed,rounded\"];\n",
        "  n5 -> n1 [label=\"IS\", style=dashed];\n",
    ] {
        assert!(dot.contains(line), "{line}: {dot}");
    }
    let page = of_data(folder.path(), &[])?.exits(0).out;
    assert!(page.contains("Name of acme:account:1") && !page.contains("secret"), "{page}");
    let svg = of_data(folder.path(), &["--format", "svg"])?.exits(0).out;
    assert!(
        svg.starts_with("<svg xmlns=")
            && svg.ends_with("</svg>\n")
            && svg.contains(">Name of acme:account:1</text>"),
        "{svg}"
    );
    assert_eq!(svg.matches("<circle").count(), 6, "the entities, the missing one, the person: {svg}");
    assert_eq!(
        of_data(folder.path(), &[".j1-integration"])?.exits(0).out,
        page,
        "the same picture every time"
    );
    Ok(())
}

#[test]
fn of_a_large_collection_a_part_is_drawn_and_that_is_said() -> Tested {
    let folder = tempfile::tempdir()?;
    collection(folder.path())?;
    let part = of_data(folder.path(), &["--max-nodes", "3", "--format", "mermaid"])?.exits(0);
    assert!(part.err.contains("the graph shows 3 of 5 entities"), "{}", part.err);
    assert!(part.out.contains("It shows 3 of 5 entities"), "{}", part.out);
    // The account, which is alone of its type, and two of the users; a user that was only left out of the picture is not missing.
    assert!(
        part.out.contains("account:1") && !part.out.contains("user:3") && !part.out.contains("user:9"),
        "{}",
        part.out
    );
    Ok(())
}

#[test]
fn wrong_collections_and_unsuitable_flags_are_refused() -> Tested {
    let folder = tempfile::tempdir()?;
    let missing = of_data(folder.path(), &["nowhere"])?.exits(2);
    assert!(missing.err.contains("[J1-R4053]") && missing.err.contains("nowhere"), "{}", missing.err);
    let limit =
        binary().args(["graph", "--max-nodes", "3"]).current_dir(folder.path()).output().map(Ran::from)?;
    assert!(limit.exits(2).err.contains("--data"));
    Ok(())
}

//! Rules on classes, on entities as a whole, on keys and on names of integrations.

use j1_model::rules::{self, Mapped};
use j1_model::{CLASSES, class, hash, hash_letters, limits, never_both};

use crate::{Rows, named};

#[test]
fn classes_of_entities() {
    let mut rows = Rows::default();
    for name in ["Usr", "user", "Spaceship", "", "HostAgnet"] {
        rows.message(&format!("class {name:?}"), Some(rules::unknown_class(name)));
    }
    for ty in ["user", "User", "host_agent", "acme_user", "users", ""] {
        rows.message(&format!("type {ty:?}"), rules::type_is_a_class(ty));
    }
    for names in [
        &["User", "Device"] as &[&str],
        &["Device", "Service"],
        &["User"],
        &[],
        &["User", "Device", "Service"],
        &["Record", "User"],
    ] {
        rows.message(&format!("both {names:?}"), rules::never_both("Thing", &named(names)));
    }
    for (a, b) in [
        ("Device", "Service"),
        ("Service", "Device"),
        ("User", "Record"),
        ("User", "Device"),
        ("Host", "Domain"),
    ] {
        let (a, b) = (class(a).expect("a class"), class(b).expect("a class"));
        rows.result(&format!("{} and {}", a.name, b.name), (never_both(a, b), never_both(b, a)));
    }
    let pairs = CLASSES.iter().flat_map(|a| CLASSES.iter().filter(move |b| never_both(a, b).is_some()));
    rows.result("pairs that are never both", pairs.count());
    rows.check("classes.txt");
}

#[test]
fn properties_that_a_class_requires() {
    let mut rows = Rows::default();
    let both: &[Mapped<'_>] = &[("name", "id"), ("displayName", "id")];
    for class in CLASSES {
        rows.message(&format!("required of {}", class.name), rules::required("Thing", class, &[]));
        rows.message(
            &format!("required of {} with names", class.name),
            rules::required("Thing", class, both),
        );
    }
    let (account, second) = (named(&["Account"]), named(&["GraphObject", "Internet", "Account"]));
    for properties in [&[] as &[Mapped<'_>], both, &[("name", "a")], &[("displayName", "a")]] {
        for (label, classes) in [("no class", &[] as &[_]), ("Account", &account), ("a third class", &second)]
        {
            rows.message(
                &format!("names {properties:?} of {label}"),
                rules::no_name("Thing", classes, properties),
            );
        }
    }
    for properties in [
        &[] as &[Mapped<'_>],
        &[("a", "a"), ("b", "b")],
        &[("a", "x"), ("b", "y"), ("a", "z")],
        &[("b", "x"), ("a", "y"), ("a", "z")],
    ] {
        rows.message(&format!("twice {properties:?}"), rules::twice("Thing", properties));
    }
    for name in ["name", "email", "nope", "displayName", "mfaEnabled"] {
        let user = class("User").expect("a class");
        rows.result(&format!("User {name}"), (user.requires(name), user.property(name).map(|def| def.name)));
    }
    rows.check("required.txt");
}

#[test]
fn keys_names_and_raw_data() {
    let mut rows = Rows::default();
    for (text, parts) in [
        (10, &[] as &[Option<usize>]),
        (9, &[]),
        (0, &[Some(4), Some(6)]),
        (0, &[Some(4), Some(5)]),
        (3, &[Some(7)]),
        (3, &[Some(6)]),
        (0, &[None]),
        (0, &[Some(1), None]),
    ] {
        rows.message(&format!("key of {text} and {parts:?}"), rules::too_short("Thing", text, parts));
    }
    for template in ["acme:{id}", "undefined:{id}", "acme-undefined"] {
        rows.message(&format!("key {template}"), rules::undefined(template));
    }
    for name in ["apiToken", "name"] {
        rows.message(&format!("raw {name}"), rules::raw_member("Thing", name));
    }
    let (longest, longer) = ("a".repeat(64), "a".repeat(65));
    for name in [
        "acme",
        "my-billing-acme",
        "google_cloud",
        "a1",
        "",
        "1acme",
        "Acme Corp",
        "acme.io",
        "é",
        "j1",
        "J1",
        "JupiterOne",
        "-",
        "--1",
        &longest,
        &longer,
        "acme--corp",
        "-acme",
    ] {
        rows.message(&format!("integration {name:?}"), rules::integration_name(name));
        rows.message(&format!("type of integration {name:?}"), rules::integration_type(name));
    }
    for name in ["", "foobar", "Foo.Bar", "foo bar", "a1", "A1", "_a", "z", "{", "@", "`", "/", "0", "9", ":"]
    {
        rows.result(&format!("hashes of {name:?}"), (hash(name), hash_letters(name)));
    }
    let bytes = (limits::BATCH_BYTES, limits::GZIP_FROM_BYTES, limits::RAW_DATA_OBJECT_BYTES);
    rows.result(
        "limits",
        (bytes, limits::BATCH_OBJECTS, limits::MAX_OVERRIDES, limits::MIN_TYPE_CHARS, limits::MAX_KEY_CHARS),
    );
    rows.check("keys.txt");
}

//! Checks against a vocabulary.

use j1ql::{Severity, Vocabulary};

struct Acme;

impl Vocabulary for Acme {
    fn has_class(&self, class: &str) -> bool {
        ["User", "Device"].contains(&class)
    }

    fn has_type(&self, type_name: &str) -> bool {
        ["acme_user", "acme_device"].contains(&type_name)
    }

    fn has_verb(&self, verb: &str) -> bool {
        verb == "HAS"
    }

    fn has_property(&self, class_or_type: &str, property: &str) -> bool {
        property == "name" || (class_or_type == "acme_user" && property == "mail")
    }

    fn similar(&self, name: &str) -> Option<String> {
        (name == "acme_users").then(|| "acme_user".to_owned())
    }
}

fn findings(text: &str) -> Vec<(&'static str, String)> {
    let query = j1ql::parse(text).unwrap();
    let findings = j1ql::check(text, &query, &Acme).unwrap();
    findings.into_iter().map(|finding| (finding.check, finding.span.of(text).to_owned())).collect()
}

#[test]
fn names_that_exist_are_fine() {
    for text in [
        "FIND acme_user WITH mail = 'x' AS u THAT HAS Device WHERE Device.name = u.mail RETURN u.name, count(u)",
        "FIND (acme_user|Device) WITH mail = 'x' AND _key != 'y' AND tag.Owner = 'z'",
        "FIND * WITH anything = 1 THAT RELATES TO * AS x RETURN x.y",
    ] {
        assert_eq!(findings(text), [], "{text}");
    }
}

#[test]
fn names_that_do_not_exist_are_found_where_they_stand() {
    let text = "FIND acme_users WITH mail = 1 THAT OWNS Host AS h THAT HAS acme_device WITH mail = 2 AS d \
                WHERE d.size > 3 RETURN d.name, abs(d.weight)";
    let expected = [
        ("unknown-type", "acme_users"),
        ("unknown-verb", "OWNS"),
        ("unknown-class", "Host"),
        ("unknown-property", "mail"),
        ("unknown-property", "d.size"),
        ("unknown-property", "d.weight"),
    ];
    assert_eq!(findings(text), expected.map(|(check, place)| (check, place.to_owned())));
}

#[test]
fn a_similar_name_is_offered_with_the_place() {
    let text = "FIND\n acme_users";
    let finding = j1ql::check(text, &j1ql::parse(text).unwrap(), &Acme).unwrap().remove(0);
    assert_eq!(
        finding.to_string(),
        "no entity has the type `acme_users`; did you mean `acme_user`? at line 2 column 2"
    );
    assert_eq!(finding.severity, Severity::Error);
}

#[test]
fn forms_to_avoid_are_warned_about() {
    let text = "FIND UNIQUE User AS u WITH name = 'x' SKIP 5";
    let checks: Vec<_> = findings(text).into_iter().map(|(check, _)| check).collect();
    assert_eq!(checks, ["unique-without-return", "alias-before-with", "skip"]);
}

#[test]
fn subqueries_are_checked() {
    let text = "FIND User WITH name = (FIND acme_users AS x RETURN x.name)";
    assert_eq!(findings(text), [("unknown-type", "acme_users".to_owned())]);
}

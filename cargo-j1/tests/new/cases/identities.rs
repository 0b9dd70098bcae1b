//! Small inputs about what tells records apart, and about names that say less than they seem to.

use serde_json::{Value, json};

use super::{Case, document, get, list, loose, paths, record, text};
use crate::made::{cargo_j1, said};

fn number() -> Value {
    json!({ "type": "number" })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// A list with a parameter in its path that takes one of these words.
fn chosen(parameter: &str, words: &[&str], schema: Value) -> Value {
    let mut item = get(schema);
    item["get"]["parameters"] =
        json!([{ "name": parameter, "in": "path", "required": true, "schema": one_of(words) }]);
    item
}

/// Each is a kind that a real document had.
pub const IDENTITIES: &[Case] = &[
    Case {
        name: "taken-by-paths",
        file: "api.json",
        text: || {
            let named =
                |more: &[(&str, Value)]| loose(&[&[("token", text()), ("title", text())], more].concat());
            let budget = named(&[("workspace_token", text())]);
            let version = loose(&[("version", number()), ("notes", text())]);
            let caller = loose(&[("call_sid", text()), ("queue_name", text())]);
            let invitation = named(&[("email", text())]);
            let all = [
                ("/workspaces", get(list(named(&[])))),
                ("/workspaces/{workspace_token}", get(named(&[]))),
                ("/budgets", get(list(budget.clone()))),
                ("/budgets/{budget_token}", get(budget)),
                ("/flows", get(list(record("id", "name")))),
                ("/flows/{flow_id}/versions", get(list(version.clone()))),
                ("/flows/{flow_id}/versions/{versionID}", get(version)),
                ("/calls.json", get(list(record("sid", "direction")))),
                ("/lines.json", get(list(record("sid", "title")))),
                ("/lines/{sid}/callers.json", get(list(caller.clone()))),
                ("/lines/{sid}/callers/{call_sid}.json", get(caller)),
                // The token of an invitation lets somebody in.
                ("/invitations", get(list(invitation.clone()))),
                ("/invitations/{invitation_token}", get(invitation)),
                ("/dsgroups", get(list(loose(&[("dsGroupId", text()), ("groupName", text())])))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/budget.rs", "{integration}:budget:{token}"),
            ("src/entities/budget.rs", "see that it only names the record, and lets nobody in"),
            ("src/entities/budget.rs", "relationship(Has<Workspace, Budget>)"),
            ("src/entities/flow_version.rs", "{integration}:flow_version:{flow_id}:{version}"),
            ("src/entities/flow_version.rs", "pub version: i64"),
            ("src/entities/line_caller.rs", ":{call_sid}"),
            ("src/entities/invitation.rs", "{integration}:invitation:{email}"),
            ("src/entities/dsgroup.rs", "{integration}:dsgroup:{ds_group_id}"),
        ],
        collects: &[
            ("budget_taken-by-paths", 2),
            ("call_taken-by-paths", 2),
            ("dsgroup_taken-by-paths", 2),
            ("flow_taken-by-paths", 2),
            ("flow_taken-by-paths_has_flow_version_taken-by-paths", 2),
            ("flow_version_taken-by-paths", 2),
            ("invitation_taken-by-paths", 2),
            ("line_caller_taken-by-paths", 2),
            ("line_taken-by-paths", 2),
            ("line_taken-by-paths_has_line_caller_taken-by-paths", 2),
            ("workspace_taken-by-paths", 2),
            ("workspace_taken-by-paths_has_budget_taken-by-paths", 2),
        ],
    },
    Case {
        name: "ids-of-others",
        file: "api.json",
        text: || {
            let guest = loose(&[("environmentId", text()), ("name", text()), ("note", text())]);
            let context = loose(&[("environmentId", text()), ("note", text())]);
            let rate = loose(&[("rate", text()), ("provider_rate", text())]);
            let payment = |more: &[(&str, Value)]| loose(&[&[("Amount", text())], more].concat());
            let batch = payment(&[("BatchPaymentID", text())]);
            let payment = payment(&[("PaymentID", text()), ("BatchPayment", batch)]);
            let rule =
                loose(&[("id", text()), ("ownerId", text()), ("ownerType", text()), ("versionId", text())]);
            let all = [
                ("/environments", get(list(record("id", "title")))),
                ("/owners", get(list(record("id", "title")))),
                ("/application_versions", get(list(record("id", "title")))),
                ("/guests", get(list(guest))),
                ("/contexts", get(list(context))),
                ("/exchange_rates", get(list(rate))),
                ("/payments", get(list(payment))),
                ("/rules", get(list(rule))),
                ("/usage/metrics", get(list(loose(&[("at", text()), ("sum", text())])))),
                ("/metrics/{environment_id}", get(list(record("id", "title")))),
                ("/environments/{environment_id}#deploy", json!({ "put": {} })),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/entities/guest.rs", "{integration}:guest:{name}"),
            ("src/entities/payment.rs", "{integration}:payment:{payment_id}"),
            ("src/client.rs", r#".get("payments").pages(Paging::whole())"#),
            ("src/entities/rule.rs", "pub owner_id: Option<String>"),
        ],
        collects: &[
            ("application_version_ids-of-others", 2),
            ("environment_ids-of-others", 2),
            ("environment_ids-of-others_has_metric_ids-of-others", 2),
            ("environment_ids-of-others_has_guest_ids-of-others", 2),
            ("metric_ids-of-others", 2),
            ("guest_ids-of-others", 2),
            ("owner_ids-of-others", 2),
            ("payment_ids-of-others", 2),
            ("rule_ids-of-others", 2),
        ],
    },
    Case {
        name: "kinds-of-owner",
        file: "api.json",
        text: || {
            let owners = ["application", "organization", "global"];
            let all = [
                ("/applications", get(list(record("id", "name")))),
                ("/organizations", get(list(record("id", "name")))),
                ("/tags", get(list(record("id", "label")))),
                ("/labels/{ownerType}/{ownerId}", chosen("ownerType", &owners, list(record("id", "color")))),
                (
                    "/{entity_type}/{id}/tags",
                    chosen("entity_type", &["applications", "organizations"], list(record("id", "label"))),
                ),
                // Without an id, a list of each would only be left out several times.
                (
                    "/notes/{ownerType}/{ownerId}/lines",
                    chosen("ownerType", &owners, list(loose(&[("count", number())]))),
                ),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/client.rs", r#"get_at(&["labels", "application", application])"#),
            ("src/client.rs", r#"get_at(&["labels", "organization", organization])"#),
            ("src/client.rs", r#"get_at(&["applications", application, "tags"])"#),
        ],
        collects: &[
            ("application_kinds-of-owner", 2),
            ("application_kinds-of-owner_has_application_label_kinds-of-owner", 2),
            ("application_kinds-of-owner_has_tag_kinds-of-owner", 2),
            ("application_label_kinds-of-owner", 2),
            ("organization_kinds-of-owner", 2),
            ("organization_kinds-of-owner_has_application_label_kinds-of-owner", 2),
            ("organization_kinds-of-owner_has_tag_kinds-of-owner", 2),
            ("tag_kinds-of-owner", 2),
        ],
    },
    Case {
        name: "set-once",
        file: "api.json",
        text: || {
            let all = [
                ("/teams/{team_id}/projects", get(list(record("id", "name")))),
                ("/teams/{team_id}/styles", get(list(record("key", "name")))),
                ("/projects/{project_id}/files", get(list(record("key", "name")))),
            ];
            document(paths(&all), json!({})).to_string()
        },
        args: &[],
        has: &[
            ("src/config.rs", "pub team_id: String"),
            ("src/client.rs", r#"get_at(&["teams", &self.team_id, "styles"])"#),
            ("src/client.rs", r#"get_at(&["projects", project, "files"])"#),
        ],
        collects: &[
            ("file_set-once", 2),
            ("project_set-once", 2),
            ("project_set-once_has_file_set-once", 2),
            ("style_set-once", 2),
        ],
    },
];

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Returns what a dry run says of a file.
fn dry_run(file: &str, text: &str) -> Result<String, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join(file), text)?;
    let mut command = cargo_j1(folder.path());
    Ok(said(&command.args(["new", "acme", "--yes", "--dry-run", "--from", file]).output()?))
}

#[test]
fn lists_that_stand_below_one_another_are_said_to() -> Tested {
    let all = [
        ("/systems/{system_id}/commands", get(list(record("id", "name")))),
        ("/commands/{command_id}/systems", get(list(record("id", "name")))),
        ("/users", get(list(record("id", "name")))),
    ];
    let said = dry_run("api.json", &document(paths(&all), json!({})).to_string())?;
    let why = "`GET /systems/{system_id}/commands` and others are only listed below one another";
    assert!(said.contains(&format!("`GET /commands/{{command_id}}/systems`: {why}")), "{said}");
    Ok(())
}

#[test]
fn kinds_of_owners_without_a_list_and_figures_are_left_out_with_the_reason() -> Tested {
    let kinds = IDENTITIES.iter().find(|case| case.name == "kinds-of-owner").ok_or("the case")?;
    let said = dry_run("api.json", &(kinds.text)())?;
    let why = "`GET /labels/{ownerType}/{ownerId}`: no list gives what its `ownerType` calls `global`";
    assert!(said.contains(why), "{said}");
    assert_eq!(said.matches("notes/").count(), 1, "{said}");
    let others = IDENTITIES.iter().find(|case| case.name == "ids-of-others").ok_or("the case")?;
    let said = dry_run("api.json", &(others.text)())?;
    let (_, same) = said.split_once("the document has no id for its records (").ok_or("the reason")?;
    for path in ["/exchange_rates", "/contexts"] {
        assert!(same.contains(&format!("\n    `GET {path}`: name one with --key")), "{said}");
    }
    // What is put there is no list, and the figures do not take the name of the metrics.
    assert!(!said.contains("#deploy") && !said.contains("metric_2"), "{said}");
    Ok(())
}

#[test]
fn yaml_with_an_empty_key_is_read() -> Tested {
    let document = document(paths(&[("/users", get(list(record("id", "login"))))]), json!({}));
    let text = format!(
        "openapi: 3.0.3\nx-example:\n  auth:\n    ?\n    : domain: \"a\"\npaths: {}\n",
        document["paths"]
    );
    let said = dry_run("api.yaml", &text)?;
    assert!(said.contains("GET /users"), "{said}");
    Ok(())
}

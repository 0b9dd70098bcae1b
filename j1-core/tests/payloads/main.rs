//! The three payloads of JupiterOne's Code + Sync API page, value for value out of derived structs.

#[path = "../support/sink.rs"]
mod sink;

use j1_core::graph::{Emitter, Mapped, Object as _};
use j1_core::prelude::{J1Entity, J1Target, Owns, Result, Timestamp, Uses};
use serde::Deserialize;
use serde_json::{Value, json};
use sink::{Told, told};

/// One row of `GET /v1/apps`.
#[derive(Deserialize, J1Entity)]
#[j1(resource = "application", class = Application, key = "billing-acme:app:{id}")]
#[j1(name = slug, display_name = [display_name, slug])]
struct App {
    #[j1(skip)]
    id: String,
    #[j1(skip)]
    slug: String,
    display_name: Option<String>,
    category: Option<String>,
    #[j1(rename = "vendor")]
    publisher: Option<String>,
    sso: Option<bool>,
    #[j1(rename = "isMfaEnforced")]
    mfa_required: Option<bool>,
    user_count: Option<u32>,
    #[j1(rename = "monthlyCostUsd")]
    cost_monthly_usd: Option<f64>,
    created_at: Option<Timestamp>,
    #[j1(rename = "lastSeenOn")]
    last_active_at: Option<Timestamp>,
    #[j1(rename = "owner")]
    owner_email: Option<String>,
    tags: Option<Vec<String>>,
    #[j1(relationship(Owns<Team, App>, key = slug))]
    owner_team: Option<TeamRef>,
}

#[derive(Deserialize)]
struct TeamRef {
    slug: Option<String>,
}

#[derive(Deserialize, J1Entity)]
#[j1(resource = "team", class = Team, key = "billing-acme:team:{slug}", name = slug)]
struct Team {
    #[j1(skip)]
    slug: String,
    display_name: String,
    member_count: u32,
}

/// The emitted objects in order. Nothing may be refused, and each must be valid as foreign JSON.
fn recorded(integration_type: &str, write: impl FnOnce(&mut Emitter) -> Result<()>) -> Vec<Value> {
    let objects = told(integration_type, write).into_iter().map(|told| match told {
        Told::Accepted { object, truncated, .. } => {
            assert_eq!(truncated, [""; 0], "{object:#}");
            object
        }
        Told::Refused { key, violations } => panic!("{key} is refused: {violations:?}"),
    });
    let objects: Vec<Value> = objects.collect();
    for object in &objects {
        assert_eq!(j1_core::validate::object(object), [], "{object:#}");
    }
    objects
}

#[derive(J1Target)]
#[j1(type = "aws_iam_role", filter(_type, _key), skip_target_creation = true)]
struct AwsIamRole {
    #[j1(key)]
    arn: String,
}

fn app(json: Value) -> App {
    serde_json::from_value(json).expect("an app")
}

#[test]
fn the_entity_of_the_page() {
    let app = app(json!({
        "id": "00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
        "slug": "slack",
        "display_name": "Slack",
        "category": "communication",
        "publisher": "Slack Technologies",
        "sso": true,
        "mfa_required": true,
        "user_count": 142,
        "cost_monthly_usd": 1420.50,
        "created_at": "2024-11-01T00:00:00Z",
        "last_active_at": "2025-01-08T00:00:00Z",
        "owner_email": "platform-team@example.com",
        "tags": ["sanctioned", "tier-1"],
        "owner_team": null,
    }));
    let objects = recorded("my-billing-acme", |emitter| app.emit(emitter).map(drop));
    assert_eq!(
        objects,
        [json!({
            "_key": "billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
            "_type": "application_my-billing-acme",
            "_class": "Application",
            "name": "slack",
            "displayName": "Slack",
            "category": "communication",
            "vendor": "Slack Technologies",
            "isSso": true,
            "isMfaEnforced": true,
            "userCount": 142,
            "monthlyCostUsd": 1420.50,
            "createdOn": 1_730_419_200_000_i64,
            "lastSeenOn": 1_736_294_400_000_i64,
            "owner": "platform-team@example.com",
            "tags": ["sanctioned", "tier-1"],
        })]
    );
}

#[test]
fn the_relationship_of_the_page() {
    let team = Team { slug: "engineering".into(), display_name: "Engineering".into(), member_count: 42 };
    let app = app(json!({
        "id": "00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
        "slug": "slack",
        "display_name": "Slack",
        "owner_team": { "slug": "engineering" },
    }));
    let objects = recorded("my-billing-acme", |emitter| {
        team.emit(emitter)?;
        app.emit(emitter).map(drop)
    });
    assert_eq!(
        objects,
        [
            json!({
                "_key": "billing-acme:team:engineering",
                "_type": "team_my-billing-acme",
                "_class": "Team",
                "name": "engineering",
                "displayName": "Engineering",
                "memberCount": 42,
            }),
            json!({
                "_key": "billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
                "_type": "application_my-billing-acme",
                "_class": "Application",
                "name": "slack",
                "displayName": "Slack",
            }),
            json!({
                "_key": "billing-acme:team:engineering|owns|billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
                "_type": "team_my-billing-acme_owns_application_my-billing-acme",
                "_class": "OWNS",
                "_fromEntityKey": "billing-acme:team:engineering",
                "_toEntityKey": "billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
            }),
        ]
    );
}

#[test]
fn a_reference_without_its_id_adds_no_relationship() {
    for (team, relationships) in [(json!({}), 0), (json!({ "slug": null }), 0), (json!({ "slug": "a" }), 1)] {
        let app =
            app(json!({ "id": "00f4a812", "slug": "slack", "display_name": "Slack", "owner_team": team }));
        let objects = recorded("my-billing-acme", |emitter| app.emit(emitter).map(drop));
        assert_eq!(objects.len(), 1 + relationships, "{team}: {objects:?}");
    }
}

#[test]
fn the_mapped_relationship_of_the_page() {
    let app = app(json!({ "id": "00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f", "slug": "slack" }));
    let role = AwsIamRole { arn: "arn:aws:iam::123456789012:role/SlackProvisioner".into() };
    let objects = recorded("my-billing-acme", |emitter| {
        let app = app.emit(emitter)?;
        Mapped::<Uses<_, _>>::to(&app, role).emit(emitter)
    });
    assert_eq!(
        objects[1],
        json!({
            // The page writes a key of its own making; ours follows from the two ends.
            "_key": "billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f|uses|\
                     arn:aws:iam::123456789012:role/SlackProvisioner",
            "_type": "application_my-billing-acme_uses_aws_iam_role",
            "_class": "USES",
            "_mapping": {
                "sourceEntityKey": "billing-acme:app:00f4a812-1c4f-4d79-9c3c-aaa2efad8e1f",
                "relationshipDirection": "FORWARD",
                "targetFilterKeys": [["_type", "_key"]],
                "targetEntity": {
                    "_type": "aws_iam_role",
                    "_key": "arn:aws:iam::123456789012:role/SlackProvisioner",
                },
                "skipTargetCreation": true,
            },
        })
    );
}

//! The example of JupiterOne's page on custom integrations: applications, the teams that own them, and the AWS roles that
//! they use.

use super::choices::Choices;
use super::name::Name;
use super::project::{Content, Endpoint};
use super::tables::{EntityRow, RelationshipRow};

/// What a project begins with where nothing says otherwise.
pub fn content(name: &Name, choices: &Choices) -> Content {
    let ty = |resource: &str| format!("{resource}_{}", choices.integration_type);
    let (team, application) = (ty("team"), ty("application"));
    let entity = |plural: &str, ty: &str, class: &str| EntityRow {
        resource: plural.to_owned(),
        ty: ty.to_owned(),
        classes: vec![class.to_owned()],
    };
    let edge = |from: &str, class: &str, to: &str, mapped| RelationshipRow {
        from: from.to_owned(),
        class: class.to_owned(),
        to: to.to_owned(),
        mapped,
    };
    Content {
        template: "example",
        about: "applications and teams".to_owned(),
        base: format!("https://api.{}.example/v1", name.dns()),
        type_names: ["Application", "AwsIamRole", "Team", "TeamRef"].map(str::to_owned).to_vec(),
        locals: ["teams", "applications", "application", "role", "arn"].map(str::to_owned).to_vec(),
        steps: ["fetch_teams", "fetch_applications"].map(str::to_owned).to_vec(),
        collected: vec![
            (application.clone(), 3),
            (format!("{application}_uses_aws_iam_role"), 1),
            (team.clone(), 3),
            (format!("{team}_owns_{application}"), 2),
        ],
        entities: vec![entity("Teams", &team, "Team"), entity("Applications", &application, "Application")],
        relationships: vec![
            edge(&team, "OWNS", &application, false),
            edge(&application, "USES", "aws_iam_role", true),
        ],
        endpoints: vec![
            Endpoint {
                name: "teams",
                docs: "The teams.".to_owned(),
                entity: "Team",
                path: "teams",
                items: "teams",
                records: include_str!("../../../templates/example/records/teams.json"),
            },
            Endpoint {
                name: "applications",
                docs: "The applications that somebody pays for.".to_owned(),
                entity: "Application",
                path: "apps",
                items: "apps",
                records: include_str!("../../../templates/example/records/applications.json"),
            },
        ],
    }
}

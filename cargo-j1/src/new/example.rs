//! The example of JupiterOne's page on custom integrations: applications, the teams that own them, and the AWS roles that
//! they use.

use j1_core::describe::official::{EntityRow, RelationshipRow};

use super::api::{PAGE, Paging, PagingKind};
use super::choices::Choices;
use super::name::Name;
use super::project::{Content, Endpoint};
use super::recording::List;

/// Returns the content that a project begins with where nothing says otherwise.
pub fn content(name: &Name, choices: &Choices) -> Content {
    let ty = |resource: &str| format!("{resource}_{}", choices.integration_type);
    let (team, application) = (ty("team"), ty("application"));
    let entity = |class: &str, ty: &str| EntityRow {
        resource: class.to_owned(),
        ty: ty.to_owned(),
        classes: vec![class.to_owned()],
    };
    let edge = |source: &str, class: &str, target: &str, direction: Option<&str>| RelationshipRow {
        source: source.to_owned(),
        target: target.to_owned(),
        class: class.to_owned(),
        direction: direction.map(str::to_owned),
        ty: format!("{source}_{}_{target}", class.to_ascii_lowercase()),
    };
    let paging = choices.paging.clone().unwrap_or_else(|| PagingKind::Offset.usual());
    let base = format!("https://api.{}.example/v1", name.dns());
    Content {
        outline: None,
        ported: None,
        settings: None,
        about: "applications and teams".to_owned(),
        parameters: Vec::new(),
        type_names: ["Application", "AwsIamRole", "Team", "TeamRef"].map(str::to_owned).to_vec(),
        locals: ["teams", "applications", "application", "role", "arn"].map(str::to_owned).to_vec(),
        steps: ["fetch_teams", "fetch_applications"].map(str::to_owned).to_vec(),
        tests: ["applications", "teams"].map(str::to_owned).to_vec(),
        is_repeated: false,
        collected: vec![
            (application.clone(), 3),
            (format!("{application}_uses_aws_iam_role"), 1),
            (team.clone(), 3),
            (format!("{team}_owns_{application}"), 2),
        ],
        entities: vec![entity("Team", &team), entity("Application", &application)],
        relationships: vec![
            edge(&team, "OWNS", &application, None),
            edge(&application, "USES", "aws_iam_role", Some("FORWARD")),
        ],
        endpoints: vec![
            endpoint(
                "teams",
                ("Team", "teams"),
                "The teams.",
                include_str!("../../templates/example/records/teams.json"),
                (&base, &paging),
            ),
            endpoint(
                "applications",
                ("Application", "apps"),
                "The applications that the company pays for.",
                include_str!("../../templates/example/records/applications.json"),
                (&base, &paging),
            ),
        ],
        base,
    }
}

/// Returns a list of the example's API; its path is also the member that holds the records.
fn endpoint(
    name: &str,
    (entity, path): (&str, &str),
    docs: &str,
    records: &str,
    (base, paging): (&str, &Paging),
) -> Endpoint {
    Endpoint {
        query: None,
        tried: None,
        name: name.to_owned(),
        docs: docs.to_owned(),
        entity: entity.to_owned(),
        request: format!("self.client.get({path:?})"),
        arguments: String::new(),
        code: paging.code(Some(path), PAGE),
        reviews: Vec::new(),
        is_sized: paging.is_sized(),
        once: None,
        related: None,
        lists: vec![List {
            base: base.to_owned(),
            path: path.to_owned(),
            given: Vec::new(),
            items: Some(path.to_owned()),
            paging: paging.clone(),
            page: PAGE,
            // The files are part of the program; the tests read them.
            records: serde_json::from_str(records).unwrap_or_default(),
            once: false,
            named: None,
            each: None,
            // The client tries the credentials with the first list.
            posted: None,
            tried: name == "teams",
        }],
    }
}

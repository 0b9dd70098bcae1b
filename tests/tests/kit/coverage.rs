//! That no test passes for want of data.

use j1::testing::{Graph, Step};

use super::acme::{Acme, User, fetch_leads, fetch_users, team, user};

async fn users(users: Vec<User>) -> Graph {
    Step::<fetch_users>::new().given(team("a")).run(Acme { users }).await.graph
}

fn titled(title: &str) -> User {
    User { title: Some(title.to_owned()), ..user("x", Some("a")) }
}

#[tokio::test]
async fn a_graph_with_everything_covers_it() {
    users(vec![titled("Engineer")]).await.covers_step::<fetch_users>().assert();
}

#[tokio::test]
async fn everything_missing_is_named() {
    let graph = users(vec![user("x", None)]).await;
    let wrong = graph.covers_step::<fetch_users>().wrong();
    assert_eq!(
        wrong,
        [
            "no `acme_team_has_person_acme` was collected; add data that has one, or name it: \
             `.but_not(\"acme_team_has_person_acme\", \"why\")`",
            "no `person_acme` has a value for `title`; add data that has one, or name it: \
             `.but_not(\"person_acme.title\", \"why\")`",
        ]
    );
    let named = graph.covers_step::<fetch_users>().but_not("person_acme.title", "no user has one");
    named.but_not("acme_team_has_person_acme", "no user is in a team").assert();
}

#[tokio::test]
async fn naming_a_covered_type_is_an_error() {
    let graph = users(vec![titled("Engineer")]).await;
    let wrong = graph.covers_step::<fetch_users>().but_not("person_acme.title", "no user has one").wrong();
    assert_eq!(
        wrong,
        [
            "`person_acme.title` is there, and is named as not covered (no user has one); take it out of the list"
        ]
    );
}

#[tokio::test]
async fn undeclared_names_and_empty_reasons_are_wrong() {
    let graph = users(vec![user("x", Some("a"))]).await;
    let wrong = graph.covers_step::<fetch_users>().but_not("person_acme.titel", "no user has one");
    let wrong = wrong.but_not("person_acme.title", " ").wrong();
    assert_eq!(
        wrong,
        [
            "`person_acme.titel` is named as not covered, and nothing declares it; did you mean `person_acme.title`?",
            "say why `person_acme.title` is not covered",
        ]
    );
}

#[tokio::test]
async fn an_empty_graph_covers_nothing_whatever_is_named() {
    let graph = Step::<fetch_leads>::new().run(Acme { users: Vec::new() }).await.graph;
    assert!(graph.is_empty());
    let named =
        graph.covers_step::<fetch_leads>().but_not("person_acme_manages_acme_team", "there is no lead");
    assert_eq!(named.wrong(), ["nothing at all is covered"]);
}

#[tokio::test]
async fn an_integration_is_covered_when_all_its_steps_are() {
    let graph = users(vec![titled("Engineer")]).await;
    let wrong = graph.covers::<Acme>().wrong();
    let types = ["acme_team", "person_acme_manages_acme_team"];
    assert_eq!(wrong.len(), types.len(), "{wrong:#?}");
    for (line, ty) in wrong.iter().zip(types) {
        assert!(line.starts_with(&format!("no `{ty}` was collected")), "{line}");
    }
}

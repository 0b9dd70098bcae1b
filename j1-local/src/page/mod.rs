//! The page for people: jobs and their changes, types, entities with everything around them, queries.
//!
//! Every view is rendered here as HTML that works without scripts; the same URL with `.json` gives its data. Text that
//! came from an upload reaches a document only through [`crate::html::Text`], and URLs only through [`crate::html::Path`].

mod assets;
mod changes;
mod entities;
mod entity;
mod graph;
mod head;
mod job;
mod jobs;
mod overview;
mod picture;
mod query;
mod relationships;
mod shards;
mod shell;
mod types;
mod value;

use std::fmt;

use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::html::Text;
use crate::http::error::Told;
use crate::http::{App, Settings};
use shell::{Section, Shell};

/// The routes of the page.
pub(crate) fn routes(app: &App) -> Router<App> {
    let views: [(&str, MethodRouter<App>); 13] = [
        ("/index", get(overview::show)),
        ("/jobs", get(jobs::show)),
        ("/jobs/{id}", get(job::show)),
        ("/jobs/{id}/changes", get(changes::show)),
        ("/types", get(types::show)),
        ("/types/{name}", get(types::one)),
        ("/entities", get(entities::show)),
        ("/entities/{id}", get(entity::show)),
        ("/entities/{id}/relationships", get(relationships::of_entity)),
        ("/relationships", get(relationships::show)),
        ("/relationships/{id}", get(relationships::one)),
        ("/graph", get(graph::show)),
        ("/graph/entities", get(picture::show)),
    ];
    let mut router = Router::new().route("/", get(overview::show)).route("/.json", get(overview::show));
    for (path, view) in views {
        // A parameter at the end takes the `.json` with it; elsewhere it is a path of its own.
        if !path.ends_with('}') {
            router = router.route(&format!("{path}.json"), view.clone());
        }
        router = router.route(path, view);
    }
    router
        .route("/query", get(query::show))
        .route("/query.json", get(query::show))
        .route("/query.csv", get(query::csv))
        .route("/query/words.json", get(query::words))
        .route("/query/check.json", get(query::check))
        .route_layer(from_fn_with_state(app.clone(), error_page))
        .route("/state.json", get(state))
        .route("/assets/page.css", get(assets::css))
        .route("/assets/page.js", get(assets::js))
        .route("/assets/query.js", get(assets::query_js))
        .route("/assets/viewer.css", get(assets::viewer_css))
        .route("/assets/viewer.js", get(assets::viewer_js))
        .route("/assets/sigma.js", get(assets::sigma))
        .route("/favicon.ico", get(assets::icon))
        .route("/assets/icon.svg", get(assets::icon))
}

/// The format in which a view is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Html,
    Json,
}

/// The ending of URLs that ask for JSON. A dot in an id is percent-encoded, so it is not taken for one.
const JSON: &str = ".json";

impl Format {
    fn read(uri: &Uri) -> Self {
        if uri.path().ends_with(JSON) { Self::Json } else { Self::Html }
    }

    /// The parameter at the end of the path, without the ending.
    fn strip(self, parameter: &str) -> &str {
        match self {
            Self::Html => parameter,
            Self::Json => parameter.strip_suffix(JSON).unwrap_or(parameter),
        }
    }
}

/// The parameters that views take.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    q: Option<String>,
    sort: Option<String>,
    property: Option<String>,
    test: Option<String>,
    value: Option<String>,
    page: Option<String>,
    /// A job: the graph as it was when that had finished.
    at: Option<String>,
    r#type: Option<String>,
    class: Option<String>,
    direction: Option<String>,
    what: Option<String>,
    operation: Option<String>,
    cursor: Option<String>,
    /// The entity around which to draw.
    around: Option<String>,
    /// The additions to a drawing.
    expand: Option<String>,
    /// The form in which the result of a query is shown.
    view: Option<String>,
}

impl Parameters {
    /// A parameter that is not empty.
    fn text(value: Option<&String>) -> Option<String> {
        value.filter(|text| !text.trim().is_empty()).cloned()
    }

    /// The number of the page, from 1.
    fn page(&self) -> i64 {
        self.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1).clamp(1, 1_000_000)
    }
}

/// Answers with the data, or with the document that `body` writes.
fn respond(
    format: Format,
    data: &impl Serialize,
    settings: &Settings,
    shell: &Shell<'_>,
    body: impl FnOnce(&mut String) -> fmt::Result,
) -> Response {
    match format {
        Format::Json => (assets::NO_STORE, Json(data)).into_response(),
        Format::Html => {
            let mut out = String::new();
            // Writing to a string does not fail.
            let _ = shell.write(&mut out, settings, body);
            (assets::HTML, out).into_response()
        }
    }
}

/// Shows a refusal as a document where a document was asked for.
async fn error_page(State(app): State<App>, request: Request, next: Next) -> Response {
    let format = Format::read(request.uri());
    let response = next.run(request).await;
    let told = response.extensions().get::<Told>().cloned();
    match (format, told) {
        (Format::Html, Some(Told(message))) => {
            let status: StatusCode = response.status();
            let title = if status == StatusCode::NOT_FOUND { "Not found" } else { "This did not work" };
            let shell = Shell::new(title, Section::None);
            let page = respond(format, &(), &app.settings, &shell, |out| {
                fmt::write(
                    out,
                    format_args!(
                        "<section><h1>{title}</h1><p>{}</p><p><a href=\"/\">Overview</a></p></section>",
                        Text(message)
                    ),
                )
            });
            (status, page).into_response()
        }
        _ => response,
    }
}

/// `GET /state.json`: a number that changes with the data, by which an open page knows when to reload itself.
async fn state(State(app): State<App>) -> Response {
    let state = serde_json::json!({ "revision": app.store.revision() });
    (assets::NO_STORE, Json(state)).into_response()
}

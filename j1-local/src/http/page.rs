//! The page for people: what is stored, which jobs ran, and how to run an integration against it.
//!
//! One HTML document without scripts. Everything that came from an upload goes through [`Text`].

mod jobs;
mod types;

use std::fmt::{self, Write as _};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;

use super::error::ApiError;
use super::html::Text;
use super::{App, Settings, local};
use crate::store::{Event, Job, Overview, Status, TypeRow};

const CSS: &str = include_str!("page.css");

/// Should something slip through, the browser still runs no script and loads nothing.
const HEADERS: [(HeaderName, &str); 3] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    (CACHE_CONTROL, "no-store"),
];

/// `GET /`
pub async fn show(State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    let (overview, jobs) = (app.store.overview().await?, app.store.jobs(local::JOBS).await?);
    let mut told = Vec::with_capacity(jobs.len());
    for job in &jobs {
        told.push(app.store.events(&job.id).await?);
    }
    let jobs: Vec<(Job, Vec<Event>)> = jobs.into_iter().zip(told).collect();
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = document(&mut out, &app.settings, &overview, &jobs);
    Ok((HEADERS, out))
}

fn document(
    out: &mut String,
    settings: &Settings,
    overview: &Overview,
    jobs: &[(Job, Vec<Event>)],
) -> fmt::Result {
    let running = |job: &Job| !job.status.is_done() && job.status != Status::AwaitingUploads;
    // Without scripts this is how the page follows a job that is being finalized.
    let refresh = if jobs.iter().any(|(job, _)| running(job)) {
        r#"<meta http-equiv="refresh" content="1">"#
    } else {
        ""
    };
    write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
         <title>JupiterOne on this machine</title><style>{CSS}</style></head><body>\
         <header><div><div class=\"mark\"></div><h1>JupiterOne <small>on this machine</small></h1>\
         <span class=\"url\">{}</span></div></header><main>",
        Text(&settings.url)
    )?;
    figures(out, overview)?;
    if jobs.is_empty() {
        how_to_run(out, settings)?;
    }
    jobs::section(out, jobs)?;
    types::section(out, overview)?;
    types::instances(out, overview)?;
    if !jobs.is_empty() {
        how_to_run(out, settings)?;
    }
    out.write_str("<footer>")?;
    match &settings.database {
        Some(path) => write!(out, "Everything is in <code>{}</code>.", Text(path.display()))?,
        None => out.write_str("Everything is in memory and ends with this process.")?,
    }
    out.write_str(" Nothing leaves this machine.</footer></main></body></html>")
}

fn figures(out: &mut String, overview: &Overview) -> fmt::Result {
    let sum = |rows: &[TypeRow]| rows.iter().map(|row| row.count).sum::<i64>();
    let mut names: Vec<_> = overview.entities.iter().map(|row| &row.type_name).collect();
    names.dedup();
    let types = i64::try_from(names.len()).unwrap_or(i64::MAX);
    out.write_str("<div class=\"figures\">")?;
    for (count, one, many) in [
        (sum(&overview.entities), "entity", "entities"),
        (sum(&overview.relationships), "relationship", "relationships"),
        (sum(&overview.mapped_relationships), "mapped relationship", "mapped relationships"),
        (types, "entity type", "entity types"),
    ] {
        let name = if count == 1 { one } else { many };
        write!(out, "<div class=\"figure\"><b>{}</b><span>{name}</span></div>", Number(count))?;
    }
    out.write_str("</div>")
}

fn how_to_run(out: &mut String, settings: &Settings) -> fmt::Result {
    let key = if settings.api_key.is_some() { "<the key it was started with>" } else { "any-text" };
    write!(
        out,
        "<section><h2>Run an integration against it</h2>\
         <p>Set these in the folder of an integration, then run it. Any instance id will do: each one has \
         data of its own, and a second run with the same id shows what changed.</p>\
         <pre>export JUPITERONE_API_BASE={}\nexport JUPITERONE_API_KEY={}\n\
         export JUPITERONE_INTEGRATION_INSTANCE_ID=my-instance\n\ncargo j1 run</pre></section>",
        Text(&settings.url),
        Text(if settings.api_key.is_some() { format!("'{key}'") } else { key.to_owned() })
    )
}

/// A whole number with thin groups of three digits.
struct Number<N>(N);

impl<N: Into<i128> + Copy> fmt::Display for Number<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.into().to_string();
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// A time in epoch milliseconds as people read it, in UTC.
struct Time(i64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => write!(f, "{} UTC", time.strftime("%Y-%m-%d %H:%M:%S")),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Time};

    #[test]
    fn numbers_and_times_are_written_for_people() {
        let numbers = [0_i64, 999, 1000, 1_234_567].map(|number| Number(number).to_string());
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(Time(1_700_000_000_000).to_string(), "2023-11-14 22:13:20 UTC");
    }
}

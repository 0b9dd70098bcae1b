//! Messages for requests that failed: which request, what came back, what to do.

use std::sync::atomic::Ordering;

use j1_core::error::Kind;
use j1_core::{Error, Result};
use serde_json::Value;

use crate::observe::stats;
use crate::provider::exchange::Exchanged;
use crate::provider::json;
use crate::provider::request::Request;
use crate::provider::transport::{Incoming, Unanswered};
use crate::{code, redact};

impl Request {
    /// The name of the request in messages.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, redact::text(self.url.as_str()))
    }

    /// The response if its status is one of success.
    pub(super) fn success(&self, exchanged: Exchanged) -> Result<Incoming> {
        if (200..300).contains(&exchanged.incoming.status) {
            self.client.gone.store(0, Ordering::Relaxed);
            return Ok(exchanged.incoming);
        }
        Err(self.refused(&exchanged))
    }

    /// The error for a response whose status is not one of success.
    pub(super) fn refused(&self, exchanged: &Exchanged) -> Error {
        let (response, requests) = (&exchanged.incoming, exchanged.requests);
        let (kind, code, hint) = match response.status {
            401 => (Kind::Credentials, code::CREDENTIALS, "; check the credentials".to_owned()),
            403 => (Kind::Credentials, code::CREDENTIALS, not_permitted()),
            300..=399 => (Kind::Provider, code::STATUS, self.redirected(response)),
            404 => (Kind::Provider, code::STATUS, "; check the base URL of the API and the path".to_owned()),
            429 => (Kind::Provider, code::STATUS, "; allow fewer requests a second".to_owned()),
            _ => (Kind::Provider, code::STATUS, String::new()),
        };
        let message = format!(
            "`{}` returned status {}{}{}{hint}",
            self.name(),
            response.status,
            after(requests),
            redact::excerpt(&response.body)
        );
        Error::new(kind, code, message)
    }

    /// Redirects are not followed: they would take the credentials to wherever they point.
    fn redirected(&self, response: &Incoming) -> String {
        let to = response.header("location").and_then(|to| self.url.join(to).ok());
        to.map_or_else(String::new, |to| {
            format!("; it points to {}, and is not followed: use that URL", redact::text(to.as_str()))
        })
    }

    pub(super) fn unanswered(&self, why: Unanswered, requests: u32) -> Error {
        match why {
            Unanswered::Lost(cause) => {
                let message = format!("`{}` received no complete response{}", self.name(), after(requests));
                Error::new(Kind::Provider, code::NO_ANSWER, message).caused_by(cause)
            }
            Unanswered::TooLarge => {
                let most = self.most_bytes();
                let hint = if self.is_of_list() {
                    "; request smaller pages, or declare `.max_page_bytes(..)`"
                } else {
                    ""
                };
                let message = format!("the response to `{}` is larger than {most} bytes{hint}", self.name());
                Error::new(Kind::Provider, code::OTHER_SHAPE, message)
            }
            Unanswered::Unsent(error) => error,
        }
    }

    /// The error for a response that is not of the declared shape.
    pub(super) fn other_shape(&self, what: &str) -> Error {
        Error::new(Kind::Data, code::OTHER_SHAPE, format!("the response to `{}` {what}", self.name()))
    }

    /// The error for a response that could not be read as JSON.
    pub(super) fn unreadable(&self, response: &Incoming, error: &serde_json::Error) -> Error {
        let name = self.name();
        if response.status == 204 {
            let message = format!(
                "`{name}` returned status 204 without content; for a list, declare `.no_content_is_empty()`"
            );
            return Error::new(Kind::Data, code::NOT_JSON, message);
        }
        if error.is_data() {
            return self.other_shape(&format!("is not what was expected: {}", fault(error)));
        }
        let message = if response.body.is_empty() {
            format!("the response to `{name}` is empty, with status {}", response.status)
        } else if is_html(response) {
            format!("the response to `{name}` is an HTML page instead of JSON{}", title(&response.body))
        } else if error.is_eof() {
            format!("the response to `{name}` is cut off: {error}")
        } else {
            format!("the response to `{name}` is not JSON: {error}")
        };
        Error::new(Kind::Data, code::NOT_JSON, message)
    }
}

fn is_html(response: &Incoming) -> bool {
    response.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
        || response.body.trim_ascii_start().first() == Some(&b'<')
}

/// The title of an HTML page: "Sign in", "Scheduled maintenance".
fn title(body: &[u8]) -> String {
    const SEARCHED: usize = 16 * 1024;
    let text = String::from_utf8_lossy(body.get(..body.len().min(SEARCHED)).unwrap_or_default());
    let lower = text.to_ascii_lowercase();
    let begin = lower.find("<title").and_then(|at| lower.get(at..)?.find('>').map(|to| at + to + 1));
    let end = begin.and_then(|begin| lower.get(begin..)?.find('<').map(|to| begin + to));
    let title = begin.zip(end).and_then(|(begin, end)| text.get(begin..end)).unwrap_or_default();
    redact::excerpt(title.trim().as_bytes())
}

fn after(requests: u32) -> String {
    if requests > 1 { format!(" after {requests} requests") } else { String::new() }
}

/// Returns the advice for a 403: grant the permissions that the step declares, if any.
fn not_permitted() -> String {
    match stats::permissions() {
        [] => "; check what the credentials are allowed to read".to_owned(),
        needed => {
            let needed = needed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("; the step needs the permission {needed}; grant it to the credentials")
        }
    }
}

/// Describes what is wrong with JSON, without the value: it is the provider's data, and may be a secret.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find('"'), text.rfind("\", expected")) {
        (Some(begin), Some(end)) if begin < end => format!("{}\"…{}", &text[..begin], &text[end..]),
        _ => text,
    }
}

/// The message for a record that cannot be read.
pub(super) fn unreadable(place: usize, record: &[u8], page: &str, error: &serde_json::Error) -> String {
    let id = id_of(record);
    format!("[{}] record {place}{id} of `{page}` cannot be read: {}", code::RECORD, fault(error))
}

/// The id of a record that cannot be read, so that it can be found.
fn id_of(record: &[u8]) -> String {
    if !json::is_affordable(record) {
        return String::new();
    }
    let Ok(Value::Object(record)) = serde_json::from_slice(record) else {
        return String::new();
    };
    ["id", "_id", "uuid", "name"]
        .iter()
        .find_map(|name| record.get(*name).filter(|id| id.is_string() || id.is_number()).map(|id| (name, id)))
        .map_or_else(String::new, |(name, id)| format!(" (`{name}` {id})"))
}

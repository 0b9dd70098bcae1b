//! What went wrong with a request, for whoever has to mend it: which request, what came back, what to do.

use j1_core::error::Kind;
use j1_core::{Error, Result};

use crate::observe::stats;
use crate::provider::exchange::Answered;
use crate::provider::request::Request;
use crate::provider::transport::{Incoming, LONGEST_ANSWER, Unanswered};
use crate::{code, redact};

impl Request {
    /// How messages call it.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, redact::text(self.url.as_str()))
    }

    /// The answer, if it is one of success.
    pub(super) fn success(&self, answered: Answered) -> Result<Incoming> {
        if (200..300).contains(&answered.incoming.status) {
            return Ok(answered.incoming);
        }
        Err(self.refused(&answered))
    }

    /// An answer that is none of success, as an error.
    pub(super) fn refused(&self, answered: &Answered) -> Error {
        let (answer, requests) = (&answered.incoming, answered.requests);
        let (kind, code, hint) = match answer.status {
            401 => (Kind::Credentials, code::CREDENTIALS, "; check the credentials".to_owned()),
            403 => (Kind::Credentials, code::CREDENTIALS, not_permitted()),
            300..=399 => (Kind::Provider, code::STATUS, self.redirected(answer)),
            404 => (Kind::Provider, code::STATUS, "; check the address of the API and the path".to_owned()),
            429 => (Kind::Provider, code::STATUS, "; allow fewer requests a second".to_owned()),
            _ => (Kind::Provider, code::STATUS, String::new()),
        };
        let message = format!(
            "`{}` was answered with {}{}{}{hint}",
            self.name(),
            answer.status,
            after(requests),
            redact::excerpt(&answer.body)
        );
        Error::new(kind, code, message)
    }

    /// Redirects are not followed: they would take the credentials to wherever they point.
    fn redirected(&self, answer: &Incoming) -> String {
        let to = answer.header("location").and_then(|to| self.url.join(to).ok());
        to.map_or_else(String::new, |to| {
            format!("; it points to {}, and is not followed: write that address", redact::text(to.as_str()))
        })
    }

    pub(super) fn unanswered(&self, why: Unanswered, requests: u32) -> Error {
        match why {
            Unanswered::Lost(cause) => {
                let message = format!("`{}` was not answered in full{}", self.name(), after(requests));
                Error::new(Kind::Provider, code::NO_ANSWER, message).caused_by(cause)
            }
            Unanswered::TooLarge => {
                let message =
                    format!("the answer to `{}` is larger than {LONGEST_ANSWER} bytes", self.name());
                Error::new(Kind::Provider, code::OTHER_SHAPE, message)
            }
            Unanswered::Unsent(error) => error,
        }
    }

    pub(crate) fn unreadable(&self, error: &serde_json::Error) -> Error {
        let message = if error.is_data() {
            return Error::new(
                Kind::Data,
                code::OTHER_SHAPE,
                format!("the answer to `{}` is not what was expected: {}", self.name(), fault(error)),
            );
        } else if error.is_eof() {
            format!("the answer to `{}` is cut off: {error}", self.name())
        } else {
            format!("the answer to `{}` is not JSON: {error}", self.name())
        };
        Error::new(Kind::Data, code::NOT_JSON, message)
    }
}

fn after(requests: u32) -> String {
    if requests > 1 { format!(" after {requests} requests") } else { String::new() }
}

/// What to do about a 403: what the step declares that it needs, where it does.
fn not_permitted() -> String {
    match stats::permissions() {
        [] => "; check what the credentials are allowed to read".to_owned(),
        needed => {
            let needed = needed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("; the step needs the permission {needed}; grant it to the credentials")
        }
    }
}

/// What is wrong with JSON, without the value that is: it is the vendor's data, and may be a secret.
pub(crate) fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find('"'), text.rfind("\", expected")) {
        (Some(begin), Some(end)) if begin < end => format!("{}\"…{}", &text[..begin], &text[end..]),
        _ => text,
    }
}

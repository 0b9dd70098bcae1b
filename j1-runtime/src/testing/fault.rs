//! Faults of a provider.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::provider::transport::{Incoming, Unanswered};

/// A fault in one response of a [`Double`](crate::testing::Double).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// It has this status, and a body without information.
    Status(u16),
    /// It is a 429 with `Retry-After`.
    SlowDown {
        /// `Retry-After`, in seconds.
        seconds: u64,
    },
    /// It comes late. Under tokio's paused time the wait costs nothing.
    Delay(Duration),
    /// The connection is lost instead.
    Reset,
    /// It ends in the middle, and the connection does not say so.
    Truncated,
    /// It is a 200 with something else in it.
    Body(Value),
    /// It is the response to the request before: the same records, and the same cursor.
    Again,
}

impl Fault {
    /// Returns the response with this fault. `before` is the response to the request before.
    pub(super) async fn applied(
        self,
        whole: Incoming,
        before: Option<Incoming>,
    ) -> Result<Incoming, Unanswered> {
        match self {
            Self::Status(status) => Ok(Incoming {
                status,
                headers: HeaderMap::new(),
                body: Bytes::from_static(br#"{"message":"the double was told to fail"}"#),
            }),
            Self::SlowDown { seconds } => {
                let headers = HeaderMap::from_iter([(reqwest::header::RETRY_AFTER, seconds.into())]);
                Ok(Incoming { status: 429, headers, body: Bytes::new() })
            }
            Self::Delay(duration) => {
                tokio::time::sleep(duration).await;
                Ok(whole)
            }
            Self::Reset => Err(Unanswered::Lost("the double was told to close the connection".into())),
            Self::Truncated => Ok(Incoming { body: whole.body.slice(..whole.body.len() / 2), ..whole }),
            Self::Body(value) => Ok(Incoming { body: value.to_string().into(), ..whole }),
            Self::Again => Ok(before.unwrap_or(whole)),
        }
    }
}

//! HAR 1.2, read and written; what Polly.js writes is read as well. The format is that of the Web Performance Working
//! Group's draft, which browsers follow.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A recording.
#[derive(Deserialize)]
pub(crate) struct Har {
    pub log: Log,
}

#[derive(Deserialize)]
pub(crate) struct Log {
    #[serde(default)]
    pub creator: Creator,
    pub entries: Vec<Entry>,
}

/// The program that wrote a recording.
#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub(crate) struct Creator {
    pub name: String,
    pub version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

/// A request with its response.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(default)]
    pub started_date_time: String,
    /// The time it took, in milliseconds.
    #[serde(default)]
    pub time: f64,
    pub request: Request,
    pub response: Response,
    #[serde(default)]
    pub cache: Empty,
    #[serde(default)]
    pub timings: Timings,
    /// Polly's: the place among the requests that are alike.
    #[serde(rename = "_order", default, skip_serializing)]
    pub order: u64,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub method: String,
    pub url: String,
    #[serde(default)]
    pub http_version: String,
    #[serde(default, deserialize_with = "nothing")]
    pub cookies: [(); 0],
    #[serde(default)]
    pub headers: Vec<Pair>,
    #[serde(default)]
    pub query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_data: Option<PostData>,
    #[serde(default)]
    pub headers_size: i64,
    #[serde(default)]
    pub body_size: i64,
}

/// The body of a request.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostData {
    #[serde(default)]
    pub mime_type: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Param>,
    #[serde(default)]
    pub text: Option<String>,
}

/// A field of a form.
#[derive(Deserialize, Serialize)]
pub(crate) struct Param {
    pub name: String,
    #[serde(default, deserialize_with = "text")]
    pub value: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response {
    pub status: u16,
    #[serde(default)]
    pub status_text: String,
    #[serde(default)]
    pub http_version: String,
    #[serde(default, deserialize_with = "nothing")]
    pub cookies: [(); 0],
    #[serde(default)]
    pub headers: Vec<Pair>,
    #[serde(default)]
    pub content: Content,
    #[serde(rename = "redirectURL", default)]
    pub redirect_url: String,
    #[serde(default)]
    pub headers_size: i64,
    #[serde(default)]
    pub body_size: i64,
}

/// A name and its value.
#[derive(Deserialize, Serialize)]
pub(crate) struct Pair {
    pub name: String,
    #[serde(deserialize_with = "text")]
    pub value: String,
}

/// Reads a value as text: Polly.js records the number that a program set as `content-length` as a number.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        value @ (Value::Number(_) | Value::Bool(_)) => Ok(value.to_string()),
        _ => Err(D::Error::custom("the value of a header or field is a text")),
    }
}

/// The body of a response.
#[derive(Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Content {
    pub size: i64,
    pub mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// A member that HAR requires and j1 leaves empty.
#[derive(Deserialize, Serialize, Default)]
pub(crate) struct Empty {}

/// The times of the parts of an exchange, in milliseconds; only the whole is known.
#[derive(Deserialize, Serialize, Default)]
#[serde(default)]
pub(crate) struct Timings {
    pub send: f64,
    pub wait: f64,
    pub receive: f64,
}

/// Reads whatever is there as nothing: cookies stand in the headers too, and are not replayed.
fn nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[(); 0], D::Error> {
    serde::de::IgnoredAny::deserialize(deserializer).map(|_| [])
}

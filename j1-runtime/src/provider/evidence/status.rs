//! The words in which a response says that it failed, or that records are missing, although its status is one of success.

use serde_json::Value;

use super::names::{self, plain};
use super::value::{is_false, number};

fn is_word(value: &Value, words: &[&str]) -> bool {
    value.as_str().is_some_and(|text| words.contains(&&*plain(text)))
}

/// Returns `true` if a member says that the request failed, although the status is one of success.
pub(super) fn says_failed(plain: &str, value: &Value) -> bool {
    const WORDS: [&str; 20] = [
        "accessdenied",
        "denied",
        "error",
        "errors",
        "exception",
        "fail",
        "failed",
        "failure",
        "forbidden",
        "internalerror",
        "ko",
        "nok",
        "notauthenticated",
        "notauthorized",
        "ratelimited",
        "servererror",
        "serviceunavailable",
        "throttled",
        "unauthenticated",
        "unauthorized",
    ];
    let http_error = || number(value).is_some_and(|code| (400..600).contains(&code));
    match plain {
        "ok" | "success" | "succeeded" | "successful" | "issuccess" | "issuccessful" => {
            is_false(value) || number(value) == Some(0)
        }
        "errno" | "errorno" | "retcode" => value.as_i64().is_some_and(|code| code != 0),
        name if name == "result" || is_status(name) => is_word(value, &WORDS) || http_error(),
        "code" | "statuscode" | "responsecode" | "resultcode" | "httpstatus" | "httpcode" => http_error(),
        _ => false,
    }
}

/// Returns `true` if the text of a response says why the request was refused, although the status is one of success.
pub(super) fn tells_failure(plain: &str, value: &Value) -> bool {
    const TEXTS: [&str; 8] = [
        "detail",
        "message",
        "msg",
        "reason",
        "responsemessage",
        "statusmessage",
        "statustext",
        "statusdescription",
    ];
    const SAYS: [&str; 22] = [
        "access denied",
        "access is denied",
        "authentication credentials",
        "authentication failed",
        "authentication required",
        "do not have permission",
        "does not have permission",
        "expired token",
        "forbidden",
        "internal server error",
        "invalid api key",
        "invalid token",
        "not authorized",
        "permission denied",
        "quota exceeded",
        "rate limit",
        "service unavailable",
        "throttled",
        "token expired",
        "token has expired",
        "too many requests",
        "unauthorized",
    ];
    let Some(text) = value.as_str().filter(|_| TEXTS.contains(&plain)) else { return false };
    let text = text.to_ascii_lowercase();
    SAYS.iter().any(|says| text.contains(says))
}

/// Returns `true` if a status says that the records are still being looked for.
pub(super) fn says_unfinished(plain: &str, value: &Value) -> bool {
    const WORDS: [&str; 7] =
        ["executing", "inprogress", "loading", "notready", "pending", "processing", "queued"];
    // The state of a thing is often `running`, that of a query is so until it has ended.
    let of_query = matches!(plain, "querystatus" | "searchstatus" | "querystate" | "searchstate");
    (plain == "state" || is_status(plain) || of_query) && is_word(value, &WORDS)
        || of_query && is_word(value, &["running", "started", "submitted", "waiting"])
}

/// Returns `true` if a status says that records are missing.
pub(super) fn says_cut(plain: &str, value: &Value) -> bool {
    const WORDS: [&str; 8] = [
        "partial",
        "partialcontent",
        "partialsuccess",
        "partiallycompleted",
        "incomplete",
        "timeout",
        "timedout",
        "truncated",
    ];
    let of_request = ["result", "state", "outcome", "completeness"];
    let is_code = matches!(plain, "code" | "statuscode" | "responsecode" | "httpstatus" | "httpcode");
    (of_request.contains(&plain) || is_status(plain)) && is_word(value, &WORDS)
        || is_code && number(value).is_some_and(|code| matches!(code, 206 | 207))
}

/// Returns `true` if a member of a status says so: `{ "code": 500 }`.
pub(super) fn any_of_status(plain: &str, value: &Value, says: fn(&str, &Value) -> bool) -> bool {
    let members = value.as_object().filter(|_| is_status(plain));
    members.into_iter().flatten().any(|(inner, value)| says(&names::plain(inner), value))
}

/// Returns `true` for the status of the response.
fn is_status(plain: &str) -> bool {
    const OF: [&str; 6] = ["", "response", "query", "result", "search", "request"];
    plain == "stat" || plain.strip_suffix("status").is_some_and(|of| OF.contains(&of))
}

//! Names of members, parameters and headers that tell what they hold.

pub(crate) use j1_core::config::is_credential_name as is_credential;
pub(super) use j1_core::config::plain_name as plain;

/// Returns `true` if a parameter of this name holds a credential. More names count than for a member, which may be called `key` or
/// `signature` for other reasons.
pub(crate) fn is_credential_parameter(name: &str) -> bool {
    const WHOLE: [&str; 10] = [
        "assertion",
        "auth",
        "code",
        "cookie",
        "key",
        "session",
        "sharedaccesssignature",
        "sid",
        "sig",
        "ticket",
    ];
    is_credential(name) || WHOLE.contains(&&*plain(name))
}

/// Returns `true` if a header of this name holds a credential.
pub(crate) fn is_secret_header(name: &str) -> bool {
    const WHOLE: [&str; 5] =
        ["cookie", "set-cookie", "authorization", "proxy-authorization", "www-authenticate"];
    let lower = name.to_ascii_lowercase();
    WHOLE.contains(&&*lower)
        || is_credential(lower.strip_prefix("x-").unwrap_or(&lower))
        || ["key", "token", "auth", "secret"].iter().any(|end| lower.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_known_by_name_and_places_in_a_list_are_not_credentials() {
        for name in [
            "password",
            "access_token",
            "accessToken",
            "X-Amz-Signature",
            "X-Amz-Credential",
            "X-Amz-Security-Token",
            "client_secret",
            "api-key",
            "sessionId",
            "private_key",
            "token",
            "jwt",
            "SAMLResponse",
        ] {
            assert!(is_credential(name), "{name}");
        }
        for name in [
            "pageToken",
            "next_token",
            "nextPageToken",
            "continuation-token",
            "keys",
            "id",
            "design",
            "monkey",
        ] {
            assert!(!is_credential(name), "{name}");
        }
        for name in [
            "Authorization",
            "x-api-key",
            "Cookie",
            "Set-Cookie",
            "X-Auth-Token",
            "PRIVATE-TOKEN",
            "DD-API-KEY",
        ] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["accept", "content-type", "user-agent", "link", "etag", "x-request-id"] {
            assert!(!is_secret_header(name), "{name}");
        }
    }
}

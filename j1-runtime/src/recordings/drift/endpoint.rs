//! Groups requests by endpoint: `GET /api/users/17` and `GET /api/users/18` are both `GET /api/users/*`.

/// The endpoint of a request: a known one that it fits, or one with `*` for each part of the path that looks like an id.
pub(super) fn name<'k>(method: &str, path: &str, known: impl Iterator<Item = &'k String>) -> String {
    let asked = format!("{method} {path}");
    let mut known = known.filter(|endpoint| fits(endpoint, &asked));
    match known.next() {
        Some(endpoint) => endpoint.clone(),
        None => {
            let parts = path.split('/').map(|part| if is_id(part) { "*" } else { part });
            format!("{method} {}", parts.collect::<Vec<_>>().join("/"))
        }
    }
}

fn fits(endpoint: &str, asked: &str) -> bool {
    let (mut wanted, mut parts) = (endpoint.split('/'), asked.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some("*"), Some(part)) if !part.is_empty() => {}
            (Some(wanted), Some(part)) if wanted == part => {}
            _ => return false,
        }
    }
}

/// Returns `true` if a part of a path is the id of one thing of many. `v2` is a version.
fn is_id(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && (digits == part.len() || part.len() >= 8) || part.contains(['@', '%', '='])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_not_part_of_the_name() {
        let name = |path: &str| name("GET", path, [].iter());
        assert_eq!(name("/api/v2/groups/64f1c0ffee64f1c0ffee0001/members"), "GET /api/v2/groups/*/members");
        assert_eq!(name("/users/17"), "GET /users/*");
        assert_eq!(name("/users/ada%40example.com/apps"), "GET /users/*/apps");
        assert_eq!(name("/v1.0/organizations"), "GET /v1.0/organizations");
        let known = ["GET /orgs/*/users".to_owned()];
        assert_eq!(super::name("GET", "/orgs/acme/users", known.iter()), known[0]);
        assert_eq!(super::name("GET", "/orgs/acme/apps", known.iter()), "GET /orgs/acme/apps");
    }
}

//! Guesses the class of a provider's resource.

use j1_core::model::{ClassDef, Types, class};

use super::shape::Member;

/// Words of a resource's name, the more specific ones first, and the class that they stand for.
const BY_NAME: [(&str, &str); 81] = [
    ("service_account", "User"),
    ("user_group", "UserGroup"),
    ("usergroup", "UserGroup"),
    ("pull_request", "PR"),
    ("merge_request", "PR"),
    ("access_key", "AccessKey"),
    ("api_key", "AccessKey"),
    ("access_token", "AccessKey"),
    ("ssh_key", "AccessKey"),
    ("security_group", "Firewall"),
    ("api_token", "AccessKey"),
    ("auth_key", "AccessKey"),
    ("key", "AccessKey"),
    ("token", "AccessKey"),
    ("computer", "Device"),
    ("workstation", "Device"),
    ("smartphone", "Device"),
    ("person_record", "Person"),
    ("subnet", "Network"),
    ("vpc", "Network"),
    ("virtual_machine", "Host"),
    ("user", "User"),
    ("member", "User"),
    ("people", "Person"),
    ("person", "Person"),
    ("employee", "Person"),
    ("contact", "Person"),
    ("account", "Account"),
    ("tenant", "Account"),
    ("organization", "Organization"),
    ("organisation", "Organization"),
    ("org", "Organization"),
    ("company", "Organization"),
    ("team", "Team"),
    ("squad", "Team"),
    ("group", "Group"),
    ("role", "AccessRole"),
    ("permission", "AccessPolicy"),
    ("application", "Application"),
    ("app", "Application"),
    ("device", "Device"),
    ("laptop", "Device"),
    ("phone", "Device"),
    ("endpoint", "Device"),
    ("agent", "HostAgent"),
    ("server", "Host"),
    ("host", "Host"),
    ("machine", "Host"),
    ("vm", "Host"),
    ("instance", "Host"),
    ("system", "Host"),
    ("repository", "CodeRepo"),
    ("repo", "CodeRepo"),
    ("project", "Project"),
    ("issue", "Issue"),
    ("ticket", "Issue"),
    ("alert", "Alert"),
    ("incident", "Incident"),
    ("vulnerability", "Vulnerability"),
    ("finding", "Finding"),
    ("threat", "Finding"),
    ("policy", "AccessPolicy"),
    ("certificate", "Certificate"),
    ("domain", "Domain"),
    ("bucket", "DataStore"),
    ("database", "Database"),
    ("network", "Network"),
    ("site", "Site"),
    ("location", "Site"),
    ("cluster", "Cluster"),
    ("container", "Container"),
    ("image", "Image"),
    ("function", "Function"),
    ("queue", "Queue"),
    ("workflow", "Workflow"),
    ("settings", "Configuration"),
    ("setting", "Configuration"),
    ("configuration", "Configuration"),
    ("config", "Configuration"),
    ("preferences", "Configuration"),
    ("service", "Service"),
];

/// Members that are typical of one class; two of them are enough.
const BY_MEMBERS: [(&[&str], &str); 4] = [
    (
        &["email", "username", "user_name", "login", "first_name", "last_name", "firstname", "lastname"],
        "User",
    ),
    (&["hostname", "os", "serial_number", "mac_address", "mac_addresses"], "Device"),
    (&["default_branch", "clone_url", "ssh_url", "ssh_url_to_repo", "http_url_to_repo"], "CodeRepo"),
    (&["cve", "cve_id", "severity", "cvss", "cvss_score"], "Finding"),
];

/// The class of resources about which nothing is known.
const ANYTHING: &str = "Resource";

/// A guessed class, and the reason for it.
#[derive(Debug)]
pub struct Guess {
    /// The class.
    pub class: &'static ClassDef,
    /// The reason for it, as the end of a sentence that begins with "because".
    pub reason: String,
}

/// Guesses the class of a resource from its name and its members. Only classes whose required properties it can fill
/// are considered.
pub fn guess(name: &str, members: &[Member], gives: &dyn Fn(&ClassDef, &str) -> bool) -> Guess {
    let mut why_not = String::new();
    let by_name = by_name(name).filter(|(word, _)| !(*word == "member" && is_assignment(members)));
    let by_name = by_name.map(|(word, class)| (class, format!("it is called `{word}`")));
    let by_members = by_members(members).map(|class| (class, "it has such members".to_owned()));
    for (candidate, reason) in by_name.into_iter().chain(by_members) {
        let Some(class) = class(candidate) else { continue };
        let lacking = lacking(class, gives);
        if lacking.is_empty() {
            return Guess { class, reason };
        }
        why_not = format!("; `{candidate}` would need {}", lacking.join(", "));
    }
    // The model has this class, so the fallback is never used.
    let class = class(ANYTHING).unwrap_or(j1_core::model::CLASSES[0]);
    Guess { class, reason: format!("nothing says what it is{why_not}") }
}

/// Returns the words that stand for the same kind of thing as a name does: `user` for `member`.
pub fn alike(name: &str) -> impl Iterator<Item = &'static str> {
    let class = by_name(name).map(|(_, class)| class);
    BY_NAME.iter().filter(move |(_, one)| Some(*one) == class).map(|(word, _)| *word)
}

/// Returns `true` for a record that puts a user somewhere, but is not one: it has its own id, or that of the place, besides that of
/// the user, and nothing that a user has.
fn is_assignment(members: &[Member]) -> bool {
    let has = |names: &[&str]| {
        members.iter().any(|member| {
            super::words::snake(&member.name).is_some_and(|name| names.contains(&name.as_str()))
        })
    };
    let own_or_other = members.iter().filter_map(|member| super::words::snake(&member.name));
    let names_another = own_or_other.into_iter().any(|name| name != "user_id" && name.ends_with("_id"));
    (names_another || has(&["id", "uuid"]))
        && has(&["user", "user_id"])
        && !has(&["email", "username", "login", "user_name", "first_name"])
}

/// Words that say of an `instance` that it is a machine.
const OF_MACHINES: [&str; 8] = ["vm", "compute", "ec2", "server", "cloud", "virtual", "gce", "machine"];

/// Words that say of an `endpoint` that it is a URL, and no device.
const OF_URLS: [&str; 6] = ["webhook", "api", "http", "https", "url", "callback"];

fn by_name(name: &str) -> Option<(&'static str, &'static str)> {
    // `user_2` is the second list of users.
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    let name = super::words::head(name);
    if name.ends_with("_endpoint") && name.split('_').any(|word| OF_URLS.contains(&word)) {
        return None;
    }
    if name.ends_with("_instance") && !name.split('_').any(|word| OF_MACHINES.contains(&word)) {
        return None;
    }
    // The last words of a name decide: an `app_user` is a user, and a `user_invite` is not.
    BY_NAME.iter().find(|(word, _)| name == *word || name.ends_with(&format!("_{word}"))).copied()
}

fn by_members(members: &[Member]) -> Option<&'static str> {
    let has = |wanted: &&&str| {
        members.iter().any(|member| super::words::snake(&member.name).as_deref() == Some(**wanted))
    };
    // What names a device by its id is something of the device, though it repeats its serial number.
    let is_of = |class: &str| {
        let words = BY_NAME.iter().filter(|(_, known)| *known == class).map(|(word, _)| *word);
        words.flat_map(|word| [format!("{word}_id"), format!("{word}_uuid")]).any(|id| has(&&id.as_str()))
    };
    BY_MEMBERS
        .iter()
        .find(|(names, class)| names.iter().filter(has).count() >= 2 && !is_of(class))
        .map(|(_, class)| *class)
}

/// Returns the properties that a class requires, that may not be `null`, and that no member can fill.
pub fn lacking(class: &'static ClassDef, gives: &dyn Fn(&ClassDef, &str) -> bool) -> Vec<&'static str> {
    let nullable = |name: &str| class.property(name).is_some_and(|def| def.types.contains(Types::NULL));
    let required = class.required.iter().copied().filter(|name| !name.starts_with('_'));
    required
        .filter(|name| {
            !matches!(*name, "name" | "displayName" | "vendor") && !nullable(name) && !gives(class, name)
        })
        .collect()
}

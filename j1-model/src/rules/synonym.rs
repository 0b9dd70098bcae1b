//! Providers' names for the properties of a class, and names that read as a date or a question.

use crate::text::{begins_with, ends_with, same};
use crate::{ClassDef, Kind, PropertyDef, Types};

/// A provider's name, and the property that published integrations send it as. It does not apply to a class that lacks
/// the property, or whose property takes other values. Dates are not listed: they have a rule of their own.
const SYNONYMS: [(&str, &str); 20] = [
    ("os", "osName"),
    ("operatingSystem", "osName"),
    ("osFamily", "osType"),
    ("operatingSystemVersion", "osVersion"),
    ("serialNumber", "serial"),
    ("hardwareSerial", "serial"),
    ("manufacturer", "make"),
    ("hardwareVendor", "make"),
    ("hardwareModel", "model"),
    ("modelName", "model"),
    ("deviceModel", "model"),
    ("mail", "email"),
    ("primaryEmail", "email"),
    ("givenName", "firstName"),
    ("familyName", "lastName"),
    ("surname", "lastName"),
    ("userName", "username"),
    ("mfa", "mfaEnabled"),
    ("htmlUrl", "webLink"),
    ("consoleUrl", "webLink"),
];

/// Returns the class property that a custom name is a synonym of, if it takes values of this kind.
pub(super) const fn synonym(
    kind: Kind,
    classes: &[&'static ClassDef],
    name: &str,
) -> Option<&'static PropertyDef> {
    let mut i = 0;
    while i < classes.len() {
        let mut s = 0;
        while s < SYNONYMS.len() {
            if same(SYNONYMS[s].0, name)
                && let Some(def) = classes[i].property(SYNONYMS[s].1)
                && takes(def, kind)
            {
                return Some(def);
            }
            s += 1;
        }
        let mut p = 0;
        while p < classes[i].properties.len() {
            let def = classes[i].properties[p];
            if is_question_of(name, def) && takes(def, kind) {
                return Some(def);
            }
            p += 1;
        }
        i += 1;
    }
    None
}

/// Returns `true` if the property takes values of this kind, directly or as items of an array, or if the kind is
/// unknown.
const fn takes(def: &PropertyDef, kind: Kind) -> bool {
    kind.types.is_none() || def.fits(kind) || def.fits(kind.list())
}

/// Returns `true` for names such as `isActive` for the class's own `active`.
const fn is_question_of(name: &str, def: &PropertyDef) -> bool {
    let known = def.name.len();
    begins_with(name, "is")
        && name.len() == known + 2
        && def.types.contains(Types::BOOLEAN)
        && name.split_at(2).1.eq_ignore_ascii_case(def.name)
}

/// Returns `true` if a name reads as that of a date: `createdAt`, `hiredOn`, `startDate`, `lastSeen`, `expires`, `createTime`,
/// `dateCreated`.
#[must_use]
pub const fn reads_as_a_date(name: &str) -> bool {
    is_date_word(name) || ends_as_a_date(name) || is_time_of(name) || begins_as_a_date(name)
}

/// Names of dates that do not end as one, `last_seen` and the like in the camel case of properties.
pub(super) const fn is_date_word(name: &str) -> bool {
    let words = [
        "created",
        "updated",
        "modified",
        "deleted",
        "expires",
        "expiry",
        "expiration",
        "birthday",
        "firstSeen",
        "lastSeen",
        "lastActive",
        "lastActivity",
        "lastAccess",
        "lastAccessed",
        "lastChanged",
        "lastCheckIn",
        "lastCheckin",
        "lastConnected",
        "lastContact",
        "lastLogin",
        "lastLogon",
        "lastModified",
        "lastScan",
        "lastScanned",
        "lastSignIn",
        "lastSync",
        "lastSynced",
        "lastUpdate",
        "lastUpdated",
        "lastUsed",
        "timestamp",
    ];
    let mut i = 0;
    while i < words.len() {
        if same(name, words[i]) {
            return true;
        }
        i += 1;
    }
    false
}

/// `createTime`, `lastLoginTime`; not `responseTime` and other lengths of time.
const fn is_time_of(name: &str) -> bool {
    let acts = [
        "access",
        "accessed",
        "begin",
        "completed",
        "completion",
        "create",
        "created",
        "creation",
        "delete",
        "deleted",
        "deletion",
        "detected",
        "end",
        "ended",
        "event",
        "expiration",
        "expire",
        "expired",
        "expires",
        "expiry",
        "finished",
        "issued",
        "joined",
        "login",
        "logon",
        "modification",
        "modified",
        "modify",
        "occurred",
        "published",
        "received",
        "start",
        "started",
        "update",
        "updated",
    ];
    if !ends_with(name, "Time") {
        return false;
    }
    let what = name.split_at(name.len() - "Time".len()).0;
    if begins_with(what, "last") && what.len() > "last".len() {
        return true;
    }
    let mut i = 0;
    while i < acts.len() {
        if ends_in_word(what, acts[i]) {
            return true;
        }
        i += 1;
    }
    false
}

/// Returns `true` if the last word of a name in camel case is this one.
const fn ends_in_word(name: &str, word: &str) -> bool {
    if name.len() < word.len() {
        return false;
    }
    let (head, tail) = name.split_at(name.len() - word.len());
    tail.eq_ignore_ascii_case(word) && (head.is_empty() || tail.as_bytes()[0].is_ascii_uppercase())
}

/// `dateCreated`, `dateOfBirth`; not `dateFormat`.
const fn begins_as_a_date(name: &str) -> bool {
    let bytes = name.as_bytes();
    begins_with(name, "date")
        && bytes.len() > 4
        && bytes[4].is_ascii_uppercase()
        && (ends_with(name, "ed") || ends_with(name, "OfBirth"))
}

/// `createdAt`, `hiredOn`, `startDate`; not `dependsOn` and the like.
const fn ends_as_a_date(name: &str) -> bool {
    let ends = ["At", "On", "Date", "Timestamp"];
    let others = ["addOn", "basedOn", "dependsOn", "runsOn", "signOn", "SignOn", "worksOn"];
    let mut i = 0;
    while i < others.len() {
        if ends_with(name, others[i]) {
            return false;
        }
        i += 1;
    }
    i = 0;
    while i < ends.len() {
        if ends_with(name, ends[i]) && name.len() > ends[i].len() {
            return true;
        }
        i += 1;
    }
    false
}

/// Returns `true` if the derived name of a boolean does not read as a question: `isBlocksUploads`, where a verb stands
/// behind the `is`, or `isManagedOn`, which ends as a date does.
#[must_use]
pub fn is_verb_behind_is(name: &str) -> bool {
    const VERBS: [&str; 30] = [
        "Accepts", "Allows", "Are", "Blocks", "Can", "Contains", "Denies", "Did", "Does", "Enables",
        "Enforces", "Exposes", "Forces", "Grants", "Had", "Has", "Have", "Ignores", "Includes", "Is", "Must",
        "Needs", "Permits", "Prevents", "Requires", "Should", "Supports", "Uses", "Was", "Will",
    ];
    let Some(rest) = name.strip_prefix("is") else { return false };
    let next = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| !c.is_ascii_lowercase());
    VERBS.iter().any(|verb| rest.strip_prefix(verb).is_some_and(next))
        || ends_with(name, "On") && ends_as_a_date(name)
}

//! Rules on the names of properties.

use j1_model::rules::{self, Checked, Mapped, Named};
use j1_model::{
    Kind, Types, absence, is_property_name, looks_like_credential, names_credentials, nearest, pick_name,
};

use crate::{Rows, kinds, named};

/// Names as providers have them: right ones, near ones, other words, dates, questions, credentials, and no names at all.
const NAMES: &[&str] = &[
    "",
    "_",
    "_id",
    "a",
    "tag.*",
    "tag.Owner",
    "tags",
    "email",
    "Email",
    "emails",
    "emailAddress",
    "emailValue",
    "emailText",
    "emailaddress",
    "mailAddress",
    "e.mail",
    "e-mail",
    "e mail",
    "emial",
    "username",
    "userName",
    "usernam",
    "usernames",
    "usernameX",
    "usernamee",
    "ssername",
    "xsername",
    "userrname",
    "usermane",
    "displayname",
    "displayName",
    "displayNames",
    "firstname",
    "first.name",
    "firstName",
    "firstNama",
    "irstName",
    "givenName",
    "mail",
    "active",
    "isActive",
    "isActivated",
    "IsActive",
    "isactive",
    "isMfaEnabled",
    "isAdmin",
    "admin",
    "island",
    "is",
    "isHTTP",
    "is2fa",
    "mfaEnabled",
    "mfa",
    "os",
    "osName",
    "os.name",
    "operatingSystem",
    "osFamily",
    "operatingSystemVersion",
    "serialNumber",
    "hardwareSerial",
    "serial",
    "manufacturer",
    "hardwareVendor",
    "hardwareModel",
    "modelName",
    "deviceModel",
    "model",
    "primaryEmail",
    "familyName",
    "surname",
    "htmlUrl",
    "consoleUrl",
    "webLink",
    "weblink",
    "webLinks",
    "createdOn",
    "createdAt",
    "created",
    "At",
    "On",
    "startDate",
    "startTimestamp",
    "timestamp",
    "hiredOn",
    "addOn",
    "basedOn",
    "dependsOn",
    "runsOn",
    "signOn",
    "singleSignOn",
    "worksOn",
    "Date",
    "lastSeen",
    "lastSeenOn",
    "lastLogin",
    "expires",
    "expiresOn",
    "birthday",
    "hostname",
    "hostnam",
    "hostnames",
    "hostnaem",
    "apiToken",
    "apiTokens",
    "createTime",
    "token",
    "password",
    "secretName",
    "recommendation",
    "description",
    "café",
    "a_b",
    "a:b",
    "publicIp",
    "ipAddress",
    "macAddressValue",
    "deviceId",
    "nameaddress",
    "fqdn",
    "fqdnn",
    "isManagedOn",
    "category",
];

const CLASSES: &[&[&str]] = &[&[], &["User"], &["Device"], &["Host", "Device"], &["Finding"]];

const CODES: [&str; 9] = [
    "J1-E0210", "J1-E0216", "J1-E0303", "J1-E0304", "J1-E0305", "J1-E0307", "J1-E0803", "J1-E0301",
    "J1-E9999",
];

fn all_of(checked: Checked) -> [(&'static str, Checked); 6] {
    [
        ("own", checked),
        ("others", Checked::OTHERS),
        ("by class", Checked::BY_CLASS),
        ("by name", Checked::BY_NAME),
        ("by type", Checked::BY_TYPE),
        ("by type of others", Checked::BY_TYPE.and(Checked::OTHERS)),
    ]
}

#[test]
fn names_of_properties() {
    let mut rows = Rows::default();
    for names in CLASSES {
        let classes = named(names);
        for name in NAMES {
            let mut messages: Vec<(String, Vec<&str>)> = Vec::new();
            for (label, kind) in kinds() {
                let of = Named { kind, classes: &classes, name, checked: Checked::OWN, all: Some(&[]) };
                let Some(text) = rules::name("Thing", &of, &[]) else { continue };
                match messages.iter_mut().find(|(message, _)| message == text.as_str()) {
                    Some((_, labels)) => labels.push(label),
                    None => messages.push((text.as_str().to_owned(), vec![label])),
                }
            }
            for (message, labels) in messages {
                rows.result(&format!("{names:?} {name:?} of {}", labels.join(", ")), message);
            }
        }
    }
    rows.check("names.txt");
}

#[test]
fn which_rules_are_checked() {
    let mut rows = Rows::default();
    let classes = named(&["User"]);
    let broken =
        ["active", "email", "flag", "madeAt", "mail", "expires", "apiToken", "a_b", "_x", "username"];
    let kind = |name: &str| match name {
        "active" | "flag" => Kind::new(Types::BOOLEAN),
        "madeAt" => Kind::date(),
        "username" => Kind::new(Types::STRING).optional(),
        _ => Kind::new(Types::STRING),
    };
    for name in broken {
        for (label, checked) in all_of(Checked::OWN) {
            let others: [(&str, Option<&[Mapped<'_>]>); 4] = [
                ("unknown", None),
                ("none", Some(&[])),
                ("email", Some(&[("email", "x")])),
                ("name and email", Some(&[("name", "y"), ("email", "x")])),
            ];
            for (others, all) in others {
                let of = Named { kind: kind(name), classes: &classes, name, checked, all };
                let code = |text: j1_model::text::Text| text.as_str().get(1..9).map(str::to_owned);
                let allowed = rules::name("Thing", &of, &["J1-E0305", "J1-E0803"]).and_then(code);
                let text = rules::name("Thing", &of, &[]).and_then(code);
                rows.result(&format!("{name} {label}, others {others}"), (text, allowed));
            }
        }
        for code in CODES {
            let of =
                Named { kind: kind(name), classes: &classes, name, checked: Checked::OWN, all: Some(&[]) };
            rows.message(
                &format!("{name} allows {code}, breaks: {}", rules::breaks(&of, code)),
                rules::allows_nothing(&of, code),
            );
        }
        let kind = kind(name);
        rows.result(
            &format!("{name} as chosen"),
            (rules::broken_rule(kind, &classes, name), rules::known_as(kind, &classes, name)),
        );
    }
    for code in CODES {
        rows.result(&format!("{code} needs the type"), rules::needs_the_type(code));
    }
    rows.message("flattened", Some(rules::flattened_allows_nothing("contact", "J1-E0305")));
    rows.check("checked.txt");
}

#[test]
fn words_of_names() {
    let mut rows = Rows::default();
    let mut note = |name: &str| {
        let is = (
            rules::reads_as_a_date(name),
            rules::is_verb_behind_is(name),
            (looks_like_credential(name), names_credentials(name)),
            is_property_name(name),
        );
        rows.result(&format!("{name:?} is a date, a verb, a credential, a name"), is);
    };
    for name in NAMES {
        note(name);
    }
    let more = "isBlocksUploads isBlocks isBlock isBlocksX isBlockst isBlocks2 isHas isHasMfa isHash isHashed isAre \
         isArea isManagedOn isAddOn blocks is tag.x tag. _x _ __x _tag.x a.b a-b accessTime accessedTime beginTime \
         completedTime completionTime createTime createdTime creationTime deleteTime deletedTime deletionTime \
         detectedTime endTime endedTime eventTime expirationTime expireTime expiredTime expiresTime expiryTime \
         finishedTime issuedTime joinedTime loginTime logonTime modificationTime modifiedTime modifyTime \
         occurredTime publishedTime receivedTime startTime startedTime updateTime updatedTime lastLoginTime \
         responseTime uptime Time lastTime lastxTime dateCreated dateOfBirth dateFormat date dated datecreated \
         dateed date1ed recreateTime passwordExpirationTime XcreateTime CreateTime apiTokens secrets address S \
         TOKENS passwords credentialss updated modified deleted expiry expiration firstSeen lastActive \
         lastActivity lastAccess lastAccessed lastChanged lastCheckIn lastCheckin lastConnected lastContact \
         lastLogon lastModified lastScan lastScanned lastSignIn lastSync lastSynced lastUpdate lastUpdated \
         lastUsed passwd passphrase credential credentials secret api_key apiKey private_key privateKey access_key \
         accessKey ACCESSKEY myPassword APITOKEN tokens d e l n s t y key wordpass asswd xpassphrase redential \
         ecret oken";
    for name in more.split_whitespace().chain(["a b"]) {
        note(name);
    }
    for (name, candidates) in [
        ("clas", ["class", "type", "key"]),
        ("tpye", ["class", "type", "key"]),
        ("", ["class", "type", "key"]),
        ("kyes", ["class", "type", "key"]),
        ("abcdefgh", ["abcdxxxx", "abcdefxx", "abcdexxx"]),
        ("abcdef", ["abcxxx", "axxxxx", "xxxxxx"]),
        ("abcde", ["abcxx", "abxxx", "xxxxx"]),
        ("abcdef", ["abxxxx", "abbxxx", "xxxxxx"]),
    ] {
        rows.result(&format!("nearest to {name:?} of {candidates:?}"), nearest(name, candidates));
    }
    rows.check("words.txt");
}

#[test]
fn names_that_a_class_has() {
    let mut rows = Rows::default();
    for (names, plain, custom) in [
        (&["Application"] as &[&str], "productionUrl", "isProductionUrl"),
        (&["Application"], "productionURL", "x"),
        (&["User"], "active", "isActive"),
        (&["User"], "isActive", "active"),
        (&["User"], "nope", "noPe"),
        (&["User"], "nope", "EMAIL"),
        (&["User"], "EMAIL", "nope"),
        (&["User"], "e.mail", "e-mail"),
        (&["Device"], "lastSeen", "lastSeenOn"),
        (&["Device", "Host"], "Hostname", "x"),
        (&[], "a", "b"),
        (&["User"], "mfaenabled", "mfaenabled"),
        (&["User"], "nope", "nope"),
        (&["Firewall", "AccessRole"], "Admin", "x"),
    ] {
        rows.result(
            &format!("{plain:?}, or {custom:?}, in {names:?}"),
            pick_name(&named(names), plain, custom),
        );
    }
    for (names, name) in [
        (&["User"] as &[&str], "email"),
        (&["User"], "username"),
        (&["User"], "name"),
        (&["User"], "displayName"),
        (&["User"], "nope"),
        (&[], "name"),
        (&[], "nope"),
        (&["Device"], "category"),
        (&["Device"], "make"),
        (&["Device", "Host"], "make"),
        (&["Host", "User"], "category"),
        (&["Device"], "lastSeenOn"),
        (&["Finding"], "severity"),
        (&["Finding"], "category"),
        (&["Finding"], "open"),
        (&["Finding"], "score"),
        (&["HostAgent", "Device"], "lastSeenOn"),
        (&["Record", "User"], "email"),
        (&["User", "Record"], "email"),
    ] {
        rows.result(&format!("{name:?} absent from {names:?}"), absence(&named(names), name));
    }
    rows.check("known.txt");
}

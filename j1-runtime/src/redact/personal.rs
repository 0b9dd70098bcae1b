//! Names of members that identify a person.

use crate::redact::names::plain;

/// The kind of personal data in a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Personal {
    /// A name.
    Name,
    /// Digits and letters that stand for a person or a thing of theirs: a phone, a serial number.
    Number,
}

/// The kind of personal data in a member of this name, if any.
pub(crate) fn of_member(name: &str) -> Option<Personal> {
    let plain = plain(name);
    // A list of them is named by the plural.
    let one = plain.strip_suffix("es").filter(|one| kind(one).is_some());
    let one = one.or_else(|| plain.strip_suffix('s')).unwrap_or(&plain);
    kind(&plain).or_else(|| kind(one))
}

/// As [`of_member`], for a name in lower case without what divides its words.
fn kind(plain: &str) -> Option<Personal> {
    const NAMES: [&str; 16] = [
        "alias",
        "commonname",
        "displayname",
        "familyname",
        "firstname",
        "fullname",
        "givenname",
        "lastname",
        "maidenname",
        "middlename",
        "nickname",
        "ownername",
        "preferredname",
        "realname",
        "surname",
        "username",
    ];
    const NUMBERS: [&str; 16] = [
        "cellphone",
        "employeeid",
        "employeeidentifier",
        "employeenumber",
        "homephone",
        "imei",
        "macaddress",
        "meid",
        "mobile",
        "mobilephone",
        "phone",
        "phonenumber",
        "serial",
        "serialnumber",
        "udid",
        "workphone",
    ];
    match plain {
        plain if NAMES.binary_search(&plain).is_ok() => Some(Personal::Name),
        plain if NUMBERS.binary_search(&plain).is_ok() => Some(Personal::Number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_known_by_the_names_of_members() {
        assert_eq!(of_member("first_name"), Some(Personal::Name));
        assert_eq!(of_member("displayName"), Some(Personal::Name));
        assert_eq!(of_member("workPhone"), Some(Personal::Number));
        assert_eq!(of_member("serialNumbers"), Some(Personal::Number));
        assert_eq!(of_member("mac_addresses"), Some(Personal::Number));
        assert_eq!(of_member("aliases"), Some(Personal::Name));
        assert_eq!(of_member("names"), None);
        assert_eq!(of_member("name"), None);
        assert_eq!(of_member("id"), None);
    }
}

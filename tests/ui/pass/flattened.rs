//! Nested structs, there or not, become properties of the entity, under the class's names where it has them.

use j1::model::Types;
use j1::prelude::*;
use j1_core::graph::Absence;

/// Who it is.
#[derive(J1Properties)]
pub struct Profile {
    /// The first name.
    pub first_name: String,
    #[j1(list)]
    pub email: String,
    pub admin: bool,
    pub sso: bool,
}

#[derive(J1Properties)]
pub struct Login<'a> {
    #[j1(rename = "loginShell")]
    pub shell: &'a str,
    pub last_login: Option<Timestamp>,
    #[j1(skip)]
    pub password: Secret,
}

#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id, constant(vendor = "Acme"))]
pub struct User<'a> {
    #[j1(skip)]
    pub id: String,
    #[j1(flatten)]
    pub profile: Profile,
    #[j1(list)]
    pub username: String,
    #[j1(flatten)]
    pub login: Option<Login<'a>>,
}

/// Nothing but what is nested.
#[derive(J1Properties)]
pub struct Names {
    pub name: String,
    pub display_name: String,
}

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}")]
pub struct Group {
    #[j1(skip)]
    pub id: u64,
    #[j1(flatten)]
    pub names: Names,
}

fn main() {
    let properties = User::ENTITY.properties;
    let names: Vec<_> = properties.iter().map(|p| p.name).collect();
    assert_eq!(
        names,
        [
            "name", "displayName", "username", "vendor", "firstName", "email", "isAdmin", "isSso",
            "loginShell", "lastLoginOn"
        ]
    );
    let of = |name: &str| properties.iter().find(|p| p.name == name).expect("it is there");
    assert_eq!(of("email").kind.types, Types::ARRAY);
    assert!(of("firstName").defs[0].is_some(), "the class says what it is");
    assert_eq!(of("firstName").docs, "The first name.");
    assert!(of("loginShell").kind.optional, "the whole may be absent");
    assert_eq!(of("loginShell").absence, Absence::Omitted);
    assert_eq!(Group::ENTITY.properties.len(), 2);
}

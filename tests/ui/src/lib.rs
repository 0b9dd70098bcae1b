//! Fixtures for the cases of these tests, so that each is its mistake and not its preamble.

use j1::prelude::*;

/// An account, which steps can read back.
#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_account", class = Account, key = "acme-account:{id}", constant(vendor = "Acme"))]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The name that people see.
    pub display_name: String,
}

/// A user.
#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = "acme-user:{id}", name = id, display_name = id)]
pub struct User {
    /// Its id.
    pub id: String,
}

/// A group.
#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
pub struct Group {
    /// Its id.
    pub id: String,
}

/// A configuration without fields.
#[derive(J1Config)]
pub struct Config {}

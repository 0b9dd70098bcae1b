//! Types that the cases of these tests use, so that a case is little more than its mistake.

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

/// A group, which steps can read back.
#[derive(serde::Serialize, serde::Deserialize, J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
pub struct Group {
    /// Its id.
    pub id: String,
}

/// An application.
#[derive(J1Entity)]
#[j1(type = "acme_app", class = Application, key = "acme-app:{id}", name = id, display_name = id)]
pub struct App {
    /// Its id.
    pub id: String,
}

/// A person that another integration has collected.
#[derive(J1Target)]
#[j1(class = Person, filter(_class, email), skip_target_creation = true)]
pub struct Person {
    /// The e-mail address.
    pub email: String,
}

/// A configuration without fields.
#[derive(J1Config)]
pub struct Config {}

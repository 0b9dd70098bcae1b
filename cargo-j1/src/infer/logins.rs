//! Names that providers have for what a class calls `username`.

use j1_core::model::ClassDef;

use super::field::{Naming, property};
use super::nested::WRAPPERS;
use super::shape::{Member, Shape};
use super::words;

/// Members that hold what a user logs in with, the likeliest first.
const LOGINS: [&str; 8] =
    ["user_name", "login", "login_name", "user_login", "logon_name", "account_name", "screen_name", "handle"];

/// The member of a record that is its `username`, where the class wants one and no member is called so.
#[derive(Debug, Clone, Default)]
pub struct Login(Option<String>);

impl Login {
    /// Returns the member of these, and of the objects that hold a record's own values, in snake case.
    pub fn new(class: &ClassDef, members: &[Member]) -> Self {
        if !class.required.contains(&"username") {
            return Self(None);
        }
        let is_wrapper = |member: &&Member| WRAPPERS.contains(&member.name.as_str());
        let inner = members.iter().filter(is_wrapper).flat_map(|member| member.shape.members());
        let names: Vec<String> =
            members.iter().chain(inner).filter_map(|member| words::snake(&member.name)).collect();
        if names.iter().any(|name| name == "username") {
            return Self(None);
        }
        let found = LOGINS.iter().find(|login| names.iter().any(|name| name == *login));
        Self(found.map(|login| (*login).to_owned()))
    }

    /// Returns the property for a member of this name, if it is the one and the class takes it.
    pub fn property(
        &self,
        class: &'static ClassDef,
        resource: &str,
        name: &str,
        base: &str,
        shape: &Shape,
    ) -> Option<Naming> {
        if self.0.as_deref() != Some(name) || base != "String" {
            return None;
        }
        let naming = property(class, resource, "username", base, shape).ok()?;
        let review = Some(format!("`{}` calls what people log in with `username`", class.name));
        (naming.name == "username").then_some(Naming { rename: true, review, ..naming })
    }
}

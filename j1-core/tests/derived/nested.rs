//! An entity with nested structs, as providers nest a profile or an address, there or not.

use j1_core::prelude::*;
use proptest::prelude::*;

use crate::any::{email, id, long, maybe, name, some_text, text};
use crate::entities::Sample;
use crate::expected::{Expected, cut};

/// The identity of a member: the class defines most of it.
#[derive(Clone, Debug, J1Properties)]
pub struct Profile {
    first_name: Option<String>,
    #[j1(list)]
    email: String,
    admin: bool,
    #[j1(truncate)]
    bio: String,
}

/// The sign-in of a member: the class defines some of it, and requires one property.
#[derive(Clone, Debug, J1Properties)]
pub struct Login {
    #[j1(list)]
    username: String,
    #[j1(rename = "loginShell")]
    shell: Option<String>,
    tries: u32,
}

/// A member, which has a profile and may have a login.
#[derive(Clone, Debug, J1Entity)]
#[j1(type = "acme_member", class = User, key = "acme-member:{id}", name = nick, display_name = nick)]
pub struct Member {
    #[j1(skip)]
    id: String,
    nick: String,
    #[j1(flatten)]
    profile: Profile,
    last_name: Option<String>,
    #[j1(flatten)]
    login: Option<Login>,
}

impl Sample for Member {
    fn any() -> BoxedStrategy<Self> {
        let bio = prop_oneof![3 => text(), 1 => long()];
        let profile = (maybe(some_text()), email(), any::<bool>(), bio)
            .prop_map(|(first_name, email, admin, bio)| Profile { first_name, email, admin, bio });
        let login = (some_text(), maybe(text()), any::<u32>()).prop_map(|(username, shell, tries)| Login {
            username,
            shell,
            tries,
        });
        (id(), name(), profile, maybe(text()), maybe(login))
            .prop_map(|(id, nick, profile, last_name, login)| Self { id, nick, profile, last_name, login })
            .boxed()
    }

    fn expected(&self) -> Expected {
        let (profile, login) = (&self.profile, self.login.as_ref());
        Expected::new("acme_member", "User", &format!("acme-member:{}", self.id))
            .put("name", &*self.nick)
            .put("nick", &*self.nick)
            .put("displayName", &*self.nick)
            .or_null("firstName", profile.first_name.clone())
            .list_or_null("email", &profile.email)
            .put("isAdmin", profile.admin)
            .put("bio", cut(&profile.bio))
            .or_null("lastName", self.last_name.clone())
            .or_null("shortLoginId", "")
            .list_or_null("username", login.map_or("", |login| &login.username))
            .put("loginShell", login.and_then(|login| login.shell.clone()))
            .put("tries", login.map(|login| login.tries))
    }

    fn cut(&self) -> Vec<&'static str> {
        let bio = &self.profile.bio;
        if cut(bio) == *bio { Vec::new() } else { vec!["bio"] }
    }
}

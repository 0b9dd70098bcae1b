//! Chooses `name` and `displayName`, the names by which people know a record.

use super::Builder;
use crate::infer::field::Field;
use crate::infer::nested::{Computed, WRAPPERS};

/// Members that name a record, the more specific ones first.
const NAMES: [&str; 14] = [
    "name",
    "full_name",
    "display_name",
    "displayname",
    "title",
    "label",
    "login",
    "username",
    "user_name",
    "hostname",
    "slug",
    "email",
    "summary",
    "number",
];
/// Members that people see.
const DISPLAY: [&str; 5] = ["display_name", "displayname", "full_name", "title", "label"];

impl Builder<'_> {
    /// Returns the attributes of the struct that set `name` and `displayName`.
    pub fn names(&mut self, provider: &str) -> Vec<String> {
        let name = self.first_text(&NAMES).or_else(|| self.own_name());
        // The SDK shows what has no name to show by its name, whatever else it is called.
        let is_shown = |ident: &String| !self.resource.is_ported || ident.starts_with("display_name");
        let display = self.first_text(&DISPLAY).filter(is_shown);
        let Some(key) = self.ident_of(&self.key.member) else { return self.names_of_one(provider, name) };
        let is_text = self.key.base == "String";
        let otherwise = format!("self.{key}.{}()", if is_text { "clone" } else { "to_string" });
        if let Some(body) = self.inner_name(&otherwise).filter(|_| name.is_none()) {
            self.computed_names(&body);
            return Vec::new();
        }
        if !is_text {
            self.computed_names(&self.name_or(name.as_ref(), &otherwise));
            return Vec::new();
        }
        let mut chain: Vec<String> = name.into_iter().collect();
        if !chain.contains(&key) {
            chain.push(key);
        }
        let mut shown: Vec<String> = display.into_iter().filter(|ident| !chain.contains(ident)).collect();
        shown.extend(chain.iter().cloned());
        let list = |idents: &[String]| match idents {
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        // The field `name` becomes this property without an attribute.
        let is_sent = |field: &Field| field.ident == "name" && field.attributes.is_empty();
        let own = list(&chain) == "name" && self.fields.iter().any(is_sent);
        let display = format!("display_name = {}", list(&shown));
        vec![if own { display } else { format!("name = {}, {display}", list(&chain)) }]
    }

    /// Returns an expression for a name inside of an object, or `otherwise` where it is absent.
    fn inner_name(&self, otherwise: &str) -> Option<String> {
        // `attributes.name` is a property beside `name`, under a name of its own.
        let is_it = |one: &Computed, name: &str| {
            let held = one.property.strip_suffix(name).and_then(|head| head.strip_suffix('_'));
            one.property == name || held.is_some_and(|held| WRAPPERS.contains(&held))
        };
        let inner = NAMES.iter().find_map(|name| self.computed.iter().find(|one| is_it(one, name)))?;
        match inner.ty.as_str() {
            "String" => Some(format!("self.{}()", inner.method)),
            "Option<String>" => Some(format!("self.{}().unwrap_or_else(|| {otherwise})", inner.method)),
            _ => None,
        }
    }

    /// Returns the attributes that name what exists once: after a text of its own that is always there, or else after the
    /// provider.
    fn names_of_one(&mut self, provider: &str, name: Option<String>) -> Vec<String> {
        let called = format!("{provider} {}", crate::infer::words::prose(&self.resource.name));
        let Some(name) = name else {
            return vec![format!("constant(name = {called:?}, display_name = {called:?})")];
        };
        let body = self.name_or(Some(&name), &format!("{called:?}.to_owned()"));
        self.computed_names(&body);
        Vec::new()
    }

    /// Returns an expression for a field's text, or `otherwise` if the text is absent or empty.
    fn name_or(&self, name: Option<&String>, otherwise: &str) -> String {
        match name.and_then(|name| self.fields.iter().find(|field| field.ident == *name)) {
            Some(Field { ident, optional: true, .. }) => {
                format!("self.{ident}.clone().filter(|text| !text.is_empty()).unwrap_or_else(|| {otherwise})")
            }
            Some(Field { ident, .. }) => {
                format!("if self.{ident}.is_empty() {{ {otherwise} }} else {{ self.{ident}.clone() }}")
            }
            None => otherwise.to_owned(),
        }
    }

    /// Adds a method for both names, where no field can be both, or the key cannot stand in because it is a number.
    fn computed_names(&mut self, body: &str) {
        // What is called so is a property through the method.
        for field in &mut self.fields {
            if matches!(field.ident.as_str(), "name" | "display_name") && field.attributes.is_empty() {
                field.attributes.push("skip".to_owned());
            }
        }
        let method = |property: &str| Computed {
            property: property.to_owned(),
            ty: "String".to_owned(),
            method: "name_to_show".to_owned(),
            body: body.to_owned(),
            docs: "Returns the name that people know it by, or else what identifies it.".to_owned(),
            review: None,
        };
        // Two names of one thing: where a member is called so already, the method gives what is missing.
        for property in ["name", "display_name"] {
            if !self.computed.iter().any(|one| one.property == property) {
                self.computed.push(method(property));
            }
        }
    }

    /// Returns the first of these members that is a text, and that a field holds.
    fn first_text(&self, wanted: &[&str]) -> Option<String> {
        let find = |name: &str| self.texts().find(|field| field.ident.trim_end_matches('_') == name);
        wanted.iter().copied().find_map(find).map(|field| field.ident.clone())
    }

    /// Returns the record's own name under a longer word: `device_name`, `friendly_name`.
    fn own_name(&self) -> Option<String> {
        let mut named =
            self.texts().filter(|field| field.ident.ends_with("_name") || field.ident.ends_with("_title"));
        let first = named.next()?;
        let own = |field: &&Field| field.ident.starts_with(&format!("{}_", self.resource.name));
        let found = if own(&first) { first } else { named.find(own).unwrap_or(first) };
        Some(found.ident.clone())
    }

    /// Returns the fields that hold a text of the record's own.
    fn texts(&self) -> impl Iterator<Item = &Field> {
        let related = |field: &Field| field.attributes.iter().any(|one| one.starts_with("relationship"));
        let dated = |field: &Field| field.attributes.iter().any(|one| one.starts_with("date"));
        self.fields.iter().filter(move |field| field.base == "String" && !related(field) && !dated(field))
    }
}

//! The derives and attributes of j1: syntax to tokens.
//!
//! The rules of the data model are those of `j1_model`: a derive asks them while it expands and reports what is broken at
//! the token that has to change. What needs a type that its name does not tell is a check in `const` code of the expansion.
//! Use it through `j1` or `j1_core`.
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::todo
)]

mod attr;
mod case;
mod config;
mod ctxt;
mod docs;
mod entity;
mod enumeration;
mod facade;
mod generic;
mod integration;
mod kind;
mod properties;
mod serde;
mod step;
mod target;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a struct an entity of the graph.
///
/// A field becomes a property named in camelCase. A `bool` becomes `is{Name}` and a date `{action}On`
/// (`created_at` → `createdOn`) unless a class of the entity has a property of that name. `None` and an empty
/// string are not sent, or sent as `null` where the class requires the property.
///
/// # On the struct
///
/// - `type = "acme_user"`: the whole `_type`; or `resource = "user"`: the resource, to which the
///   integration type is added when it runs (`user_my-billing-acme`).
/// - `class = User`, `class = [Account, Organization]`: one or more classes of the data model.
/// - `key = id`, `key = "{integration}:user:{id}"`: the field, or a template over fields, that makes the
///   `_key`. `{integration}` is the integration type.
/// - `singleton`: there is one such entity, so its key needs no field.
/// - `name = slug`: the field sent as `name`.
/// - `display_name = [nickname, login]`: sent as `displayName`: the first of these fields that is there.
/// - `title = "Apps"`: what people call such entities, in the documentation and the official schema; the name of the
///   struct in words when it is left out.
/// - `computed(web_link, created_on)`: properties that methods of these names give;
///   `computed(web_link: String = Self::console_url)` where the method has another name.
/// - `constant(vendor = "Acme")`: a property that is the same for all.
/// - `raw_data(allow = [id, address.city])`: the members of the provider's record that are sent when it is read as a `WithRaw`;
///   `raw_data(redact = Self::public)`: what this function leaves of it.
/// - `unknown(make, model)`: properties that the class requires, that may be null, and that the provider does not have:
///   they are sent as `null`, and `cargo j1 check` does not list them.
/// - `strict`: an entity with a value that breaks a rule is left out; otherwise it is sent without that value wherever
///   its classes allow it.
/// - `crate = path`: where `j1_core` is, when it is renamed.
///
/// # On a field
///
/// - `skip`: not a property.
/// - `flatten`: the fields of this struct, or of the `Option` of one, are the properties; it derives `J1Properties`.
/// - `rename = "lastSeenOn"`: the name of the property.
/// - `key`: the field is the `_key`, as `key = field` on the struct.
/// - `list`: sent as an array of one, for class properties that take arrays.
/// - `truncate`: a string that is longer than JupiterOne takes is cut instead of refused.
/// - `tags`: each item of this map or list of pairs is a property `tag.<name>`.
/// - `date = rfc3339`, `date = seconds`, `date = millis`: how a text or a bare number writes a date.
/// - `mapped(Is<User, Person>, by = email)`: JupiterOne finds the other end, a `J1Target`, by the field's value, which
///   becomes the field `email` of the target; the relationship is added with the entity, and the field stays a property.
/// - `relationship(Owns<Team, App>, key = id)`: the field holds what identifies the other end; the
///   relationship is added with the entity, and the field is not a property. `key` names the part of the
///   field's value that does.
/// - `allow(J1-E0305, reason = "it is the provider's own id")`: a rule of naming that does not hold here.
#[proc_macro_derive(J1Entity, attributes(j1))]
pub fn derive_entity(input: TokenStream) -> TokenStream {
    entity::derive(&syn::parse_macro_input!(input)).into()
}

/// Makes an enum the value of a property: a word for each variant.
///
/// The word is what serde reads: the name of the variant, or what `#[serde(rename)]` and `#[serde(rename_all)]`
/// make of it. A word that a class does not allow for the property is an error where the enum is used. A variant
/// that holds one text, such as `Other(String)`, sends that text.
///
/// # On the enum
///
/// - `rename_all = "lowercase"`: how words are written, instead of what serde's says.
/// - `crate = path`: where `j1_core` is, when it is renamed.
///
/// # On a variant
///
/// - `rename = "TCP"`: the word that is sent.
/// - `skip`: nothing is sent, as for `None`.
#[proc_macro_derive(J1Enum, attributes(j1))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    enumeration::derive(&syn::parse_macro_input!(input)).into()
}

/// Makes a struct the properties of a relationship, `Has<Group, User, Membership>`, or of an entity that holds it with
/// `#[j1(flatten)]`.
///
/// A field becomes a property as a custom one of an entity does. A relationship holds strings, numbers and booleans,
/// no lists.
///
/// # On the struct
///
/// - `crate = path`: where `j1_core` is, when it is renamed.
///
/// # On a field
///
/// `skip`, `rename`, `list`, `truncate`, `date` and `allow`, as on an entity.
#[proc_macro_derive(J1Properties, attributes(j1))]
pub fn derive_properties(input: TokenStream) -> TokenStream {
    properties::derive(&syn::parse_macro_input!(input)).into()
}

/// Makes a struct the far end of a mapped relationship: what is known of an entity that another integration owns.
///
/// A field becomes a property named in camelCase, as the other integration names it.
///
/// # On the struct
///
/// - `type = "aws_iam_role"`, `class = Person`, `class = [Host, Device]`: what it is; one of the two, or both.
/// - `filter(_class, email)`: what JupiterOne finds it by: `_type`, `_class`, `_key`, or fields. All have to be equal;
///   a second `filter(..)` is tried after the first.
/// - `skip_target_creation = true`: JupiterOne links to what exists; `false`: it creates what it does not find.
/// - `crate = path`: where `j1_core` is, when it is renamed.
///
/// # On a field
///
/// `skip`, `rename`, `list`, `truncate`, `date` and `allow`, as on an entity; `key`: the field is sent as `_key`.
#[proc_macro_derive(J1Target, attributes(j1))]
pub fn derive_target(input: TokenStream) -> TokenStream {
    target::derive(&syn::parse_macro_input!(input)).into()
}

/// Makes a struct the configuration of an integration, or an enum the values that one of its fields can have, or the
/// alternatives that exclude each other.
///
/// Each field is read from `<NAME>_<FIELD>` in the environment or in `.env`. Its documentation becomes the
/// documentation of the variable. A variant of an enum is written as its name in kebab-case, its documentation
/// says what it means.
///
/// # On the struct or the enum
///
/// - `crate = path`: where `j1_core` is, when it is renamed.
///
/// # On a field
///
/// - `default = "text"`, `default = 100`, `default = true`: what it is when it is left out.
/// - `auth`: it is not a secret, but belongs to one, such as a client id: it is shown with the secrets in the form that
///   the platform shows.
/// - `variable = "ACME_URL"`: the variable that holds it, instead of `<NAME>_<FIELD>`.
/// - `allow(J1-E0802, reason = "the name of the token, not the token")`: it only looks like a credential.
/// - `flatten`: it is an enum of alternatives, whose fields are variables as well. An operator sets those of one variant.
///
/// # On a variant
///
/// - `rename = "us-gov"`: how it is written.
#[proc_macro_derive(J1Config, attributes(j1))]
pub fn derive_config(input: TokenStream) -> TokenStream {
    config::derive(&syn::parse_macro_input!(input)).into()
}

/// Makes a struct an integration: what every step gets as its first parameter.
///
/// # On the struct
///
/// - `name = "acme"`: the short name, the prefix of its variables.
/// - `title = "Acme"`: the name people know the provider by; `name` when it is left out.
/// - `type = "acme"`: the integration type of its definition; `name` when it is left out.
/// - `config = Config`: its `#[derive(J1Config)]` struct.
/// - `steps(fetch_users, fetch_groups)`: its steps; their order follows from what they emit and read.
/// - `crate = path`: where `j1_core` is, when it is renamed.
#[proc_macro_derive(J1Integration, attributes(j1))]
pub fn derive_integration(input: TokenStream) -> TokenStream {
    integration::derive(&syn::parse_macro_input!(input)).into()
}

/// Makes an async function a step.
///
/// The id of the step is the name of the function in kebab-case. The function takes the integration and its
/// [`Job`], and returns whether it read everything.
///
/// - `emits(User, Has<Account, User>)`: all that it adds.
/// - `reads(Account)`: the entities it reads back; `reads(keys Account)` where it only looks up whether one was
///   collected; `reads(expected Account)` where relationships end at some that may not have been collected yet;
///   `reads(optional Account)` where it also runs without a step that emits them.
/// - `permissions("users:read")`: what the provider's credentials must be allowed, in the provider's words; the error
///   of a refused request names them.
/// - `crate = path`: where `j1_core` is, when it is renamed.
///
/// [`Job`]: https://docs.rs/j1-core
#[proc_macro_attribute]
pub fn step(args: TokenStream, input: TokenStream) -> TokenStream {
    step::expand(args.into(), &input.into()).into()
}

// The same macros for the facade crate `j1`, which re-exports them under the names above.

/// `J1Entity` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_derive(FacadeEntity, attributes(j1))]
pub fn facade_entity(input: TokenStream) -> TokenStream {
    entity::derive(&facade::derive(syn::parse_macro_input!(input))).into()
}

/// `J1Enum` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_derive(FacadeEnum, attributes(j1))]
pub fn facade_enum(input: TokenStream) -> TokenStream {
    enumeration::derive(&facade::derive(syn::parse_macro_input!(input))).into()
}

/// `J1Properties` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_derive(FacadeProperties, attributes(j1))]
pub fn facade_properties(input: TokenStream) -> TokenStream {
    properties::derive(&facade::derive(syn::parse_macro_input!(input))).into()
}

/// `J1Target` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_derive(FacadeTarget, attributes(j1))]
pub fn facade_target(input: TokenStream) -> TokenStream {
    target::derive(&facade::derive(syn::parse_macro_input!(input))).into()
}

/// `J1Config` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_derive(FacadeConfig, attributes(j1))]
pub fn facade_config(input: TokenStream) -> TokenStream {
    config::derive(&facade::derive(syn::parse_macro_input!(input))).into()
}

/// `J1Integration` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_derive(FacadeIntegration, attributes(j1))]
pub fn facade_integration(input: TokenStream) -> TokenStream {
    integration::derive(&facade::derive(syn::parse_macro_input!(input))).into()
}

/// `#[step]` with expansions that name `::j1`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn facade_step(args: TokenStream, input: TokenStream) -> TokenStream {
    step::expand(facade::arguments(args.into()), &input.into()).into()
}

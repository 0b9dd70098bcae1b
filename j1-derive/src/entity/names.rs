//! `name = ..` and `display_name = ..`: properties that are *added* to those of the fields.
//!
//! A field in such a list remains a property of its own. The exceptions are the field `name` at the head of the list of
//! `name`, and `display_name` at the head of its own list: field and list are then one property.

use proc_macro2::Ident;
use syn::LitStr;

use crate::attr::{self, Item, OneOrMore};
use crate::ctxt::Ctxt;
use crate::entity::field::Field;
use crate::entity::idle;
use crate::entity::property::Property;
use crate::entity::template::no_such_field;

/// Returns `true` if the field and its list are one property.
pub fn is_merged(name: &[Ident], display_name: &[Ident], field: &Field<'_>) -> bool {
    let first = |list: &[Ident]| list.first().is_some_and(|first| first == field.ident);
    field.rename.is_none()
        && !field.tags
        && (field.ident == "name" && first(name) || field.ident == "display_name" && first(display_name))
}

/// Returns the fields that `key = field` or `key = [field, field]` names, all of which must exist. Errors go to `cx`.
pub fn list(cx: &mut Ctxt, items: &[Item], key: &str, fields: &[Field<'_>]) -> Vec<Ident> {
    let text = attr::take(items, key).and_then(|item| syn::parse2::<LitStr>(item.value.clone()).ok());
    if let Some(text) = text.filter(|text| !fields.iter().any(|field| *field.ident == text.value())) {
        let message = format!(
            "`{key}` is a field, or the first of a list that is there: `[nick, id]`; a text made of several is a method: \
             `computed({key})`"
        );
        cx.error(text, "E0312", message);
        return Vec::new();
    }
    let Some(OneOrMore(names)) = attr::read::<OneOrMore<Ident>>(cx, items, key) else { return Vec::new() };
    for (index, name) in names.iter().enumerate() {
        if !fields.iter().any(|f| f.ident == name) {
            no_such_field(cx, name, &name.to_string(), fields);
        }
        if names.iter().take(index).any(|before| before == name) {
            cx.error(name, "E0311", format!("`{name}` is given twice; remove one of the two"));
        }
    }
    let is_sent = |field: &&Field<'_>| field.ident == key && field.is_property() && field.rename.is_none();
    if let [only] = names.as_slice()
        && only == key
        && fields.iter().any(|field| is_sent(&field))
    {
        let message =
            format!("`{key} = {key}` has no effect: the field `{key}` is sent so anyway; remove it");
        cx.error(only, "E0315", message);
    }
    names
}

/// Refuses a field that has the property of the list but is not at its head: one of the two values would be lost.
pub fn check(cx: &mut Ctxt, key: &str, list: &[Ident], fields: &mut [Field<'_>]) {
    let Some(first) = list.first() else { return };
    let same = |field: &&mut Field<'_>| field.ident == key && field.is_property() && !field.tags;
    for field in fields.iter_mut().filter(same).filter(|field| field.rename.is_none()) {
        if first == field.ident {
            refuse_idle(cx, key, field);
            continue;
        }
        let ident = field.ident;
        let message = format!(
            "field `{ident}` and `{key} = ..` are one property, and the field's own value would not be sent where \
             `{first}` has one; rename the field, put it first in the list, or mark it `skip`"
        );
        cx.error(ident, "E0306", message);
        // The field is skipped, so that this is the only error.
        field.skip = true;
    }
}

/// Refuses keys that have no effect on the first field of the list.
fn refuse_idle(cx: &mut Ctxt, key: &str, field: &Field<'_>) {
    for attribute in &field.idle_where_merged {
        let message = format!(
            "`{attribute}` has no effect: `{key} = ..` sends this field as it is; remove it, or rename the field so \
             that it is a property of its own"
        );
        cx.error(attribute, "E0315", message);
    }
}

/// Refuses `truncate` on a skipped field that no list sends.
pub fn check_truncate(cx: &mut Ctxt, fields: &[Field<'_>], lists: &[&[Ident]]) {
    for field in fields.iter().filter(|field| field.skip) {
        let listed = lists.iter().any(|list| list.iter().any(|ident| ident == field.ident));
        if let Some(truncate) = field.truncate.as_ref().filter(|_| !listed) {
            idle::beside_skip(cx, truncate);
        }
    }
}

/// Warns of a derived name that does not read as a question, and says how to accept or change it.
pub fn warn(cx: &mut Ctxt, property: &Property) {
    let Property { name, name_span, origin, .. } = property;
    let message = format!(
        "the boolean `{origin}` becomes `{name}`, which does not read as a question and may be taken for a date; name it, \
         `#[j1(rename = \"..\")]`, or accept it with `#[j1(rename = \"{name}\")]`"
    );
    let message =
        if name.ends_with("On") { message } else { message.replace(" and may be taken for a date", "") };
    cx.warn(Ident::new(name, *name_span), "E0303", &message);
}

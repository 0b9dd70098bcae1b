//! Attributes that have no effect beside another one on the same field. Each is an error, since every attribute that is
//! written must have an effect.

use crate::attr::{self, Item};
use crate::ctxt::Ctxt;

const NOT_SENT: &str = "the field is not sent";
const NO_PROPERTY: &str = "such a field identifies the other end and is not a property";

/// A key without effect, the key that makes it so, and the reason.
const RULES: [(&str, &str, &str); 9] = [
    ("rename", "skip", NOT_SENT),
    ("list", "skip", NOT_SENT),
    ("date", "skip", NOT_SENT),
    ("skip", "relationship", NO_PROPERTY),
    ("rename", "relationship", NO_PROPERTY),
    ("list", "relationship", NO_PROPERTY),
    ("truncate", "relationship", NO_PROPERTY),
    ("date", "relationship", NO_PROPERTY),
    ("truncate", "date", "a date is sent as a number"),
];

/// Reports every key that has no effect beside another one.
pub fn check(cx: &mut Ctxt, items: &[Item]) {
    for (idle, beside, why) in RULES {
        if let (Some(item), Some(_)) = (attr::take(items, idle), attr::take(items, beside)) {
            report(cx, item, beside, why);
        }
    }
}

/// Reports a key of a skipped field that would need a list that sends the field.
pub fn beside_skip(cx: &mut Ctxt, key: &syn::Ident) {
    let message = format!("`{key}` has no effect beside `skip`: {NOT_SENT}; remove one of the two");
    cx.error(key, "E0315", message);
}

/// Reports a key that has no effect beside another one.
pub fn report(cx: &mut Ctxt, item: &Item, beside: &str, why: &str) {
    let key = &item.key;
    cx.error(key, "E0315", format!("`{key}` has no effect beside `{beside}`: {why}; remove one of the two"));
}

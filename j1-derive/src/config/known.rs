//! The kinds of configuration fields whose types are known by their names.
//!
//! Their rules are asked here, as ordinary errors. For every other type, such as an alias or an enum, the expansion asks the
//! same rules in `const` code.

use j1_model::rules;
use j1_model::setting::Setting;
use syn::Type;

use super::model::Field;
use crate::ctxt::Ctxt;
use crate::entity::field::{argument, bare};

/// The kind of a field, as far as the name of its type tells.
#[derive(Clone, Copy)]
pub struct Known {
    setting: Setting,
    secret: bool,
    optional: bool,
    list: bool,
}

/// Returns the kind of a type; `None` where its name does not tell.
pub fn by_name(ty: &Type) -> Option<Known> {
    let Type::Path(path) = bare(ty) else { return None };
    let segment = path.path.segments.last().filter(|_| path.qself.is_none())?;
    let inner = || argument(ty, 0).and_then(by_name);
    let name = segment.ident.to_string();
    let setting = match &*name {
        "Option" => return inner().map(|inner| Known { optional: true, ..inner }),
        "Vec" => return inner().map(|inner| Known { list: true, ..inner }),
        "Secret" => return inner().map(|inner| Known { secret: true, ..inner }),
        _ if !segment.arguments.is_empty() => return None,
        "String" => Setting::Text,
        "bool" => Setting::Boolean,
        "f64" => Setting::Number,
        "Duration" => Setting::Duration,
        "Url" => Setting::Url,
        "i8" => Setting::Integer { min: i8::MIN.into(), max: i8::MAX.into() },
        "i16" => Setting::Integer { min: i16::MIN.into(), max: i16::MAX.into() },
        "i32" => Setting::Integer { min: i32::MIN.into(), max: i32::MAX.into() },
        "i64" => Setting::Integer { min: i64::MIN.into(), max: i64::MAX.into() },
        "u8" => Setting::Integer { min: 0, max: u8::MAX.into() },
        "u16" => Setting::Integer { min: 0, max: u16::MAX.into() },
        "u32" => Setting::Integer { min: 0, max: u32::MAX.into() },
        "u64" => Setting::Integer { min: 0, max: u64::MAX.into() },
        _ => return None,
    };
    Some(Known { setting, secret: false, optional: false, list: false })
}

/// Asks the rules of a field whose kind is known. Errors are in `cx`.
pub fn check(cx: &mut Ctxt, field: &Field<'_>) {
    let Some(known) = field.known else { return };
    let name = &field.name;
    let open =
        rules::open_credential(name).filter(|_| matches!(known.setting, Setting::Text) && !known.secret);
    match field.allowed {
        Some(span) if open.is_none() => cx.rule_at(span, Some(rules::allows_no_credential(name))),
        Some(_) => {}
        None => cx.rule(field.ty, open),
    }
    let Some(default) = &field.default else { return };
    let broken = if known.secret {
        Some(rules::default_of_a_secret(name))
    } else if known.optional {
        Some(rules::default_of_an_option(name))
    } else {
        rules::default_value(name, &default.text, known.setting, known.list)
    };
    cx.rule_at(default.span, broken);
}

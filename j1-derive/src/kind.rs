//! Kinds of values as far as the name of a type tells them.
//!
//! A type of another name, such as an enum of the author's, has a kind that only the compiler knows: its rules are
//! checked by `const` code in the expansion instead.

use j1_model::{Kind, Types};
use syn::Type;

use crate::entity::field::{argument, bare};

/// Names of types whose values are sent as texts.
const TEXTS: [&str; 7] = ["String", "str", "char", "Uuid", "IpAddr", "Ipv4Addr", "Ipv6Addr"];
const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
/// The moments in time.
const DATES: [&str; 6] = ["Timestamp", "Zoned", "EpochMs", "DateTime", "OffsetDateTime", "UtcDateTime"];

/// The kind of the values of a type; `None` where its name does not tell.
pub fn by_name(ty: &Type) -> Option<Kind> {
    let path = match bare(ty) {
        Type::Reference(reference) => return by_name(&reference.elem),
        Type::Slice(slice) => return by_name(&slice.elem).filter(|kind| is_item(*kind)).map(Kind::list),
        Type::Path(path) if path.qself.is_none() => path,
        _ => return None,
    };
    let segment = path.path.segments.last()?;
    let name = segment.ident.to_string();
    let inner = || argument(ty, 0).and_then(by_name);
    match &*name {
        "Option" => inner().map(Kind::optional),
        "Vec" | "BTreeSet" => inner().filter(|kind| is_item(*kind)).map(Kind::list),
        "Box" | "Arc" | "Cow" => inner(),
        "DateTime" => Some(Kind::date()),
        _ if !segment.arguments.is_empty() => None,
        "bool" => Some(Kind::new(Types::BOOLEAN)),
        "f32" | "f64" => Some(Kind::new(Types::NUMBER)),
        name if TEXTS.contains(&name) => Some(Kind::new(Types::STRING)),
        name if INTEGERS.contains(&name) => Some(Kind::new(Types::INTEGER)),
        name if DATES.contains(&name) => Some(Kind::date()),
        _ => None,
    }
}

/// Returns `true` if such a value can stand in an array.
fn is_item(kind: Kind) -> bool {
    !kind.optional && !kind.is_list()
}

/// Returns the least number of characters that a field adds to a key; `None` if the name of its type does not tell.
pub fn key_chars(ty: &Type) -> Option<usize> {
    let Type::Path(path) = bare(ty) else { return None };
    let name = path.path.segments.last()?.ident.to_string();
    match &*name {
        "char" => Some(1),
        name if INTEGERS.contains(&name) => Some(1),
        "IpAddr" | "Ipv4Addr" | "Ipv6Addr" => Some(2),
        "Uuid" => Some(36),
        _ => None,
    }
}

/// Returns `true` if texts of a type are of any length, so that a key made of one is not checked here.
pub fn is_text(ty: &Type) -> bool {
    by_name(ty).is_some_and(|kind| kind.types == Types::STRING) && key_chars(ty).is_none()
}

/// Returns `true` if the type is one of the moments in time, by its name.
pub fn is_date(name: &str) -> bool {
    DATES.contains(&name)
}

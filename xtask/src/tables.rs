//! Turns the facts into Rust tables, with each distinct definition of a property once, under a name of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::facts::{Class, Facts, Items, Property, Rule, Source};

/// The contents of the generated files.
pub struct Tables<'f> {
    pub source: &'f Source,
    /// Definitions of properties: the name of the constant, then its value.
    pub properties: BTreeMap<String, String>,
    pub classes: Vec<ClassTable<'f>>,
    pub relationship_classes: &'f [String],
    pub relationship_rules: &'f [Rule],
}

/// One class.
pub struct ClassTable<'f> {
    pub name: &'f str,
    pub class: &'f Class,
    /// The constants of its properties, in the order of their names.
    pub properties: Vec<String>,
}

impl<'f> Tables<'f> {
    /// Builds the tables; fails on a value of a keyword that j1-model cannot represent.
    pub fn new(facts: &'f Facts) -> Result<Self, String> {
        let mut definitions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, property, class) in all_properties(facts) {
            let value = definition(name, property).map_err(|error| format!("{class}.{name}: {error}"))?;
            definitions.entry(constant(name)).or_default().insert(value);
        }
        let mut properties = BTreeMap::new();
        let mut names = BTreeMap::new();
        for (name, values) in definitions {
            let alone = values.len() == 1;
            for (i, value) in values.into_iter().enumerate() {
                let name = if alone { name.clone() } else { format!("{name}_{}", i + 1) };
                names.insert(value.clone(), name.clone());
                properties.insert(name, value);
            }
        }
        let mut classes = Vec::new();
        for (name, class) in &facts.classes {
            let mut table = ClassTable { name, class, properties: Vec::new() };
            for (name, property) in &class.properties {
                table.properties.push(names[&definition(name, property)?].clone());
            }
            classes.push(table);
        }
        Ok(Self {
            source: &facts.source,
            properties,
            classes,
            relationship_classes: &facts.relationship_classes,
            relationship_rules: &facts.relationship_rules,
        })
    }
}

fn all_properties(facts: &Facts) -> impl Iterator<Item = (&String, &Property, &String)> {
    facts.classes.iter().flat_map(|(class, table)| {
        table.properties.iter().map(move |(name, property)| (name, property, class))
    })
}

/// `lastSeenOn` becomes `LAST_SEEN_ON`, `accessURL` becomes `ACCESS_URL`.
pub fn constant(name: &str) -> String {
    let mut out = String::new();
    let mut small_before = false;
    for letter in name.trim_start_matches('_').chars() {
        if letter.is_ascii_uppercase() && small_before {
            out.push('_');
        }
        small_before = !letter.is_ascii_uppercase();
        out.push(letter.to_ascii_uppercase());
    }
    out
}

/// A definition as a Rust expression.
fn definition(name: &str, property: &Property) -> Result<String, String> {
    let types = types(&property.types)?;
    if property.format.as_deref() == Some("date-time") && property.types.iter().any(|ty| ty == "string") {
        return Err("`date-time` on a string; j1 knows it as a note on numbers".to_owned());
    }
    let mut members = Vec::new();
    if let Some(items) = &property.items {
        members.push(format!("items: Some(&{})", item_definition(items)?));
    }
    members.extend(text_members(
        property.format.as_deref(),
        property.pattern.as_deref(),
        &property.allowed,
        property.min_length,
    )?);
    for (member, value) in [("minimum", property.minimum), ("maximum", property.maximum)] {
        if let Some(value) = value {
            members.push(format!("{member}: Some({})", float(value)));
        }
    }
    if property.min_items > 0 {
        members.push(format!("min_items: {}", property.min_items));
    }
    for (member, value) in [("unique_items", property.unique_items), ("deprecated", property.deprecated)] {
        if value {
            members.push(format!("{member}: true"));
        }
    }
    let new = format!("PropertyDef::new({name:?}, {types})");
    Ok(with(&new, "PropertyDef", &members))
}

fn item_definition(items: &Items) -> Result<String, String> {
    let members =
        text_members(items.format.as_deref(), items.pattern.as_deref(), &items.allowed, items.min_length)?;
    let new = format!("ItemDef::new({})", types(&items.types)?);
    Ok(with(&new, "ItemDef", &members))
}

/// Writes the members for strings, as values or as items.
fn text_members(
    format: Option<&str>,
    pattern: Option<&str>,
    allowed: &[Value],
    min_length: u32,
) -> Result<Vec<String>, String> {
    let mut members = Vec::new();
    if let Some(format) = format {
        members.push(format!("format: Some(Format::{})", format_name(format)?));
    }
    if let Some(pattern) = pattern {
        members.push(format!("pattern: Some(Pattern::{})", pattern_name(pattern)?));
    }
    if !allowed.is_empty() {
        let literals: Result<Vec<_>, _> = allowed.iter().map(literal).collect();
        members.push(format!("allowed: &[{}]", literals?.join(", ")));
    }
    if min_length > 0 {
        members.push(format!("min_length: {min_length}"));
    }
    Ok(members)
}

fn with(new: &str, ty: &str, members: &[String]) -> String {
    if members.is_empty() { new.to_owned() } else { format!("{ty} {{ {}, ..{new} }}", members.join(", ")) }
}

fn types(names: &[String]) -> Result<String, String> {
    let mut constants = Vec::new();
    for name in names {
        constants.push(match name.as_str() {
            "array" => "Types::ARRAY",
            "boolean" => "Types::BOOLEAN",
            "integer" => "Types::INTEGER",
            "null" => "Types::NULL",
            "number" => "Types::NUMBER",
            "string" => "Types::STRING",
            _ => return Err(format!("unknown type `{name}`")),
        });
    }
    match constants.as_slice() {
        [] => Err("no types".to_owned()),
        [one] => Ok((*one).to_owned()),
        several => Ok(format!("Types::any(&[{}])", several.join(", "))),
    }
}

fn format_name(format: &str) -> Result<&'static str, String> {
    Ok(match format {
        "asn" => "Asn",
        "date-time" => "DateTime",
        "email" => "Email",
        "hostname" => "Hostname",
        "ip" => "Ip",
        "ipCidr" => "IpCidr",
        "ipv4" => "Ipv4",
        "ipv6" => "Ipv6",
        "uri" => "Uri",
        _ => return Err(format!("unknown format `{format}`; teach it to j1_model::Format first")),
    })
}

fn pattern_name(pattern: &str) -> Result<&'static str, String> {
    Ok(match pattern {
        r"^[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$" => "Label",
        r"(?=^.{4,253}$)(^((?!-)[a-zA-Z0-9-]{0,62}[a-zA-Z0-9]\.)+[a-zA-Z]{2,63}$)" => "Fqdn",
        r"^([0-9a-f]{2}:){5}([0-9a-f]{2})$" => "Mac",
        r"^([0-9]{1,3}\.){3}[0-9]{1,3}(/([0-9]|[1-2][0-9]|3[0-2]))?$" => "Cidr",
        r"^CVE-\d{4}-\d{4,}$" => "Cve",
        r"^CWE-\d+$" => "Cwe",
        _ => return Err(format!("unknown pattern `{pattern}`; teach it to j1_model::Pattern first")),
    })
}

fn literal(value: &Value) -> Result<String, String> {
    match value {
        Value::Bool(value) => Ok(format!("Literal::Bool({value})")),
        Value::String(value) => Ok(format!("Literal::Str({value:?})")),
        Value::Number(value) => match value.as_i64() {
            Some(value) => Ok(format!("Literal::Int({value})")),
            None => Err(format!("the allowed value {value} is not an integer")),
        },
        _ => Err(format!("the allowed value {value} is not a boolean, integer or string")),
    }
}

/// A float as rustfmt and clippy like it: `253_402_300_799_999.0`.
fn float(value: f64) -> String {
    let text = format!("{value:?}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && out != "-" {
            out.push('_');
        }
        out.push(digit);
    }
    format!("{out}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_constants_part_words() {
        for (name, expected) in [
            ("lastSeenOn", "LAST_SEEN_ON"),
            ("_class", "CLASS"),
            ("CIDR", "CIDR"),
            ("ipv4Addresses", "IPV4_ADDRESSES"),
            ("alternateURLs", "ALTERNATE_URLS"),
        ] {
            assert_eq!(constant(name), expected);
        }
    }

    #[test]
    fn an_unknown_keyword_of_the_data_model_stops_the_generator() {
        assert!(format_name("uuid").is_err());
        assert!(pattern_name("^x$").is_err());
        assert!(types(&["object".to_owned()]).is_err());
        assert!(literal(&Value::Null).is_err());
    }

    #[test]
    fn floats_are_grouped() {
        assert_eq!(float(253_402_300_799_999.0), "253_402_300_799_999.0");
        assert_eq!(float(10.0), "10.0");
        assert_eq!(float(-1000.5), "-1_000.5");
    }
}

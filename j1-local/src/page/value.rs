//! Property values as people read them.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

use crate::html::{Text, Time};

/// Texts longer than this are folded.
const LONG: usize = 240;

/// Writes a value: dates as dates, lists as lists, links as links.
pub fn write(out: &mut String, name: &str, value: &Value) -> fmt::Result {
    match value {
        Value::Null => out.write_str("<span class=\"soft\">null</span>"),
        Value::Bool(value) => write!(out, "<span class=\"word {value}\">{value}</span>"),
        Value::Number(number) => match number.as_i64().filter(|number| is_date(name, *number)) {
            Some(time) => write!(out, "{} <span class=\"soft small\">{time}</span>", Time(time)),
            None => write!(out, "<span class=\"number\">{number}</span>"),
        },
        Value::String(text) if text.is_empty() => out.write_str("<span class=\"soft\">empty</span>"),
        Value::String(text) if is_link(text) => {
            let text = Text(text);
            write!(out, "<a href=\"{text}\" rel=\"noopener noreferrer nofollow\" class=\"wrap\">{text}</a>")
        }
        Value::String(text) if text.len() > LONG || text.contains('\n') => {
            let first: String = text.lines().next().unwrap_or_default().chars().take(80).collect();
            write!(out, "<details><summary>{} …</summary><pre>{}</pre></details>", Text(first), Text(text))
        }
        Value::String(text) => write!(out, "<span class=\"wrap\">{}</span>", Text(text)),
        Value::Array(items) if items.is_empty() => out.write_str("<span class=\"soft\">empty list</span>"),
        Value::Array(items) => {
            out.write_str("<ul class=\"list\">")?;
            for item in items {
                out.write_str("<li>")?;
                write(out, name, item)?;
                out.write_str("</li>")?;
            }
            out.write_str("</ul>")
        }
        Value::Object(_) => {
            let pretty = serde_json::to_string_pretty(value).unwrap_or_default();
            write!(out, "<pre>{}</pre>", Text(pretty))
        }
    }
}

/// Writes a value in one line, for the cell of a table.
pub fn short(out: &mut String, name: &str, value: &Value) -> fmt::Result {
    const SHOWN: usize = 60;
    match value {
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let texts: Vec<_> = items.iter().map(plain).collect();
            short(out, name, &Value::from(texts.join(", ")))
        }
        Value::Array(_) | Value::Object(_) => short(out, name, &Value::from(value.to_string())),
        Value::String(text) if text.chars().count() > SHOWN => {
            let cut: String = text.chars().take(SHOWN).collect();
            write!(out, "<span title=\"{}\">{}…</span>", Text(text), Text(cut))
        }
        Value::String(text) => write!(out, "{}", Text(text)),
        Value::Number(number) if number.as_i64().is_some_and(|number| is_date(name, number)) => {
            write!(out, "{}", Time(number.as_i64().unwrap_or_default()))
        }
        other => write(out, name, other),
    }
}

/// A value as plain text, as in CSV.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Writes a table of properties by name.
pub fn table(out: &mut String, properties: &Map<String, Value>) -> fmt::Result {
    out.write_str("<table class=\"facts\"><tbody>")?;
    let mut names: Vec<_> = properties.keys().collect();
    names.sort();
    for name in names {
        write!(out, "<tr><th scope=\"row\"><code>{}</code></th><td>", Text(name))?;
        write(out, name, &properties[name])?;
        out.write_str("</td></tr>")?;
    }
    out.write_str("</tbody></table>")
}

/// Returns `true` if the property is a time in epoch milliseconds, by its name and its size.
fn is_date(name: &str, number: i64) -> bool {
    let named = ["On", "At", "Date", "Timestamp"].iter().any(|ending| name.ends_with(ending));
    named && (10_000_000_000..=253_402_300_799_999).contains(&number)
}

/// Returns `true` for URLs that a browser may follow.
fn is_link(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme))
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(name: &str, value: &Value) -> String {
        let mut out = String::new();
        write(&mut out, name, value).unwrap();
        out
    }

    #[test]
    fn values_are_written_for_people_and_escaped() {
        assert!(shown("createdOn", &json!(1_700_000_000_000_i64)).contains("2023-11-14 22:13:20 UTC"));
        assert!(shown("neverOn", &json!(253_402_300_799_000_i64)).contains("9999-12-31"));
        assert!(!shown("size", &json!(1_700_000_000_000_i64)).contains("2023"));
        assert!(!shown("isOn", &json!(1)).contains("1970"));
        assert!(
            shown("tags", &json!(["a", "<b>"])).contains("<li><span class=\"wrap\">&lt;b&gt;</span></li>")
        );
        assert!(
            shown("url", &json!("https://x.test/\"onclick=\""))
                .contains("href=\"https://x.test/&quot;onclick")
        );
        assert!(!shown("url", &json!("javascript:alert(1)")).contains("href"));
    }
}

//! Escapes foreign text for each place that a template puts it.
//!
//! Names, descriptions and URLs come out of documents and recordings that others wrote. A template shows them only through one
//! of these filters:
//!
//! | Filter | Place |
//! |---|---|
//! | `quoted` | a string literal of Rust, with its quotes |
//! | `toml` | a string of TOML, with its quotes |
//! | `json` | a string of JSON, with its quotes; also of YAML and Python, and an item of a Dockerfile's array |
//! | `line` | one line of a `//` comment or of an `.env` file |
//! | `doc` | one line of a doc comment, in which rustdoc finds no link and no HTML |
//! | `md` | running text or a table cell of Markdown |
//! | `code` | a name in backticks, in a table cell of Markdown |
//! | `unit` | a value of a systemd unit |
//! | `shell` | a word of a shell script, with its quotes |
//! | `block` | several lines that this crate wrote itself |
//!
//! **Invariant:** a value without a filter never holds a control character; [`checked`] fails the rendering instead.

use minijinja::{Environment, Error, ErrorKind, Output, State, Value};

/// Adds the filters to an environment.
pub fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter("quoted", |text: &str| Value::from_safe_string(quoted(text)));
    environment.add_filter("toml", |text: &str| Value::from_safe_string(toml_string(text)));
    environment.add_filter("json", |text: &str| Value::from_safe_string(json_string(text)));
    environment.add_filter("line", |text: &str| Value::from_safe_string(line(text)));
    environment.add_filter("doc", |text: &str| Value::from_safe_string(doc(text)));
    environment.add_filter("md", |text: &str| Value::from_safe_string(markdown(text)));
    environment.add_filter("code", |text: &str| Value::from_safe_string(code(text).replace('|', "\\|")));
    environment.add_filter("unit", |text: &str| Value::from_safe_string(unit(text)));
    environment.add_filter("shell", |text: &str| Value::from_safe_string(shell(&line(text))));
    environment.add_filter("block", |text: &str| Value::from_safe_string(text.to_owned()));
}

/// Writes a value, or fails where it holds a control character that no filter took out.
pub fn checked(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if let Some(text) = value.as_str()
        && !value.is_safe()
        && let Some(wrong) = text.chars().find(|c| is_hidden(*c))
    {
        let detail = format!("{text:?} holds {wrong:?}, and no filter says where it stands");
        return Err(Error::new(ErrorKind::InvalidOperation, detail));
    }
    if value.is_undefined() || value.is_none() {
        return Err(Error::new(ErrorKind::UndefinedError, "the template shows a value that is not there"));
    }
    write!(out, "{value}").map_err(Error::from)
}

/// Returns `true` for characters that break lines or that a reader does not see: controls, and marks that turn the direction
/// of text around.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Puts text on one line: hidden characters are gone, and blanks are single.
pub fn line(text: &str) -> String {
    let seen: String = text.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes a name as code in prose: one line in backticks, with none of its own inside.
pub fn code(name: &str) -> String {
    format!("`{}`", line(name).replace('`', "'"))
}

/// Writes a string literal of Rust.
pub fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// Writes a string of TOML.
pub fn toml_string(text: &str) -> String {
    // A basic string takes JSON's escapes, and wants one more.
    json_string(text).replace('\u{7f}', "\\u007f")
}

fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Puts text on one line of a doc comment.
pub fn doc(text: &str) -> String {
    outside_code(&line(text), &['[', ']', '<', '>'])
}

fn markdown(text: &str) -> String {
    // A bar ends a table's cell even inside code.
    outside_code(&line(text), &['[', ']', '<', '>', '*']).replace('|', "\\|")
}

/// Puts a backslash before these characters where they do not stand in backticks. Backticks that do not pair are dropped.
fn outside_code(text: &str, marks: &[char]) -> String {
    let text =
        if text.matches('`').count().is_multiple_of(2) { text.to_owned() } else { text.replace('`', "'") };
    let mut out = String::with_capacity(text.len());
    let mut code = false;
    for c in text.chars() {
        code ^= c == '`';
        if !code && marks.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Writes a word of a shell script. One of letters and digits needs no quotes.
pub fn shell(word: &str) -> String {
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '=' | '@' | ',' | '+')
    };
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

fn unit(text: &str) -> String {
    line(text).replace('\\', "\\\\").replace('%', "%%")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\"b\\c\n*/ #[x] `d` <e> | %i \u{202e}\r\u{7f}";

    #[test]
    fn hostile_text_stays_inside_each_place() {
        assert_eq!(line(HOSTILE), "a\"b\\c */ #[x] `d` <e> | %i");
        assert_eq!(doc(HOSTILE), "a\"b\\c */ #\\[x\\] `d` \\<e\\> | %i");
        assert_eq!(markdown(HOSTILE), "a\"b\\c \\*/ #\\[x\\] `d` \\<e\\> \\| %i");
        assert_eq!(unit(HOSTILE), "a\"b\\\\c */ #[x] `d` <e> | %%i");
        assert_eq!(code("a`b\nc"), "`a'b c`");
        assert_eq!(shell("s3://bucket/a-b_c"), "s3://bucket/a-b_c");
        assert_eq!(shell("it's $HOME `x`"), "'it'\\''s $HOME `x`'");
        assert_eq!(shell(""), "''");
        assert_eq!(doc("one ` and [x]"), "one ' and \\[x\\]");
    }

    #[test]
    fn quoted_text_reads_back_as_it_was() {
        let table: toml::Table = toml::from_str(&format!("a = {}", toml_string(HOSTILE))).expect("TOML");
        assert_eq!(table["a"].as_str(), Some(HOSTILE));
        let literal: syn::LitStr = syn::parse_str(&quoted(HOSTILE)).expect("a literal");
        assert_eq!(literal.value(), HOSTILE);
    }
}

//! Text of others stays text: whatever a document says, it adds no item to the code.

use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};

use crate::made::Made;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Breaks out of every place that does not escape: doc comments, line comments, strings, attributes, TOML, `.env` and Markdown.
const HOSTILE: [&str; 7] = [
    "line\nfn pwned() {}",
    "return\rfn pwned() {}",
    "\u{2028}fn pwned() {}\u{85}fn pwned() {}",
    "quote\"] fn pwned() {} #[doc = \"",
    "end */ fn pwned() {} /* ",
    "https://api.acme.example/\", allow)]\npub fn pwned() {}\n#[x(\"",
    "\u{202e}pwned\u{1b}[2J `|<script>pwned</script>|` \\",
];

/// A document with this text wherever a document has text.
fn document(text: &str, url: &str) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": text, "version": text },
        "servers": [{ "url": url }],
        "security": [{ "key": [] }],
        "paths": { "/users": { "get": {
            "summary": text,
            "parameters": [{ "name": "cursor", "in": "query", "schema": { "type": "string" } }],
            "responses": { "200": { "content": { "application/json": { "schema": {
                "type": "object",
                "properties": {
                    "next_cursor": { "type": "string", "description": text },
                    "data": { "type": "array", "items": {
                        "type": "object",
                        "description": text,
                        "required": ["id"],
                        "properties": {
                            "id": { "type": "string", "description": text },
                            "login": { "type": "string", "example": text },
                            "kind": { "type": "string", "enum": ["a", "b", text] },
                            "profile": { "type": "object", "description": text, "properties": {
                                "level": { "type": "string", "description": text },
                                text: { "type": "string", "description": text }
                            } },
                            text: { "type": "string", "description": text },
                            format!("{text} count"): { "type": "integer" }
                        }
                    } }
                }
            } } } } }
        } } },
        "components": { "securitySchemes": {
            "key": { "type": "apiKey", "in": "header", "name": text, "description": text }
        } }
    })
}

/// Returns `true` where this word is code: an identifier rather than a part of a literal.
fn says(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => says(group.stream(), word),
        TokenTree::Ident(ident) => ident == word,
        _ => false,
    })
}

fn is_hostile_code(text: &str) -> Result<bool, proc_macro2::LexError> {
    Ok(says(text.parse()?, "pwned"))
}

/// Fails where a file of a project is not what it is to be.
fn check(made: &Made, what: &str) -> Tested {
    for path in made.files()? {
        let text = made.text(&path)?;
        match path.rsplit('.').next() {
            Some("rs") => {
                syn::parse_file(&text).map_err(|error| format!("{what}: {path}: {error}\n{text}"))?;
                assert!(!is_hostile_code(&text)?, "{what}: {path}:\n{text}");
            }
            Some("toml") => {
                let _: toml::Table =
                    toml::from_str(&text).map_err(|error| format!("{what}: {path}: {error}"))?;
            }
            Some("yaml" | "yml") => {
                let _: Value = serde_saphyr::from_str(&text)?;
            }
            Some("har" | "lock") => continue,
            _ => {}
        }
        let hidden = text.chars().find(|c| (c.is_control() && *c != '\n') || "\u{2028}\u{202e}".contains(*c));
        assert_eq!(hidden, None, "{what}: {path}:\n{text}");
        let begins_a_line = text.lines().any(|line| line.trim_start().starts_with("fn pwned()"));
        assert!(!begins_a_line, "{what}: {path}:\n{text}");
        let is_html = |line: &str| line.split('`').step_by(2).any(|prose| prose.contains("<script>"));
        assert!(
            std::path::Path::new(&path).extension().is_some_and(|extension| extension == "rs")
                || !text.lines().any(is_html),
            "{what}: {path}:\n{text}"
        );
    }
    Ok(())
}

fn made(document: &Value, name: &str) -> Result<Made, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(name);
    std::fs::write(&file, document.to_string())?;
    Ok(Made::new("acme", &["--from", &file.display().to_string()])?)
}

#[test]
fn a_document_cannot_write_code() -> Tested {
    for text in HOSTILE {
        for url in [text, &format!("https://acme.example/{text}"), "https://acme.example"] {
            check(&made(&document(text, url), "api.json")?, text)?;
        }
    }
    Ok(())
}

#[test]
fn a_sample_or_a_recording_cannot_write_code() -> Tested {
    for text in HOSTILE {
        let record = |id: u8| {
            json!({
                "id": id.to_string(), "login": text, text: text, "profile": { text: { text: text }, "level": text },
                "created_at": "2024-05-01T12:00:00Z",
            })
        };
        let sample = json!({ "users": [record(1), record(2)], text: text });
        check(&made(&sample, "sample.json")?, text)?;
        let entry = json!({
            "request": { "method": "GET", "url": "https://acme.example/v1/users?limit=2", "headers": [
                { "name": "authorization", "value": text }, { "name": format!("x-api-key{text}"), "value": text }
            ] },
            "response": { "status": 200, "headers": [], "content": { "text": sample.to_string() } },
        });
        check(&made(&json!({ "log": { "entries": [entry] } }), "acme.har")?, text)?;
    }
    Ok(())
}

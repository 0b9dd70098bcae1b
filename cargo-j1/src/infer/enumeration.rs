//! Texts whose words a document lists: enums instead of strings.

use serde::Serialize;

use super::shape::Texts;
use super::words;
use crate::new::escape::code;

/// An enum beside an entity.
#[derive(Debug, Clone, Serialize)]
pub struct Enumeration {
    /// Its name.
    pub type_name: String,
    /// Its documentation, a sentence.
    pub docs: String,
    /// The rule of serde that makes the words of the variants, where one does.
    pub rename_all: Option<&'static str>,
    /// Its variants, without the one that holds any other word.
    pub variants: Vec<Variant>,
}

/// A word of an enum.
#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    /// Its name in Rust.
    pub ident: String,
    /// The word, as the provider writes it.
    pub word: String,
    /// The word as its documentation shows it.
    pub docs: String,
}

/// The most words that an enum is worth; longer lists are of countries and the like.
const MOST: usize = 40;
/// The longest word that is a name.
const LONGEST: usize = 60;
/// The variant for any other word, which the templates write.
const OTHERWISE: &str = "Unlisted";
/// From the name of a variant to a word.
type Rule = fn(&str) -> String;

/// The rules of serde, and what each makes of the name of a variant.
const RULES: [(&str, Rule); 7] = [
    ("lowercase", |ident| ident.to_lowercase()),
    ("UPPERCASE", |ident| ident.to_uppercase()),
    ("PascalCase", str::to_owned),
    ("camelCase", |ident| ident[..1].to_lowercase() + &ident[1..]),
    ("snake_case", |ident| parted(ident, '_')),
    ("SCREAMING_SNAKE_CASE", |ident| parted(ident, '_').to_uppercase()),
    ("kebab-case", |ident| parted(ident, '-')),
];

/// Returns the enum for a text; `None` where its words are too many, or cannot be names.
pub fn from_texts(type_name: &str, docs: String, texts: &Texts) -> Option<Enumeration> {
    let blank = |word: &String| word.is_empty() || word.len() > LONGEST;
    if texts.words.is_empty() || texts.words.len() > MOST || texts.words.iter().any(blank) {
        return None;
    }
    let mut variants: Vec<Variant> = Vec::new();
    for word in &texts.words {
        let ident = words::upper(&words::snake(word)?);
        let taken =
            ident == "Self" || ident == OTHERWISE || variants.iter().any(|known| known.ident == ident);
        if taken && variants.iter().all(|known| known.word != *word) {
            return None;
        }
        if !taken {
            variants.push(Variant { ident, word: word.clone(), docs: code(word) });
        }
    }
    let fits = |rule: Rule| variants.iter().all(|one| rule(&one.ident) == one.word);
    let rename_all = RULES.iter().find(|(_, rule)| fits(*rule)).map(|(name, _)| *name);
    Some(Enumeration { type_name: type_name.to_owned(), docs, rename_all, variants })
}

/// Splits a name before each capital, as serde does: `OnHold` → `on_hold`.
fn parted(ident: &str, by: char) -> String {
    let mut out = String::new();
    for (at, letter) in ident.char_indices() {
        if at > 0 && letter.is_uppercase() {
            out.push(by);
        }
        out.extend(letter.to_lowercase());
    }
    out
}

//! The known secrets, and the search for them.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use j1_core::shared::grams::Grams;

use crate::redact::PLACEHOLDER;
use crate::redact::forms::forms;
use crate::redact::layers;
use crate::redact::suspects::{self, Sign, Suspects};
use crate::redact::table::Table;

/// A shorter secret cannot be told from ordinary text: `abc` would be found in every alphabet.
const SHORTEST: usize = 4;
/// The shortest secret that makes an object suspicious; a password such as `Admin` is a word as well.
const SHORTEST_IN_OBJECTS: usize = 8;
/// The shortest secret whose pieces are looked for.
const SHORTEST_IN_PIECES: usize = 16;
/// The shortest piece of a secret that is taken for one, in bytes.
const SHORTEST_PIECE: usize = 8;
/// The same in an object.
const SHORTEST_PIECE_IN_OBJECTS: usize = 12;
/// The length of the windows that lead to a piece.
const WINDOW: usize = 5;

/// The known secrets in all their forms, and the signs by which secrets of others are found.
pub(super) struct Secrets {
    known: BTreeSet<String>,
    table: Table<Meaning>,
    /// The pieces of the secrets that count in objects.
    in_objects: Grams,
    /// `true` if a form of a secret contains a quote.
    quotes: bool,
    /// `true` if a secret contains a backslash, or what stands for one.
    backslashes: bool,
}

/// The meaning of a match.
enum Meaning {
    /// A known secret; `in_objects` if it is long enough to count in an object too.
    Secret { in_objects: bool },
    /// A few bytes of a secret, which mean something only as part of a longer piece.
    Window { secret: Arc<str>, at: usize },
    /// A text that a secret of others may begin with.
    Sign(Sign),
}

/// The findings of one look at a text.
#[derive(Default)]
pub(super) struct Seen {
    /// The places of known secrets.
    pub secrets: Vec<Range<usize>>,
    /// The shapes that the text may have.
    pub shapes: Suspects,
}

impl Default for Secrets {
    fn default() -> Self {
        let mut table = Table::default();
        for (sign, text) in suspects::signs() {
            table.add(text.as_bytes(), Meaning::Sign(sign));
        }
        Self {
            known: BTreeSet::new(),
            table,
            in_objects: Grams::default(),
            quotes: false,
            backslashes: false,
        }
    }
}

impl Secrets {
    /// Adds a secret and what it consists of: the lines of a key, what follows `Bearer`, the password in what follows `Basic`.
    pub fn add(&mut self, secret: &str) {
        for part in parts(secret) {
            if part.len() >= SHORTEST && part != PLACEHOLDER && !self.known.contains(&part) {
                self.add_part(&part);
                // A backslash at the end may escape what follows it in the text, and is then gone once that is decoded.
                self.add_part(part.trim_end_matches('\\'));
                self.add_bare(part.as_bytes());
                // A secret may itself contain what looks like an escape. Where other characters of it are escaped, both are read.
                for read in layers::readings(&part) {
                    let trimmed = read.iter().rposition(|byte| *byte != b'\\').map_or(0, |at| at + 1);
                    self.add_read(&read[..trimmed]);
                    self.add_read(&read);
                    self.add_bare(&read);
                }
                self.known.insert(part);
            }
        }
    }

    /// Adds what is left of a secret where others of its characters are escaped, and its backslashes read as escaping them.
    fn add_bare(&mut self, secret: &[u8]) {
        if let Some(bare) = layers::without_backslashes(secret) {
            self.backslashes = true;
            self.add_read(&bare);
        }
    }

    /// Adds what a secret reads as.
    fn add_read(&mut self, read: &[u8]) {
        match str::from_utf8(read) {
            Ok(text) => self.add_part(text),
            // Bytes that are not text are not encoded again.
            Err(_) => self.add_form(read, read.len()),
        }
    }

    fn add_part(&mut self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        self.quotes |= secret.contains('"');
        for form in forms(secret) {
            self.add_form(&form, secret.len());
        }
        if secret.len() < SHORTEST_IN_PIECES || !secret.is_ascii() {
            return;
        }
        let shared: Arc<str> = secret.into();
        // Any piece of the least length holds a whole window, if one begins at each such step.
        for at in (0..=secret.len() - WINDOW).step_by(SHORTEST_PIECE - WINDOW + 1) {
            let window = &secret.as_bytes()[at..at + WINDOW];
            self.table.add(window, Meaning::Window { secret: Arc::clone(&shared), at });
        }
        self.in_objects.add_pieces(secret.as_bytes());
    }

    /// Adds one form of a secret of this length.
    fn add_form(&mut self, form: &[u8], length: usize) {
        if form.len() >= SHORTEST {
            let in_objects = length >= SHORTEST_IN_OBJECTS;
            self.table.add(form, Meaning::Secret { in_objects });
            if in_objects {
                self.in_objects.add(form);
            }
        }
    }

    /// Looks for known secrets, and for signs of others.
    pub fn look(&self, text: &[u8]) -> Seen {
        let mut seen = Seen { shapes: suspects::named(text), ..Seen::default() };
        let _ = self.table.matches(text, |at, length, meaning| {
            match meaning {
                Meaning::Secret { .. } => seen.secrets.push(at..at + length),
                Meaning::Window { secret, at: within } => {
                    seen.secrets.extend(piece(secret, *within, text, at, SHORTEST_PIECE));
                }
                Meaning::Sign(sign) => seen.shapes.add(sign.suspects(text, at, length)),
            }
            ControlFlow::Continue(())
        });
        seen
    }

    /// Returns the places of known secrets in a text.
    pub fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        let _ = self.table.matches(text, |at, length, meaning| {
            match meaning {
                Meaning::Secret { .. } => all.push(at..at + length),
                Meaning::Window { secret, at: within } => {
                    all.extend(piece(secret, *within, text, at, SHORTEST_PIECE));
                }
                Meaning::Sign(_) => {}
            }
            ControlFlow::Continue(())
        });
        all
    }

    /// Returns `true` if a text holds neither a known secret nor a sign of another. Its names are left to the caller.
    pub fn is_clear(&self, text: &[u8]) -> bool {
        let ended = self.table.matches(text, |at, length, meaning| {
            let clear = match meaning {
                Meaning::Secret { .. } => false,
                Meaning::Window { secret, at: within } => {
                    piece(secret, *within, text, at, SHORTEST_PIECE).is_none()
                }
                Meaning::Sign(sign) => sign.suspects(text, at, length).is_empty(),
            };
            if clear { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        ended.is_continue()
    }

    /// Returns `true` if it is not enough to read the strings of a JSON document one by one: a secret may reach from one into
    /// another, past the quotes between them, or lose a backslash where the escapes of JSON are read together with others.
    pub fn needs_whole_document(&self) -> bool {
        self.quotes || self.backslashes
    }

    /// Returns `true` if a secret may be in a text without its backslashes.
    pub fn may_lose_backslashes(&self) -> bool {
        self.backslashes
    }

    /// Returns `true` if an object of this JSON holds a known secret.
    pub fn in_object(&self, json: &[u8]) -> bool {
        // Nearly all hold none, and this shows it in half of the time.
        if !self.in_objects.may_be_in(json) {
            return false;
        }
        let ended = self.table.matches(json, |at, _, meaning| {
            let held = match meaning {
                Meaning::Secret { in_objects } => *in_objects,
                Meaning::Window { secret, at: within } => {
                    piece(secret, *within, json, at, SHORTEST_PIECE_IN_OBJECTS).is_some()
                }
                Meaning::Sign(_) => false,
            };
            if held { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        ended.is_break()
    }
}

/// The piece of a secret around a window that was found, if it is long enough to mean anything. Text without a digit is more
/// likely a word than a piece of a key.
fn piece(secret: &str, within: usize, text: &[u8], at: usize, shortest: usize) -> Option<Range<usize>> {
    let secret = secret.as_bytes();
    let same = |(a, b): &(&u8, &u8)| a.eq_ignore_ascii_case(b);
    let before = secret[..within].iter().rev().zip(text[..at].iter().rev()).take_while(same).count();
    let after = secret[within..].iter().zip(&text[at..]).take_while(same).count();
    let mut piece = at - before..at + after;
    // Blanks around it say nothing.
    while text[piece.clone()].first().is_some_and(u8::is_ascii_whitespace) {
        piece.start += 1;
    }
    while text[piece.clone()].last().is_some_and(u8::is_ascii_whitespace) {
        piece.end -= 1;
    }
    let least = shortest.max(secret.len() / 3);
    let means = piece.len() >= least && text[piece.clone()].iter().any(u8::is_ascii_digit);
    means.then_some(piece)
}

/// A secret, and the parts of it that are as secret.
fn parts(secret: &str) -> Vec<String> {
    const SHORTEST_LINE: usize = 16;
    let secret = secret.trim();
    let mut all = vec![secret.to_owned()];
    all.extend(secret.lines().filter(|line| line.len() >= SHORTEST_LINE).map(|line| line.trim().to_owned()));
    if let Some((scheme, rest)) = secret.split_once(' ')
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !rest.trim().contains(char::is_whitespace)
    {
        all.push(rest.trim().to_owned());
        let decoded = STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((_, password)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) {
            all.push(password.to_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(secrets: &[&str]) -> Secrets {
        let mut known = Secrets::default();
        for secret in secrets {
            known.add(secret);
        }
        known
    }

    impl Secrets {
        fn redact(&self, text: &str) -> String {
            crate::redact::hide(text, Some(self), |layer| self.find(layer)).into_owned()
        }
    }

    #[test]
    fn a_secret_is_taken_out_and_the_rest_stays() {
        let known = with(&["k-7d1f0c9b2e4a6855"]);
        assert_eq!(known.redact("a k-7d1f0c9b2e4a6855 b"), "a *** b");
        assert_eq!(known.redact("k-7d1f0c9b2e4a6855k-7d1f0c9b2e4a6855"), "***");
        assert_eq!(known.redact("nothing at all"), "nothing at all");
    }

    #[test]
    fn halves_are_taken_out_but_words_of_it_are_not() {
        let known = with(&["jumpcloud-readonly-7d1f0c9b2e4a6855"]);
        assert_eq!(known.redact(r#"["x7d1f0c9b2e4a","6855"]"#), r#"["x***","6855"]"#);
        assert_eq!(known.redact("https://console.jumpcloud.com"), "https://console.jumpcloud.com");
        assert!(known.in_object(br#"{"a":"only-7d1f0c9b2","b":"e4a6855"}"#));
        assert!(!known.in_object(br#"{"a":"jumpcloud-readonly"}"#));
    }

    #[test]
    fn a_short_secret_does_not_leave_an_object_out() {
        let known = with(&["Admin"]);
        assert_eq!(known.redact("is Admin here"), "is *** here");
        assert!(!known.in_object(br#"{"role":"Admin"}"#));
        assert_eq!(with(&["a", ""]).redact("a banana"), "a banana");
    }

    #[test]
    fn secrets_that_begin_alike_are_all_found() {
        let known = with(&["9f86", "9f86d081884c7d659a2feaa0c55ad015", "9f86d0818-another-key-4471"]);
        assert_eq!(known.redact("pin 9f86!"), "pin ***!");
        assert_eq!(known.redact("9f86d0818-another-k"), "***");
        assert_eq!(known.redact("x 9f86d081884c7d65 y"), "x *** y");
    }

    #[test]
    fn the_credentials_after_an_authorization_scheme_are_secret() {
        let basic = format!("Basic {}", STANDARD.encode("someone:hunter2-hunter2"));
        assert_eq!(with(&[&basic]).redact("pass hunter2-hunter2!"), "pass ***!");
        assert_eq!(with(&["Bearer 12-34-56-78"]).redact("sent 12-34-56-78"), "sent ***");
    }
}

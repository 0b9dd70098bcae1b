//! The secrets that are known, and where a text holds one of them.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::redact::PLACEHOLDER;
use crate::redact::forms::forms;

/// A shorter secret cannot be told from ordinary text: `abc` would be found in every alphabet.
const SHORTEST: usize = 4;
/// The shortest secret that makes an object suspicious; a password such as `Admin` is a word as well.
const SHORTEST_IN_OBJECTS: usize = 8;
/// The shortest secret whose pieces are looked for.
const SHORTEST_IN_PIECES: usize = 16;
/// The shortest piece of a secret that is taken for one, in characters.
const SHORTEST_PIECE: usize = 8;
/// The length of the windows that lead to a piece.
const WINDOW: usize = 5;

/// Secrets that are known, in all their forms.
#[derive(Default)]
pub(crate) struct Secrets {
    known: BTreeSet<String>,
    /// Finds every form anywhere.
    texts: Finder,
    /// Finds those that may not be in an object.
    objects: Finder,
}

/// Finds patterns; nothing where there are none.
#[derive(Default)]
struct Finder {
    automaton: Option<AhoCorasick>,
    /// For each pattern: itself, or that it is a window of a secret.
    windows: Vec<Option<Window>>,
}

/// A few characters of a secret; only as part of a longer piece they mean anything.
struct Window {
    secret: String,
    at: usize,
    /// The shortest piece that counts.
    least: usize,
}

impl Secrets {
    /// Adds a secret, with what it is made of: the lines of a key, what follows `Bearer`, the password in what follows
    /// `Basic`. Whether anything was new.
    pub fn add(&mut self, secret: &str) -> bool {
        let before = self.known.len();
        self.known
            .extend(parts(secret).into_iter().filter(|part| part.len() >= SHORTEST && part != PLACEHOLDER));
        let changed = self.known.len() > before;
        if changed {
            self.texts = Finder::new(self.known.iter(), SHORTEST_PIECE);
            let long = self.known.iter().filter(|secret| secret.len() >= SHORTEST_IN_OBJECTS);
            self.objects = Finder::new(long, SHORTEST_PIECE + 4);
        }
        changed
    }

    /// Where the secrets are in a text.
    pub fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        let mut all = Vec::new();
        let mut from = 0;
        while let Some(found) = self.texts.next(text, from) {
            from = found.end;
            all.push(found);
        }
        all
    }

    /// Whether an object of this JSON holds a secret.
    pub fn in_object(&self, json: &[u8]) -> bool {
        self.objects.next(json, 0).is_some()
    }
}

impl Finder {
    fn new<'s>(secrets: impl Iterator<Item = &'s String>, shortest_piece: usize) -> Self {
        let (mut patterns, mut windows) = (Vec::new(), Vec::new());
        for secret in secrets {
            for form in forms(secret) {
                patterns.push(form);
                windows.push(None);
            }
            if secret.len() < SHORTEST_IN_PIECES || !secret.is_ascii() {
                continue;
            }
            let least = shortest_piece.max(secret.len() / 3);
            // Any piece of that length holds a whole window, if one begins at each such step.
            for at in (0..=secret.len() - WINDOW).step_by(shortest_piece - WINDOW + 1) {
                patterns.push(secret[at..at + WINDOW].to_owned());
                windows.push(Some(Window { secret: secret.clone(), at, least }));
            }
        }
        // It fails only for more patterns than any configuration has.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(&patterns)
            .ok();
        Self { automaton: automaton.filter(|_| !patterns.is_empty()), windows }
    }

    /// The first secret at or after a place.
    fn next(&self, text: &[u8], mut from: usize) -> Option<Range<usize>> {
        let automaton = self.automaton.as_ref()?;
        let begin = from;
        loop {
            let found = automaton.find(Input::new(text).range(from..))?;
            match &self.windows[found.pattern().as_usize()] {
                None => return Some(found.range()),
                Some(window) => match window.piece(text, found.start(), begin) {
                    Some(piece) => return Some(piece),
                    None => from = found.start() + 1,
                },
            }
        }
    }
}

impl Window {
    /// The piece of the secret around a window that was found, if it is long enough to mean anything. Text without a
    /// digit is more likely a word than a piece of a key.
    fn piece(&self, text: &[u8], start: usize, begin: usize) -> Option<Range<usize>> {
        let secret = self.secret.as_bytes();
        let same = |(a, b): &(&u8, &u8)| a.eq_ignore_ascii_case(b);
        let before = secret[..self.at].iter().rev().zip(text[begin..start].iter().rev());
        let after = secret[self.at..].iter().zip(&text[start..]);
        let (before, after) = (before.take_while(same).count(), after.take_while(same).count());
        let piece = start - before..start + after;
        let means = piece.len() >= self.least && text[piece.clone()].iter().any(u8::is_ascii_digit);
        means.then_some(piece)
    }
}

/// A secret, and what of it is as secret.
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

    fn of(secrets: &[&str]) -> Secrets {
        let mut known = Secrets::default();
        for secret in secrets {
            known.add(secret);
        }
        known
    }

    impl Secrets {
        fn redact(&self, text: &str) -> String {
            crate::redact::hide(text, |layer| self.find(layer)).into_owned()
        }
    }

    #[test]
    fn a_secret_is_taken_out_and_the_rest_stays() {
        let known = of(&["k-7d1f0c9b2e4a6855"]);
        assert_eq!(known.redact("a k-7d1f0c9b2e4a6855 b"), "a *** b");
        assert_eq!(known.redact("k-7d1f0c9b2e4a6855k-7d1f0c9b2e4a6855"), "***");
        assert_eq!(known.redact("nothing at all"), "nothing at all");
    }

    #[test]
    fn halves_are_taken_out_but_words_of_it_are_not() {
        let known = of(&["jumpcloud-readonly-7d1f0c9b2e4a6855"]);
        assert_eq!(known.redact(r#"["x7d1f0c9b2e4a","6855"]"#), r#"["x***","6855"]"#);
        assert_eq!(known.redact("https://console.jumpcloud.com"), "https://console.jumpcloud.com");
        assert!(known.in_object(br#"{"a":"only-7d1f0c9b2","b":"e4a6855"}"#));
        assert!(!known.in_object(br#"{"a":"jumpcloud-readonly"}"#));
    }

    #[test]
    fn a_short_one_is_no_reason_to_leave_an_object_out() {
        let known = of(&["Admin"]);
        assert_eq!(known.redact("is Admin here"), "is *** here");
        assert!(!known.in_object(br#"{"role":"Admin"}"#));
        assert_eq!(of(&["a", ""]).redact("a banana"), "a banana");
    }

    #[test]
    fn what_follows_the_scheme_of_a_header_is_secret_too() {
        let basic = format!("Basic {}", STANDARD.encode("someone:hunter2-hunter2"));
        assert_eq!(of(&[&basic]).redact("pass hunter2-hunter2!"), "pass ***!");
        assert_eq!(of(&["Bearer 12-34-56-78"]).redact("sent 12-34-56-78"), "sent ***");
    }
}

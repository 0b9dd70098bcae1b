//! Finding a text in bytes, in any case.

/// A text to look for.
///
/// ASCII letters are found in either case, all others as they are.
#[derive(Debug)]
pub struct Needle {
    text: Vec<u8>,
}

impl Needle {
    /// Creates a needle; an empty one is found everywhere.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_ascii_lowercase().into_bytes() }
    }

    /// Returns `true` if the bytes contain the text.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let Some((first, rest)) = self.text.split_first() else { return true };
        memchr::memchr2_iter(*first, first.to_ascii_uppercase(), bytes).any(|at| {
            let next = bytes.get(at + 1..at + 1 + rest.len());
            next.is_some_and(|next| next.eq_ignore_ascii_case(rest))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Needle;

    #[test]
    fn a_text_is_found_in_bytes_in_any_case() {
        assert!(Needle::new("prod").is_in(b"xxPrOdxx"));
        assert!(Needle::new("Prod").is_in(b"pprod"));
        assert!(!Needle::new("prod").is_in(b"pro"));
        assert!(Needle::new("").is_in(b""));
    }
}

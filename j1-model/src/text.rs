//! Text built in `const` code: names of types, and the messages of const checks.

/// The longest text that const code builds, in bytes; what is longer is cut.
const CAPACITY: usize = 1024;

/// The number of characters of a foreign text that a message shows.
pub const EXCERPT: usize = 40;

/// A string that const code puts together.
#[derive(Clone, Copy)]
pub struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    /// An empty text.
    pub const EMPTY: Self = Self { bytes: [0; CAPACITY], len: 0 };

    /// This text with `part` after it.
    #[must_use]
    pub const fn put(mut self, part: &str) -> Self {
        let part = part.as_bytes();
        let mut i = 0;
        while i < part.len() && self.len < CAPACITY {
            self.bytes[self.len] = part[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// This text with `part` after it, ASCII letters in lower case.
    #[must_use]
    pub const fn put_lower(mut self, part: &str) -> Self {
        let start = self.len;
        self = self.put(part);
        let mut i = start;
        while i < self.len {
            self.bytes[i] = self.bytes[i].to_ascii_lowercase();
            i += 1;
        }
        self
    }

    /// This text with `part` after it, its first letter a capital.
    #[must_use]
    pub const fn put_capital(mut self, part: &str) -> Self {
        let start = self.len;
        self = self.put(part);
        if start < self.len {
            self.bytes[start] = self.bytes[start].to_ascii_uppercase();
        }
        self
    }

    /// This text with a number after it.
    #[must_use]
    pub const fn put_number(self, number: i128) -> Self {
        let (mut digits, mut at, mut rest) = ([0; 39], 39, number.unsigned_abs());
        loop {
            at -= 1;
            digits[at] = b"0123456789"[(rest % 10) as usize];
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let text = if number < 0 { self.put("-") } else { self };
        match core::str::from_utf8(digits.split_at(at).1) {
            Ok(digits) => text.put(digits),
            Err(_) => text,
        }
    }

    /// This text with the beginning of a longer one after it, on one line.
    #[must_use]
    pub const fn put_excerpt(mut self, part: &str) -> Self {
        let bytes = part.as_bytes();
        let (mut i, mut chars) = (0, 0);
        while i < bytes.len() {
            // Every character has one byte that continues no other.
            if bytes[i] & 0xC0 != 0x80 {
                chars += 1;
            }
            if chars > EXCERPT {
                return self.put("…");
            }
            if bytes[i].is_ascii_control() {
                self = self.put("\u{fffd}");
            } else if self.len < CAPACITY {
                self.bytes[self.len] = bytes[i];
                self.len += 1;
            }
            i += 1;
        }
        self
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // Only a text cut inside a character, which no name of ours is.
            Err(_) => "",
        }
    }
}

/// Returns `true` if two strings are equal. For short strings only: rustc refuses const code that runs long.
#[must_use]
pub const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Returns `true` if two strings are equal but for the case of their ASCII letters.
#[must_use]
pub const fn same_letters(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Returns `true` if two names are equal but for case and punctuation.
#[must_use]
pub const fn letters_alike(a: &[u8], b: &[u8]) -> bool {
    let (mut i, mut j) = (0, 0);
    loop {
        while i < a.len() && !a[i].is_ascii_alphanumeric() {
            i += 1;
        }
        while j < b.len() && !b[j].is_ascii_alphanumeric() {
            j += 1;
        }
        if i == a.len() || j == b.len() {
            return i == a.len() && j == b.len();
        }
        if !a[i].eq_ignore_ascii_case(&b[j]) {
            return false;
        }
        i += 1;
        j += 1;
    }
}

/// Returns `true` if `text` begins with `head`.
#[must_use]
pub const fn begins_with(text: &str, head: &str) -> bool {
    let (text, head) = (text.as_bytes(), head.as_bytes());
    if text.len() < head.len() {
        return false;
    }
    let mut i = 0;
    while i < head.len() {
        if text[i] != head[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Returns `true` if `text` ends with `tail`.
#[must_use]
pub const fn ends_with(text: &str, tail: &str) -> bool {
    if text.len() < tail.len() {
        return false;
    }
    let (text, tail) = (text.as_bytes(), tail.as_bytes());
    let offset = text.len() - tail.len();
    let mut i = 0;
    while i < tail.len() {
        if text[offset + i] != tail[i] {
            return false;
        }
        i += 1;
    }
    true
}

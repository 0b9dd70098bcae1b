//! Parses text byte by byte, in `const` code.

/// The bytes that a part of a format may contain.
#[derive(Clone, Copy)]
pub(crate) enum Bytes {
    Digit,
    Letter,
    Hex,
    LowerHex,
    /// Letters, digits and hyphens.
    Host,
    /// The part of an e-mail address before the `@`, without dots.
    Atom,
    /// A URI's scheme after its first letter.
    Scheme,
    /// Unreserved characters and sub-delimiters of RFC 3986.
    Name,
    /// The bytes of [`Bytes::Name`], and colons.
    User,
    /// Characters of a URI's path.
    Path,
    /// Characters after a `?` or a `#`.
    Tail,
}

impl Bytes {
    pub(crate) const fn has(self, b: u8) -> bool {
        match self {
            Self::Digit => b.is_ascii_digit(),
            Self::Letter => b.is_ascii_alphabetic(),
            Self::Hex => b.is_ascii_hexdigit(),
            Self::LowerHex => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
            Self::Host => b.is_ascii_alphanumeric() || b == b'-',
            Self::Atom => b.is_ascii_alphanumeric() || is_in(b, b"!#$%&'*+/=?^_`{|}~-"),
            Self::Scheme => b.is_ascii_alphanumeric() || is_in(b, b"+-."),
            Self::Name => b.is_ascii_alphanumeric() || is_in(b, b"-._~!$&'()*+,;="),
            Self::User => Self::Name.has(b) || b == b':',
            Self::Path => Self::Name.has(b) || is_in(b, b":@/"),
            Self::Tail => Self::Path.has(b) || b == b'?',
        }
    }

    /// Returns `true` if every byte is one of these; true of an empty text.
    pub(crate) const fn all(self, text: &[u8]) -> bool {
        // In a table where most objects have such a text: nothing then depends on which kind of letter a byte is.
        match self {
            Self::Host => all_marked(text, &HOST),
            Self::Atom => all_marked(text, &ATOM),
            _ => {
                let mut i = 0;
                while i < text.len() && self.has(text[i]) {
                    i += 1;
                }
                i == text.len()
            }
        }
    }

    /// Returns `true` if every byte is one of these or part of a `%41`.
    pub(crate) const fn all_or_escaped(self, text: &[u8]) -> bool {
        let mut i = 0;
        while i < text.len() {
            if text[i] == b'%' {
                let hex = i + 2 < text.len() && Self::Hex.has(text[i + 1]) && Self::Hex.has(text[i + 2]);
                if !hex {
                    return false;
                }
                i += 2;
            } else if !self.has(text[i]) {
                return false;
            }
            i += 1;
        }
        true
    }
}

/// The bytes of [`Bytes::Host`] and [`Bytes::Atom`].
static HOST: Table = table(Bytes::Host);
static ATOM: Table = table(Bytes::Atom);

/// `true` at the place of each byte that a part may contain.
type Table = [bool; 256];

const fn table(bytes: Bytes) -> Table {
    let mut table = [false; 256];
    let mut b = 0_u8;
    loop {
        table[b as usize] = bytes.has(b);
        if b == u8::MAX {
            return table;
        }
        b += 1;
    }
}

/// Returns `true` if every byte of the text is marked in the table.
const fn all_marked(text: &[u8], table: &Table) -> bool {
    let (mut i, mut all) = (0, true);
    while i < text.len() {
        all &= table[text[i] as usize];
        i += 1;
    }
    all
}

const fn is_in(b: u8, these: &[u8]) -> bool {
    position(these, b).is_some()
}

/// Returns the position of the first such byte.
pub(crate) const fn position(text: &[u8], b: u8) -> Option<usize> {
    let mut i = 0;
    while i < text.len() {
        if text[i] == b {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// Splits the text at the first such byte.
pub(crate) const fn cut(text: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    match position(text, at) {
        Some(i) => Some((text.split_at(i).0, text.split_at(i + 1).1)),
        None => None,
    }
}

/// Splits the text at the first such byte; the second part is empty if there is none.
pub(crate) const fn cut_or_all(text: &[u8], at: u8) -> (&[u8], &[u8]) {
    match cut(text, at) {
        Some(parts) => parts,
        None => (text, &[]),
    }
}

/// The part before the first such byte, and what is behind it; `None` after the last part.
pub(crate) const fn part(text: &[u8], at: u8) -> (&[u8], Option<&[u8]>) {
    match cut(text, at) {
        Some((part, rest)) => (part, Some(rest)),
        None => (text, None),
    }
}

/// Counts the parts between such bytes.
pub(crate) const fn parts(text: &[u8], at: u8) -> usize {
    let (mut i, mut count) = (0, 1);
    while i < text.len() {
        if text[i] == at {
            count += 1;
        }
        i += 1;
    }
    count
}

/// Returns the text after this prefix.
pub(crate) const fn after<'a>(text: &'a [u8], head: &[u8]) -> Option<&'a [u8]> {
    let mut i = 0;
    while i < head.len() {
        if i >= text.len() || text[i] != head[i] {
            return None;
        }
        i += 1;
    }
    Some(text.split_at(head.len()).1)
}

/// Letters, digits and hyphens, at most `longest`, with no hyphen at either end.
pub(crate) const fn label(text: &[u8], longest: usize) -> bool {
    !text.is_empty()
        && text.len() <= longest
        && text[0] != b'-'
        && text[text.len() - 1] != b'-'
        && Bytes::Host.all(text)
}

/// One to `longest` digits, at most 9, that make at most `most`.
pub(crate) const fn padded_number(text: &[u8], longest: usize, most: u32) -> bool {
    if text.is_empty() || text.len() > longest || !Bytes::Digit.all(text) {
        return false;
    }
    let (mut i, mut number) = (0, 0);
    while i < text.len() {
        number = number * 10 + (text[i] - b'0') as u32;
        i += 1;
    }
    number <= most
}

/// The same, without leading zeros.
pub(crate) const fn number(text: &[u8], longest: usize, most: u32) -> bool {
    padded_number(text, longest, most) && (text.len() == 1 || text[0] != b'0')
}

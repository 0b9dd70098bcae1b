//! HTML's names of characters: those of ASCII and of Latin-1, which is what escapers write by name.

/// The longest name in the lists.
const LONGEST: usize = 8;

/// Names of ASCII characters, and those of dashes that fonts show alike.
const ASCII: [(&str, char); 46] = [
    ("NewLine", '\n'),
    ("Hat", '^'),
    ("Tab", '\t'),
    ("UnderBar", '_'),
    ("amp", '&'),
    ("AMP", '&'),
    ("apos", '\''),
    ("ast", '*'),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dash", '-'),
    ("dollar", '$'),
    ("equals", '='),
    ("excl", '!'),
    ("grave", '`'),
    ("gt", '>'),
    ("GT", '>'),
    ("hyphen", '-'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lcub", '{'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lsqb", '['),
    ("lt", '<'),
    ("LT", '<'),
    ("midast", '*'),
    ("minus", '-'),
    ("num", '#'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quest", '?'),
    ("quot", '"'),
    ("QUOT", '"'),
    ("rbrace", '}'),
    ("rbrack", ']'),
    ("rcub", '}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("semi", ';'),
    ("sol", '/'),
    ("verbar", '|'),
    ("vert", '|'),
];

/// Names of the characters from U+00A0 on, in their order.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
    "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash",
    "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave",
    "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// The character of a name at the beginning of a text, and the length of the name with its semicolon.
pub(super) fn named(text: &[u8]) -> Option<(char, usize)> {
    let length = text.iter().take(LONGEST + 1).position(|byte| *byte == b';')?;
    let name = str::from_utf8(&text[..length]).ok()?;
    let char = ASCII.iter().find(|(known, _)| *known == name).map(|(_, char)| *char).or_else(|| {
        let place = LATIN_1.iter().position(|known| *known == name)?;
        char::from_u32(0xa0 + u32::try_from(place).ok()?)
    })?;
    Some((char, length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_the_characters_that_html_says() {
        for (text, expected) in [
            ("amp;x", Some(('&', 4))),
            ("uuml;", Some(('ü', 5))),
            ("nbsp;", Some(('\u{a0}', 5))),
            ("szlig;", Some(('ß', 6))),
            ("yuml;", Some(('ÿ', 5))),
            ("UnderBar;", Some(('_', 9))),
            ("amp", None),
            ("no-such;", None),
            ("", None),
        ] {
            assert_eq!(named(text.as_bytes()), expected, "{text}");
        }
    }
}

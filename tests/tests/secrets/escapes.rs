//! Reads escapes of every kind at once, independently of the code under test.

/// The text with each escape replaced by what it stands for.
pub fn read(text: &str) -> String {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['%', '\\', '&']) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        match escape(rest) {
            Some((bytes, length)) => {
                out.extend_from_slice(&bytes);
                rest = &rest[length..];
            }
            None => {
                out.push(rest.as_bytes()[0]);
                rest = &rest[1..];
            }
        }
    }
    out.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// The meaning and the length of an escape at the beginning of a text.
fn escape(text: &str) -> Option<(Vec<u8>, usize)> {
    const NAMES: [(&str, &str); 12] = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&sol;", "/"),
        ("&plus;", "+"),
        ("&equals;", "="),
        ("&bsol;", "\\"),
        ("&NewLine;", "\n"),
        ("&uuml;", "ü"),
        ("&nbsp;", "\u{a0}"),
    ];
    if let Some((name, stands_for)) = NAMES.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((stands_for.as_bytes().to_vec(), name.len()));
    }
    for (start, digits) in [("%u", 4), ("\\u", 4), ("\\U", 8)] {
        if let Some(number) = text.strip_prefix(start).and_then(|rest| rest.get(..digits))
            && let Some(bytes) = character(number, 16)
        {
            return Some((bytes, start.len() + digits));
        }
    }
    for (start, digits, radix) in [("%", 2, 16), ("\\x", 2, 16), ("\\", 3, 8)] {
        if let Some(number) = text.strip_prefix(start).and_then(|rest| rest.get(..digits))
            && let Ok(byte) = u8::from_str_radix(number, radix)
        {
            return Some((vec![byte], start.len() + digits));
        }
    }
    if let Some((number, _)) = text.strip_prefix("\\u{").and_then(|rest| rest.split_once('}')) {
        return Some((character(number, 16)?, number.len() + 4));
    }
    for (start, radix) in [("&#x", 16), ("&#X", 16), ("&#", 10)] {
        if let Some(rest) = text.strip_prefix(start) {
            let number = &rest[..rest.find(|c: char| !c.is_digit(radix)).unwrap_or(rest.len())];
            let semicolon = usize::from(rest[number.len()..].starts_with(';'));
            return Some((character(number, radix)?, start.len() + number.len() + semicolon));
        }
    }
    match text.strip_prefix('\\')?.chars().next()? {
        'n' => Some((b"\n".to_vec(), 2)),
        next if next.is_ascii_punctuation() => Some((next.to_string().into_bytes(), 2)),
        _ => None,
    }
}

fn character(number: &str, radix: u32) -> Option<Vec<u8>> {
    let number = u32::from_str_radix(number, radix).ok()?;
    char::from_u32(number).map(|c| c.to_string().into_bytes())
}

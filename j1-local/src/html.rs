//! Text and URLs that are safe inside HTML.

use std::fmt::{self, Display, Write as _};

/// Writes a value so that it is only ever text to a browser, inside elements and quoted attributes.
pub struct Text<T>(pub T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escape(f), "{}", self.0)
    }
}

struct Escape<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Escape<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            match letter {
                '&' => self.0.write_str("&amp;")?,
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '"' => self.0.write_str("&quot;")?,
                '\'' => self.0.write_str("&#39;")?,
                other => self.0.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// A name in the style of `_type`, as text that breaks after its underscores.
pub struct Breaking<'a>(pub &'a str);

impl Display for Breaking<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Text(self.0).to_string().replace('_', "_<wbr>"))
    }
}

/// A path of this server: fixed segments and foreign ones, the latter percent-encoded, followed by `?` and pairs.
pub struct Path<'a> {
    segments: &'a [&'a str],
    pairs: Vec<(&'static str, String)>,
}

impl<'a> Path<'a> {
    /// Creates the path of these segments.
    pub const fn new(segments: &'a [&'a str]) -> Self {
        Self { segments, pairs: Vec::new() }
    }

    /// Adds a parameter, unless it has no value.
    pub fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.pairs.push((name, value.to_string()));
        }
        self
    }
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in self.segments {
            f.write_char('/')?;
            encode(f, segment)?;
        }
        for (index, (name, value)) in self.pairs.iter().enumerate() {
            // An `&` would be `&amp;` in HTML; a `;` is not a separator to this server.
            write!(f, "{}{name}=", if index == 0 { "?" } else { "&amp;" })?;
            encode(f, value)?;
        }
        Ok(())
    }
}

/// Percent-encodes everything but letters, digits, `-`, `_` and `~`.
fn encode(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            f.write_char(char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

/// A whole number with groups of three digits.
pub struct Number<N>(pub N);

impl<N: Into<i128> + Copy> Display for Number<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.into().to_string();
        for (index, digit) in digits.char_indices() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) && digits.as_bytes()[index - 1] != b'-' {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// A count with its noun.
pub struct Count<'a>(pub i64, pub &'a str, pub &'a str);

impl Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Number(self.0), if self.0 == 1 { self.1 } else { self.2 })
    }
}

/// A time in epoch milliseconds as people read it, in UTC.
pub struct Time(pub i64);

impl Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A timestamp of jiff ends a day before 9999-12-31, which stands for "never".
        let epoch = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
        match epoch.checked_add(jiff::SignedDuration::from_millis(self.0)) {
            Ok(time) => write!(
                f,
                "<time datetime=\"{}\">{} UTC</time>",
                time.strftime("%Y-%m-%dT%H:%M:%SZ"),
                time.strftime("%Y-%m-%d %H:%M:%S")
            ),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_written_for_people() {
        let numbers = [0_i64, 999, 1000, 1_234_567, -123_456].map(|number| Number(number).to_string());
        assert_eq!(numbers, ["0", "999", "1,000", "1,234,567", "-123,456"]);
        let time = Time(1_700_000_000_000).to_string();
        assert_eq!(time, "<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13:20 UTC</time>");
    }

    #[test]
    fn paths_and_texts_cannot_be_left() {
        let evil = "a/../b?c&d=\"><script>";
        let path = Path::new(&["types", evil]).with("q", Some(evil)).with("none", None::<&str>).to_string();
        assert!(path.starts_with("/types/a%2F%2E%2E%2Fb%3Fc%26d%3D%22%3E%3Cscript%3E?q=a%2F"), "{path}");
        assert!(!path.contains(['<', '>', '"', '\'']));
        assert_eq!(Text(evil).to_string(), "a/../b?c&amp;d=&quot;&gt;&lt;script&gt;");
    }
}

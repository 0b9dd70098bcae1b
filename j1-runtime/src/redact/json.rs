//! Rewrites the texts of a JSON document and leaves every other byte as it is: numbers, order, blanks.

use serde::de::IgnoredAny;

/// The place of a value in a document.
#[derive(Default)]
pub(crate) struct Path(Vec<Step>);

/// A step into a document.
enum Step {
    Member(String),
    Element,
}

/// The kind of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A string that is a value.
    Value,
    /// A number. It is replaced by the changed text as it is, which has to be a number.
    Number,
    /// The name of a member.
    Name,
}

impl Path {
    /// The name of the innermost member around the value, also through arrays.
    pub fn member(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Element => None,
        })
    }

    /// Returns `true` if a pointer such as `/results/*/name` leads here; `*` stands for any member or element.
    pub fn is(&self, pointer: &str) -> bool {
        let mut steps = self.0.iter();
        let all = pointer.split('/').skip(1).all(|want| {
            let want = want.replace("~1", "/").replace("~0", "~");
            steps.next().is_some_and(|step| match step {
                Step::Member(name) => want == "*" || *name == want,
                Step::Element => want == "*",
            })
        });
        all && steps.next().is_none()
    }
}

/// The document with each text replaced by what `change` returns for it. `None` if this is not JSON.
pub(crate) fn rewrite(
    json: &str,
    change: &mut dyn FnMut(&Path, Place, &str) -> Option<String>,
) -> Option<String> {
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut scan =
        Scan { json, at: 0, copied: 0, out: String::with_capacity(json.len()), path: Path::default() };
    scan.document(change)?;
    scan.out.push_str(&json[scan.copied..]);
    Some(scan.out)
}

struct Scan<'j> {
    /// A document that is known to be valid.
    json: &'j str,
    at: usize,
    /// The part that is in `out` already.
    copied: usize,
    out: String,
    path: Path,
}

type Change<'c> = dyn FnMut(&Path, Place, &str) -> Option<String> + 'c;

impl Scan<'_> {
    /// Reads the document. Not by recursion: it may be nested as deeply as its sender likes.
    fn document(&mut self, change: &mut Change<'_>) -> Option<()> {
        loop {
            match self.peek()? {
                open @ (b'{' | b'[') => {
                    self.at += 1;
                    match (self.peek()?, open) {
                        (b'}' | b']', _) => self.at += 1,
                        (_, b'{') => {
                            self.member(change)?;
                            continue;
                        }
                        _ => {
                            self.path.0.push(Step::Element);
                            continue;
                        }
                    }
                }
                b'"' => drop(self.string(Place::Value, change)?),
                _ => self.scalar(change)?,
            }
            // A value has ended, and with it perhaps those around it.
            loop {
                let Some(step) = self.path.0.last() else { return Some(()) };
                let is_member = matches!(step, Step::Member(_));
                let after = self.peek()?;
                self.at += 1;
                match after {
                    b',' if is_member => {
                        self.path.0.pop();
                        self.member(change)?;
                        break;
                    }
                    b',' => break,
                    b'}' | b']' => drop(self.path.0.pop()),
                    _ => return None,
                }
            }
        }
    }

    /// Reads the name of a member, up to its value.
    fn member(&mut self, change: &mut Change<'_>) -> Option<()> {
        let name = self.string(Place::Name, change)?;
        self.peek()?; // the colon
        self.at += 1;
        self.path.0.push(Step::Member(name));
        Some(())
    }

    fn string(&mut self, place: Place, change: &mut Change<'_>) -> Option<String> {
        let start = {
            self.peek()?;
            self.at
        };
        let mut bytes = self.json.as_bytes()[start + 1..].iter();
        let mut length = 1;
        loop {
            length += 1;
            match bytes.next()? {
                b'"' => break,
                b'\\' => {
                    bytes.next();
                    length += 1;
                }
                _ => {}
            }
        }
        self.at = start + length;
        let text: String = serde_json::from_str(&self.json[start..self.at]).ok()?;
        if let Some(changed) = change(&self.path, place, &text) {
            self.put(start, &serde_json::Value::from(changed).to_string());
        }
        Some(text)
    }

    fn scalar(&mut self, change: &mut Change<'_>) -> Option<()> {
        let start = self.at;
        let rest = &self.json.as_bytes()[start..];
        let length = rest.iter().take_while(|byte| !b",]} \t\r\n".contains(byte)).count();
        self.at += length;
        let text = &self.json[start..self.at];
        if text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
            && let Some(changed) = change(&self.path, Place::Number, text)
        {
            self.put(start, &changed);
        }
        (length > 0).then_some(())
    }

    /// Replaces the part from `start` to here by a text.
    fn put(&mut self, start: usize, text: &str) {
        self.out.push_str(&self.json[self.copied..start]);
        self.out.push_str(text);
        self.copied = self.at;
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.json.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.json.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_changed_changes() {
        let json = "{ \"a\" : [1e3, 12345678901234567890123, \"x\\\"y\"],\n \"b\":{\"c\":\"x\\\"y\",\"\":null}, \"d\":7}";
        let same = rewrite(json, &mut |_, _, _| None).expect("JSON");
        assert_eq!(same, json);
        let mut seen = Vec::new();
        let changed = rewrite(json, &mut |path, place, text| {
            seen.push((path.member().unwrap_or_default().to_owned(), text.to_owned()));
            (path.is("/b/c") || path.is("/a/*") && place == Place::Value).then(|| "new\n".to_owned())
        });
        assert_eq!(changed.expect("JSON"), json.replace(r#""x\"y""#, r#""new\n""#));
        assert!(seen.contains(&("a".to_owned(), "12345678901234567890123".to_owned())));
        assert_eq!(rewrite("{\"a\":", &mut |_, _, _| None), None);
        assert_eq!(rewrite("", &mut |_, _, _| None), None);
    }

    #[test]
    fn a_document_may_be_nested_as_deeply_as_its_sender_likes() {
        const DEPTH: usize = 200_000;
        let json = format!("{}\"x\"{}", "[{\"a\":".repeat(DEPTH), "}]".repeat(DEPTH));
        let changed = rewrite(&json, &mut |_, place, _| (place == Place::Value).then(|| "y".to_owned()));
        assert_eq!(changed.expect("JSON"), json.replace("\"x\"", "\"y\""));
        for (json, texts) in
            [("[]", 0), ("{}", 0), ("[[],{},[{}]]", 0), (" [ 1 , \"a\" , { \"b\" : [ ] } ] ", 3), ("7", 1)]
        {
            let mut seen = 0;
            let same = rewrite(json, &mut |_, _, _| {
                seen += 1;
                None
            });
            assert_eq!((same.as_deref(), seen), (Some(json), texts), "{json}");
        }
    }
}

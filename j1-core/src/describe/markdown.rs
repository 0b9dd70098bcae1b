//! Tables as Markdown, laid out as the official documentation's: every column as wide as its widest cell.

use crate::describe::foreign::inert;

/// The rows as a table, the first one as its heading, without a line break at its end. All have as many cells.
#[must_use]
pub fn table<R: AsRef<[String]>>(rows: &[R]) -> String {
    let columns = rows.first().map_or(0, |head| head.as_ref().len());
    let widest = |column: usize| rows.iter().map(|row| width(&row.as_ref()[column])).max();
    let widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or_default().max(1)).collect();
    let mut lines: Vec<String> =
        rows.iter()
            .map(|row| {
                let cells =
                    row.as_ref().iter().zip(&widths).map(|(cell, wide)| {
                        format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell))))
                    });
                format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
            })
            .collect();
    let rule: Vec<String> = widths.iter().map(|wide| "-".repeat(*wide)).collect();
    lines.insert(lines.len().min(1), format!("| {} |", rule.join(" | ")));
    lines.join("\n")
}

/// Markdown of the author's, such as a doc comment, as a cell: on one line, and without what would end the cell.
#[must_use]
pub fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

/// Escapes foreign text: puts it on one line, and escapes what Markdown would read as a link, code, HTML or the end of
/// a cell.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    let line = one_line(text);
    let mut chars = line.chars().peekable();
    let mut before = None;
    while let Some(c) = chars.next() {
        let in_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        // Within a word it emphasises nothing, and most `_type`s have one.
        let plain_underscore = c == '_' && in_word(before.as_ref()) && in_word(chars.peek());
        if "\\`<>[]&|*_~$".contains(c) && !plain_underscore {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    // At the beginning of a line, these begin a heading, a list, a rule or an indented block.
    if out.starts_with(['#', '-', '+', '=', ':']) || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '\u{200b}');
    }
    out
}

/// Text of others as code, such as a key: on one line, between more backticks than it contains in a row.
#[must_use]
pub fn code(text: &str) -> String {
    let text = one_line(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // The blank that Markdown takes away where a backtick would touch the fence.
    let blank = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}

fn one_line(text: &str) -> String {
    inert(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// As the official tool counts it.
fn width(cell: &str) -> usize {
    cell.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["A", "Long heading"], ["`value`", "x"]].map(|row| row.map(str::to_owned));
        assert_eq!(
            super::table(&rows),
            "| A       | Long heading |\n| ------- | ------------ |\n| `value` | x            |"
        );
    }

    #[test]
    fn a_cell_ends_where_it_should() {
        assert_eq!(super::cell("one\n  two | three"), "one two \\| three");
    }

    mod foreign {
        use proptest::prelude::*;
        use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

        use crate::describe::markdown::{code, plain, table};

        /// Returns the text of the last cell of a table, and `true` if anything in it is more than text.
        fn rendered(cell: &str) -> (String, bool) {
            let rows = [[String::from("head")], [cell.to_owned()]];
            let markdown = format!("# Title\n\n{}\n\nafter", table(&rows));
            // The form that GitHub reads.
            let options = Options::ENABLE_TABLES
                | Options::ENABLE_FOOTNOTES
                | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS
                | Options::ENABLE_GFM
                | Options::ENABLE_MATH;
            let (mut text, mut active, mut inside, mut cells) = (String::new(), false, false, 0);
            for event in Parser::new_ext(&markdown, options) {
                match event {
                    Event::Start(Tag::TableCell) => (inside, text) = (true, String::new()),
                    Event::End(TagEnd::TableCell) => (inside, cells) = (false, cells + 1),
                    Event::Text(part) | Event::Code(part) if inside => text.push_str(&part),
                    _ => active |= inside,
                }
            }
            (text, active || cells != 2)
        }

        fn foreign() -> impl Strategy<Value = String> {
            let parts = [
                "`",
                "``",
                "<img src=https://evil.example>",
                "[a](https://evil.example)",
                "![x](y)",
                "&lt;",
                "|",
                "\\",
                "\n\n# Heading\n",
                "<!--",
                "**b**",
                "_a_",
                "~~s~~",
                "\u{1b}[2J",
                "[^1]",
                "$x$",
                "text",
                " ",
                "{.a}",
            ];
            let part =
                prop_oneof![prop::sample::select(parts.to_vec()).prop_map(str::to_owned), any::<String>()];
            prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
        }

        proptest! {
            #[test]
            fn text_of_others_is_nothing_but_text_in_a_report(text in foreign()) {
                for cell in [plain(&text), code(&text)] {
                    let (seen, active) = rendered(&cell);
                    prop_assert!(!active, "{}", cell);
                    prop_assert!(!seen.contains('\u{1b}'), "a control character");
                }
            }
        }

        #[test]
        fn text_of_others_says_what_it_says() {
            for text in ["a|b `c` <d> [e](f) &amp; \\", "a_user", "it`s", "``", "x"] {
                assert_eq!(rendered(&plain(text)), (text.to_owned(), false));
                assert_eq!(rendered(&code(text)), (text.to_owned(), false), "{}", code(text));
            }
        }
    }
}

//! Text of others on its way to people: without secrets, and without what a terminal would obey.

use j1_core::describe::foreign::inert;

/// A text as it is shown to people.
pub(crate) fn display(text: &str) -> String {
    inert(&super::text(text)).into_owned()
}

/// A text as it is shown to people, on one line.
pub(crate) fn line(text: &str) -> String {
    let text = super::text(text);
    inert(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_text_is_inert_and_stays_on_one_line() {
        assert_eq!(display("a\n\u{1b}[2J b"), "a\n␛[2J b");
        assert_eq!(line(" a\n\u{1b}[2J\tb "), "a ␛[2J b");
    }
}

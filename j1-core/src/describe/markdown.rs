//! Tables as Markdown, laid out as the official documentation's: every column as wide as its widest cell.

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

/// Text as a cell: on one line, and without what would end the cell.
#[must_use]
pub fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
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
}

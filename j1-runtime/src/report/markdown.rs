//! Tables as Markdown, laid out as the official documentation's: every column as wide as its widest cell.

/// The rows as a table, the first one as its heading.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter().map(|row| width(&row[column])).max().unwrap_or_default().max(1)
    });
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells = row
                .iter()
                .zip(widths)
                .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide.saturating_sub(width(cell)))));
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        })
        .collect();
    let rule = widths.map(|wide| "-".repeat(wide)).join(" | ");
    lines.insert(lines.len().min(1), format!("| {rule} |"));
    lines.join("\n")
}

/// Text as a cell: on one line, and without what would end the cell.
pub(crate) fn cell(text: &str) -> String {
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

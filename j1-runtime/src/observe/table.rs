//! Columns of text.

/// The rows as aligned columns, the first one as a heading.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    // A column that holds nothing but numbers stands to the right.
    let numeric: [bool; N] = std::array::from_fn(|column| {
        rows.len() > 1
            && rows[1..].iter().all(|row| row[column].chars().all(|c| c.is_ascii_digit() || c == ','))
    });
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            line.push_str(if column > 0 { "  " } else { "" });
            line.push_str(&if numeric[column] { pad + cell } else { cell.clone() + &pad });
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [["type", "n"], ["a_user", "1,407"], ["b", "2"]].map(|row| row.map(str::to_owned));
        assert_eq!(super::table(&rows), "type        n\na_user  1,407\nb           2\n");
    }
}

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

/// `1407` → `1,407`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped_and_stand_to_the_right() {
        assert_eq!(super::grouped(1_234_567), "1,234,567");
        assert_eq!(super::grouped(12), "12");
        let rows = [["type", "n"], ["a_user", "1,407"], ["b", "2"]].map(|row| row.map(str::to_owned));
        assert_eq!(super::table(&rows), "type        n\na_user  1,407\nb           2\n");
    }
}

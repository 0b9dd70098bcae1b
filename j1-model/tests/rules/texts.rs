//! Texts that `const` code builds and compares.

use j1_model::text::{Text, begins_with, ends_with, letters_alike, same, same_letters};

use crate::Rows;

#[test]
fn texts() {
    let mut rows = Rows::default();
    for part in ["", "a", "AbC", "éa", "1a"] {
        let put = [
            Text::EMPTY.put("x").put(part),
            Text::EMPTY.put("X").put_lower(part),
            Text::EMPTY.put("x").put_capital(part),
        ];
        rows.result(
            &format!("{part:?} put, in lower case, with a capital"),
            put.map(|text| text.as_str().to_owned()),
        );
    }
    for number in [0, 7, 10, -1, 1_234_567_890, i128::MAX, i128::MIN] {
        rows.result("number", Text::EMPTY.put("n=").put_number(number).as_str());
    }
    for text in [
        "short",
        "a\nb\u{7f}",
        &"x".repeat(39),
        &"x".repeat(40),
        &"x".repeat(41),
        &"é".repeat(40),
        &"é".repeat(41),
    ] {
        rows.result("excerpt", Text::EMPTY.put_excerpt(text).as_str());
    }
    let (most, full) = (Text::EMPTY.put(&"x".repeat(1023)), Text::EMPTY.put(&"x".repeat(1024)));
    for (label, text) in [("1023", most), ("1024", full)] {
        let longer = [
            text.put("y"),
            text.put("yz"),
            text.put_excerpt("yz"),
            text.put_capital("y"),
            text.put_lower("Y"),
        ];
        rows.result(
            &format!("{label} and more"),
            longer.map(|text| {
                (text.as_str().len(), text.as_str().ends_with('y'), text.as_str().ends_with('Y'))
            }),
        );
    }
    rows.result("cut inside a character", most.put("é").as_str());
    let names = ["", "a", "A", "ab", "a-b", "A_B", "abc", "b", "-", "a.", ".a", "aB", "éa"];
    for a in names {
        for b in names {
            let is = (
                same(a, b),
                same_letters(a, b),
                letters_alike(a.as_bytes(), b.as_bytes()),
                begins_with(a, b),
                ends_with(a, b),
            );
            if is != (false, false, false, false, false) {
                rows.result(&format!("{a:?} and {b:?} same, same letters, alike, begins, ends"), is);
            }
        }
    }
    rows.check("texts.txt");
}

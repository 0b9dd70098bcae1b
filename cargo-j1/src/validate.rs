//! `cargo j1 validate`: a verdict on every object of a file or a pipe.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use j1_core::validate;
use serde::Serialize;
use serde_json::Value;

use crate::code;
use crate::error::Error;
use crate::output;

/// The exit code when an object is invalid.
const INVALID: u8 = 8;

/// The verdict on one line.
#[derive(Debug, Serialize)]
struct Verdict {
    line: u64,
    valid: bool,
    errors: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize)]
struct Problem {
    code: &'static str,
    property: Option<String>,
    message: String,
}

/// The reason the validation stopped early.
#[derive(Debug)]
enum Stop {
    Read(io::Error),
    Write(io::Error),
}

/// Checks what the file holds, or stdin for `-` and without a file.
pub fn run(file: Option<&Path>) -> Result<u8, Error> {
    let path = file.map_or_else(|| PathBuf::from("-"), Path::to_path_buf);
    let input: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        let opened = File::open(&path);
        Box::new(opened.map_err(|source| Error::File { path: path.clone(), source })?)
    };
    let mut any_invalid = false;
    let mut out = BufWriter::new(io::stdout().lock());
    match lines(BufReader::new(input), &mut out, &mut any_invalid) {
        Err(Stop::Read(source)) => return Err(Error::File { path, source }),
        Err(Stop::Write(source)) if source.kind() != io::ErrorKind::BrokenPipe => {
            return Err(output::unwritable(source));
        }
        _ => {}
    }
    Ok(if any_invalid { INVALID } else { 0 })
}

/// Writes one line for every line that is not blank.
fn lines<R: Read>(mut input: BufReader<R>, out: &mut impl Write, any_invalid: &mut bool) -> Result<(), Stop> {
    let (mut text, mut line) = (Vec::new(), 0);
    loop {
        // Flushed, so that a program that writes line by line gets each verdict at once.
        if input.buffer().is_empty() {
            out.flush().map_err(Stop::Write)?;
        }
        text.clear();
        if input.read_until(b'\n', &mut text).map_err(Stop::Read)? == 0 {
            return out.flush().map_err(Stop::Write);
        }
        line += 1;
        if text.trim_ascii().is_empty() {
            continue;
        }
        let errors = problems(if line == 1 { validate::without_byte_order_mark(&text) } else { &text });
        let verdict = Verdict { line, valid: errors.is_empty(), errors };
        *any_invalid |= !verdict.valid;
        serde_json::to_writer(&mut *out, &verdict).map_err(|error| Stop::Write(error.into()))?;
        out.write_all(b"\n").map_err(Stop::Write)?;
    }
}

fn problems(text: &[u8]) -> Vec<Problem> {
    let object: Value = match serde_json::from_slice(text) {
        Ok(object) => object,
        Err(error) => {
            // The parser sees only this line, and reports it as the first.
            let (error, column) = (error.to_string(), error.column());
            let what = error.rsplit_once(" at line ").map_or(&*error, |(what, _)| what);
            let message =
                format!("this line is not JSON: {what} at column {column}; write one object a line");
            return vec![Problem { code: code::NOT_JSON.as_str(), property: None, message }];
        }
    };
    let said = validate::object(&object).into_iter();
    said.map(|violation| Problem {
        code: violation.code.as_str(),
        property: violation.property.map(std::borrow::Cow::into_owned),
        message: violation.message,
    })
    .collect()
}

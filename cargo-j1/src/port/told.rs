//! The text that `cargo j1 port` prints at its end.

use std::fmt::Write as _;
use std::path::Path;

use heck::ToUpperCamelCase as _;

use super::write::Carried;
use crate::new::name::Name;

/// The facts that the command prints at its end.
pub struct Told<'t> {
    pub carried: &'t [(&'static str, Carried)],
    /// The functions that properties wait for.
    pub functions: usize,
    /// The relationships whose `_type` is another than before.
    pub renamed: usize,
    pub compiles: bool,
}

impl Told<'_> {
    pub fn text(&self, name: &Name, folder: &Path, is_recorded: bool) -> String {
        let title = name.as_str().to_upper_camel_case();
        let mut out = if self.compiles {
            format!("Made {title} in {}.\n", folder.display())
        } else {
            format!("Written {title} in {}, but it does not compile yet.\n", folder.display())
        };
        out.push_str("\nCarried over:\n");
        for (what, one) in self.carried.iter().filter(|(_, one)| one.of > 0) {
            let share = one.over * 100 / one.of;
            let _ = writeln!(out, "  {:>4} of {:<4} {what} ({share} %)", one.over, one.of);
        }
        let waiting = self
            .carried
            .iter()
            .flat_map(|(_, one)| &one.left)
            .filter(|left| left.contains(": it waits for `"));
        if self.functions > 0 {
            let _ = writeln!(
                out,
                "Properties that wait for functions of the official integration: {}, for {} of them; write these in \
                 src/entities/official.rs.",
                waiting.count(),
                self.functions
            );
        }
        if self.renamed > 0 {
            let _ = writeln!(
                out,
                "Relationships that get another `_type`, since it follows from their ends: {}; PORT.md lists them.",
                self.renamed
            );
        }
        out += "\nPORT.md lists the rest, and `grep -rn 'port:' src` finds it in the code. A step with something left is partial, so \
                that nothing is deleted.\n";
        if !is_recorded {
            out += "No recording shows a list that a converter reads, so there is nothing to replay yet: record one with \
                    `cargo j1 run --local --record recordings` once the steps are ported.\n";
        }
        let _ = writeln!(out, "Next:\n  cd {}", folder.display());
        if is_recorded {
            out += "  cargo j1 collect --debug --replay recordings\n";
        }
        out += "  cargo j1 parity --official DIR   compares with a collection of the official integration\n";
        out
    }
}

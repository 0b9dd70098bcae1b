//! The ingestion sources that an operator has turned off and on.

use std::collections::BTreeSet;

use j1_core::shared::inserted;
use j1_core::step::{Source, StepMeta};

/// The variable that turns sources off.
pub(crate) const DISABLED: &str = "J1_DISABLED_SOURCES";
/// The variable that turns sources on that are off by default.
pub(crate) const ENABLED: &str = "J1_ENABLED_SOURCES";

/// The sources that are not what they are by default.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    disabled: BTreeSet<String>,
    enabled: BTreeSet<String>,
}

impl Sources {
    /// Reads comma-separated ids.
    ///
    /// # Errors
    /// All that is wrong with them, a line each.
    pub fn read(
        steps: &[StepMeta],
        disabled: Option<&str>,
        enabled: Option<&str>,
    ) -> Result<Self, Vec<String>> {
        let list = |text: Option<&str>| -> BTreeSet<String> {
            let ids = text.unwrap_or_default().split(',').map(str::trim);
            inserted(ids.filter(|id| !id.is_empty()).map(str::to_owned))
        };
        let read = Self { disabled: list(disabled), enabled: list(enabled) };
        let known: Vec<Source> = steps.iter().filter_map(|step| step.source).collect();
        let mut problems = Vec::new();
        for (variable, ids) in [(DISABLED, &read.disabled), (ENABLED, &read.enabled)] {
            for id in ids.iter().filter(|id| !known.iter().any(|source| source.id == **id)) {
                problems.push(format!("{variable} names `{id}`; {}", instead(&known, id)));
            }
        }
        for source in &known {
            let problem = match (read.disabled.contains(source.id), read.enabled.contains(source.id)) {
                (true, true) => {
                    format!("`{}` stands in {DISABLED} and in {ENABLED}; remove it from one", source.id)
                }
                (true, false) if source.required => {
                    format!(
                        "{DISABLED} names `{}`, and the integration cannot do without it; remove it",
                        source.id
                    )
                }
                _ => continue,
            };
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        if problems.is_empty() { Ok(read) } else { Err(problems) }
    }

    /// Returns the reason a source is off; `None` if it is on.
    pub fn off(&self, source: &Source) -> Option<String> {
        if self.disabled.contains(source.id) {
            return Some(format!("its source `{}` is turned off by {DISABLED}", source.id));
        }
        let off = source.default_off && !self.enabled.contains(source.id);
        off.then(|| format!("its source `{}` is off by default; {ENABLED} turns it on", source.id))
    }
}

/// Suggests the source that the operator may have meant.
fn instead(known: &[Source], id: &str) -> String {
    let ids: BTreeSet<&str> = inserted(known.iter().map(|source| source.id));
    if let Some(near) = j1_core::model::nearest(id, ids.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if ids.is_empty() {
        return "this integration has no sources that can be turned off".to_owned();
    }
    format!("the sources are `{}`", ids.into_iter().collect::<Vec<_>>().join("`, `"))
}

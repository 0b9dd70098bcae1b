//! Progress on a terminal: a line for each step that runs.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::engine::{Progress, StepReport, StepStatus};
use crate::report::table::grouped;
use crate::stats::StepStats;

/// Shows nothing.
pub(crate) struct Quiet;

impl Progress for Quiet {
    fn began(&self, _: &'static str, _: &Arc<StepStats>) {}
    fn ended(&self, _: &StepReport) {}
}

/// A line for each step.
pub(crate) struct Bars {
    all: MultiProgress,
    running: Mutex<Vec<(&'static str, ProgressBar)>>,
}

impl Bars {
    pub fn new() -> Self {
        Self { all: MultiProgress::new(), running: Mutex::default() }
    }
}

impl Progress for Bars {
    fn began(&self, step: &'static str, stats: &Arc<StepStats>) {
        let bar = self.all.add(ProgressBar::new_spinner());
        let stats = Arc::clone(stats);
        let style = ProgressStyle::with_template("{spinner} {prefix:<28} {counts} {elapsed}");
        if let Ok(style) = style {
            bar.set_style(style.with_key(
                "counts",
                move |_: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                    let count =
                        |counter: &std::sync::atomic::AtomicU64| grouped(counter.load(Ordering::Relaxed));
                    let _ = write!(
                        out,
                        "{:>9} entities {:>9} relationships {:>6} requests",
                        count(&stats.entities),
                        count(&stats.relationships),
                        count(&stats.requests)
                    );
                },
            ));
        }
        bar.set_prefix(step);
        bar.enable_steady_tick(Duration::from_millis(120));
        self.running.lock().unwrap_or_else(PoisonError::into_inner).push((step, bar));
    }

    fn ended(&self, report: &StepReport) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = running.iter().position(|(step, _)| *step == report.id) {
            let (_, bar) = running.swap_remove(place);
            let mark = match report.status {
                StepStatus::Success if report.partial.is_empty() => "✓",
                StepStatus::Failure => "✗",
                _ => "!",
            };
            bar.set_prefix(format!("{mark} {}", report.id));
            bar.finish();
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        // The table that follows says all of it again.
        let _ = self.all.clear();
    }
}

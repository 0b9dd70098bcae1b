//! Progress on a terminal: a line for each step that runs, and one for the run.

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::cli::report::watch::Show;
use crate::observe::progress::{Look, clock};
use crate::observe::screen;

/// Lines that are drawn over again.
pub(super) struct Bars {
    all: MultiProgress,
    /// Of the steps that run.
    steps: Vec<(&'static str, ProgressBar)>,
    /// Of the run as a whole: the last line.
    run: ProgressBar,
    /// Steps that have a line above, which stays.
    told: Vec<&'static str>,
}

impl Bars {
    pub fn new() -> Self {
        let all = MultiProgress::new();
        let run = all.add(line());
        screen::draw(Some(all.clone()));
        Self { all, steps: Vec::new(), run, told: Vec::new() }
    }
}

/// One line, cut where the terminal ends.
fn line() -> ProgressBar {
    let line = ProgressBar::new_spinner();
    // It fails only for an invalid template.
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
        line.set_style(style);
    }
    line
}

impl Show for Bars {
    fn show(&mut self, look: &Look) {
        self.steps.retain(|(id, bar)| {
            let runs = look.running.iter().any(|step| step.id == *id);
            if !runs {
                bar.finish_and_clear();
                self.all.remove(bar);
            }
            runs
        });
        for step in look.ended.iter().filter(|step| !self.told.contains(&step.id)).collect::<Vec<_>>() {
            // The run goes on if the terminal is gone.
            let _ = self.all.println(format!("{} {}", step.mark(), step.sentence()));
            self.told.push(step.id);
        }
        let widest = look.running.iter().map(|step| step.id.len()).max().unwrap_or_default();
        for step in &look.running {
            let bar = match self.steps.iter().find(|(id, _)| *id == step.id) {
                Some((_, bar)) => bar,
                None => {
                    let bar = self.all.insert_before(&self.run, line());
                    self.steps.push((step.id, bar));
                    &self.steps[self.steps.len() - 1].1
                }
            };
            bar.set_message(format!("{:<widest$}  {:>7}  {}", step.id, clock(step.elapsed), step.doing()));
            bar.tick();
        }
        self.run.set_message(look.sentence());
        self.run.tick();
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        screen::draw(None);
        // The table that follows says all of it again.
        let _ = self.all.clear();
    }
}

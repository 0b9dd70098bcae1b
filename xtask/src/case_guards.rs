//! The guards that `cargo xtask guards` removes and that a test of their rule notices: no simulation meets what they hold.

use crate::guards::Guard;

/// Held by `j1-runtime --test deletion`.
pub const OF_RUNS: [Guard; 11] = [
    Guard {
        rule: "in a job of several processes, an end that is missing is a doubt",
        file: "engine/run/dangling.rs",
        from: "_ if self.shared.destination.is_shared() => ledger.partial(",
        to: "_ if $on && self.shared.destination.is_shared() => ledger.partial(",
    },
    Guard {
        rule: "in a job of several processes, an end that is expected and missing is a doubt",
        file: "engine/run/dangling.rs",
        from: "if !edge.expected || self.shared.destination.is_shared() {",
        to: "if !edge.expected || $on && self.shared.destination.is_shared() {",
    },
    Guard {
        rule: "in a job of several processes, what a step does not find is a doubt",
        file: "engine/sink.rs",
        from: "        if self.shared.destination.is_shared() {\n",
        to: "        if $on && self.shared.destination.is_shared() {\n",
    },
    Guard {
        rule: "what another process of the job could not read is kept",
        file: "run/job/others.rs",
        from: "if *complete { summary.keep(kept) } else { summary.protect(kept) }",
        to: "if !$on {} else if *complete { summary.keep(kept) } else { summary.protect(kept) }",
    },
    Guard {
        rule: "what a process that is not named may not have read is kept",
        file: "run/job/others.rs",
        from: "if !(sent..=accounted).contains(&received) {",
        to: "if $on && !(sent..=accounted).contains(&received) {",
    },
    Guard {
        rule: "what is made of a type that no step emits is kept",
        file: "jupiterone/prediction/mod.rs",
        from: "for unknown in &self.unknown {",
        to: "for unknown in self.unknown.iter().filter(|_| $on) {",
    },
    Guard {
        rule: "an entity is read back with the key with which it was stored",
        file: "../../j1-core/src/step/job.rs",
        from: "if self.stored.key().is_some_and(|stored| stored != key.as_bytes()) {",
        to: "if $on && self.stored.key().is_some_and(|stored| stored != key.as_bytes()) {",
    },
    Guard {
        rule: "what a joined job had received before is not of this run",
        file: "run/job/received.rs",
        from: "received.map(|all| all.saturating_sub(before))",
        to: "received.map(|all| if $on { all.saturating_sub(before) } else { all })",
    },
    Guard {
        rule: "a job that turns out to be another's is not finalized",
        file: "run/job/received.rs",
        from: "if let Some(what) = not_as_asked(&job, settings, client.instance()) {",
        to: "if let Some(what) = not_as_asked(&job, settings, client.instance()).filter(|_| $on) {",
    },
    Guard {
        rule: "a job that another program has finalized is an error",
        file: "run/job/received.rs",
        from: "if !job.takes_uploads() {",
        to: "if $on && !job.takes_uploads() {",
    },
    Guard {
        rule: "`--on-partial abort` counts what the guard finds",
        file: "run/job/finish.rs",
        from: "        // The guard may have found types that are not this run's to delete.\n        abort_if_partial(settings, summary)?;",
        to: "        if $on { abort_if_partial(settings, summary)?; }",
    },
];

/// Held by `j1-runtime --test provider`.
pub const OF_LISTS: [Guard; 8] = [
    Guard {
        rule: "a token with fewer scopes is not used",
        file: "provider/oauth.rs",
        from: "if let Some(lacking) = scopes::lacking(needed, &granted).first() {",
        to: "if let Some(lacking) = scopes::lacking(needed, &granted).first().filter(|_| $on) {",
    },
    Guard {
        rule: "a list for which the token has no scope is partial",
        file: "provider/evidence/header.rs",
        from: "let lacks = !accepted.is_empty()",
        to: "let lacks = $on && !accepted.is_empty()",
    },
    Guard {
        rule: "records after an empty page are doubt",
        file: "provider/pages.rs",
        from: "        if is_new {\n",
        to: "        if $on && is_new {\n",
    },
    Guard {
        rule: "a page that is shorter than requested is compared with the next one",
        file: "provider/position/beyond.rs",
        from: "if self.pages > 2 || granted <= 10 ||",
        to: "if !$on || self.pages > 2 || granted <= 10 ||",
    },
    Guard {
        rule: "a first page that has one before it is doubt",
        file: "provider/position/mod.rs",
        from: "if self.pages == 1 && matches!(paging.style, Style::Page { .. } | Style::Offset { .. }) {",
        to: "if $on && self.pages == 1 && matches!(paging.style, Style::Page { .. } | Style::Offset { .. }) {",
    },
    Guard {
        rule: "an empty page is none of those that the provider counts",
        file: "provider/position/doubts.rs",
        from: "let came = if by_number && self.read > 0 {",
        to: "let came = if $on && by_number && self.read > 0 {",
    },
    Guard {
        rule: "a count that may be that of the page ends no list",
        file: "provider/position/mod.rs",
        from: "let all = self.different() >= total && !of_page;",
        to: "let all = self.different() >= total && !($on && of_page);",
    },
    Guard {
        rule: "records that come twice stand for no others",
        file: "provider/position/mod.rs",
        from: "self.twice += page.came.records - page.came.different;",
        to: "self.twice += if $on { page.came.records - page.came.different } else { 0 };",
    },
];

/// Held by `j1-tests --test engine`.
pub const OF_COLLECTIONS: [Guard; 4] = [
    Guard {
        rule: "a copy that a collection counts stands for another object",
        file: "run/sync/inspect.rs",
        from: "if collection.contents.are_counted() {\n                        inspection.doubt_copy(",
        to: "if $on && collection.contents.are_counted() {\n                        inspection.doubt_copy(",
    },
    Guard {
        rule: "recordings finalize nothing in JupiterOne itself",
        file: "run/job/mod.rs",
        from: "if !replayed || !deletes || client.is_stand_in() {",
        to: "if !$on || !replayed || !deletes || client.is_stand_in() {",
    },
    Guard {
        rule: "a collection of recordings finalizes nothing in JupiterOne itself",
        file: "run/sync/mod.rs",
        from: "(collection.contents.replayed, settings.job.deletes_unasked());",
        to: "($on && collection.contents.replayed, settings.job.deletes_unasked());",
    },
    Guard {
        rule: "what has come since a collection was begun is kept",
        file: "run/sync/mod.rs",
        from: "Types { started: collection.contents.started, ..",
        to: "Types { started: collection.contents.started.filter(|_| $on), ..",
    },
];

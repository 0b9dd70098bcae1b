//! The guards of sharded runs that `cargo xtask guards` removes.

use crate::guards::Guard;

pub const GUARDS: [Guard; 8] = [
    Guard {
        rule: "the job of a run that was given up is aborted before the next one is opened",
        file: "shard/open.rs",
        from: "    fence(files, &client).await?;\n",
        to: "    if $on { fence(files, &client).await?; }\n",
    },
    Guard {
        rule: "a receipt is worth something for the job that it was delivered to",
        file: "shard/receipt.rs",
        from: "if self.job != job.job {",
        to: "if $on && self.job != job.job {",
    },
    Guard {
        rule: "less than `--coverage` of the work finalizes nothing",
        file: "shard/receipt.rs",
        from: "if coverage >= least {",
        to: "if !$on || coverage >= least {",
    },
    Guard {
        rule: "the types of a shard that did not deliver are partial",
        file: "shard/reduce.rs",
        from: "if !set.missing().is_empty() {",
        to: "if $on && !set.missing().is_empty() {",
    },
    Guard {
        rule: "what one worker could not read is partial for all",
        file: "shard/merge.rs",
        from: "reasons.entry(&partial.ty).or_default().insert(&partial.reason);",
        to: "if $on { reasons.entry(&partial.ty).or_default().insert(&partial.reason); }",
    },
    Guard {
        rule: "the deletion guard compares with the whole job",
        file: "engine/keys.rs",
        from: "if self.holds(&held.key)? { Brought::Same } else { Brought::No }",
        to: "if !$on || self.holds(&held.key)? { Brought::Same } else { Brought::No }",
    },
    Guard {
        rule: "a `close` notes that it will finalize before it does",
        file: "shard/close.rs",
        from: "files.begin_to_close(&begun).await?;",
        to: "if $on { files.begin_to_close(&begun).await?; }",
    },
    Guard {
        rule: "a partial run that is closed again stays partial",
        file: "shard/close.rs",
        from: "if closed.complete {",
        to: "if !$on || closed.complete {",
    },
];

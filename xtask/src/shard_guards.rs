//! The guards of sharded runs that `cargo xtask guards` removes.

use crate::guards::Guard;

pub const GUARDS: [Guard; 8] = [
    Guard {
        rule: "the job of a run that was given up is aborted before the next one is opened",
        file: "shard/open.rs",
        from: "    fence(files, &client).await?;\n",
        to: "",
    },
    Guard {
        rule: "a receipt is worth something for the job that it was delivered to",
        file: "shard/receipt.rs",
        from: "if self.job != job.job {",
        to: "if self.job != job.job && false {",
    },
    Guard {
        rule: "less than `--coverage` of the work finalizes nothing",
        file: "shard/receipt.rs",
        from: "if coverage >= least {",
        to: "if coverage >= least || true {",
    },
    Guard {
        rule: "the types of a shard that did not deliver are partial",
        file: "shard/reduce.rs",
        from: "if !set.missing().is_empty() {",
        to: "if false {",
    },
    Guard {
        rule: "what one worker could not read is partial for all",
        file: "shard/merge.rs",
        from: "reasons.entry(&partial.ty).or_default().insert(&partial.reason);",
        to: "let _: &mut BTreeSet<&str> = reasons.entry(&partial.ty).or_default();",
    },
    Guard {
        rule: "the deletion guard compares with the whole job",
        file: "shard/reduce.rs",
        from: "if self.index.holds(&held.key) { Brought::Same } else { Brought::No }",
        to: "Brought::Same",
    },
    Guard {
        rule: "a `close` notes that it will finalize before it does",
        file: "shard/close.rs",
        from: "files.store.create_document(&files.path(\"closing.json\"), &begun).await?;",
        to: "",
    },
    Guard {
        rule: "a partial run that is closed again stays partial",
        file: "shard/close.rs",
        from: "if closed.complete {",
        to: "if closed.complete || true {",
    },
];

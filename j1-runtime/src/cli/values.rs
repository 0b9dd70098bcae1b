//! The words of the command line for settings with a few values.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::jupiterone::{Source, SyncMode};
use crate::recordings::drift::DriftMode;
use crate::run::config::ConfigFormat;
use crate::run::schema::SchemaFormat;
use crate::run::settings::OnPartial;
use crate::run::steps::StepsFormat;

macro_rules! words {
    ($type:ty { $($variant:ident $word:literal $($help:literal)?;)* }) => {
        impl ValueEnum for $type {
            fn value_variants<'a>() -> &'a [Self] {
                &[$(Self::$variant),*]
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(match self {
                    $(Self::$variant => PossibleValue::new($word)$(.help($help))?,)*
                })
            }
        }
    };
}

words! { SyncMode {
    Diff "diff" "Delete what was not uploaded";
    Patch "patch" "Create and update entities, delete nothing; relationships are not sent";
    CrossScope "cross-scope" "Relationships whose ends are in scopes that they name; entities are not sent";
    Override "override" "Pin properties of entities that exist; nothing is created or deleted";
} }

words! { Source {
    IntegrationExternal "integration-external" "An integration instance whose collector its owner runs";
    IntegrationManaged "integration-managed" "An integration instance that JupiterOne runs";
    Api "api" "Anything else, under a scope of its own";
} }

words! { OnPartial {
    Finalize "finalize";
    Abort "abort";
} }

words! { DriftMode {
    Report "report" "Look at many responses, and report what differs";
    Fail "fail" "Look at all responses, and exit with 8 if anything differs";
    Learn "learn" "Look at all responses, and write their shapes down";
    Off "off" "Do not look";
} }

words! { ConfigFormat {
    Table "table";
    Env "env";
    Json "json";
} }

words! { SchemaFormat {
    Json "json";
    GraphSchema "graph-schema";
} }

words! { StepsFormat {
    Text "text";
    Mermaid "mermaid";
    Dot "dot";
    Json "json";
} }

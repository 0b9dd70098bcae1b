//! The deletion guard of a run: compares it with what JupiterOne holds before the finalize.

use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use j1_core::{Error, Result};
use tracing::Instrument as _;

use crate::engine::Partial;
use crate::jupiterone::SyncClient;
use crate::jupiterone::prediction::{self, Brings, Limit, Types};
use crate::observe::trace;
use crate::run::settings::JobSettings;
use crate::run::summary::{Guard, Summary};

/// Protects the types that this version does not know, and refuses a finalize that would delete too much.
pub(super) async fn guard(
    settings: &JobSettings,
    client: &SyncClient,
    brings: &mut dyn Brings,
    types: &Types,
    summary: &mut Summary,
) -> Result<()> {
    let limit = settings.max_delete.unwrap_or(Limit::DEFAULT);
    let both = [ObjectKind::Entity, ObjectKind::Relationship];
    let predicting = prediction::predict(client, brings, types, &both).instrument(trace::predict());
    let prediction = match predicting.await {
        Ok(prediction) => prediction,
        Err(error) if settings.max_delete.is_some() && !settings.yes => {
            let message = format!(
                "{}; so `--max-delete` cannot be kept, and nothing was changed. Give the key the permission to query, \
                 or run without `--max-delete`",
                error.message()
            );
            return Err(Error::new(Kind::Upload, error.code(), message));
        }
        Err(error) => {
            tracing::warn!("{error}; how much the finalize deletes was not looked at");
            summary.guard =
                Some(Guard { checked: false, max_delete: limit.percent(), reason: Some(error.to_string()) });
            return Ok(());
        }
    };
    for ty in &prediction.unknown {
        let reason = format!(
            "JupiterOne holds `{ty}` of this instance, and no step declares it: it is kept. If the integration no longer \
             has the type, say so with `#[j1(retired(\"{ty}\"))]`, and it is deleted"
        );
        summary.protect(Partial { ty: ty.clone(), reason });
    }
    summary.guard = Some(Guard { checked: true, max_delete: limit.percent(), reason: None });
    match prediction::exceeded(&prediction, limit, &types.retired) {
        Some(error) if !settings.yes => {
            summary.plan = Some(prediction.types);
            Err(error)
        }
        _ => Ok(()),
    }
}

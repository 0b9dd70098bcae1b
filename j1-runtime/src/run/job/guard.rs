//! The deletion guard of a run: compares it with what JupiterOne holds before the finalize.

use j1_core::Error;
use j1_core::error::Kind;
use j1_core::graph::ObjectKind;
use tracing::Instrument as _;

use crate::engine::Partial;
use crate::jupiterone::prediction::{self, Brings, Limit, Prediction, Types};
use crate::jupiterone::{NotHeld, SyncClient};
use crate::observe::trace;
use crate::run::error::{RunError, RunErrorKind};
use crate::run::settings::JobSettings;
use crate::run::summary::{Guard, Summary};

/// The reason why a guard that saw no objects has checked nothing.
pub(crate) const NOTHING_HELD: &str =
    "JupiterOne returned no objects of this instance: it holds none yet, or the key may not query them";

/// Protects the types that this version does not know, and refuses a finalize that would delete too much.
///
/// # Errors
/// When too much would be deleted; or when JupiterOne does not say what it holds, because what this version does not know
/// would be deleted then. `--yes` finalizes in both cases. Where there is no query API at all, there is nothing to
/// compare with, and the finalize goes on unchecked unless `--max-delete` was given.
pub(super) async fn guard(
    settings: &JobSettings,
    client: &SyncClient,
    brings: &mut dyn Brings,
    types: &Types,
    summary: &mut Summary,
) -> Result<(), RunError> {
    let limit = settings.max_delete.unwrap_or(Limit::DEFAULT);
    let both = [ObjectKind::Entity, ObjectKind::Relationship];
    let mut prediction = Prediction::default();
    let predicting = prediction::predict(client, brings, types, &both, &mut prediction);
    if let Err(reason) = predicting.instrument(trace::predict()).await {
        unchecked(settings, limit, reason, summary)?;
        protect(&prediction, types, summary);
        protect_unseen(&prediction, types, summary);
        return Ok(());
    }
    protect(&prediction, types, summary);
    let checked = prediction.held > 0;
    let reason = (!checked).then(|| NOTHING_HELD.to_owned());
    let deletes = checked.then(|| prediction.deleted_entities());
    summary.guard = Some(Guard { checked, max_delete: limit.percent(), reason, deletes });
    match prediction::exceeded(&prediction, limit, &types.retired) {
        Some(error) if !settings.yes => {
            summary.plan = Some(prediction.types);
            Err(RunError::new(RunErrorKind::TooManyDeleted, error))
        }
        _ => Ok(()),
    }
}

/// Protects the types that no step declares, and what is made of them.
pub(in crate::run) fn protect_unknown(prediction: &Prediction, summary: &mut Summary) {
    for ty in &prediction.unknown {
        let reason = format!(
            "JupiterOne holds `{ty}` of this instance, and no step declares it: it is kept. If the integration no longer \
             has the type, say so with `#[j1(retired(\"{ty}\"))]`, and it is deleted"
        );
        summary.protect(Partial { ty: ty.clone(), reason });
    }
    for (ty, unknown) in &prediction.built_on_unknown {
        let reason = format!(
            "a step makes `{ty}` of `{unknown}`, which JupiterOne holds and no step emits: all `{ty}` are kept. If the \
             integration no longer has `{unknown}`, say so with `#[j1(retired(\"{unknown}\"))]`"
        );
        summary.protect(Partial { ty: ty.clone(), reason });
    }
}

/// Protects what is not this run's to delete: types that no step declares, what is made of them, and types that a newer run has
/// added to.
fn protect(prediction: &Prediction, types: &Types, summary: &mut Summary) {
    protect_unknown(prediction, summary);
    for (ty, key) in prediction.newer.iter().filter(|(ty, _)| !prediction.unknown.contains(*ty)) {
        let reason = format!("{}, and all `{ty}` are kept", brought_by_another(ty, key));
        summary.protect(Partial { ty: ty.clone(), reason });
    }
    // JupiterOne does not show mapped relationships, so it is not known which of them are newer, or were never read.
    for ty in &types.mapped {
        let reason = if !types.declared.contains(ty) {
            format!(
                "what is uploaded was collected without `{ty}`, and JupiterOne does not show which of them it holds: they are kept"
            )
        } else if let Some((newer, key)) = prediction.newer.first_key_value() {
            format!(
                "{}, and since JupiterOne does not show its mapped relationships, all `{ty}` are kept",
                brought_by_another(newer, key)
            )
        } else {
            continue;
        };
        summary.protect(Partial { ty: ty.clone(), reason });
    }
}

/// Protects all types of a prediction that was not finished if another run has brought objects, since what else it brought
/// was not seen.
fn protect_unseen(prediction: &Prediction, types: &Types, summary: &mut Summary) {
    let Some((newer, key)) = prediction.newer.first_key_value() else { return };
    for ty in types.declared.difference(&types.mapped) {
        let reason = format!(
            "{}, and since JupiterOne could not be queried in full, all `{ty}` are kept",
            brought_by_another(newer, key)
        );
        summary.protect(Partial { ty: ty.clone(), reason });
    }
}

/// Says that another run has brought objects of this type, and names one.
fn brought_by_another(ty: &str, key: &str) -> String {
    format!(
        "JupiterOne has got `{ty}` objects after this run began, such as {key}: another run of the instance brought them"
    )
}

/// Decides about a finalize that could not be compared with what JupiterOne holds.
fn unchecked(
    settings: &JobSettings,
    limit: Limit,
    reason: NotHeld,
    summary: &mut Summary,
) -> Result<(), RunError> {
    let nothing_to_ask = matches!(reason, NotHeld::NothingToAsk(_));
    let error = reason.into_error();
    let reason = Some(error.to_string());
    summary.guard = Some(Guard { checked: false, max_delete: limit.percent(), reason, deletes: None });
    if settings.yes || (nothing_to_ask && settings.max_delete.is_none()) {
        tracing::warn!("{error}; the deletions of the finalize were not checked");
        return Ok(());
    }
    let kind =
        if settings.max_delete.is_some() { RunErrorKind::TooManyDeleted } else { RunErrorKind::Aborted };
    let message = format!(
        "{}. Without it, a finalize may delete types that this version of the integration does not know, and \
         `--max-delete` cannot be kept, so nothing was changed. Give the key the permission to query the instance, or \
         finalize unchecked with `--yes`",
        error.message()
    );
    Err(RunError::new(kind, Error::new(Kind::Upload, error.code(), message)))
}

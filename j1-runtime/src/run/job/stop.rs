//! The signals that ask a run to end.

use crate::engine::StopSignal;

/// Waits for SIGHUP, SIGINT or SIGTERM.
pub(crate) async fn stop_signal() -> StopSignal {
    tokio::select! {
        Ok(()) = tokio::signal::ctrl_c() => StopSignal::Interrupt,
        signal = from_system() => signal,
    }
}

#[cfg(unix)]
async fn from_system() -> StopSignal {
    use tokio::signal::unix::{SignalKind, signal};

    // A handler that cannot be installed leaves the system's own, which ends the process.
    let wait_for = async |kind| match signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait_for(SignalKind::terminate()) => StopSignal::Terminate,
        () = wait_for(SignalKind::hangup()) => StopSignal::HangUp,
    }
}

#[cfg(not(unix))]
async fn from_system() -> StopSignal {
    std::future::pending().await
}

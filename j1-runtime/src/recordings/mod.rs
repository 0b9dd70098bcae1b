//! HTTP traffic on disk: recordings that are written, replayed, and compared with what the provider sends today.

pub(crate) mod config;
pub(crate) mod drift;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod traffic;

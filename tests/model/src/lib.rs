//! The model is a test: `tests/job.rs`.

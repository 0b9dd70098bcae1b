//! JumpCloud cut into shards by organization: many processes, one job, one finalize.

mod bad_input;
#[cfg(target_os = "linux")]
mod clocks;
mod equality;
mod killed;
mod s3;
#[cfg(unix)]
mod schedulers;
mod servers;
mod support;
mod world;

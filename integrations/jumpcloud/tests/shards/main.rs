//! JumpCloud cut into shards by organization: many processes, one job, one finalize.

mod bad_input;
mod equality;
mod support;
mod world;

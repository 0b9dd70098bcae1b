//! The test kit, against an integration of three entities: what it shows, and what it does not let pass.

mod acme;
mod coverage;
mod double;
mod step;

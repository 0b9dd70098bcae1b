//! `cargo j1 new`, through the binary: what it makes is built, tested and run as its author would.

mod add;
mod bad_input;
mod cases;
mod corpus;
mod example;
mod foreign;
mod from;
mod hostile;
mod large;
mod made;
mod port;
mod port_kinds;
mod port_sources;
mod port_tags;
mod together;

//! Nothing that still exists is deleted: each way that was once open, with the model of JupiterOne from the simulation.

mod changed_key;
mod copies;
mod finish;
#[path = "../simulation/graph.rs"]
#[expect(dead_code, reason = "the simulation uses the rest")]
mod graph;
mod guard;
mod handed_on;
mod join;
#[path = "../simulation/jupiterone.rs"]
#[expect(dead_code, reason = "the simulation uses the rest")]
mod jupiterone;
mod lost_member;
mod model;
mod overlap;
mod points;
mod read_back;
mod received;
mod shared;
mod status;
mod steps;
mod support;
mod types;
mod unread;

//! Vendor answers from recordings instead of the network.

mod har;
mod player;

pub use player::Recordings;

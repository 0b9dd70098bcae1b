//! Takes the provider's responses from recordings instead of the network.

mod ask;
pub(crate) mod har;
mod player;

pub use player::Recordings;
pub(crate) use player::{Unused, bad};

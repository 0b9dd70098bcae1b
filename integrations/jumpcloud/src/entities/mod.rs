//! The entities: the provider's structs, each an entity of JupiterOne.

mod account;
mod apple;
mod application;
mod group;
mod person;
mod user;

pub use account::Account;
pub use apple::{AppleDevice, AppleMdm, DeviceInformation};
pub use application::Application;
pub use group::{Attributes, Group, Named, Sudo};
pub use person::Person;
pub use user::{Mfa, User};

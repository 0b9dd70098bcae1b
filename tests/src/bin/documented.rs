//! An integration with the types of a published one, and with mapped relationships of both directions. It collects nothing:
//! what it is for is its documentation.

#![expect(clippy::unused_async, reason = "a step is asynchronous, and these have nothing to wait for")]

use std::process::ExitCode;

use j1::prelude::*;
use j1::provider::Http;

#[derive(J1Entity)]
#[j1(type = "jumpcloud_account", class = [Account, Organization], title = "Organizations", key = id)]
#[j1(name = id, display_name = id, constant(vendor = "JumpCloud"))]
struct Account {
    id: String,
}

#[derive(J1Entity)]
#[j1(type = "jumpcloud_user", class = User, key = id, name = id, display_name = id)]
struct User {
    id: String,
    #[j1(relationship(Has<Account, User>))]
    account: String,
}

#[derive(J1Entity)]
#[j1(type = "jumpcloud_group", class = Group, key = id, name = id, display_name = id)]
struct Group {
    id: String,
    #[j1(relationship(Has<Account, Group>))]
    account: String,
    #[j1(relationship(Has<Group, User>))]
    users: Vec<String>,
}

#[derive(J1Entity)]
#[j1(type = "jumpcloud_application", class = Application, key = id, name = id, display_name = id)]
struct Application {
    id: String,
    #[j1(relationship(Has<Account, Application>))]
    account: String,
    #[j1(relationship(Assigned<User, Application>))]
    users: Vec<String>,
    #[j1(relationship(Assigned<Group, Application>))]
    groups: Vec<String>,
}

#[derive(J1Entity)]
#[j1(type = "jumpcloud_apple_mdm", class = Configuration, title = "Configuration", key = id)]
#[j1(name = id, display_name = id)]
struct AppleMdm {
    id: String,
    #[j1(relationship(Has<Account, AppleMdm>))]
    account: String,
}

#[derive(J1Entity)]
#[j1(type = "jumpcloud_apple_device", class = Device, title = "Device", key = serial)]
#[j1(name = serial, display_name = serial)]
struct AppleDevice {
    serial: String,
    category: String,
    make: String,
    model: String,
    #[j1(relationship(Has<AppleDevice, AppleMdm>))]
    mdm: String,
}

/// The person with this e-mail address.
#[derive(J1Target)]
#[j1(type = "person", class = Person, filter(_class, email), skip_target_creation = true)]
struct Person {
    email: String,
}

/// Another way to find the same, which is another relationship of the same type.
#[derive(J1Target)]
#[j1(type = "person", class = Person, filter(_class, employee_id), skip_target_creation = true)]
struct Employee {
    employee_id: String,
}

/// A role of AWS.
#[derive(J1Target)]
#[j1(type = "aws_iam_role", filter(_type, _key), skip_target_creation = true)]
struct AwsIamRole {
    #[j1(key)]
    arn: String,
}

/// Whom a user answers to.
#[derive(J1Target)]
#[j1(type = "google_user", filter(_type, email), skip_target_creation = true)]
struct GoogleUser {
    email: String,
}

#[derive(J1Config)]
struct Config {}

#[derive(J1Integration)]
#[j1(name = "documented", title = "Documented", config = Config)]
#[j1(steps(fetch_users, fetch_devices, fetch_account, fetch_applications, fetch_groups))]
struct Documented;

impl Connect for Documented {
    fn connect(_: Config, _: &Http) -> Result<Self> {
        Ok(Self)
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

const NOTHING: &str = "the types are all there is";

#[step(emits(Account))]
async fn fetch_account(_: &mut Job<fetch_account>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read(NOTHING))
}

#[step(emits(
    User, Has<Account, User>, Mapped<Is<User, Person>>, Mapped<Is<User, Employee>>, Mapped<Manages<GoogleUser, User>>
))]
async fn fetch_users(_: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read(NOTHING))
}

#[step(emits(Group, Has<Account, Group>, Has<Group, User>))]
async fn fetch_groups(_: &mut Job<fetch_groups>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read(NOTHING))
}

#[step(emits(
    Application, Has<Account, Application>, Assigned<User, Application>, Assigned<Group, Application>,
    Mapped<Connects<Application, AwsIamRole>>
))]
async fn fetch_applications(_: &mut Job<fetch_applications>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read(NOTHING))
}

#[step(emits(AppleMdm, AppleDevice, Has<Account, AppleMdm>, Has<AppleDevice, AppleMdm>))]
async fn fetch_devices(_: &mut Job<fetch_devices>) -> Result<Outcome> {
    Ok(Outcome::nothing_to_read(NOTHING))
}

fn main() -> ExitCode {
    j1::main::<Documented>()
}

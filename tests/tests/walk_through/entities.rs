//! The entities of a new project, as `cargo j1 new` writes them.

#[path = "../../../templates/example/src/entities/application.rs.j2"]
mod application;
#[path = "../../../templates/example/src/entities/aws_iam_role.rs.j2"]
mod aws_iam_role;
#[path = "../../../templates/example/src/entities/team.rs.j2"]
mod team;

pub use application::Application;
pub use aws_iam_role::AwsIamRole;
pub use team::Team;

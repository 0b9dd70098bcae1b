use j1::prelude::*;

/// The words of a class with the provider before them, or a resource of a custom definition.
#[derive(J1Entity)]
#[j1(type = "acme_user_group", class = UserGroup, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(resource = "user", class = User, key = "{integration}:{id}", name = id, display_name = id)]
pub struct Member {
    pub id: String,
}

#[derive(J1Entity)]
#[j1(type = "acme2_s3_bucket", class = DataStore, key = id, name = id, display_name = id)]
pub struct Bucket {
    pub id: String,
}

fn main() {}

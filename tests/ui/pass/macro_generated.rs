use j1::prelude::*;

macro_rules! entities {
    ($($name:ident $ty:literal $class:ident { $($field:ident: $field_ty:ty),* })*) => { $(
        #[derive(J1Entity)]
        #[j1(type = $ty, class = $class, key = id)]
        pub struct $name {
            pub id: String,
            pub name: String,
            pub display_name: String,
            pub created_at: Option<Timestamp>,
            $(pub $field: $field_ty,)*
        }
    )* };
}

entities! {
    Team "acme_team" Team { size: u32, value: bool }
    Group "acme_group" Group { out: Vec<String>, key: i64 }
}

macro_rules! foreign_key {
    ($name:ident) => {
        #[derive(J1Entity)]
        #[j1(type = "acme_project", class = Project, key = id)]
        pub struct $name {
            pub id: String,
            pub name: String,
            pub display_name: String,
            #[j1(relationship(Owns<Team, $name>))]
            pub team: Option<String>,
        }
    };
}

foreign_key!(Project);

fn main() {}

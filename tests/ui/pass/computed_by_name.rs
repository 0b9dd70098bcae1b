use j1::prelude::*;

#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = "acme-group:{id}", name = id, display_name = id)]
#[j1(computed(web_link, created_on, aliases))]
pub struct Group<'a> {
    pub id: &'a str,
    #[j1(skip)]
    pub created: Option<Timestamp>,
}

impl Group<'_> {
    fn web_link(&self) -> String {
        format!("https://acme.example/groups/{}", self.id)
    }

    fn created_on(&self) -> Option<Timestamp> {
        self.created
    }

    fn aliases(&self) -> Vec<&str> {
        vec![self.id]
    }
}

fn main() {
    let names: Vec<_> = Group::ENTITY.properties.iter().map(|property| property.name).collect();
    assert_eq!(names, ["name", "displayName", "id", "webLink", "createdOn", "aliases"]);
    assert!(Group::ENTITY.properties[4].kind.date && Group::ENTITY.properties[4].kind.optional);
}

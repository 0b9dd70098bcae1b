//! Groups of agents.

use j1::prelude::*;
use serde::Deserialize;

/// A group of agents that share a policy: one record of `GET /groups`.
///
/// The token with which agents join the group is not read.
#[derive(Debug, Clone, Deserialize, J1Entity)]
#[serde(rename_all = "camelCase")]
#[j1(type = "sentinelone_group", class = Group, key = "sentinelone_group-id-{id}", name = [name, id])]
#[j1(computed(display_name: String = Self::label))]
pub struct Group {
    /// The identifier of the group.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// `static`, `dynamic` or `pinned`.
    pub r#type: Option<String>,
    /// `true` if it inherits the policy of its site.
    #[j1(rename = "isPolicyInherited")]
    pub inherits: Option<bool>,
    /// `true` for the group that new agents of the site join.
    pub is_default: Option<bool>,
    /// The number of agents.
    pub total_agents: Option<u64>,
    /// Decides which dynamic group takes an agent that several could take: the one with the least.
    pub rank: Option<i64>,
    /// The creator.
    pub creator: Option<String>,
    /// The id of who made it.
    pub creator_id: Option<String>,
    /// The filter by which it takes agents.
    pub filter_name: Option<String>,
    /// The id of that filter.
    pub filter_id: Option<String>,
    /// The id of its site.
    pub site_id: Option<String>,
    /// The time of its creation.
    pub created_at: Option<Timestamp>,
    /// The last change.
    pub updated_at: Option<Timestamp>,
}

impl Group {
    /// Its name and what kind it is of.
    fn label(&self) -> String {
        let name = self.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.id);
        let words: Vec<&str> = std::iter::once(name).chain(self.r#type.as_deref()).collect();
        words.join(" ")
    }
}

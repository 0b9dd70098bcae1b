//! The questions that are shipped ask for what is collected.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{command, shipped};

#[tokio::test]
async fn the_questions_use_existing_types_and_properties() {
    let schema = command(&["schema", "--format", "json"]).finish().await.json(0);
    let names = |list: &Value, member: &str| -> BTreeSet<String> {
        list.as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one[member].as_str())
            .map(str::to_owned)
            .collect()
    };
    let types = names(&schema["entities"], "_type");
    let agent =
        schema["entities"].as_array().expect("entities").iter().find(|e| e["_type"] == "sentinelone_agent");
    let agent = agent.expect("the agent")["schema"]["properties"].as_object().expect("properties");
    let text =
        std::fs::read_to_string(shipped("jupiterone/questions/questions.yaml")).expect("the questions");
    let queries: Vec<&str> = text.lines().map(str::trim).filter(|line| line.starts_with("FIND")).collect();
    assert_eq!(queries.len(), text.matches("query: |").count());
    for query in queries {
        let words: Vec<&str> =
            query.split([' ', '(', ')', '|', ',']).filter(|word| !word.is_empty()).collect();
        for ty in words.iter().filter(|word| word.starts_with("sentinelone_")) {
            assert!(types.contains(*ty), "{ty} in {query}");
        }
        for pair in words.windows(2).filter(|pair| ["=", "!=", "<", ">"].contains(&pair[1])) {
            assert!(agent.contains_key(pair[0]), "{} in {query}", pair[0]);
        }
    }
}

//! A collection on disk, as `collect` and the official SDK write it.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

/// Writes a collection of one step: its entities, its relationships and the types that are partial.
pub fn write(folder: &Path, entities: &[Value], relationships: &[Value], partial: &[&str]) -> io::Result<()> {
    for (member, objects) in [("entities", entities), ("relationships", relationships)] {
        let place = folder.join("graph/fetch").join(member);
        fs::create_dir_all(&place)?;
        // The layout has files of at most 500 objects; here of one.
        for (number, object) in objects.iter().enumerate() {
            fs::write(place.join(format!("{number:05}.json")), json!({ member: [object] }).to_string())?;
        }
    }
    let step = json!({ "id": "fetch", "declaredTypes": [], "encounteredTypes": [], "status": "success" });
    let summary =
        json!({ "integrationStepResults": [step], "metadata": { "partialDatasets": { "types": partial } } });
    fs::write(folder.join("summary.json"), summary.to_string())
}

//! A stand-in for an integration, which says of itself what a file beside its Cargo.toml says.
//!
//! It is a real package that cargo builds. A package that is named j1-runtime and holds nothing makes it an integration.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::ran::{Ran, binary};

const MAIN: &str = r#"
fn main() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["schema", "--format", "json"] if std::env::var_os("J1_INTEGRATION_TYPE").is_none() && !std::path::Path::new(".env").exists() => {
            print!("{}", std::fs::read_to_string(folder.join("schema.json")).unwrap_or_default());
        }
        ["docs", "--check"] => {
            let current = std::path::Path::new("docs.md").exists();
            println!("docs.md is {}", if current { "up to date" } else { "out of date" });
            std::process::exit(if current { 0 } else { 8 });
        }
        ["docs"] => {
            std::fs::write("docs.md", "docs").unwrap();
            println!("wrote docs.md");
        }
        _ => {
            eprintln!("no such command here: {words:?}");
            std::process::exit(2);
        }
    }
}
"#;

/// The description that the stand-in prints.
pub fn description() -> Value {
    let property = |name: &str, source: &str| {
        json!({ "name": name, "types": ["string"], "list": false, "date": false, "absent": "never", "classes": [],
                "source": source, "description": "" })
    };
    let entity = |name: &str, ty: &str, class: &str, key: &str| {
        json!({ "resourceName": name, "struct": name, "_type": ty, "_class": [class], "key": key, "description": "",
                "properties": [property("name", "name"), property("mail", "mail")], "alwaysNull": [],
                "schema": { "properties": { "mail": { "type": "string", "format": "email" } } } })
    };
    json!({
        "name": "acme", "title": "Acme", "integrationType": "acme", "dataModel": "0.64.2",
        "entities": [entity("Account", "acme_account", "Account", "acme:account:{id}"),
                     entity("User", "acme_user", "User", "acme:user:{id}")],
        "relationships": [{ "_type": "acme_account_has_user", "_class": "HAS", "sourceType": "acme_account",
                            "targetType": "acme_user", "properties": [] }],
        "mappedRelationships": [{ "_type": "acme_user_is_person", "_class": "IS", "sourceType": "acme_user",
                                  "targetType": "person", "direction": "FORWARD", "targetClass": ["Person"],
                                  "filterKeys": [["_class", "email"]], "skipTargetCreation": true,
                                  "targetProperties": [property("email", "mail")], "properties": [] }],
        "steps": [{ "id": "fetch-account", "description": "", "emits": ["acme_account"], "reads": [],
                    "permissions": [], "dependsOn": [] },
                  { "id": "fetch-users", "description": "",
                    "emits": ["acme_user", "acme_account_has_user", "acme_user_is_person"],
                    "reads": [{ "type": "acme_account", "optional": false }], "permissions": ["users:read"],
                    "dependsOn": ["fetch-account"] }],
        "configFields": [{ "name": "api_key", "variable": "ACME_API_KEY", "kind": "secret", "secret": true, "required": true, "default": null,
                           "description": "" }],
    })
}

/// A package on disk.
pub struct StandIn {
    folder: TempDir,
}

impl StandIn {
    /// A package of version 0.1.0 that says of itself what [`description`] says.
    pub fn new() -> io::Result<Self> {
        let stand_in = Self { folder: tempfile::tempdir()? };
        let runtime = "[package]\nname = \"j1-runtime\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        stand_in.write("runtime/Cargo.toml", runtime)?;
        stand_in.write("runtime/src/lib.rs", "")?;
        stand_in.write("acme/src/main.rs", MAIN)?;
        stand_in.version("0.1.0")?;
        stand_in.says(&description())?;
        Ok(stand_in)
    }

    /// Its folder.
    pub fn folder(&self) -> std::path::PathBuf {
        self.folder.path().join("acme")
    }

    /// Gives its package this version.
    pub fn version(&self, version: &str) -> io::Result<()> {
        let manifest = format!(
            "[package]\nname = \"acme\"\nversion = \"{version}\"\nedition = \"2024\"\n\n\
             [dependencies]\nj1-runtime = {{ path = \"../runtime\" }}\n\n[workspace]\n"
        );
        self.write("acme/Cargo.toml", &manifest)
    }

    /// Has it say this of itself.
    pub fn says(&self, description: &Value) -> io::Result<()> {
        self.write("acme/schema.json", &description.to_string())
    }

    /// Runs `cargo j1` in its folder.
    pub fn ran(&self, args: &[&str]) -> io::Result<Ran> {
        let mut command = binary();
        command.args(args).current_dir(self.folder());
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", self.folder.path().join("target"));
        command.env("J1_INTEGRATION_TYPE", "another").output().map(Ran::from)
    }

    fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        fs::write(path, text)
    }
}

//! `cargo xtask cost`: what the derive of an entity adds to `cargo check`, beside serde's own two.
//!
//! A crate of structs is checked without any derive, with `Serialize` and `Deserialize`, with `J1Entity`, and with all
//! three. Dependencies are built before; incremental compilation is off, so that every check does all the work.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Structs in the crate.
const ENTITIES: usize = 100;
/// The number of checks of each crate; the order changes with every round, so that a busy moment hits all alike.
const ROUNDS: usize = 9;

/// The crates: a name, the derives of every struct, and whether its attributes are there.
const CRATES: [(&str, &str, bool); 4] = [
    ("with-none", "", false),
    ("with-serde", "serde::Serialize, serde::Deserialize", false),
    ("with-j1", "j1_core::J1Entity", true),
    ("with-all", "serde::Serialize, serde::Deserialize, j1_core::J1Entity", true),
];

/// Measures, and prints a table.
pub fn run() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    write_crates(folder.path()).map_err(|error| format!("the crates cannot be written: {error}"))?;
    for (name, ..) in CRATES {
        check(folder.path(), name)?;
    }
    let mut took = [const { Vec::new() }; CRATES.len()];
    for round in 0..ROUNDS {
        for step in 0..CRATES.len() {
            let index = (round + step) % CRATES.len();
            took[index].push(check(folder.path(), CRATES[index].0)?);
        }
    }
    let medians = took.map(|mut all| {
        all.sort_unstable();
        all[all.len() / 2]
    });
    print!("{}", table(&medians));
    Ok(())
}

fn table(medians: &[Duration; CRATES.len()]) -> String {
    let plain = medians[0];
    let mut out = format!("`cargo check` of {ENTITIES} structs of 20 fields, median of {ROUNDS}:\n\n");
    out.push_str("| derives | check | added | added for each struct |\n|---|---|---|---|\n");
    for ((_, derives, _), median) in CRATES.iter().zip(medians) {
        let added = median.saturating_sub(plain);
        let each = added.as_secs_f64() * 1000.0 / 100.0;
        let derives = if derives.is_empty() { "none" } else { derives };
        let _ = writeln!(out, "| {derives} | {median:.2?} | {added:.2?} | {each:.1} ms |");
    }
    out
}

/// Checks one of the crates, and says how long it took.
fn check(folder: &Path, name: &str) -> Result<Duration, String> {
    let source = folder.join(name).join("src/lib.rs");
    let text = crate::files::read(&source)?;
    // Cargo looks at the time of the file.
    crate::files::write(&source, text)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let begun = Instant::now();
    let output = Command::new(cargo)
        .args(["check", "--offline", "--quiet", "--package", name])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let took = begun.elapsed();
    if output.status.success() {
        Ok(took)
    } else {
        Err(format!("the crate {name} does not compile:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn write_crates(folder: &Path) -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let names: Vec<_> = CRATES.iter().map(|(name, ..)| format!("{name:?}")).collect();
    std::fs::write(
        folder.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", names.join(", ")),
    )?;
    // So that nothing has to be asked of a registry.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let core = root.join("j1-core");
    for (name, derives, attributes) in CRATES {
        std::fs::create_dir_all(folder.join(name).join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\nj1-core = {{ path = {:?}, \
             default-features = false, features = [\"derive\", \"jiff\"] }}\njiff = {{ version = \"0.2\", \
             default-features = false, features = [\"serde\", \"std\"] }}\nserde = {{ version = \"1\", features = \
             [\"derive\"] }}\n",
            core.display().to_string()
        );
        std::fs::write(folder.join(name).join("Cargo.toml"), manifest)?;
        std::fs::write(folder.join(name).join("src/lib.rs"), structs(derives, attributes))?;
    }
    Ok(())
}

/// The structs: what a provider's API usually sends, of four classes in turn.
fn structs(derives: &str, attributes: bool) -> String {
    let mut out = String::from("//! Structs as providers' records are.\n");
    for number in 0..ENTITIES {
        let (class, own) = CLASSES[number % CLASSES.len()];
        out.push_str("\n/// A record of the provider's.\n");
        if !derives.is_empty() {
            let _ = writeln!(out, "#[derive({derives})]");
        }
        if attributes {
            let _ = writeln!(
                out,
                "#[j1(type = \"acme_thing_{number}\", class = {class}, key = \"acme:thing:{number}:{{id}}\")]\n\
                 #[j1(display_name = name)]"
            );
        }
        let _ = writeln!(out, "pub struct Thing{number} {{");
        for field in own.iter().chain(&FIELDS) {
            let _ = writeln!(out, "    /// What the provider says it is.\n    pub {field},");
        }
        out.push_str("}\n");
    }
    out
}

/// Classes, each with four fields that it has a property for.
const CLASSES: [(&str, [&str; 4]); 4] = [
    (
        "User",
        [
            "email: Option<Vec<String>>",
            "username: Option<Vec<String>>",
            "first_name: Option<String>",
            "last_name: Option<String>",
        ],
    ),
    (
        "Application",
        [
            "production_url: Option<String>",
            "license: Option<String>",
            "is_sponsored: bool",
            "isbn: Option<String>",
        ],
    ),
    ("Record", ["number: u32", "total: f64", "content: Option<String>", "value_of_it: Option<f64>"]),
    ("Group", ["email_of_list: Option<String>", "is_nested: bool", "member_count: u32", "kind: String"]),
];

/// Sixteen more, which every struct has.
const FIELDS: [&str; 16] = [
    "id: String",
    "name: String",
    "description: Option<String>",
    "summary: Option<String>",
    "is_admin: bool",
    "is_locked: Option<bool>",
    "login_count: u32",
    "score_of_risk: f64",
    "external_id: Option<String>",
    "department: Option<String>",
    "labels: Vec<String>",
    "roles: Option<Vec<String>>",
    "created_at: Option<jiff::Timestamp>",
    "updated_at: Option<jiff::Timestamp>",
    "last_login_at: Option<jiff::Timestamp>",
    "region: String",
];

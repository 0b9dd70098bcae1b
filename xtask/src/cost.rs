//! `cargo xtask cost`: measures the time that the derive of an entity adds to `cargo check`, compared with serde's two.
//!
//! Crates of 10, 100 and 300 structs are checked without any derive, with `Serialize` and `Deserialize`, and with `J1Entity`.
//! Dependencies are built before; incremental compilation is off, so that every check does all the work. CPU time is
//! counted, so that a busy machine measures the same. The table goes into `docs/compile-cost.md`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The numbers of structs of the crates.
const SIZES: [usize; 3] = [10, 100, 300];
/// The number of checks of each crate. The fastest counts, since only other work on the machine makes a check slower.
const ROUNDS: usize = 2;
/// The clock of `/proc/self/stat`, in ticks a second.
const TICKS: f64 = 100.0;

/// The crates of each size: a name, the derives of every struct, and whether its attributes are there.
const KINDS: [(&str, &str, bool); 3] = [
    ("none", "", false),
    ("serde", "serde::Serialize, serde::Deserialize", false),
    ("j1", "j1_core::J1Entity", true),
];

/// The first line of the table on the page, which ends at the next blank line.
const HEADER: &str = "| derives | 10 | 100 | 300 |\n";

/// Measures, prints the table and writes it into the page.
pub fn run(root: &Path) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    write_crates(folder.path()).map_err(|error| format!("the crates cannot be written: {error}"))?;
    // Builds the dependencies.
    check(folder.path(), &crate_name(KINDS[0].0, SIZES[0]))?;
    let mut least = [[f64::INFINITY; SIZES.len()]; KINDS.len()];
    for _ in 0..ROUNDS {
        for (row, (kind, ..)) in least.iter_mut().zip(KINDS) {
            for (cell, size) in row.iter_mut().zip(SIZES) {
                *cell = cell.min(check(folder.path(), &crate_name(kind, size))?);
            }
        }
    }
    let table = table(&least);
    print!("{table}");
    let page = root.join("docs/compile-cost.md");
    let text = crate::files::read(&page)?;
    let (before, rest) = text.split_once(HEADER).ok_or("docs/compile-cost.md has no table")?;
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    crate::files::write(&page, format!("{before}{table}\n{after}"))
}

fn crate_name(kind: &str, size: usize) -> String {
    format!("with-{kind}-{size}")
}

fn table(least: &[[f64; SIZES.len()]; KINDS.len()]) -> String {
    let mut out = format!("{HEADER}|---|---|---|---|\n");
    for ((_, derives, _), row) in KINDS.iter().zip(least) {
        let derives = match *derives {
            "" => "none".to_owned(),
            derives => derives.split(", ").map(short).collect::<Vec<_>>().join(" and "),
        };
        let cells: Vec<String> = row.iter().map(|seconds| format!("{seconds:.1}")).collect();
        let _ = writeln!(out, "| {derives} | {} |", cells.join(" | "));
    }
    out
}

/// The name of a derive without its path, as code.
fn short(path: &str) -> String {
    format!("`{}`", path.rsplit("::").next().unwrap_or(path))
}

/// Returns the seconds of CPU of all processes that this one has waited for.
fn cpu_of_children() -> Result<f64, String> {
    let stat = crate::files::read(Path::new("/proc/self/stat"))?;
    // The name of the process may contain spaces; the fields after it are numbered from 3.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3).and_then(|text| text.parse::<u32>().ok());
    match (ticks(16), ticks(17)) {
        (Some(user), Some(system)) => Ok((f64::from(user) + f64::from(system)) / TICKS),
        _ => Err("/proc/self/stat has no times".to_owned()),
    }
}

/// Checks one of the crates, and returns the seconds of CPU it took.
fn check(folder: &Path, name: &str) -> Result<f64, String> {
    let source = folder.join(name).join("src/lib.rs");
    let text = crate::files::read(&source)?;
    // Cargo checks the crate again because the file's modification time has changed.
    crate::files::write(&source, text)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let begun = cpu_of_children()?;
    let output = Command::new(cargo)
        .args(["check", "--offline", "--quiet", "--package", name])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if output.status.success() {
        Ok(cpu_of_children()? - begun)
    } else {
        Err(format!("the crate {name} does not compile:\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn write_crates(folder: &Path) -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let crates: Vec<_> = KINDS
        .iter()
        .flat_map(|(kind, derives, attributes)| {
            SIZES.map(|size| (crate_name(kind, size), size, *derives, *attributes))
        })
        .collect();
    let names: Vec<_> = crates.iter().map(|(name, ..)| format!("{name:?}")).collect();
    std::fs::write(
        folder.join("Cargo.toml"),
        format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", names.join(", ")),
    )?;
    // With a lock file, cargo does not need a registry.
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let core = root.join("j1-core");
    for (name, size, derives, attributes) in &crates {
        std::fs::create_dir_all(folder.join(name).join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\nj1-core = {{ path = {:?}, \
             default-features = false, features = [\"derive\", \"jiff\"] }}\njiff = {{ version = \"0.2\", \
             default-features = false, features = [\"serde\", \"std\"] }}\nserde = {{ version = \"1\", features = \
             [\"derive\"] }}\n",
            core.display().to_string()
        );
        std::fs::write(folder.join(name).join("Cargo.toml"), manifest)?;
        std::fs::write(folder.join(name).join("src/lib.rs"), structs(*size, derives, *attributes))?;
    }
    Ok(())
}

/// Generates structs with the fields that providers' APIs usually send, of four classes in turn.
fn structs(size: usize, derives: &str, attributes: bool) -> String {
    let mut out = String::from("//! Structs as providers' records are.\n");
    for number in 0..size {
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

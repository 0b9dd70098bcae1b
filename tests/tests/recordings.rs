//! Recordings of one operator, replayed by another.

use std::path::Path;
use std::process::Command;

use axum::Router;
use axum::http::Uri;
use serde_json::{Value, json};

/// A provider that knows one tenant.
async fn provider() -> String {
    let app = Router::new().fallback(|uri: Uri| async move {
        assert_eq!(uri.path(), "/tenant/Acme-Corp.example/devices");
        let devices = json!([
            { "id": "1", "serialNumbers": ["C02XL0AAJGH5", "C02XL0AAJGH6"], "note": "owned by acme-corp.example" },
            { "id": "2", "self": "https://cdn.example/tenant/Acme-Corp.example/devices/2", "label": "Blue team" },
        ]);
        devices.to_string()
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    base
}

async fn collect(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenanted"));
    command.arg("collect").args(arguments).args(["--output", "json"]).current_dir(folder).env_clear();
    command.envs(variables.iter().copied());
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("it runs").expect("it starts");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_replayed_at_any_address_and_tenant_and_names_neither() {
    let base = provider().await;
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let own = [
        ("TENANTED_API_BASE", &*base),
        ("TENANTED_TENANT", "Acme-Corp.example"),
        ("TENANTED_API_KEY", "k-77c1e0-55ad015f"),
        ("TENANTED_LABEL", "Blue team"),
    ];
    let recorded = collect(folder, &["--record", "recordings"], &own).await;
    assert_eq!((&recorded["exitCode"], &recorded["types"]["tenanted_device"]), (&json!(0), &json!(2)));

    let read = |name: &str| std::fs::read_to_string(folder.join("recordings").join(name)).expect(name);
    let (config, har) = (read("config.json"), read("fetch-devices.har"));
    for text in [&config, &har] {
        let lower = text.to_lowercase();
        for hidden in ["acme-corp", "127.0.0.1", "k-77c1e0", "c02xl0aajgh"] {
            assert!(!lower.contains(hidden), "{hidden}: {text}");
        }
    }
    assert!(har.contains("https://cdn.example/tenant/example-tenant/devices/2"), "{har}");
    assert!(har.contains("Blue team"), "what the provider is not told stays: {har}");
    let config: Value = serde_json::from_str(&config).expect("JSON");
    assert_eq!(
        config["config"],
        json!({ "api_base": "http://provider.example/", "tenant": "example-tenant", "label": "Blue team" })
    );

    #[cfg(unix)]
    for (name, expected) in [("", 0o700), ("config.json", 0o600), ("fetch-devices.har", 0o600)] {
        let metadata = std::fs::metadata(folder.join("recordings").join(name)).expect(name);
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        assert_eq!(mode, expected, "{name}: {mode:o}");
    }

    // Without any configuration, and with that of another operator.
    let others = [("TENANTED_API_BASE", "https://eu.tenanted.example"), ("TENANTED_TENANT", "other")];
    for variables in [&[][..], &others] {
        let replayed = collect(folder, &["--replay", "recordings"], variables).await;
        assert_eq!(replayed["types"]["tenanted_device"], 2, "{replayed:#}");
        let one = collect(folder, &["--replay", "recordings/fetch-devices.har"], variables).await;
        assert_eq!(one["types"]["tenanted_device"], 2, "{one:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_of_any_depth_is_recorded() {
    let deep = format!("[{}{}]", "[".repeat(20_000), "]".repeat(20_000));
    let app = Router::new().fallback(move || std::future::ready(deep.clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await.expect("it serves") });
    let folder = tempfile::tempdir().expect("a folder");
    let own = [("TENANTED_API_BASE", &*base), ("TENANTED_API_KEY", "k-77c1e0-55ad015f")];
    let recorded = collect(folder.path(), &["--record", "recordings"], &own).await;
    assert_eq!(recorded["exitCode"], 5, "the record is not a device: {recorded:#}");
    let har =
        std::fs::read_to_string(folder.path().join("recordings/fetch-devices.har")).expect("a recording");
    assert!(har.contains(&"[".repeat(20_001)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_is_not_of_a_recording_is_kept_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("recordings")).expect("a folder");
    let file = folder.path().join("recordings/config.json");
    for text in ["{", "[]", r#"{"mine": true}"#] {
        std::fs::write(&file, text).expect("it is written");
        let key = [("TENANTED_API_KEY", "k-77c1e0-55ad015f")];
        let refused = collect(folder.path(), &["--record", "recordings"], &key).await;
        assert_eq!(
            (&refused["exitCode"], &refused["error"]["code"]),
            (&json!(3), &json!("J1-R1103")),
            "{refused:#}"
        );
        let unread = collect(folder.path(), &["--replay", "recordings"], &key).await;
        assert_eq!(
            (&unread["exitCode"], &unread["error"]["code"]),
            (&json!(3), &json!("J1-R1102")),
            "{unread:#}"
        );
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);
    }
}

//! Steps, integrations and configurations: what runs.

use proc_macro2::TokenStream;

use crate::tests::{assert_expansion, below, derived};
use crate::{config, integration, step};

/// Returns the expansion of `#[step(args)]`, below the function.
fn stepped(args: &str, item: &str) -> String {
    let tokens: TokenStream = item.parse().expect("the function is Rust");
    let expansion = step::expand(args.parse().expect("the arguments are Rust"), &tokens);
    below(&format!("#[step({args})]\n{}", item.trim()), expansion)
}

#[test]
fn a_step_that_emits_and_reads_in_every_way() {
    assert_expansion(
        "a_step_that_emits_and_reads_in_every_way",
        &stepped(
            "emits(User, Has<Account, User>), reads(Group, keys Account, optional provider::Device)",
            r"
/// Reads the users, page by page.
pub async fn fetch_users(acme: &Acme, job: &mut Job<fetch_users>) -> Result<Outcome> {
    Ok(Outcome::complete())
}
",
        ),
    );
}

#[test]
fn a_step_that_takes_the_job_alone() {
    assert_expansion(
        "a_step_that_takes_the_job_alone",
        &stepped(
            "emits(Account)",
            r"
async fn fetch_account(job: &mut Job<fetch_account>) -> Result<Outcome> {
    Ok(Outcome::complete())
}
",
        ),
    );
}

/// It stays a step of both lists, so that nothing else complains of it.
#[test]
fn a_broken_step() {
    assert_expansion(
        "a_broken_step",
        &stepped(
            "emit(User), reads()",
            r"
fn fetch_users(job: &mut Job<fetch_users>) {}
",
        ),
    );
}

#[test]
fn an_integration() {
    assert_expansion(
        "an_integration",
        &derived(
            r#"
#[j1(name = "acme", title = "Acme Cloud", config = Config, steps(fetch_account, users::fetch_users))]
struct Acme {
    client: Client,
}
"#,
            integration::derive,
        ),
    );
}

#[test]
fn an_integration_that_says_nothing() {
    assert_expansion("an_integration_that_says_nothing", &derived("struct Acme;", integration::derive));
}

#[test]
fn a_configuration() {
    assert_expansion(
        "a_configuration",
        &derived(
            r#"
struct Config {
    /// The key of the API.
    api_key: Secret,
    /// The base URL of the API.
    #[j1(default = "https://api.acme.test")]
    base_url: String,
    page_size: Option<u32>,
}
"#,
            config::derive,
        ),
    );
}

//! An integration with credentials of one kind or another, and one entity that says which.

use std::process::ExitCode;

use j1::prelude::*;
use j1::provider::Http;

/// The settings an operator provides.
#[derive(J1Config)]
struct Config {
    /// The credentials.
    #[j1(flatten)]
    auth: Auth,
    /// The records of a page.
    #[j1(default = 100)]
    page_size: u16,
}

/// The credentials of the API.
#[derive(J1Config)]
enum Auth {
    /// A token of an administrator.
    Token {
        /// The token.
        api_token: Secret<String>,
    },
    /// An OAuth client.
    OAuth {
        /// The id of the client.
        #[j1(auth)]
        client_id: String,
        /// The secret of the client.
        client_secret: Secret<String>,
        /// The scope of its tokens.
        #[j1(default = "read", auth)]
        scope: String,
    },
}

#[derive(J1Integration)]
#[j1(name = "either", title = "Either", config = Config, steps(fetch_account))]
struct Either {
    name: String,
}

#[derive(J1Entity)]
#[j1(type = "either_account", class = Account, key = "either-account:{name}", display_name = name)]
#[j1(constant(vendor = "Either"))]
struct Account {
    name: String,
}

impl Connect for Either {
    /// The account is named by the alternative; of a secret it says the length.
    fn connect(config: Config, _: &Http) -> Result<Self> {
        let name = match config.auth {
            Auth::Token { api_token } => format!("token {}", api_token.expose().len()),
            Auth::OAuth { client_id, client_secret, scope } => {
                format!("client {client_id} {} {scope}", client_secret.expose().len())
            }
        };
        Ok(Self { name: format!("{name} {}", config.page_size) })
    }

    async fn validate(&self) -> Result<()> {
        Ok(())
    }
}

#[step(emits(Account))]
async fn fetch_account(either: &Either, job: &mut Job<fetch_account>) -> Result<Outcome> {
    job.add(Account { name: either.name.clone() }).await?;
    Ok(Outcome::nothing_to_read("the configuration is all there is"))
}

fn main() -> ExitCode {
    j1::main::<Either>()
}

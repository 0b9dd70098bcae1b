use j1::prelude::*;

use std::marker::PhantomData;

/// What one provider of several says.
#[derive(J1Entity)]
#[j1(type = "acme_user", class = User, key = id, name = id, display_name = id)]
pub struct User<S: Send, const N: usize = 2>
where
    S: Clone,
{
    pub id: String,
    #[j1(skip)]
    pub raw: S,
    #[j1(skip)]
    pub sums: [u8; N],
    #[j1(skip)]
    pub of: PhantomData<S>,
}

#[step(emits(User<String>))]
async fn fetch_users(job: &mut Job<fetch_users>) -> Result<Outcome> {
    let user = User { id: "ada@example.com".into(), raw: String::new(), sums: [0, 1], of: PhantomData };
    job.add(user).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

fn main() {}

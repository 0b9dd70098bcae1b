//! An entity whose fields declare twelve relationships, and a singleton: neither warns.

#![deny(warnings, clippy::all, clippy::pedantic, clippy::unused_unit)]

use j1::prelude::*;

macro_rules! owners {
    ($($name:ident $ty:literal)*) => { $(
        #[derive(J1Entity)]
        #[j1(type = $ty, class = Group, key = "acme-owner:{id}", name = id, display_name = id)]
        pub struct $name {
            pub id: String,
        }
    )* };
}
owners! {
    A "acme_a" B "acme_b" C "acme_c" D "acme_d" E "acme_e" F "acme_f"
    G "acme_g" H "acme_h" I "acme_i" K "acme_k" L "acme_l" M "acme_m"
}

#[derive(J1Entity)]
#[j1(type = "acme_thing", class = Record, key = "acme-thing:{id}", name = id, display_name = id)]
pub struct Thing {
    pub id: String,
    #[j1(relationship(Has<A, Thing>))]
    pub a: String,
    #[j1(relationship(Has<B, Thing>))]
    pub b: String,
    #[j1(relationship(Has<C, Thing>))]
    pub c: String,
    #[j1(relationship(Has<D, Thing>))]
    pub d: String,
    #[j1(relationship(Has<E, Thing>))]
    pub e: String,
    #[j1(relationship(Has<F, Thing>))]
    pub f: String,
    #[j1(relationship(Has<G, Thing>))]
    pub g: String,
    #[j1(relationship(Has<H, Thing>))]
    pub h: String,
    #[j1(relationship(Has<I, Thing>))]
    pub i: String,
    #[j1(relationship(Has<K, Thing>))]
    pub k: String,
    #[j1(relationship(Has<L, Thing>))]
    pub l: String,
    #[j1(relationship(Has<M, Thing>))]
    pub m: String,
}

#[step(emits(
    A, B, C, D, E, F, G, H, I, K, L, M, Thing, Has<A, Thing>, Has<B, Thing>, Has<C, Thing>, Has<D, Thing>, Has<E, Thing>,
    Has<F, Thing>, Has<G, Thing>, Has<H, Thing>, Has<I, Thing>, Has<K, Thing>, Has<L, Thing>, Has<M, Thing>,
))]
async fn fetch_things(job: &mut Job<fetch_things>) -> Result<Outcome> {
    let own = || String::from("1");
    let thing = Thing {
        id: own(),
        a: own(),
        b: own(),
        c: own(),
        d: own(),
        e: own(),
        f: own(),
        g: own(),
        h: own(),
        i: own(),
        k: own(),
        l: own(),
        m: own(),
    };
    job.add(thing).await?;
    Ok(Outcome::nothing_to_read("an example"))
}

#[derive(J1Config)]
pub struct Config {}

#[derive(J1Integration)]
#[j1(name = "acme", config = Config, steps(fetch_things))]
pub struct Acme;

fn main() {
    assert_eq!(<Acme as Integration>::STEPS[0].emits.len(), 25);
}

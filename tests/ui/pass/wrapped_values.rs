use j1::prelude::*;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// What a property can be.
#[derive(J1Entity)]
#[j1(type = "acme_record", class = Record, key = "acme-record:{id}", name = title, display_name = title)]
pub struct Everything {
    #[j1(skip)]
    pub id: char,
    pub title: Box<str>,
    pub shared: Arc<str>,
    pub borrowed: Cow<'static, str>,
    pub initial: char,
    pub address: IpAddr,
    pub addresses: Vec<Ipv4Addr>,
    pub labels: BTreeSet<String>,
    pub maybe_labels: Option<BTreeSet<u8>>,
    pub boxed: Box<u32>,
    pub maybe_boxed: Option<Box<f32>>,
    pub flags: Vec<bool>,
    pub constant: &'static str,
    pub slice: &'static [u16],
    pub seen: Vec<Timestamp>,
    #[j1(rename = "tag.owner")]
    pub owner_tag: Option<String>,
    #[j1(rename = "with spaces and-hyphens.and.dots")]
    pub odd: Option<i8>,
}

fn main() {}

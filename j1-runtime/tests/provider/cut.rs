//! Responses that are cut off, come from a cache, or are written in another way: what came is never taken for all there is.

use std::io::Write as _;

use j1_runtime::provider::Paging;
use serde_json::json;

use crate::list::{read, rows};
use crate::server::{Provider, Reply, http};

fn gzip(text: &str) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(text.as_bytes()).expect("memory");
    writer.finish().expect("memory")
}

fn raw(head: &str, body: &[u8]) -> Reply {
    Reply::Raw([format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{head}\r\n").as_bytes(), body].concat())
}

#[tokio::test]
async fn a_response_that_is_cut_off_is_an_error_however_it_was_sent() {
    let text = json!(rows(0..40)).to_string();
    let zipped = gzip(&text);
    let length = |length: usize| format!("content-encoding: gzip\r\ncontent-length: {length}\r\n");
    let chunk = |body: &str| format!("{:x}\r\n{body}\r\n", body.len());
    let half = &text[..text.len() / 2];
    let after_a_record = &text[..text.find(",{\"id\":20").expect("it is there")];
    let mut all = tokio::task::JoinSet::new();
    for (what, reply) in [
        ("fewer bytes than the head says", raw("content-length: 4000\r\n", text.as_bytes())),
        ("no last chunk", raw("transfer-encoding: chunked\r\n", chunk(&text).as_bytes())),
        ("half a chunk", raw("transfer-encoding: chunked\r\n", &chunk(&text).as_bytes()[..100])),
        ("no length, cut in a record", raw("", half.as_bytes())),
        ("no length, cut after a record", raw("", after_a_record.as_bytes())),
        ("gzip without its end", raw(&length(zipped.len() - 9), &zipped[..zipped.len() - 9])),
        ("gzip without its checksum", raw(&length(zipped.len() - 8), &zipped[..zipped.len() - 8])),
        ("half of the gzip", raw(&length(zipped.len() / 2), &zipped[..zipped.len() / 2])),
        ("no gzip", raw(&length(text.len()), text.as_bytes())),
    ] {
        all.spawn(async move { (what, read(Paging::whole(), move |_| reply.clone()).await) });
    }
    for (what, list) in all.join_all().await {
        assert!(list.outcome.is_err() && list.ids.is_empty(), "{what}: {:?}", list.outcome);
    }
    let whole = raw(&length(zipped.len()), &zipped);
    let list = read(Paging::whole(), move |_| whole.clone()).await;
    assert!(list.is_complete() && list.ids.len() == 40, "{:?}", list.outcome);
}

/// A text says nothing of its end: a response that is put together of compressed parts must be read to the last of them.
#[tokio::test]
async fn all_members_of_a_compressed_response_are_read() {
    let parts = [gzip("id,name\n1,ada\n"), gzip("2,alan\n"), gzip("3,grace\n")].concat();
    let padded = [parts.clone(), vec![0; 100]].concat();
    let cut = parts[..parts.len() - 12].to_vec();
    let chunked = [format!("{:x}\r\n", parts.len()).as_bytes(), &parts, b"\r\n0\r\n\r\n"].concat();
    let length = |body: &[u8]| format!("content-encoding: gzip\r\ncontent-length: {}\r\n", body.len());
    for (what, head, body, whole) in [
        ("parts", length(&parts), &parts, true),
        ("padded", length(&padded), &padded, true),
        ("chunked", "content-encoding: X-GZIP\r\ntransfer-encoding: chunked\r\n".to_owned(), &chunked, true),
        ("cut in the last part", length(&cut), &cut, false),
    ] {
        let reply = raw(&head, body);
        let provider = Provider::responding(move |_| reply.clone()).await;
        let client = http().client(&provider.base).expect("a URL");
        let response = client.get("report.csv").send().await;
        assert_eq!(response.is_ok(), whole, "{what}: {response:?}");
        if let Ok(response) = response {
            assert_eq!(&response.body[..], b"id,name\n1,ada\n2,alan\n3,grace\n", "{what}");
            assert_eq!(response.header("content-encoding"), None);
        }
        assert_eq!(provider.asked()[0].header("accept-encoding"), Some("gzip"));
    }
}

#[tokio::test]
async fn a_response_in_another_form_is_not_a_list() {
    let text = json!(rows(0..3)).to_string();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let json = |body: &[u8]| raw(&format!("content-length: {}\r\n", body.len()), body);
    for (what, reply) in [
        ("Latin-1", json(b"[{\"id\":1,\"name\":\"caf\xe9\"}]")),
        ("UTF-16", json(&utf16)),
        ("one record a line", json(b"{\"id\":1}\n{\"id\":2}\n")),
        ("lines, the last one cut", json(b"{\"id\":1}\n{\"id\":")),
        ("two lists", json(b"[{\"id\":1}][{\"id\":2}]")),
        ("CSV", json(b"id\n1\n2\n")),
        ("a prefix against scripts", json(b")]}',\n[{\"id\":1}]")),
        ("null", json(b"null")),
        ("a login page", json(b"<html><title>Sign in</title></html>")),
    ] {
        let list = read(Paging::whole(), move |_| reply.clone()).await;
        assert!(list.outcome.is_err() && list.ids.is_empty(), "{what}: {:?}", list.outcome);
    }
}

#[tokio::test]
async fn redirects_and_not_modified_are_not_lists() {
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        let body = if status == 304 { String::new() } else { json!(rows(0..3)).to_string() };
        let reply = Reply::status(status, &body).header("location", "/login");
        let list = read(Paging::whole(), move |_| reply.clone()).await;
        assert!(list.outcome.is_err() && list.ids.is_empty(), "{status}: {:?}", list.outcome);
        assert_eq!(list.asked.len(), 1, "it is not followed");
    }
}

/// A cache sends what it had before: records that came since then are not in it.
#[tokio::test]
async fn a_list_from_a_cache_that_says_it_is_stale_is_partial() {
    for (name, value, stale) in [
        ("warning", "110 - \"Response is Stale\"", true),
        ("warning", "199 acme \"busy\", 111 acme \"Revalidation Failed\"", true),
        ("cf-cache-status", "STALE", true),
        ("x-cache", "HIT-STALE", true),
        ("x-proxy-cache", "UPDATING", true),
        ("cache-status", "edge; hit; ttl=-412; detail=stale", true),
        ("warning", "299 - \"Deprecated API\"", false),
        ("cf-cache-status", "DYNAMIC", false),
        ("x-cache", "Hit from cloudfront", false),
        ("cache-control", "max-age=60, stale-while-revalidate=30", false),
        ("x-cache-updating-url", "https://acme.example/", false),
        ("x-record-status", "stale", false),
    ] {
        let respond = move |_: &_| Reply::json(&json!(rows(0..3))).header(name, value);
        let list = read(Paging::whole(), respond).await;
        assert_eq!(list.is_complete(), !stale, "{name}: {value}: {:?}", list.outcome);
        if stale {
            assert!(list.reason().contains(name), "{}", list.reason());
            let list = read(
                Paging::whole().ignoring(&[
                    "warning",
                    "cf-cache-status",
                    "x-cache",
                    "x-proxy-cache",
                    "cache-status",
                ]),
                respond,
            )
            .await;
            assert!(list.is_complete(), "{name}: {:?}", list.outcome);
        }
    }
}

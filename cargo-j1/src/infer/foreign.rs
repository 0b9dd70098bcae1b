//! Files that describe an API in a language that is not read: named, with what to give instead.

use std::path::Path;

use j1_core::validate::without_byte_order_mark;

use super::json::Json;

/// Describes a schema of GraphQL.
const GRAPHQL: &str = "GraphQL without a response, which does not say what an integration asks for; \
     send the queries that you need in the provider's explorer, and give the HAR recording of that";

/// The number of bytes at the beginning of a file in which its language shows.
const HEAD: usize = 4096;

/// Words at the beginning of a file, and what begins with them.
const BEGINS: [(&str, &str); 10] = [
    ("#%RAML", "RAML; convert it into OpenAPI"),
    ("FORMAT: 1A", "API Blueprint; convert it into OpenAPI"),
    ("asyncapi:", ASYNCAPI),
    ("%PDF", "a PDF; save a response of its examples as JSON"),
    ("PK\u{3}\u{4}", "an archive; unpack it, and give the document in it"),
    ("\u{1f}", "compressed; unpack it with `gunzip`"),
    ("syntax = \"proto", GRPC),
    ("syntax=\"proto", GRPC),
    ("curl ", "a command; run it, and save its response as JSON"),
    ("HTTP/", "a response with its headers; save its body alone"),
];

const ASYNCAPI: &str = "AsyncAPI, which describes messages; an integration reads lists, which the provider's OpenAPI document has";
const GRPC: &str = "Protocol Buffers, and gRPC is not read; if the provider has an API of JSON as well, \
     give a response of that";
const POSTMAN_SETTINGS: &str =
    "an environment of Postman, which holds variables and perhaps secrets; export the collection";
const SOAP: &str =
    "WSDL, and SOAP is not read; if the provider has an API of JSON as well, give its document";
const XML: &str = "XML, and lists of XML are not read; ask for JSON with the header `Accept: application/json`, \
     and give that response";
const HTML: &str =
    "a page of HTML, as for a person; give the document that the page loads, or a response as JSON";

/// Describes an empty file.
const EMPTY: &str = "empty";

/// Names the language of text that is neither JSON nor YAML, if it is a known one.
pub fn of_text(path: &Path, bytes: &[u8]) -> Option<&'static str> {
    let bytes = without_byte_order_mark(bytes).trim_ascii_start();
    if bytes.is_empty() {
        return Some(EMPTY);
    }
    if has_ending(path, &["graphql", "graphqls", "gql"]) {
        return Some(GRAPHQL);
    }
    if [[0xff, 0xfe], [0xfe, 0xff]].iter().any(|mark| bytes.starts_with(mark)) {
        return Some("text in UTF-16, as PowerShell writes it; save it as UTF-8");
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    if let Some((_, what)) = BEGINS.iter().find(|(begins, _)| head.starts_with(begins)) {
        return Some(what);
    }
    if head.starts_with('<') {
        return Some(of_xml(&head));
    }
    if has_ending(path, &["csv", "tsv"]) {
        return Some("a table; lists are read from APIs, so give a response as JSON");
    }
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let is_object =
        |line: &str| serde_json::from_str::<Json>(line).is_ok_and(|json| !json.members().is_empty());
    (lines.next().is_some_and(is_object) && lines.next().is_some_and(is_object))
        .then_some("JSON with a record on each line; make a list of them with `jq -s .`")
}

/// Names the language of a document of XML or HTML.
fn of_xml(head: &str) -> &'static str {
    let small = head.to_ascii_lowercase();
    // Of the namespaces, the envelope's is the one that counts.
    for (mark, what) in [
        ("<!doctype html", HTML),
        ("<html", HTML),
        ("schemas.xmlsoap.org/wsdl", SOAP),
        ("www.w3.org/ns/wsdl", SOAP),
        ("wadl.dev.java.net", "WADL; convert it into OpenAPI"),
        (
            "docs.oasis-open.org/odata/ns/edmx",
            "metadata of OData; convert it into OpenAPI, or give a response as JSON",
        ),
    ] {
        if small.contains(mark) {
            return what;
        }
    }
    XML
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
    end.is_some_and(|end| endings.contains(&end.as_str()))
}

/// Names the language of JSON or YAML that describes an API and is not OpenAPI, if it is a known one.
pub fn of_json(json: &Json) -> Option<&'static str> {
    let has = |way: &[&str]| json.at(way).is_some();
    let is_text = |way: &[&str]| json.at(way).and_then(Json::text).is_some();
    if has(&["__schema"]) || has(&["data", "__schema"]) {
        return Some(GRAPHQL);
    }
    if is_text(&["asyncapi"]) {
        return Some(ASYNCAPI);
    }
    if has(&["swaggerVersion"]) && (has(&["apis"]) || has(&["models"])) {
        return Some("Swagger 1, which is read from version 2 on; convert it into OpenAPI");
    }
    if has(&["discoveryVersion"]) && has(&["resources"]) {
        return Some("a discovery document of Google; convert it into OpenAPI, or give responses as JSON");
    }
    if is_text(&["smithy"]) && has(&["shapes"]) {
        return Some("a model of Smithy; convert it into OpenAPI with `smithy build`");
    }
    if json.text_of("$schema").is_some_and(|schema| schema.contains("json-schema.org")) && !has(&["paths"]) {
        return Some("a JSON Schema, which says nothing of paths; give the provider's OpenAPI document");
    }
    if has(&["__export_format"]) && has(&["resources"]) {
        return Some("an export of Insomnia; export it as HAR, after the requests were sent");
    }
    if json.text_of("_postman_variable_scope").is_some() {
        return Some(POSTMAN_SETTINGS);
    }
    let first = json.get("requests").and_then(|requests| requests.items().first());
    let is_old =
        has(&["order"]) && first.is_some_and(|one| one.get("method").is_some() && one.get("url").is_some());
    is_old.then_some("a collection of Postman of version 1; export it as version 2.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_with_such_words_are_samples() {
        for sample in [
            r#"{"resources":[{"id":"r-1","name":"a"}]}"#,
            r#"{"id":"x","name":"Acme","requests":[{"id":1}]}"#,
            r#"{"info":{"name":"x"},"item":[{"id":1,"name":"a"}]}"#,
            r#"{"models":[{"id":1}],"apis":[{"id":2}]}"#,
            r#"{"smithy":[{"id":1}],"shapes":[{"id":1}]}"#,
        ] {
            let json: Json = serde_json::from_str(sample).expect("JSON");
            assert_eq!(of_json(&json), None, "{sample}");
        }
    }
}

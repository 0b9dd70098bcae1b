//! The destination of telemetry, from the variables that OpenTelemetry defines.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::redact;

/// The destination of telemetry, and the resource it belongs to.
#[derive(Debug)]
pub(super) struct Settings {
    /// The URL for spans; `None` sends none.
    pub traces: Option<Url>,
    /// The URL for metrics; `None` sends none.
    pub metrics: Option<Url>,
    /// Sent with each request; they may be secret.
    pub headers: HeaderMap,
    /// The time within which a collector has to respond.
    pub timeout: Duration,
    /// The attributes of the resource: `service.name` and more.
    pub resource: Vec<(String, String)>,
}

impl Settings {
    /// Reads the settings of the environment; `None` if it names no collector.
    ///
    /// # Errors
    /// A description of what is wrong with them. Telemetry that is configured is never left out silently.
    pub fn read(service: &str, get: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        const PROTOCOL: &str = "OTEL_EXPORTER_OTLP_PROTOCOL";
        const TIMEOUT: &str = "OTEL_EXPORTER_OTLP_TIMEOUT";
        let get = |name: &str| get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if get("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let traces = address("TRACES", "v1/traces", &get)?;
        let metrics = address("METRICS", "v1/metrics", &get)?;
        if traces.is_none() && metrics.is_none() {
            return Ok(None);
        }
        if let Some(other) = get(PROTOCOL).filter(|protocol| protocol != "http/json") {
            return Err(format!(
                "{PROTOCOL} is `{other}`, and only `http/json` is spoken, which collectors take on their HTTP port (4318); set \
                 it so, or leave it unset"
            ));
        }
        let timeout = match get(TIMEOUT) {
            None => Duration::from_secs(10),
            Some(text) => text
                .parse()
                .map(Duration::from_millis)
                .map_err(|_| format!("{TIMEOUT} must be a whole number of milliseconds"))?,
        };
        let mut resource = pairs("OTEL_RESOURCE_ATTRIBUTES", &get)?;
        let named = resource.iter().any(|(name, _)| name == "service.name");
        if let Some(name) = get("OTEL_SERVICE_NAME").or_else(|| (!named).then(|| service.to_owned())) {
            resource.retain(|(name, _)| name != "service.name");
            resource.insert(0, ("service.name".to_owned(), name));
        }
        Ok(Some(Self { traces, metrics, headers: headers(&get)?, timeout, resource }))
    }
}

/// The URL of a signal: its own as it stands, or the common one with its path.
fn address(signal: &str, path: &str, get: &impl Fn(&str) -> Option<String>) -> Result<Option<Url>, String> {
    const COMMON: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    if get(&format!("OTEL_{signal}_EXPORTER")).is_some_and(|exporter| exporter == "none") {
        return Ok(None);
    }
    let own = format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
    let (name, text) = match (get(&own), get(COMMON)) {
        (Some(text), _) => (own, text),
        (None, Some(text)) => (COMMON.to_owned(), format!("{}/{path}", text.trim_end_matches('/'))),
        (None, None) => return Ok(None),
    };
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.map(Some)
        .ok_or_else(|| format!("{name} is not a valid URL; write one such as `http://localhost:4318`"))
}

/// `name=value,name=value`, with values percent-encoded.
fn pairs(name: &str, get: &impl Fn(&str) -> Option<String>) -> Result<Vec<(String, String)>, String> {
    let text = get(name).unwrap_or_default();
    let pair = |part: &str| {
        let (key, value) = part.split_once('=')?;
        // A `+` is one here, other than in a form.
        let value = value.trim().replace('+', "%2B");
        let value = url::form_urlencoded::parse(format!("v={value}").as_bytes()).next()?.1.into_owned();
        Some((key.trim().to_owned(), value)).filter(|(key, _)| !key.is_empty())
    };
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| pair(part).ok_or_else(|| format!("{name} is not of the form `name=value,name=value`")))
        .collect()
}

fn headers(get: &impl Fn(&str) -> Option<String>) -> Result<HeaderMap, String> {
    const NAME: &str = "OTEL_EXPORTER_OTLP_HEADERS";
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(NAME, get)? {
        // An API key is what most of them are.
        redact::learn(&value);
        let (Ok(name), Ok(mut value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) else {
            return Err(format!("{NAME} holds a header that HTTP does not carry"));
        };
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Settings>, String> {
        let get = |name: &str| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::read("acme", get)
    }

    #[test]
    fn an_address_for_all_or_one_for_each() {
        assert!(read(&[]).expect("it is as good as any").is_none());
        let common = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318/otlp/");
        let all = read(&[common]).expect("it is right").expect("there is one");
        assert_eq!(all.traces.expect("a URL").as_str(), "http://localhost:4318/otlp/v1/traces");
        assert_eq!(all.metrics.expect("a URL").as_str(), "http://localhost:4318/otlp/v1/metrics");
        assert_eq!(all.resource, [("service.name".to_owned(), "acme".to_owned())]);
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example/in");
        let one = read(&[own]).expect("it is right").expect("there is one");
        assert_eq!(one.traces.expect("a URL").as_str(), "https://traces.example/in");
        assert!(one.metrics.is_none());
        assert!(read(&[common, ("OTEL_SDK_DISABLED", "true")]).expect("it is right").is_none());
        let none = [common, ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")];
        assert!(read(&none).expect("it is right").is_none());
    }

    #[test]
    fn headers_and_resources_are_lists_and_names_may_be_given() {
        let settings = read(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-team=a%20b, x-key = 1+1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod,service.name=other"),
            ("OTEL_SERVICE_NAME", "nightly"),
        ]);
        let settings = settings.expect("it is right").expect("there is one");
        assert_eq!(settings.headers["x-team"], "a b");
        assert_eq!(settings.headers["x-key"], "1+1");
        let resource = [("service.name", "nightly"), ("deployment.environment", "prod")];
        assert_eq!(settings.resource, resource.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn invalid_settings_are_named() {
        let common = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
        for (wrong, said) in [
            (("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "localhost:4318"), "is not a valid URL"),
            (("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), "only `http/json` is spoken"),
            (("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"), "milliseconds"),
            (("OTEL_EXPORTER_OTLP_HEADERS", "key"), "name=value"),
        ] {
            let error = read(&[common, wrong]).expect_err("it is wrong");
            assert!(error.contains(said) && error.contains(wrong.0), "{error}");
        }
    }
}

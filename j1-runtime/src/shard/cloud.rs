//! Object stores of clouds: `s3://`, `gs://` and `az://`, as far as features are enabled, over our own transport.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use http_body_util::BodyExt as _;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use object_store::{ClientConfigKey, ClientOptions, ObjectStore};
use url::Url;

use crate::provider::transport::{Http, Outgoing, Unanswered};

/// The longest time for one file.
const TIMEOUT: Duration = Duration::from_mins(10);

/// Opens the object store of a URL; `None` if no enabled feature knows it. Credentials, the region and the endpoint come from the
/// variables of the cloud, such as `AWS_REGION`, or from the machine that this runs on.
///
/// # Errors
/// When the URL or the variables are not valid.
pub(super) fn open(url: &Url) -> object_store::Result<Option<Box<dyn ObjectStore>>> {
    Ok(Some(match url.scheme() {
        #[cfg(feature = "store-s3")]
        "s3" | "s3a" => {
            let builder = object_store::aws::AmazonS3Builder::from_env().with_url(url.as_str());
            Box::new(builder.with_http_connector(Connector).build()?)
        }
        #[cfg(feature = "store-gcs")]
        "gs" => {
            let builder = object_store::gcp::GoogleCloudStorageBuilder::from_env().with_url(url.as_str());
            Box::new(builder.with_http_connector(Connector).build()?)
        }
        #[cfg(feature = "store-azure")]
        "az" | "azure" | "abfs" | "abfss" => {
            let builder = object_store::azure::MicrosoftAzureBuilder::from_env().with_url(url.as_str());
            Box::new(builder.with_http_connector(Connector).build()?)
        }
        _ => return Ok(None),
    }))
}

/// Makes clients over our transport.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let failed = |error: j1_core::Error| object_store::Error::Generic {
            store: "j1",
            source: error.to_string().into(),
        };
        let http = Http::network(concat!("j1/", env!("CARGO_PKG_VERSION"))).map_err(failed)?;
        // Also set for the endpoints of machines that hand out credentials.
        let allows_http = options.get_config_value(&ClientConfigKey::AllowHttp).as_deref() == Some("true");
        Ok(HttpClient::new(Client { http, allows_http }))
    }
}

struct Client {
    http: Http,
    allows_http: bool,
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Client").finish_non_exhaustive()
    }
}

impl HttpService for Client {
    fn call<'client, 'called>(
        &'client self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'called>>
    where
        'client: 'called,
        Self: 'called,
    {
        Box::pin(self.exchange(request))
    }
}

impl Client {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let url: Url =
            head.uri.to_string().parse().map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        if url.scheme() != "https" && !self.allows_http {
            let message =
                "the store is reached over http, which is not encrypted; set AWS_ALLOW_HTTP=true to allow it";
            return Err(unknown(message.into()));
        }
        let body = body.collect().await?.to_bytes();
        let sent = Outgoing { method: head.method, url, headers: head.headers, body };
        let received = match self.http.exchange(sent, TIMEOUT, usize::MAX).await {
            Ok(received) => received,
            Err(Unanswered::Lost(source)) => {
                return Err(HttpError::new_boxed(HttpErrorKind::Interrupted, source));
            }
            Err(Unanswered::TooLarge) => return Err(unknown("the response is too large".into())),
            Err(Unanswered::Unsent(error)) => return Err(unknown(error.to_string().into())),
        };
        let mut response = HttpResponse::new(HttpResponseBody::from(received.body));
        *response.status_mut() =
            received.status.try_into().map_err(|_| unknown("the status is not one of HTTP".into()))?;
        *response.headers_mut() = received.headers;
        Ok(response)
    }
}

fn unknown(source: Box<dyn std::error::Error + Send + Sync>) -> HttpError {
    HttpError::new_boxed(HttpErrorKind::Unknown, source)
}

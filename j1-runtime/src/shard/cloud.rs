//! Object stores of clouds: `s3://`, `gs://` and `az://`, as far as features are enabled, over our own transport.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use j1_core::error::Kind;
use j1_core::graph::BoxFuture;
use j1_core::{Error, Result};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use object_store::path::Path;
use object_store::{
    ClientConfigKey, ClientOptions, ObjectStore, ObjectStoreExt as _, ObjectStoreScheme, PutMode, PutOptions,
};
use url::Url;

use super::backend::Backend;
use crate::code;
use crate::provider::transport::{Http, Outgoing, Unanswered};
use crate::redact;

/// The longest time for one file.
const TIMEOUT: Duration = Duration::from_mins(10);

/// Opens the object store of a URL; `None` if no enabled feature knows it. Credentials, the region and the endpoint come from the
/// variables of the cloud, such as `AWS_REGION`, or from the machine that this runs on.
///
/// # Errors
/// When the URL or the variables are not valid.
pub(super) fn open(named: &str, url: &Url) -> object_store::Result<Option<Objects>> {
    let store: Box<dyn ObjectStore> = match url.scheme() {
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
    };
    let (_, root) = ObjectStoreScheme::parse(url)?;
    Ok(Some(Objects { store, root, named: redact::known(named).into_owned() }))
}

/// The files of an object store.
pub(super) struct Objects {
    store: Box<dyn ObjectStore>,
    root: Path,
    named: String,
}

impl Objects {
    fn at(&self, path: &str) -> Path {
        path.split('/').filter(|part| !part.is_empty()).fold(self.root.clone(), Path::join)
    }

    fn failed(&self, what: &str, path: &str, error: object_store::Error) -> Error {
        let message = format!("{path} in the store {} cannot be {what}", redact::display(&self.named));
        Error::new(Kind::Upload, code::SHARD_STORE, message).caused_by(error)
    }
}

impl Backend for Objects {
    fn get<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            let read = match self.store.get(&self.at(path)).await {
                Ok(found) => found.bytes().await,
                Err(error) => Err(error),
            };
            match read {
                Ok(bytes) => Ok(Some(bytes)),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.failed("read", path, error)),
            }
        })
    }

    fn put_new<'a>(&'a self, path: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let options = PutOptions::from(PutMode::Create);
            match self.store.put_opts(&self.at(path), bytes.into(), options).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                    Ok(false)
                }
                Err(error) => Err(self.failed("written", path, error)),
            }
        })
    }

    fn list<'a>(&'a self, folder: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            let listed = self.store.list_with_delimiter(Some(&self.at(folder))).await;
            let listed = listed.map_err(|error| self.failed("listed", folder, error))?;
            let files = listed.objects.iter().map(|object| &object.location);
            let all = files.chain(&listed.common_prefixes);
            Ok(all.filter_map(|path| path.filename().map(str::to_owned)).collect())
        })
    }

    fn delete<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match self.store.delete(&self.at(path)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(self.failed("deleted", path, error)),
            }
        })
    }

    fn written_at<'a>(&'a self, path: &'a str) -> BoxFuture<'a, Result<Option<i64>>> {
        Box::pin(async move {
            match self.store.head(&self.at(path)).await {
                Ok(file) => Ok(Some(file.last_modified.timestamp_millis())),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(self.failed("read", path, error)),
            }
        })
    }
}

/// Makes clients over our transport.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let failed =
            |error: Error| object_store::Error::Generic { store: "j1", source: error.to_string().into() };
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
    ) -> Pin<Box<dyn Future<Output = std::result::Result<HttpResponse, HttpError>> + Send + 'called>>
    where
        'client: 'called,
        Self: 'called,
    {
        Box::pin(self.exchange(request))
    }
}

impl Client {
    async fn exchange(&self, request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
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

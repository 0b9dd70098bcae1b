//! A JumpCloud over HTTP, and a way to JupiterOne: both tell a test of every request, before it takes effect and after.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::world::World;

/// The moment of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It has arrived, and nothing was done.
    Before,
    /// It has taken effect, with this status, and the response is not sent yet.
    After(u16),
}

/// Told of each request: its method and path, and the moment. If it returns `false` before, the request has no effect.
pub type Hook = Arc<Mutex<dyn FnMut(&str, Moment) -> bool + Send>>;

/// A hook that does nothing.
pub fn unwatched() -> Hook {
    Arc::new(Mutex::new(|_: &str, _| true))
}

/// A server, which ends when it is dropped.
pub struct Watched {
    pub url: String,
    serving: JoinHandle<()>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn tell(hook: &Hook, what: &str, moment: Moment) -> bool {
    (hook.lock().unwrap_or_else(PoisonError::into_inner))(what, moment)
}

fn failed() -> Response<Body> {
    Response::builder().status(StatusCode::BAD_GATEWAY).body(Body::empty()).expect("a response")
}

async fn serve<F: Future<Output = Response<Body>> + Send + 'static>(
    hook: Hook,
    respond: impl Fn(Request) -> F + Clone + Send + Sync + 'static,
) -> Watched {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(move |request: Request| {
        let (hook, respond) = (Arc::clone(&hook), respond.clone());
        // In a task of its own: a request that has arrived takes effect, although its sender is dead.
        let responding = tokio::spawn(async move {
            let what = format!("{} {}", request.method(), request.uri().path());
            if !tell(&hook, &what, Moment::Before) {
                return failed();
            }
            let response = respond(request).await;
            tell(&hook, &what, Moment::After(response.status().as_u16()));
            response
        });
        async move { responding.await.unwrap_or_else(|_| failed()) }
    });
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
    Watched { url, serving }
}

/// A JumpCloud.
pub async fn provider(world: World, hook: Hook) -> Watched {
    serve(hook, move |request| {
        let response = world.respond(request.uri(), request.headers());
        async move { response }
    })
    .await
}

/// A way to the JupiterOne at a URL.
pub async fn way_to(jupiterone: &str, hook: Hook) -> Watched {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (base, client) = (jupiterone.to_owned(), reqwest::Client::new());
    serve(hook, move |request| forward(base.clone(), client.clone(), request)).await
}

async fn forward(base: String, client: reqwest::Client, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let mut sent = client.request(parts.method, format!("{base}{}", parts.uri)).body(body);
    for (name, value) in &parts.headers {
        if !["host", "content-length", "connection", "transfer-encoding"].contains(&name.as_str()) {
            sent = sent.header(name, value);
        }
    }
    let Ok(response) = sent.send().await else { return failed() };
    let answered = Response::builder().status(response.status()).header("content-type", "application/json");
    answered.body(Body::from(response.bytes().await.unwrap_or_default())).expect("a response")
}

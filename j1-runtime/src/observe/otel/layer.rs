//! Takes each span as it ends.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::SystemTime;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::observe::otel::export::Exporter;
use crate::redact;

/// The most events of one span that are exported; the others are in the log only.
const EVENTS: usize = 100;

/// A span that has ended.
#[derive(Debug)]
pub(super) struct Finished {
    pub trace: u128,
    pub id: u64,
    pub parent: Option<u64>,
    pub name: &'static str,
    pub began: SystemTime,
    pub ended: SystemTime,
    pub fields: Fields,
    pub events: Vec<Happened>,
}

/// Something that was logged within a span.
#[derive(Debug)]
pub(super) struct Happened {
    pub at: SystemTime,
    pub level: Level,
    pub what: String,
}

/// The fields of a span, in the order in which they came, without secrets.
#[derive(Debug, Default)]
pub(super) struct Fields(pub Vec<(&'static str, Value)>);

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
}

impl Fields {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    fn set(&mut self, field: &Field, value: Value) {
        match self.0.iter_mut().find(|(other, _)| *other == field.name()) {
            Some((_, old)) => *old = value,
            None => self.0.push((field.name(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, Value::Text(redact::text(&format!("{value:?}"))));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Value::Text(redact::text(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, Value::Number(i64::try_from(value).unwrap_or(i64::MAX)));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, Value::Flag(value));
    }
}

/// Hands the spans to an exporter as they end.
pub(super) struct Spans {
    exporter: Arc<Exporter>,
}

impl Spans {
    pub fn new(exporter: Arc<Exporter>) -> Self {
        Self { exporter }
    }
}

impl<S: Subscriber + for<'s> LookupSpan<'s>> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let parent = span
            .parent()
            .and_then(|parent| parent.extensions().get::<Finished>().map(|parent| (parent.trace, parent.id)));
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let began = SystemTime::now();
        span.extensions_mut().insert(Finished {
            trace: parent.map_or_else(|| uuid::Uuid::new_v4().as_u128(), |(trace, _)| trace),
            // 0 is not a valid id.
            id: fastrand::u64(1..),
            parent: parent.map(|(_, id)| id),
            name: attributes.metadata().name(),
            began,
            ended: began,
            fields,
            events: Vec::new(),
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(span) = span.extensions_mut().get_mut::<Finished>() {
            values.record(&mut span.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let level = *event.metadata().level();
        self.exporter.logged(level);
        let Some(span) = context.event_span(event) else { return };
        let mut extensions = span.extensions_mut();
        let Some(span) = extensions.get_mut::<Finished>().filter(|span| span.events.len() < EVENTS) else {
            return;
        };
        let mut fields = Fields::default();
        event.record(&mut fields);
        if let Some(Value::Text(what)) = fields.get("message") {
            span.events.push(Happened { at: SystemTime::now(), level, what: what.clone() });
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let finished = span.extensions_mut().remove::<Finished>();
        if let Some(mut finished) = finished {
            finished.ended = SystemTime::now();
            self.exporter.take(finished);
        }
    }
}

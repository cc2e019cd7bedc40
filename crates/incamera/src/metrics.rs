//! Figures for Prometheus, on a listener of their own that only this machine reaches. They count; they name
//! no one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use incamera_live::Counters;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// Requests answered, by route and by the hundred of their status. Routes are the patterns of the program,
/// never the path that someone asked for.
#[derive(Clone, Default)]
pub(crate) struct Requests(Family<Answered, Counter>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: String,
}

impl Requests {
    pub(crate) fn note(&self, route: &str, status: StatusCode) {
        let status = format!("{}xx", status.as_u16() / 100);
        self.0.get_or_create(&Answered { route: route.to_owned(), status }).inc();
    }
}

/// `GET /metrics`, and nothing else.
pub(crate) fn router(counters: Arc<Counters>, requests: Requests) -> Router {
    let mut registry = Registry::with_prefix("incamera");
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    registry.register("build", "The program that runs", Info::new(version));
    registry.register("http_requests", "Requests answered", requests.0);
    registry.register_collector(Box::new(LiveFigures(counters)));
    Router::new().route("/metrics", get(show)).with_state(Arc::new(registry))
}

async fn show(State(registry): State<Arc<Registry>>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(std::fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Reads the counters of rooms in progress when someone asks; the media path only adds to its own atomics.
#[derive(Debug)]
struct LiveFigures(Arc<Counters>);

impl Collector for LiveFigures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counters = &*self.0;
        let now = [
            ("rooms", "Rooms with someone in them", &counters.rooms),
            ("participants", "Participants in rooms", &counters.participants),
            ("signalling_sockets", "Signalling sockets open", &counters.sockets),
        ];
        for (name, help, value) in now {
            let gauge = ConstGauge::new(i64::try_from(read(value)).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let since_start = [
            ("signalling_frames_refused", "Signalling frames refused", &counters.frames_refused),
            ("signalling_floods_ended", "Participants put out for flooding", &counters.floods_ended),
            ("media_datagrams_received", "Datagrams received", &counters.datagrams_received),
            ("media_datagrams_sent", "Datagrams sent", &counters.datagrams_sent),
            ("media_sends", "Sends, each of one or more datagrams", &counters.sends),
            ("media_datagrams_dropped", "Datagrams not sent for want of room", &counters.datagrams_dropped),
            (
                "media_datagrams_unknown",
                "Datagrams dropped that belonged to no peer",
                &counters.datagrams_unknown,
            ),
            (
                "media_datagrams_excess",
                "Datagrams dropped because their peer sent more than anyone may",
                &counters.datagrams_excess,
            ),
            (
                "media_relays_dropped",
                "Messages between media threads dropped for want of room",
                &counters.relays_dropped,
            ),
            ("media_packets_forwarded", "RTP packets forwarded to viewers", &counters.packets_forwarded),
            ("peers_panicked", "Peers ended by a bug", &counters.peers_panicked),
        ];
        for (name, help, value) in since_start {
            let counter = ConstCounter::new(read(value));
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        Ok(())
    }
}

fn read(value: &AtomicU64) -> u64 {
    value.load(Ordering::Relaxed)
}

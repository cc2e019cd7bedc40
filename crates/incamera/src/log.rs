//! What is logged, and where: to standard error, one line each, without colours, so that a line looks the
//! same in a journal. No log line carries an address, a name, an identifier or a ticket; identifiers print
//! as short tags (`protocol::id`).

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::refused::Refused;

/// Chooses what is logged.
const VARIABLE: &str = "INCAMERA_LOG";

/// Starts logging, filtered by `INCAMERA_LOG`.
pub(crate) fn start() -> Result<(), Refused> {
    let filter = filter(&std::env::var(VARIABLE).unwrap_or_default())?;
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(std::io::stderr))
        .init();
    Ok(())
}

/// A bare level is meant for our own crates: libraries write addresses and session descriptions into their
/// finer levels, so they stay at `warn` unless one is named (`info,hyper=debug`). The engine warns of what any
/// browser may send, which is no matter for an operator: of it only errors are shown.
fn filter(text: &str) -> Result<Targets, Refused> {
    let mut filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("incamera", LevelFilter::INFO)
        .with_target("str0m", LevelFilter::ERROR)
        .with_target("is", LevelFilter::ERROR)
        .with_target("dimpl", LevelFilter::ERROR)
        // What it has to say is about signatures that strangers made up, with the identifiers of passkeys.
        .with_target("webauthn_rs", LevelFilter::OFF)
        .with_target("webauthn_rs_core", LevelFilter::OFF);
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (target, level) = part.split_once('=').unwrap_or(("incamera", part));
        let level: LevelFilter = level.trim().parse().map_err(|_| {
            Refused::new(
                format!("`{part}` is not a log level"),
                "write error, warn, info, debug, trace or off, such as INCAMERA_LOG=debug",
            )
            .at(format_args!("environment variable {VARIABLE}"))
        })?;
        filter = filter.with_target(target.trim().to_owned(), level);
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn libraries_stay_quiet_unless_named() {
        let filter = filter("debug, hyper=info").expect("valid");
        assert!(filter.would_enable("incamera_live::control", &Level::DEBUG));
        assert!(filter.would_enable("hyper::proto", &Level::INFO));
        assert!(!filter.would_enable("engine::session", &Level::INFO));
        assert!(filter.would_enable("engine::session", &Level::WARN));
    }

    #[test]
    fn a_wrong_level_is_refused_with_a_hint() {
        let refused = super::filter("verbose").expect_err("no level");
        assert!(refused.to_string().contains("hint: write error, warn"), "{refused}");
    }
}

//! A server and its workers in one process, and how they stop.

use std::{fmt::Display, future::Future, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use tokio::{net::TcpListener, sync::watch, task::LocalSet};
use touchstone_service::{
    World, caught,
    logging::{Anchoring, Asking, anchor, anchors, ask_witness, compare, sequence, witnesses},
    operations::{
        Job, Turn, restore::is_restored, wind, work_here_once, work_once_on, work_promptly_once,
    },
    ports::Clock,
};
use touchstone_web::{
    Web,
    edge::{Edge, Limits, Network, Settings},
    templates::SiteFrame,
};
use tracing::{error, info, warn};

use crate::config::{Config, ConfigError};

/// What tells everything in this process to stop.
#[derive(Clone)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Stops at Ctrl-C or when the system asks this process to end.
    pub(crate) fn at_signal() -> Result<Self> {
        let (stopper, stop) = Self::by_hand();
        let mut terminated =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("listening for the signal to end")?;
        tokio::spawn(async move {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            stopper.stop();
        });
        Ok(stop)
    }

    /// Stops when told.
    pub(crate) fn by_hand() -> (Stopper, Self) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Self(receiver))
    }

    /// Ends when it is time to stop.
    pub(crate) fn wait(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut stop = self.0.clone();
        async move {
            // A stopper that is gone cannot tell any more: stop as well.
            let _ = stop.wait_for(|stop| *stop).await;
        }
    }

    /// Stops at this, or where an older database is put back: whoever writes on would make worse what has to be learnt first. Started again it is
    /// read-only.
    pub(crate) fn or_where_restored(&self, world: &World) -> Self {
        let world = world.clone();
        self.or_once(async move { until_restored(&world).await })
    }

    /// Stops at this, or once it can be told whether an older database was put back: who serves read-only only because nobody can tell is started again.
    pub(crate) fn or_where_clear(&self, world: &World) -> Self {
        let world = world.clone();
        self.or_once(async move { until_clear(&world).await })
    }

    fn or_once(&self, other: impl Future<Output = ()> + Send + 'static) -> Self {
        let (stopper, stop) = Self::by_hand();
        let first = self.wait();
        tokio::spawn(async move {
            tokio::select! {
                () = first => {}
                () = other => {}
            }
            stopper.stop();
        });
        stop
    }

    fn is_set(&self) -> bool {
        *self.0.borrow()
    }
}

/// Ends when this database is marked as restored, by this process or another one.
async fn until_restored(world: &World) {
    // A database that is away is told by who works with it.
    while !matches!(is_restored(&world.store).await, Ok(true)) {
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Whether the files of the log cannot be held against this database. If they can, whoever is read-only all the same waits for something else (files
/// that cannot be written, say): started again, it would be the same.
pub(crate) async fn is_unclear(world: &World) -> bool {
    compare(world).await.is_err()
}

/// Ends when the files of the log can be held against this database.
async fn until_clear(world: &World) {
    while is_unclear(world).await {
        tokio::time::sleep(BETWEEN_COMPARISONS).await;
    }
}

/// Why a process that served read-only because nobody could tell whether an older database was put back stops, if that can be told by now.
pub(crate) async fn still_unclear(world: &World) -> Result<()> {
    still_the_same(world).await?;
    if !is_unclear(world).await {
        bail!(
            "the files of the public log can be held against the database again, so `touchstone serve` ends here; started again, it works as before"
        );
    }
    Ok(())
}

/// Why a process that wrote stops, if an older database was put back under it.
pub(crate) async fn still_the_same(world: &World) -> Result<()> {
    // One that is away is no older one.
    if matches!(is_restored(&world.store).await, Ok(true)) {
        bail!(
            "an older database was put back under this installation, so nothing more is changed: `touchstone restore --again` learns what was published \
             since; until then `touchstone serve` serves read-only when it is started again"
        );
    }
    Ok(())
}

/// Tells everything to stop.
pub(crate) struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Tells it.
    pub(crate) fn stop(&self) {
        let _ = self.0.send(true);
    }
}

/// Puts the site together.
pub(crate) fn site(world: World, config: &Config) -> Result<Web> {
    let edge = edge(&world, config)?;
    touchstone_vc::usual::prepare(&world.contexts);
    Ok(Web::new(world, edge))
}

/// What every request passes, whatever is served.
pub(crate) fn edge(world: &World, config: &Config) -> Result<Edge> {
    let trusted_proxies = config.site.trusted_proxies.iter().map(|text| {
        text.parse::<Network>()
            .map_err(|error| ConfigError::Impossible {
                name: "site.trusted_proxies",
                why: format!("\"{text}\" is {error}"),
            })
    });
    let settings = Settings {
        origin: world.site.public_url.origin().ascii_serialization(),
        trusted_proxies: trusted_proxies.collect::<Result<_, ConfigError>>()?,
        timeout: REQUEST_TIMEOUT,
        limits: Limits {
            applications_per_hour: u32::try_from(config.applications.per_hour).unwrap_or(u32::MAX),
        },
    };
    let frame = SiteFrame {
        operator: world.site.operator.clone(),
        contact: None,
    };
    let clock: Arc<dyn Clock> = world.clock.clone();
    Ok(Edge::new(frame, settings, move || {
        clock.now().unix_millis()
    }))
}

/// Answers requests until `stop`, on threads of its own.
pub(crate) async fn serve(listener: TcpListener, web: Web, stop: &Stop) -> Result<()> {
    let address = listener.local_addr().context("listening")?;
    info!(%address, "listening on {address}");
    let served = tokio::spawn(touchstone_web::serve(listener, web, stop.wait()));
    served.await.context("serving")?.context("serving")
}

/// Writes down how often credentials are checked, until `stop` and once more after it.
pub(crate) async fn count(web: &Web, stop: &Stop) {
    web.tallies.keep_writing(&web.world, stop.wait()).await;
}

/// Works on jobs, `threads` at a time, until `stop`; a job under way is brought to its end.
///
/// The workers share the calling thread: what takes long in a job (canonicalizing, the database) runs elsewhere anyway.
pub(crate) async fn work(world: &World, threads: usize, stop: &Stop) {
    touchstone_vc::usual::prepare(&world.contexts);
    let local = LocalSet::new();
    for number in 0..threads.max(1) {
        let own = world.clone();
        begin(&local, stop, async move |stop: &Stop| {
            worker(&own, number == 0, stop).await;
        });
    }
    let own = world.clone();
    begin(&local, stop, async move |stop: &Stop| {
        prompt_worker(&own, stop).await;
    });
    for kind in Job::OUTWARD {
        let own = world.clone();
        begin(&local, stop, async move |stop: &Stop| {
            outward_worker(&own, kind, stop).await;
        });
    }
    let own = world.clone();
    begin(&local, stop, async move |stop: &Stop| {
        log_keeper(&own, stop).await;
    });
    for url in witnesses(world) {
        let own = world.clone();
        begin(&local, stop, async move |stop: &Stop| {
            witness_keeper(&own, &url, stop).await;
        });
    }
    for name in anchors(world) {
        let own = world.clone();
        begin(&local, stop, async move |stop: &Stop| {
            anchor_keeper(&own, &name, stop).await;
        });
    }
    local.await;
}

/// Begins a work that goes on beside the others.
fn begin(local: &LocalSet, stop: &Stop, work: impl AsyncFn(&Stop) + 'static) {
    let stop = stop.clone();
    local.spawn_local(async move { unending(&stop, work).await });
}

/// Works until it is done, which is when it was told to stop. Where a panic ended it, it begins anew after a while.
async fn unending(stop: &Stop, work: impl AsyncFn(&Stop)) {
    while let Err(panicked) = caught(work(stop)).await {
        rest_after(Err::<Turn, _>(panicked), stop, "a worker begins anew").await;
    }
}

/// One worker. The first of a process also looks at the clock.
async fn worker(world: &World, winds: bool, stop: &Stop) {
    let mut wound_at = None;
    while !stop.is_set() {
        let now = world.clock.now().unix_millis();
        let due = wound_at.is_none_or(|at| now - at >= WIND_EVERY_MS || now < at);
        if winds && due {
            wound_at = Some(now);
            match caught(wind(world)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => warn!(%error, "looking at the clock failed"),
                Err(panicked) => error!(error = %panicked, "looking at the clock failed"),
            }
        }
        rest_after(work_here_once(world).await, stop, UNREACHED).await;
    }
}

/// One more worker, for what somebody waits for while a large cohort keeps the others busy.
async fn prompt_worker(world: &World, stop: &Stop) {
    while !stop.is_set() {
        rest_after(work_promptly_once(world).await, stop, UNREACHED).await;
    }
}

/// One more for each kind of job that waits for the servers of strangers.
async fn outward_worker(world: &World, kind: &str, stop: &Stop) {
    while !stop.is_set() {
        rest_after(work_once_on(world, kind).await, stop, UNREACHED).await;
    }
}

/// Takes what changed into the log, beside all jobs: an entry is there within a second of its change.
async fn log_keeper(world: &World, stop: &Stop) {
    while !stop.is_set() {
        rest_after(sequence(world).await, stop, "the log is not continued").await;
    }
}

/// Asks one witness about what is shown, beside everything else: one that is slow or down holds up neither the log nor the others.
async fn witness_keeper(world: &World, url: &str, stop: &Stop) {
    let mut failed = 0;
    while !stop.is_set() {
        let asked = tokio::select! {
            asked = tokio::time::timeout(WITNESS_ANSWERS, ask_witness(world, url)) => asked,
            () = stop.wait() => return,
        };
        let pause = match asked {
            Ok(Ok(Asking::Nothing)) => IDLE,
            Ok(Ok(Asking::Cosigned(_))) => {
                failed = 0;
                BETWEEN_CHECKPOINTS
            }
            refused => {
                match &refused {
                    Ok(Ok(Asking::Refused(why))) if why.is_against_the_log() => {
                        error!(witness = url, %why, "ALARM: a witness speaks against the public log, which signs nothing more until that is settled");
                    }
                    Ok(Ok(Asking::Refused(why))) => {
                        warn!(witness = url, %why, "the public log was not cosigned");
                    }
                    Ok(Err(error)) => {
                        warn!(witness = url, %error, "the public log was not cosigned")
                    }
                    _ => warn!(
                        witness = url,
                        "the public log was not cosigned: no answer in time"
                    ),
                }
                failed = (failed + 1).min(6);
                BETWEEN_CHECKPOINTS * 2_u32.pow(failed)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.wait() => {}
        }
    }
}

/// Has what is shown anchored when that is due, beside everything else. When that is, and how often it is tried, the database knows: here
/// it is only looked at.
async fn anchor_keeper(world: &World, name: &str, stop: &Stop) {
    let mut failed = 0;
    while !stop.is_set() {
        let asked = tokio::select! {
            asked = tokio::time::timeout(ANCHOR_ANSWERS, anchor(world, name)) => asked,
            () = stop.wait() => return,
        };
        failed = match &asked {
            Ok(Ok(_)) => 0,
            // Not of the anchor: the database is away, or the log is not known yet. That is told less and less often.
            Ok(Err(_)) | Err(_) => failed + 1,
        };
        match asked {
            Ok(Ok(Anchoring::Nothing | Anchoring::Pending(_))) => {}
            Ok(Ok(Anchoring::Confirmed(size))) => {
                info!(anchor = name, size, "the public log was anchored");
            }
            Ok(Ok(Anchoring::Refused(why))) => {
                warn!(anchor = name, %why, "the public log was not anchored; it is tried again");
            }
            Ok(Ok(Anchoring::GivenUp(why))) => {
                error!(anchor = name, %why, "the public log was not anchored, and this checkpoint is given up");
            }
            Ok(Err(error)) => warn!(anchor = name, %error, "the public log was not anchored"),
            Err(_) => warn!(
                anchor = name,
                "the public log was not anchored: no answer in time"
            ),
        }
        tokio::select! {
            () = tokio::time::sleep(rest_of_anchors(failed)) => {}
            () = stop.wait() => {}
        }
    }
}

/// How long until it is looked again, where looking failed so often in a row.
fn rest_of_anchors(failed: u32) -> Duration {
    BETWEEN_ANCHORS * 2_u32.pow(failed.min(6))
}

/// Goes on at once after work, and rests where there was none.
async fn rest_after<E: Display>(turn: Result<Turn, E>, stop: &Stop, told: &str) {
    let pause = match turn {
        Ok(Turn::Worked) => return,
        Ok(Turn::Idle) => IDLE,
        Err(error) => {
            warn!(%error, "{told}");
            AFTER_ERROR
        }
    };
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = stop.wait() => {}
    }
}

/// How often files that could not be held against the database are looked at again.
const BETWEEN_COMPARISONS: Duration = Duration::from_secs(2);
/// How often it is looked whether an older database was put back.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// How long a worker rests when nothing is due: a revocation is published well within two seconds.
const IDLE: Duration = Duration::from_millis(250);
/// How long a witness may take for its answer.
const WITNESS_ANSWERS: Duration = Duration::from_secs(20);
/// A busy log asks for a cosignature once a second at most; a witness that does not answer is asked after 2, 4, 8 … 64 seconds.
const BETWEEN_CHECKPOINTS: Duration = Duration::from_secs(1);
/// How long an anchor may take for its answer; several calendars may be asked for one.
const ANCHOR_ANSWERS: Duration = Duration::from_secs(60);
/// How often it is looked whether anything is to be anchored; where that itself fails, after 10, 20, 40 … 320 seconds.
const BETWEEN_ANCHORS: Duration = Duration::from_secs(5);
const UNREACHED: &str = "the queue of jobs cannot be reached";
const AFTER_ERROR: Duration = Duration::from_secs(2);
const WIND_EVERY_MS: i64 = 60_000;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn a_worker_that_a_panic_ended_begins_anew() {
        let (_stopper, stop) = Stop::by_hand();
        let begun = Cell::new(0);
        let work = async |_: &Stop| {
            begun.set(begun.get() + 1);
            assert!(begun.get() > 1, "planted");
        };
        unending(&stop, work).await;
        assert_eq!(begun.get(), 2);
    }

    #[test]
    fn what_cannot_be_looked_at_is_looked_at_less_and_less_often() {
        let seconds = [0, 1, 2, 6, 7, u32::MAX].map(|failed| rest_of_anchors(failed).as_secs());
        assert_eq!(seconds, [5, 10, 20, 320, 320, 320]);
    }
}

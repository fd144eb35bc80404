//! What it takes until a verification page begins to arrive, while a thousand a second are asked for.
//!
//! The binary serves 10,000 public pages, each switched on through the same steps that holders take. Requests leave on time
//! whether or not earlier ones were answered, so that a stall counts for everybody who would have met it; the time runs from
//! the moment a request was due. Popularity is Zipf's (exponent 1); of every twenty requests one is for a page that nobody
//! asked for before. The floor is an answer without a database, `/healthz`, under the same load, before and after.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc};
use touchstone_fuzz::random::Random;
use touchstone_service::holding::{claim, open_page, paper_code};
use touchstone_store::TenantId;

use crate::installation::{self, Server};

/// How much is asked for.
pub(crate) struct Load {
    /// Public pages.
    pub(crate) links: usize,
    /// Seconds of asking for pages.
    pub(crate) seconds: f64,
    /// Requests in each of them.
    pub(crate) rate: u32,
}

impl Load {
    /// What the project promises to bear.
    pub(crate) const WHOLE: Self = Self {
        links: 10_000,
        seconds: 20.0,
        rate: 1_000,
    };
    /// The same in small: that the measurement works, not how fast the machine is.
    pub(crate) const SAMPLE: Self = Self {
        links: 200,
        seconds: 2.0,
        rate: 50,
    };
}

/// Fills an installation, asks for its pages, and prints what was measured.
pub(crate) fn run(load: &Load) -> Result<()> {
    // In memory where there is such a place: thousands of holders switch their pages on one after the other.
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() {
        memory.to_owned()
    } else {
        std::env::temp_dir()
    };
    let folder = place.join(format!("touchstone-load-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(load, &folder);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(load: &Load, folder: &Path) -> Result<()> {
    // One thread: the load must not take more of the machine than it needs.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let binary = installation::binary()?;
    let data = folder.join("data");
    installation::issue(&binary, folder, load.links, &[])?;
    let paths = runtime.block_on(open_pages(&data))?;
    ensure!(paths.len() == load.links, "{} pages are open", paths.len());
    let server = Server::start(&binary, &data, &["--no-work"])?;
    let floor_seconds = load.seconds / 10.0;
    println!("load");
    runtime.block_on(async {
        let health = vec!["/healthz".to_owned(); (f64::from(load.rate) * floor_seconds) as usize];
        let mut floor = ask(server.address, load.rate, health.clone()).await?;
        let first = first_view(server.address, &paths[0]).await?;
        let cpu = server.cpu_seconds()?;
        let wanted = wanted(load, &paths);
        let distinct: std::collections::BTreeSet<_> = wanted.iter().collect();
        println!("distinct_links {}", distinct.len());
        let pages = ask(server.address, load.rate, wanted).await?;
        let cpu = server.cpu_seconds()? - cpu;
        floor.add(ask(server.address, load.rate, health).await?);
        println!("links {}", paths.len());
        println!("requests {}", pages.times.len());
        println!("asked_per_s {}", load.rate);
        println!("requests_per_s {:.0}", pages.per_second());
        println!("not_200 {}", pages.refused + floor.refused);
        println!("first_view_bytes {first}");
        println!(
            "server_cpu_us_per_request {:.0}",
            cpu * 1e6 / pages.times.len() as f64
        );
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
            let (page, floor) = (pages.quantile(share), floor.quantile(share));
            println!("{name}_ttfb_us {page}");
            println!("floor_{name}_ttfb_us {floor}");
            println!("ratio_{name} {:.2}", page as f64 / floor.max(1) as f64);
        }
        Ok(())
    })
}

/// Every holder takes what is theirs by the code on paper and switches the page on: the same use cases, without pages between.
async fn open_pages(data: &Path) -> Result<Vec<String>> {
    let world = installation::world(data).await?;
    let reader = world.store.read();
    let institutions = reader.institutions().await?;
    let tenant: TenantId = institutions.first().context("no institution")?.id.clone();
    let (mut paths, mut after) = (Vec::new(), None);
    loop {
        let all = touchstone_store::CredentialFilter::default();
        let page = reader
            .credentials(&tenant, &all, after.as_ref(), 1_000)
            .await?;
        for credential in page.rows {
            let code = paper_code(&world, &tenant, &credential.id, "load").await?;
            claim(&world, &code).await?;
            let address = open_page(&world, &code).await?;
            let (_, link) = address.split_once("/v/").context("an address")?;
            paths.push(format!("/v/{link}"));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    world.store.close().await?;
    Ok(paths)
}

/// Which page each request is for.
fn wanted(load: &Load, paths: &[String]) -> Vec<String> {
    let requests = (f64::from(load.rate) * load.seconds) as usize;
    let cold = requests / COLD_EVERY;
    // Cold pages are asked for once; if there are fewer of them than that, they begin anew.
    let (popular, cold) = paths.split_at(paths.len() - cold.min(paths.len() / 2));
    let mut cold = cold.iter().cycle();
    let mut random = Random::new(1);
    let weights = (1..=popular.len()).map(|rank| 1.0 / rank as f64);
    let sums: Vec<f64> = weights
        .scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        })
        .collect();
    let total = sums.last().copied().unwrap_or_default();
    let mut popular_one = || {
        let at = random.below(1 << 53) as f64 / (1_u64 << 53) as f64 * total;
        let rank = sums
            .partition_point(|sum| *sum <= at)
            .min(popular.len() - 1);
        &popular[rank]
    };
    (0..requests)
        .map(|number| match number % COLD_EVERY {
            0 => cold.next().unwrap_or(&paths[0]).clone(),
            _ => popular_one().clone(),
        })
        .collect()
}

/// How long answers took to begin, and how many were not what was asked for.
#[derive(Default)]
struct Answers {
    /// Microseconds, from when a request was due until its first byte.
    times: Vec<u64>,
    refused: u64,
    /// Seconds from the first that was due until the last was answered.
    seconds: f64,
}

impl Answers {
    fn add(&mut self, more: Self) {
        self.times.extend(more.times);
        self.refused += more.refused;
        self.seconds += more.seconds;
    }

    fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }

    fn quantile(&self, share: f64) -> u64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        let at = (times.len() as f64 * share) as usize;
        times
            .get(at.min(times.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }
}

/// Asks for all of these, `rate` a second, over a number of connections that stay open.
async fn ask(address: SocketAddr, rate: u32, paths: Vec<String>) -> Result<Answers> {
    let (send, due) = mpsc::unbounded_channel::<(Instant, String)>();
    let due = Arc::new(Mutex::new(due));
    let count = paths.len();
    let mut asking = Vec::new();
    for _ in 0..CONNECTIONS {
        let due = Arc::clone(&due);
        let mut connection = Connection::open(address).await?;
        asking.push(tokio::spawn(async move {
            let mut answers = Answers::default();
            loop {
                let next = due.lock().await.recv().await;
                let Some((at, path)) = next else {
                    return Ok::<_, anyhow::Error>(answers);
                };
                let answer = connection.get(&path).await?;
                let time = answer.began.duration_since(at).as_micros();
                answers.times.push(u64::try_from(time).unwrap_or(u64::MAX));
                answers.refused += u64::from(answer.status != 200);
            }
        }));
    }
    // On a thread of its own, so that nothing delays what is due.
    let clock = std::thread::spawn(move || {
        let start = Instant::now() + Duration::from_millis(20);
        for (number, path) in (0_u32..).zip(paths) {
            let at = start + Duration::from_secs(1) * number / rate;
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if send.send((at, path)).is_err() {
                return; // Whoever asked is gone, and says why.
            }
        }
    });
    let mut answers = Answers::default();
    let began = Instant::now();
    for asking in asking {
        answers.add(asking.await??);
    }
    answers.seconds = began.elapsed().as_secs_f64();
    clock
        .join()
        .map_err(|_| anyhow::anyhow!("the clock died"))?;
    ensure!(
        answers.times.len() == count,
        "{} of {count} were answered",
        answers.times.len()
    );
    Ok(answers)
}

/// Bytes of the first view as a browser gets it: headers, the page and its style, compressed.
async fn first_view(address: SocketAddr, path: &str) -> Result<usize> {
    let mut connection = Connection::open(address).await?;
    let page = connection.ask(path, "identity").await?;
    let markup = String::from_utf8_lossy(&connection.buffer).into_owned();
    ensure!(page.status == 200, "{path}: {}", page.status);
    let (_, style) = markup
        .split_once("<link rel=\"stylesheet\" href=\"")
        .context("a page without a style")?;
    let (style, _) = style.split_once('"').context("an address")?;
    let mut bytes = 0;
    for part in [path, style] {
        let answer = connection.get(part).await?;
        ensure!(answer.status == 200, "{part}: {}", answer.status);
        bytes += answer.bytes;
    }
    Ok(bytes)
}

/// A connection that stays open, asking for one thing after the other.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

struct Answer {
    status: u16,
    began: Instant,
    /// Headers and body, as they came.
    bytes: usize,
}

impl Connection {
    async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::new(),
        })
    }

    async fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask(path, "gzip, br").await
    }

    async fn ask(&mut self, path: &str, encoding: &str) -> Result<Answer> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\naccept-encoding: {encoding}\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let mut began = None;
        let end = loop {
            let read = self.stream.read_buf(&mut self.buffer).await?;
            began.get_or_insert_with(Instant::now);
            ensure!(read > 0, "the server closed the connection");
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length
            .context("an answer without a length")?
            .trim()
            .parse()?;
        while self.buffer.len() < end + length {
            let read = self.stream.read_buf(&mut self.buffer).await?;
            ensure!(read > 0, "the server closed the connection");
        }
        Ok(Answer {
            status: status.context("an answer without a status")?,
            began: began.context("no answer")?,
            bytes: self.buffer.len(),
        })
    }
}

const COLD_EVERY: usize = 20;
const CONNECTIONS: usize = 64;

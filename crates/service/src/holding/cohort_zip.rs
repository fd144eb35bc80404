//! The credentials of a cohort as one ZIP file, made while it is read.
//!
//! ```text
//! credentials.csv            everybody in it: which files, who, how the credential stands
//! json/amara-okafor-ID.json  one folder per format
//! pdf/amara-okafor-ID.pdf
//! ```
//!
//! **Invariants:** at any time one credential and the list of names that ends every ZIP file (some hundred bytes each) are in
//! memory, however many there are; no name leaves its folder (threat 64) and no cell of the table starts a formula (threat 57).

use std::{
    collections::VecDeque,
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use touchstone_store::{
    CredentialFilter, CredentialRow, CredentialSummary, Cursor, StoreError, TenantId,
};
use touchstone_vc::Timestamp;
use zip::{
    CompressionMethod, ZipWriter,
    result::ZipError,
    write::{SimpleFileOptions, StreamWriter},
};

// zip packs with it and leaves its engine to us: without this line a build of this crate alone has none.
use flate2 as _;

use super::export::{ExportError, Format, Studio};
use crate::{World, issuing::escape_formula, text::day};

/// Which credentials, and as what.
#[derive(Clone, Debug)]
pub struct Zipping {
    /// The institution.
    pub tenant: TenantId,
    /// The batch in which they were issued.
    pub batch: String,
    /// The files to make of each; each format once.
    pub formats: Vec<Format>,
}

/// A ZIP file that is being made.
pub struct CohortZip {
    world: World,
    order: Zipping,
    studio: Arc<Studio>,
    zip: ZipWriter<StreamWriter<Pipe>>,
    pipe: Pipe,
    stage: Stage,
    /// The newest credential of the table. What was issued after that stands in no row and gets no file.
    newest: Option<Cursor>,
    waiting: VecDeque<(CredentialSummary, CredentialRow)>,
    done: u64,
}

/// What comes next. A cursor says where to read on in the list.
enum Stage {
    Table(Option<Cursor>),
    Read(Option<Cursor>),
    /// Draw those that were read; then read on, if there are more.
    Draw(Option<Cursor>),
    Closing,
    Over,
}

impl CohortZip {
    /// Begins the file. Nothing is drawn yet.
    #[crate::boxed]
    pub async fn open(world: &World, order: Zipping) -> Result<Self, CohortZipError> {
        let reader = world.store.read();
        if reader.batch(&order.tenant, &order.batch).await?.is_none() {
            return Err(CohortZipError::NoSuchBatch);
        }
        if order.formats.is_empty() {
            return Err(CohortZipError::NoFormat);
        }
        if reader
            .count_credentials(&order.tenant, &order.filter())
            .await?
            == 0
        {
            return Err(CohortZipError::NothingIssued);
        }
        let studio = Studio::open(world, &order.tenant).await?;
        let pipe = Pipe::default();
        let mut zip = ZipWriter::new_stream(pipe.clone());
        zip.start_file("credentials.csv", packed())?;
        zip.write_all(order.heading().as_bytes())?;
        Ok(Self {
            world: world.clone(),
            order,
            studio,
            zip,
            pipe,
            stage: Stage::Table(None),
            newest: None,
            waiting: VecDeque::new(),
            done: 0,
        })
    }

    /// The next bytes of the file; `None` after the last.
    ///
    /// An error ends it: what came before is no whole file, and must not be taken for one.
    #[crate::boxed]
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, CohortZipError> {
        loop {
            match mem::replace(&mut self.stage, Stage::Over) {
                Stage::Table(after) => self.stage = self.table(after).await?,
                Stage::Read(after) => self.stage = self.read(after).await?,
                Stage::Draw(next) => self.stage = self.draw(next).await?,
                Stage::Closing => {
                    let done = ZipWriter::new_stream(self.pipe.clone());
                    mem::replace(&mut self.zip, done).finish()?;
                }
                Stage::Over => return Ok(None),
            }
            let made = self.pipe.take();
            if !made.is_empty() {
                return Ok(Some(made));
            }
        }
    }

    /// How many credentials are in it so far.
    pub fn done(&self) -> u64 {
        self.done
    }

    async fn table(&mut self, after: Option<Cursor>) -> Result<Stage, CohortZipError> {
        let page = self.page(after, PAGE).await?;
        if self.newest.is_none() {
            self.newest = page.0.first().map(place);
        }
        let now = self.world.clock.now().unix_millis();
        for row in &page.0 {
            self.zip.write_all(self.order.line(row, now).as_bytes())?;
        }
        Ok(match page.1 {
            Some(next) => Stage::Table(Some(next)),
            None => Stage::Read(None),
        })
    }

    async fn read(&mut self, after: Option<Cursor>) -> Result<Stage, CohortZipError> {
        let (told, next) = self.page(after, SOME).await?;
        let newest = self.newest.as_ref();
        let listed = |row: &CredentialSummary| {
            newest.is_some_and(|newest| (row.issued_at, &row.id) <= (newest.at, &newest.id))
        };
        let told: Vec<CredentialSummary> = told.into_iter().filter(listed).collect();
        let ids: Vec<String> = told.iter().map(|row| row.id.clone()).collect();
        let reader = self.world.store.read();
        let mut rows = reader.credentials_by_id(&self.order.tenant, &ids).await?;
        for told in told {
            let place = rows.iter().position(|row| row.id == told.id);
            let row = rows.swap_remove(place.ok_or(ExportError::Unreadable)?);
            self.waiting.push_back((told, row));
        }
        Ok(Stage::Draw(next))
    }

    async fn draw(&mut self, next: Option<Cursor>) -> Result<Stage, CohortZipError> {
        let Some((told, row)) = self.waiting.pop_front() else {
            return Ok(next.map_or(Stage::Closing, |next| Stage::Read(Some(next))));
        };
        for format in self.order.formats.clone() {
            let bytes = self.studio.file(&self.world, &row, format).await?;
            self.zip.start_file(path(&told, format), packed())?;
            self.zip.write_all(&bytes)?;
        }
        self.done += 1;
        Ok(Stage::Draw(next))
    }

    async fn page(
        &self,
        after: Option<Cursor>,
        limit: u64,
    ) -> Result<(Vec<CredentialSummary>, Option<Cursor>), StoreError> {
        let reader = self.world.store.read();
        let page = reader
            .credentials(
                &self.order.tenant,
                &self.order.filter(),
                after.as_ref(),
                limit,
            )
            .await?;
        Ok((page.rows, page.next))
    }
}

impl Zipping {
    fn filter(&self) -> CredentialFilter {
        CredentialFilter {
            batch: Some(self.batch.clone()),
            ..CredentialFilter::default()
        }
    }

    fn heading(&self) -> String {
        let formats = self.formats.iter().map(|format| format.as_str());
        let names: Vec<&str> = formats.chain(COLUMNS).collect();
        format!("\u{feff}{}\r\n", names.join(","))
    }

    fn line(&self, row: &CredentialSummary, now: i64) -> String {
        let on = |at: i64| day(Timestamp::from_unix_millis(at));
        let files = self.formats.iter().map(|format| path(row, *format));
        let facts = [
            format!("urn:uuid:{}", row.id),
            row.learner_name.clone(),
            row.learner_email.clone().unwrap_or_default(),
            row.learner_identifier.clone().unwrap_or_default(),
            on(row.issued_at),
            row.valid_until.map(on).unwrap_or_default(),
            state(row, now).to_owned(),
        ];
        let cells = files.chain(facts).map(|text| {
            let text = escape_formula(&text).replace('"', "\"\"");
            format!("\"{text}\"")
        });
        cells.collect::<Vec<_>>().join(",") + "\r\n"
    }
}

const COLUMNS: [&str; 7] = [
    "id",
    "name",
    "email",
    "identifier",
    "issued_on",
    "valid_until",
    "state",
];

/// How the credential stands at `now`, in the words of the API.
fn state(row: &CredentialSummary, now: i64) -> &'static str {
    match (row.revoked_at, row.suspended_at) {
        (Some(_), _) => "revoked",
        (None, Some(_)) => "suspended",
        (None, None) if row.valid_until.is_some_and(|until| until <= now) => "expired",
        (None, None) => "standing",
    }
}

fn place(row: &CredentialSummary) -> Cursor {
    Cursor {
        at: row.issued_at,
        id: row.id.clone(),
    }
}

/// `pdf/amara-okafor-ID.pdf`: the person for people, the id so that no two are the same.
fn path(row: &CredentialSummary, format: Format) -> String {
    let (ending, id) = (format.as_str(), &row.id);
    match plain(&row.learner_name).as_str() {
        "" => format!("{ending}/{id}.{ending}"),
        name => format!("{ending}/{name}-{id}.{ending}"),
    }
}

/// Letters and digits of any script in lower case, everything else a hyphen; at most forty of them.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if plain.chars().count() == 40 {
            break;
        }
        if letter.is_alphanumeric() {
            plain.push(letter);
        } else if !plain.is_empty() && !plain.ends_with('-') {
            plain.push('-');
        }
    }
    plain.trim_end_matches('-').to_owned()
}

fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
}

/// Holds what the ZIP writer wrote until it is taken.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Why there is no file, or no more of it.
#[derive(Debug, thiserror::Error)]
pub enum CohortZipError {
    /// No such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// Nothing was issued in it yet.
    #[error("nothing was issued in this batch yet; confirm it first")]
    NothingIssued,
    /// No format was chosen.
    #[error("no format was chosen; choose at least one of json, png, svg, pdf")]
    NoFormat,
    /// A file of it could not be made.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The file could not be put together.
    #[error("the ZIP file could not be put together")]
    Zip(#[from] ZipError),
    /// The same, while a file was written into it.
    #[error("the ZIP file could not be put together")]
    Write(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Rows of the table at a time.
const PAGE: u64 = 1_000;
/// Credentials read at a time, with their bytes.
const SOME: u64 = 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str) -> CredentialSummary {
        CredentialSummary {
            id: "0190".into(),
            batch: None,
            achievement: "a".into(),
            version: 1,
            learner: "l".into(),
            learner_name: name.into(),
            learner_email: None,
            learner_identifier: None,
            learner_did: None,
            issued_at: 0,
            valid_until: None,
            revoked_at: None,
            suspended_at: None,
            replaces: None,
            replaced_by: None,
        }
    }

    #[test]
    fn a_credential_is_expired_from_the_moment_at_which_it_ends() {
        let ends = CredentialSummary {
            valid_until: Some(10),
            ..row("Amara Okafor")
        };
        assert_eq!(
            [9, 10, 11].map(|now| state(&ends, now)),
            ["standing", "expired", "expired"]
        );
        assert_eq!(state(&row("Amara Okafor"), i64::MAX), "standing");
        let withdrawn = CredentialSummary {
            revoked_at: Some(5),
            ..ends
        };
        assert_eq!(state(&withdrawn, 11), "revoked");
    }

    #[test]
    fn t64_no_name_makes_a_file_outside_its_folder() {
        for (name, file) in [
            ("Amara Okafor", "pdf/amara-okafor-0190.pdf"),
            ("../../etc/passwd", "pdf/etc-passwd-0190.pdf"),
            ("C:\\Windows\\x", "pdf/c-windows-x-0190.pdf"),
            ("a/./../b\0c", "pdf/a-b-c-0190.pdf"),
            (" … ", "pdf/0190.pdf"),
            ("Öykü Şen", "pdf/öykü-şen-0190.pdf"),
            ("王小明", "pdf/王小明-0190.pdf"),
        ] {
            assert_eq!(path(&row(name), Format::Pdf), file);
        }
        assert!(plain(&"ab ".repeat(500)).chars().count() <= 40);
    }

    #[test]
    fn t57_the_table_of_a_cohort_starts_no_formula() {
        let order = Zipping {
            tenant: TenantId::new("t"),
            batch: "b".into(),
            formats: vec![Format::Json],
        };
        let told = CredentialSummary {
            learner_email: Some("+a@b.example".into()),
            learner_identifier: Some("@SUM(A1)\"".into()),
            ..row("=cmd()")
        };
        let line = order.line(&told, 0);
        let cells = "\"'=cmd()\",\"'+a@b.example\",\"'@SUM(A1)\"\"\"";
        assert!(line.contains(cells), "{line}");
    }
}

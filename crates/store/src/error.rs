//! Why the database did not do as told.

use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

/// Why the database did not do as told.
///
/// After any error PostgreSQL refuses everything else in the same unit of work: give the [`Tx`](crate::Tx) up.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The row was changed by somebody else in between, or there is one like it already.
    #[error("{table}: changed in between")]
    Conflict {
        /// The table.
        table: &'static str,
    },
    /// Another unit of work was in the way; the same one may succeed when run again.
    /// [`Store::write`](crate::Store::write) does that.
    #[error("database: another unit of work was in the way")]
    Contended,
    /// A row holds what this program would never write.
    #[error("{table}.{column}: unreadable value")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// There is no room left for what was to be written. Nothing of it is.
    #[error("database: the disk is full, or its files may not grow; make room and try again")]
    Full,
    /// The database was opened for reading only, as after a restore.
    #[error(
        "database: it is open for reading only; `touchstone restore --again` opens a restored one"
    )]
    ReadOnly,
    /// The database or the way to it failed.
    #[error("database")]
    Database(#[source] DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if is_contention(&error) {
            return Self::Contended;
        }
        if has_code(&error, FULL) {
            return Self::Full;
        }
        if has_code(&error, READ_ONLY) {
            return Self::ReadOnly;
        }
        if let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() {
            return Self::Conflict {
                table: table_of(&error, &message),
            };
        }
        if let DbErr::Type(message) = &error
            && let Some((_, table, column)) =
                WORDS.iter().find(|(words, ..)| message.contains(words))
        {
            return Self::Corrupt { table, column };
        }
        Self::Database(error)
    }
}

/// Whether running the same unit of work again may help.
pub(crate) fn is_contention(error: &DbErr) -> bool {
    has_code(error, CONTENTION)
}

fn has_code(error: &DbErr, codes: &[&str]) -> bool {
    let code = database_error(error).and_then(|error| error.code());
    code.is_some_and(|code| codes.contains(&code.as_ref()))
}

fn table_of(error: &DbErr, message: &str) -> &'static str {
    let told = database_error(error).and_then(|error| error.table());
    TABLES
        .iter()
        .find(|table| told == Some(table) || message.contains(&format!(": {table}.")))
        .copied()
        .unwrap_or("unknown")
}

fn database_error(error: &DbErr) -> Option<&dyn sqlx::error::DatabaseError> {
    let (DbErr::Conn(cause) | DbErr::Exec(cause) | DbErr::Query(cause)) = error else {
        return None;
    };
    match cause {
        RuntimeErr::SqlxError(cause) => match cause.as_ref() {
            SqlxError::Database(cause) => Some(cause.as_ref()),
            _ => None,
        },
        RuntimeErr::Internal(_) => None,
    }
}

/// PostgreSQL: serialization failure, deadlock. SQLite: busy, and busy with a stale snapshot.
const CONTENTION: &[&str] = &["40001", "40P01", "5", "261", "517"];

/// PostgreSQL: disk full. SQLite: full, and the file that its readers share cannot be made to its size.
const FULL: &[&str] = &["53100", "13", "4874"];

/// PostgreSQL: read-only transaction. SQLite: read-only, and the log beside it cannot be brought in.
const READ_ONLY: &[&str] = &["25006", "8", "264"];

/// The enums that stand in columns: what an unknown word in them is reported as.
const WORDS: &[(&str, &str, &str)] = &[
    ("KeyState", "signing_key", "state"),
    ("BatchState", "batch", "state"),
    ("RowState", "batch_row", "state"),
    ("ChangeState", "bulk_change", "state"),
    ("IntentState", "intent", "state"),
    ("StatusPurpose", "status_list", "purpose"),
    ("DeliveryKind", "delivery", "kind"),
    ("DeliveryState", "delivery", "state"),
    ("JobState", "job", "state"),
    ("MappingState", "mapping", "state"),
    ("WebhookState", "webhook_message", "state"),
    ("CompetencyPart", "competency_version", "part"),
    ("CompetencyState", "competency_version", "state"),
    ("EndorsedKind", "endorsement_request", "kind"),
    ("EndorsementWay", "endorsement", "way"),
];

/// Tables in which a unique value can be taken already.
const TABLES: &[&str] = &[
    "achievement",
    "achievement_version",
    "api_key",
    "application",
    "application_copy",
    "application_file",
    "audit",
    "audit_root",
    "batch",
    "batch_row",
    "bulk_change",
    "bulk_item",
    "claim",
    "competency",
    "competency_comment",
    "competency_conflict",
    "competency_pilot",
    "competency_release",
    "competency_version",
    "competency_vote",
    "credential",
    "delivery",
    "did_version",
    "domain_proof",
    "employer",
    "endorsement",
    "endorsement_refusal",
    "endorsement_request",
    "entity_configuration",
    "former_did",
    "framework",
    "framework_statement",
    "idempotency",
    "institution",
    "intent",
    "job",
    "key_change",
    "learner",
    "log_anchor",
    "log_anchor_trust",
    "log_entry",
    "log_staged",
    "log_tree",
    "log_witnessed",
    "mapping",
    "mapping_conflict",
    "mapping_party",
    "mapping_release",
    "mapping_set",
    "mapping_vote",
    "member",
    "needed_document",
    "object",
    "outbox",
    "passkey",
    "past_stewardship",
    "posting",
    "public_link",
    "register_copy",
    "remote_document",
    "role",
    "role_version",
    "session",
    "setting",
    "sign_up",
    "signin_link",
    "signing_key",
    "status_entry",
    "status_list",
    "status_publication",
    "stewardship",
    "tally",
    "webauthn_state",
    "webhook",
    "webhook_message",
];

//! The words of an entry: which statement it is, and what became of a key.

use core::fmt;

/// What became of a key.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum KeyChange {
    /// It signs from here on.
    Active,
    /// It signs no more, and what it signed stands.
    Retired,
    /// Others may have signed with it since the moment that is stated: what is logged after this does not stand.
    Compromised,
    /// Its private half is gone.
    Destroyed,
}

/// Which statement an entry is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs)] // The names say it.
pub enum Kind {
    CredentialIssued,
    StatusListPublished,
    StatusListRoot,
    KeyPending,
    KeyEvent,
    DidDocument,
    AchievementVersion,
    MappingSetRelease,
    CompetencyRelease,
    Endorsement,
    PolicyChange,
    AuditRoot,
    DidSuccession,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::CredentialIssued,
        Self::StatusListPublished,
        Self::StatusListRoot,
        Self::KeyPending,
        Self::KeyEvent,
        Self::DidDocument,
        Self::AchievementVersion,
        Self::MappingSetRelease,
        Self::CompetencyRelease,
        Self::Endorsement,
        Self::PolicyChange,
        Self::AuditRoot,
        Self::DidSuccession,
    ];

    /// Its word in an entry.
    pub fn word(self) -> &'static str {
        match self {
            Self::CredentialIssued => "credential-issued",
            Self::StatusListPublished => "status-list-published",
            Self::StatusListRoot => "status-list-root",
            Self::KeyPending => "key-pending",
            Self::KeyEvent => "key-event",
            Self::DidDocument => "did-document",
            Self::AchievementVersion => "achievement-version",
            Self::MappingSetRelease => "mapping-set-release",
            Self::CompetencyRelease => "competency-release",
            Self::Endorsement => "endorsement",
            Self::PolicyChange => "policy-change",
            Self::AuditRoot => "audit-root",
            Self::DidSuccession => "did-succession",
        }
    }

    /// The kind that is written so.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.word())
    }
}

impl KeyChange {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Active,
        Self::Retired,
        Self::Compromised,
        Self::Destroyed,
    ];

    /// Its word in an entry.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Compromised => "compromised",
            Self::Destroyed => "destroyed",
        }
    }

    /// The change that is written so.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.word() == word)
    }
}

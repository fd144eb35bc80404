//! How a request stands, which follows from its rows and the time.

use touchstone_store::{EndorsementRequestRow, EndorsementRow};

/// How a request for an endorsement stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// An answer is awaited.
    Asked,
    /// Nobody answered in time.
    Lapsed,
    /// Whoever asked took the request back.
    TakenBack,
    /// They said no.
    Declined,
    /// Endorsed, and the endorsement holds.
    Endorsed,
    /// Endorsed, and the time for which it holds is over: ask again.
    Expired,
    /// Whoever endorsed took it back.
    Withdrawn,
}

impl State {
    /// As of `now`, in milliseconds since 1970.
    pub fn of(request: &EndorsementRequestRow, said: Option<&EndorsementRow>, now: i64) -> Self {
        match said {
            Some(said) => Self::of_said(said, now),
            None if request.answered_at.is_some() => Self::Declined,
            None if request.taken_back().is_some() => Self::TakenBack,
            None if request.ends_at < now => Self::Lapsed,
            None => Self::Asked,
        }
    }

    /// Of what was taken back later than `now`, it still stood.
    pub(crate) fn of_said(said: &EndorsementRow, now: i64) -> Self {
        match said.withdrawn_at {
            Some(end) if end <= now => Self::Withdrawn,
            _ if said.valid_until < now => Self::Expired,
            _ => Self::Endorsed,
        }
    }

    /// Its word, in the API and in public documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Lapsed => "lapsed",
            Self::TakenBack => "taken_back",
            Self::Declined => "declined",
            Self::Endorsed => "endorsed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

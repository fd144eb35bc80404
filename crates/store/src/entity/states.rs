//! The words that stand in `state`, `kind` and `purpose` columns.

use sea_orm::entity::prelude::*;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$case_doc])* #[sea_orm(string_value = $word)] $case,)+
        }

        impl $name {
            /// The word in the database, in the API and in logs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word,)+ }
            }

            /// The state behind a word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$case),)+ _ => None }
            }
        }
    };
}

words! {
    /// How far a signing key is.
    KeyState {
        /// Made and published; signs nothing yet.
        Pending = "pending",
        /// Signs.
        Active = "active",
        /// Signs no more; what it signed stands.
        Retired = "retired",
        /// In other hands, or feared to be: what it signed is in doubt.
        Compromised = "compromised",
        /// Its secret is gone.
        Destroyed = "destroyed",
    }
}

words! {
    /// How far the anchoring of a checkpoint is.
    AnchorState {
        /// Asked for, or about to be: nothing is shown by it yet, and nothing is wrong.
        Pending = "pending",
        /// Shown.
        Confirmed = "confirmed",
        /// Given up after many tries.
        Failed = "failed",
    }
}

words! {
    /// How far a change of many credentials is.
    ChangeState {
        /// Whom it is about is kept; nothing is changed.
        Chosen = "chosen",
        /// Begun; every credential gets its turn.
        Running = "running",
        /// Every credential had its turn.
        Done = "done",
    }
}

words! {
    /// How a mapping stands.
    MappingState {
        /// A program made it, and nobody has agreed.
        Suggested = "suggested",
        /// A person states it in the file that it came from.
        Stated = "stated",
        /// Somebody here proposed it; votes are awaited.
        Proposed = "proposed",
        /// The votes agree with it.
        Agreed = "agreed",
        /// The votes do not.
        Refused = "refused",
        /// Whoever proposed it took it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What of a competency a version wrote anew.
    CompetencyPart {
        /// What somebody does: the employer's part.
        Tasks = "tasks",
        /// How well they do it: the issuer's part.
        Rubric = "rubric",
    }
}

words! {
    /// How a version of a competency stands.
    CompetencyState {
        /// Votes are awaited.
        Proposed = "proposed",
        /// The votes agree with it.
        Agreed = "agreed",
        /// The votes do not.
        Refused = "refused",
    }
}

words! {
    /// What somebody is asked to endorse.
    EndorsedKind {
        /// A version of an achievement.
        Achievement = "achievement",
        /// A release of a mapping set.
        MappingSet = "mapping-set",
    }
}

words! {
    /// How an endorsement was given.
    EndorsementWay {
        /// With a passkey; the institution that asked recorded it.
        Passkey = "passkey",
        /// As a credential that the endorser signed elsewhere.
        Wallet = "wallet",
        /// By a member of an institution here, which signed it.
        Member = "member",
    }
}

words! {
    /// How far a batch is.
    BatchState {
        /// Uploaded, not checked.
        Draft = "draft",
        /// Checked; the preview can be shown.
        Validated = "validated",
        /// Unsigned bytes are stored.
        Reserved = "reserved",
        /// Somebody agreed to exactly these bytes.
        Approved = "approved",
        /// Approved, and waits for its date.
        Held = "held",
        /// Being signed.
        Sealing = "sealing",
        /// All signed.
        Sealed = "sealed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

words! {
    /// How far a line of a batch is.
    RowState {
        /// Can go.
        Ready = "ready",
        /// Cannot go; its faults say why.
        Faulty = "faulty",
        /// Was issued before; goes no second time.
        Duplicate = "duplicate",
        /// Has an intent.
        Reserved = "reserved",
        /// Has a credential.
        Sealed = "sealed",
    }
}

words! {
    /// How far an intent is.
    IntentState {
        /// Waits for approval and signature.
        Reserved = "reserved",
        /// Signed.
        Sealed = "sealed",
        /// Given up before it was signed.
        Abandoned = "abandoned",
    }
}

words! {
    /// What a set bit of a status list says.
    StatusPurpose {
        /// Revoked, for ever.
        Revocation = "revocation",
        /// Suspended, for now.
        Suspension = "suspension",
    }
}

words! {
    /// Which way a delivery goes.
    DeliveryKind {
        /// By mail.
        Mail = "mail",
        /// As a code on paper.
        Paper = "paper",
    }
}

words! {
    /// How far a delivery is.
    DeliveryState {
        /// Not tried yet.
        Queued = "queued",
        /// Handed over.
        Sent = "sent",
        /// Failed, will be tried again.
        Retry = "retry",
        /// Came back.
        Bounced = "bounced",
        /// Given up.
        Dead = "dead",
    }
}

words! {
    /// How far a job is. A completed job is deleted.
    JobState {
        /// Waits for its time and a worker.
        Ready = "ready",
        /// A worker has it, until its lease runs out.
        Leased = "leased",
        /// Given up; somebody must look.
        Dead = "dead",
    }
}

words! {
    /// How far a message to a webhook is.
    WebhookState {
        /// To be sent, or to be tried again.
        Waiting = "waiting",
        /// Taken.
        Delivered = "delivered",
        /// Given up after many tries.
        Dead = "dead",
    }
}

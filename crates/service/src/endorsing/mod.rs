//! Endorsements by outside parties: an institution asks somebody by mail to stand behind one version of an achievement or one release of a
//! mapping set, and whoever holds the link answers.
//!
//! Who says what follows from how it was answered, and nobody signs as somebody else:
//! - **wallet**: the endorser brings an Open Badges 3.0 `EndorsementCredential` that their own key signed. It is checked and kept byte for byte.
//! - **member**: a member of another institution here answers, and that institution's key signs; it is the issuer of the endorsement.
//! - **passkey**: a stranger's passkey signs the hash of the exact statement. A passkey has no key that Data Integrity knows, so the institution
//!   that asked signs what was said as what it is, a record: it is the issuer, the comment begins with who spoke, and the evidence holds what
//!   the passkey signed, for everybody to check.
//!
//! **Invariants:** what is to be endorsed is frozen before the mail leaves; a request is answered once, and not after it was taken back; a link
//! opens its request and nothing else; an answer, its entry of the log and its audit lines commit together; nobody is mailed again and again,
//! whoever asks, or at all once they said so.

mod answer;
mod answer_as_member;
mod answer_with_passkey;
mod answer_with_wallet;
mod ask;
mod ask_again;
mod check_evidence;
mod decline;
mod document;
mod endorsement_facts;
mod endorsements;
mod error;
mod free_mail;
mod hide;
mod letter;
mod look;
mod public;
mod refuse;
mod state;
mod take_back;
mod tell_asker;
mod thing;
mod withdraw;

pub(crate) use answer::stated_by;
pub use answer::{LONGEST_YEARS, Said};
pub use answer_as_member::{MemberAnswer, answer_as_member};
pub use answer_with_passkey::{
    PasskeyMade, PasskeySigned, answer_with_passkey, begin_passkey, passkey_made,
};
pub use answer_with_wallet::{LARGEST_WALLET_FILE, WalletAnswer, answer_with_wallet};
pub use ask::{AskEndorsement, Asked, ask_endorsement};
pub(crate) use ask::{MailEndorsementError, mail_endorsement};
pub use ask_again::ask_again;
pub use check_evidence::{EvidenceFault, Spoken, Statement, check_evidence};
pub use decline::decline;
pub(crate) use endorsement_facts::endorsement_facts;
pub use endorsements::{Endorsement, endorsement, endorsements};
pub use error::{AnswerError, AskError, EndorsementError};
pub use hide::{Hiding, hide};
pub use look::{Look, look};
pub use public::{Endorsers, Published, endorsers, published};
pub(crate) use public::{File, documents_of, file, listing};
pub(crate) use public::{counts, shown_endorsements, standing, standing_among};
pub use refuse::refuse;
pub use state::State;
pub use take_back::{TakingBack, take_back};
pub(crate) use tell_asker::{TellAskerError, tell_asker};
pub use thing::{Endorsed, askable};
pub use withdraw::withdraw;

/// As whom they stand in the record who answer by a link.
const ENDORSER: &str = "endorser";

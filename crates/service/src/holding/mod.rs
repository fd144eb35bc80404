//! What holders do with what they earned: claim, keep, show, take back from view.

pub mod bounce;
mod burn_token;
mod claim;
mod cohort_zip;
mod deliver;
mod deliveries;
mod endorsements;
mod export;
mod letter;
mod paper;
mod permit_token;
mod preview_mail;
mod prove;
mod remind;
mod resend;
mod resend_given_up;
mod succession;

pub use bounce::{Bounced, Unchanged, bounced};
pub use burn_token::{BurnTokenError, TokenBurn, burn_token};
pub use claim::{
    Claim, ClaimError, claim, claim_language, close_page, look, open_page, shown, shown_by,
};
pub use cohort_zip::{CohortZip, CohortZipError, Zipping};
pub use deliver::{DeliverError, deliver_due};
pub use deliveries::{
    announced, count_failed_deliveries, deliveries, failed_deliveries, recipients,
};
pub use export::{ExportError, Format, export, export_bundle, file};
pub use paper::{
    MOST_CODES, MadeCodes, PaperCode, PaperCodes, PaperError, paper_code, paper_codes,
};
pub use permit_token::{PermitTokenError, TokenGround, TokenPermit, permit_token};
pub use preview_mail::{
    EXAMPLE_TOKEN, ExampleMail, MailPreview, TestMail, TestMailError, preview_mail, test_mail,
};
pub use remind::{
    Quiet, RemindError, ReminderChoice, Reminders, choose_reminders, remind, reminder_choice,
};
pub use resend::{ResendError, Resending, resend};
pub use resend_given_up::{ResentGivenUp, resend_given_up};

use touchstone_vc::DAY_MS;

/// How long a claim link works: 30 days.
const CLAIM_MS: i64 = 30 * DAY_MS;

#[cfg(test)]
mod tests {
    use touchstone_vc::Timestamp;

    #[test]
    fn a_claim_link_works_for_thirty_days() {
        let end = Timestamp::from_unix_millis(super::CLAIM_MS);
        assert_eq!(end.to_string(), "1970-01-31T00:00:00Z");
    }
}

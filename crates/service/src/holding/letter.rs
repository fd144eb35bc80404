//! What the mails say.

use touchstone_store::{InstitutionRow, LearnerRow};
use touchstone_vc::View;

use crate::ports::Message;

/// What a claim mail is made of.
pub(super) struct Claim<'a> {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) institution: &'a InstitutionRow,
    pub(super) learner: &'a LearnerRow,
    pub(super) language: Option<&'a str>,
    pub(super) view: &'a View<'a>,
    pub(super) link: &'a str,
}

/// The mail that brings the claim link.
pub(super) fn claim(claim: &Claim<'_>) -> Message {
    let title = claim.view.title().unwrap_or_default();
    let issuer = &claim.institution.name;
    let name = &claim.learner.name;
    let link = claim.link;
    Message {
        id: claim.id.clone(),
        to: claim.address.clone(),
        to_name: name.clone(),
        from_name: issuer.clone(),
        reply_to: claim.institution.contact_email.clone(),
        subject: format!("Your credential from {issuer} is ready"),
        language: claim.language.unwrap_or("en").to_owned(),
        text: format!(
            "Dear {name},\n\nyou can now take your credential: {title}.\n\nSee it and take it: {link}\n"
        ),
        html: String::new(),
    }
}

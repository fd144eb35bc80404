//! Whom an institution asked to stand behind its achievements and mapping sets, and what they said.

mod ask;
mod list;
mod take_back;

use serde::Serialize;
use touchstone_service::World;
use touchstone_service::endorsing::{self, AskError, EndorsementError};
use touchstone_service::rows::EndorsementWay;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(ask::ask))
        .routes(routes!(take_back::take_back))
}

/// A request for an endorsement, with what was said to it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endorsement {
    /// Its id.
    id: String,
    /// `achievement` or `mapping-set`.
    kind: &'static str,
    /// The achievement’s id, or the mapping set’s.
    thing: String,
    /// The version, or the number of the release.
    version: i64,
    /// By what an endorsement names it: the achievement’s identifier, or the address of the release.
    subject: String,
    /// What it is called.
    title: String,
    /// SHA-256 of the exact published bytes, in hex.
    sha256: String,
    /// Whom it was sent to.
    email: String,
    /// `asked`, `lapsed`, `taken_back`, `declined`, `endorsed`, `expired` or `withdrawn`.
    state: &'static str,
    /// When it was asked for.
    asked_at: String,
    /// Until when an answer is wanted; of one that was taken back, when it was.
    ends_at: String,
    /// When it was answered.
    answered_at: Option<String>,
    /// When the mail server refused the last mail, if it did.
    mail_refused_at: Option<String>,
    /// Why it was declined; empty where no reason was given, `null` where it was not.
    declined: Option<String>,
    /// Why your institution took the request back; `null` where it did not.
    taken_back_why: Option<String>,
    /// What they said, where they endorsed.
    said: Option<Said>,
}

/// What somebody said who endorsed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EndorsementSaid)]
pub(crate) struct Said {
    /// `passkey`, `wallet` or `member`.
    way: &'static str,
    /// For which organization, as they say.
    organization: String,
    /// Who, as they say.
    person: String,
    /// Their words.
    comment: String,
    /// The DID that signed as the endorser; `null` where your institution recorded what was said with a passkey.
    endorser: Option<String>,
    /// Whether it comes from your own organization, and so counts for nothing.
    own_organization: bool,
    /// From when on it holds.
    valid_from: String,
    /// Until when.
    valid_until: String,
    /// Where the signed document is published; `null` once it is not shown or was taken back.
    credential: Option<String>,
    /// Since when your institution does not show it.
    hidden_at: Option<String>,
    /// When it was taken back.
    withdrawn_at: Option<String>,
    /// Why; empty where no reason was given.
    withdrawn_why: String,
}

impl Endorsement {
    fn of(world: &World, one: endorsing::Endorsement) -> Self {
        let said = one.said.map(|said| Said {
            endorser: said.endorser().map(str::to_owned),
            way: EndorsementWay::as_str(said.way),
            organization: said.organization,
            person: said.person,
            comment: said.comment,
            own_organization: said.own == 1,
            valid_from: time(said.valid_from),
            valid_until: time(said.valid_until),
            credential: one.path.as_deref().map(|path| world.site.link(path)),
            hidden_at: said.hidden_at.map(time),
            withdrawn_at: said.withdrawn_at.map(time),
            withdrawn_why: said.withdrawn_why,
        });
        let request = one.request;
        let taken_back_why = request.taken_back().map(str::to_owned);
        Self {
            id: request.id,
            kind: request.kind.as_str(),
            thing: request.thing,
            version: request.version,
            subject: request.subject,
            title: request.title,
            sha256: request.sha256,
            email: request.email,
            state: one.state.as_str(),
            asked_at: time(request.asked_at),
            ends_at: time(request.ends_at),
            answered_at: request.answered_at.map(time),
            mail_refused_at: request.refused_at.map(time),
            // The row keeps both reasons in one place.
            declined: request.declined.filter(|_| taken_back_why.is_none()),
            taken_back_why,
            said,
        }
    }
}

impl From<EndorsementError> for ApiError {
    fn from(error: EndorsementError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            EndorsementError::NoSuchEndorsement => Self::not_found("endorsement_not_found"),
            EndorsementError::Hidden => Self::conflict("not_shown_already").with_detail(said),
            EndorsementError::Withdrawn => Self::conflict("withdrawn_before").with_detail(said),
            EndorsementError::Reason => {
                Self::unprocessable("faulty_reason").with_field("reason", said)
            }
            EndorsementError::Why => Self::unprocessable("faulty_reason").with_field("why", said),
            EndorsementError::NotOpen => Self::conflict("not_open").with_detail(said),
            EndorsementError::Store(error) => error.into(),
        }
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        let said = sentence(&error.to_string());
        let field = match &error {
            AskError::NoSuchThing => return Self::not_found("nothing_to_endorse"),
            AskError::NotShown => return Self::conflict("domain_not_shown").with_detail(said),
            AskError::NoKey => return Self::conflict("no_key").with_detail(said),
            AskError::Enough => return Self::conflict("not_to_be_asked").with_detail(said),
            AskError::TooMany(_) => return Self::conflict("asked_too_often").with_detail(said),
            AskError::Asked(_) => return Self::conflict("asked_already").with_detail(said),
            AskError::Elsewhere(_) => return Self::conflict("site_moved").with_detail(said),
            AskError::NotOpen => return Self::conflict("not_open").with_detail(said),
            AskError::Address => "email",
            AskError::Message => "message",
            AskError::Ends => "endsAt",
            AskError::Store(_) => "",
        };
        match error {
            AskError::Store(error) => error.into(),
            _ => Self::unprocessable("faulty_request").with_field(field, said),
        }
    }
}

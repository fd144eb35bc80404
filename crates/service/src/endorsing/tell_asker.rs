//! Telling whoever asked for an endorsement what came of it: it was given, it was declined, or a mail with its link was refused, which may be
//! after it was given.

use touchstone_store::{EndorsedKind, EndorsementRequestRow, EndorsementRow, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{
    World,
    operations::{Notice, Permission, Unavailable, mail, member},
    text::day,
};

/// Mails the member who asked: what was answered or, where that is what came, that the mail was `refused`. Nobody is told of what a program asked,
/// nor a member who may not look any more.
pub(crate) async fn tell_asker(
    world: &World,
    tenant: &TenantId,
    id: &str,
    refused: bool,
) -> Result<(), TellAskerError> {
    let reader = world.store.read();
    let Some(request) = reader.endorsement_request(tenant, id).await? else {
        return Ok(());
    };
    let Some(institution) = reader.institution(tenant).await? else {
        return Ok(());
    };
    let asker = member(world, tenant, &request.asked_by).await?;
    let Some(asker) = asker.filter(|asker| asker.may(Permission::Read)) else {
        return Ok(());
    };
    let said = reader.endorsement(tenant, id).await?;
    if is_over(&request, said.as_ref(), refused) {
        return Ok(());
    }
    let title = &request.title;
    let number = match request.kind {
        EndorsedKind::Achievement => format!("version {}", request.version),
        EndorsedKind::MappingSet => format!("release {}", request.version),
    };
    let link = world.site.link(&format!("/endorsements/{id}"));
    let whole = format!("What was said is on this page: {link}");
    let until = |valid_until| day(Timestamp::from_unix_millis(valid_until));
    let before = match request.token_hash {
        Some(_) => " A link that was sent before still opens.",
        None => "",
    };
    let (word, subject, said, out) = match (&said, request.answered_at) {
        (Some(said), _) if refused => {
            let (organization, until) = (&said.organization, until(said.valid_until));
            (
                "refused",
                format!("The link to the endorsement of “{title}” was not delivered"),
                format!(
                    "the mail server refused the mail to {} with the link by which the endorsement of “{title}” ({number}) is taken back. It was endorsed for {organization}, until {until}, and nothing about that changed.{before}",
                    request.email
                ),
                format!(
                    "Look whether the address is right. If it is, send the link again: {link}. If it is not, write to them yourself."
                ),
            )
        }
        (Some(said), _) => {
            let (organization, until) = (&said.organization, until(said.valid_until));
            (
                "endorsed",
                format!("“{title}” was endorsed"),
                format!("“{title}” ({number}) was endorsed for {organization}, until {until}."),
                whole,
            )
        }
        (None, Some(_)) => (
            "declined",
            format!("“{title}” was not endorsed"),
            format!(
                "{} was asked to endorse “{title}” ({number}) and declined.",
                request.email
            ),
            whole,
        ),
        (None, None) => (
            "refused",
            format!("A request to endorse “{title}” was not delivered"),
            format!(
                "the mail server refused the mail to {} that asks to endorse “{title}” ({number}).{before}",
                request.email
            ),
            format!(
                "Look whether the address is right. If it is, send the link again: {link}. If it is not, ask anew under the right one."
            ),
        ),
    };
    let notice = Notice {
        id: format!("endorsement.{id}.{word}.{}", request.mails),
        to: (&asker.email, &asker.name),
        institution: &institution.name,
        subject,
        said: &said,
        out: &out,
        about: "what came of a request for an endorsement",
    };
    Ok(mail(world, notice).await?)
}

/// Whether nothing is to be told any more: it was taken back, the mail was sent again in between, or it was declined by a link of before.
fn is_over(request: &EndorsementRequestRow, said: Option<&EndorsementRow>, refused: bool) -> bool {
    match (said, request.answered_at) {
        (Some(said), _) if said.withdrawn_at.is_some() => true,
        (Some(_), _) => refused && request.refused_at.is_none(),
        (None, Some(_)) => refused,
        (None, None) => request.refused_at.is_none() || request.taken_back().is_some(),
    }
}

/// Why nobody was told this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TellAskerError {
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    #[error(transparent)]
    Store(#[from] StoreError),
}

//! Telling whoever asked for an endorsement what came of it: it was given, it was declined, or the mail was refused.

use touchstone_store::{EndorsedKind, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{
    World,
    operations::{Notice, Permission, Unavailable, mail, member},
    text::day,
};

/// Mails the member who asked. Nobody is told of what a program asked, nor a member who may not look any more.
pub(crate) async fn tell_asker(
    world: &World,
    tenant: &TenantId,
    id: &str,
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
    let title = &request.title;
    let number = match request.kind {
        EndorsedKind::Achievement => format!("version {}", request.version),
        EndorsedKind::MappingSet => format!("release {}", request.version),
    };
    let link = world.site.link(&format!("/endorsements/{id}"));
    let whole = format!("What was said is on this page: {link}");
    let (word, subject, said, out) = match (&said, request.answered_at, request.refused_at) {
        (Some(said), ..) => {
            let until = day(Timestamp::from_unix_millis(said.valid_until));
            let organization = &said.organization;
            (
                "endorsed",
                format!("“{title}” was endorsed"),
                format!("“{title}” ({number}) was endorsed for {organization}, until {until}."),
                whole,
            )
        }
        (None, Some(_), _) => (
            "declined",
            format!("“{title}” was not endorsed"),
            format!(
                "{} was asked to endorse “{title}” ({number}) and declined.",
                request.email
            ),
            whole,
        ),
        (None, None, Some(_)) => (
            "refused",
            format!("A request to endorse “{title}” was not delivered"),
            format!(
                "the mail server refused the mail to {} that asks to endorse “{title}” ({number}). A link that was sent before still opens.",
                request.email
            ),
            format!(
                "Look whether the address is right. If it is, send the link again: {link}. If it is not, ask anew under the right one."
            ),
        ),
        // It was sent again in between.
        (None, None, None) => return Ok(()),
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

/// Why nobody was told this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TellAskerError {
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    #[error(transparent)]
    Store(#[from] StoreError),
}

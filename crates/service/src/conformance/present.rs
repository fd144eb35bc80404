//! Signing a presentation as its holder would.
//!
//! [VC API §3.4](https://w3c-ccg.github.io/vc-api/#presenting). It answers a challenge for a domain, or it is not made: a
//! presentation that answers nothing can be shown by whoever has a copy.

use touchstone_vc::{
    Purpose, Securing, data_model,
    json::{JsonError, Value},
    schema::Misfit,
};

use super::{Conformance, Instance, SecureError};

/// Signs `presentation`, in answer to `challenge` and for `domain`.
pub fn present(
    room: &Conformance,
    instance: &Instance,
    presentation: &[u8],
    (challenge, domain): (&str, &str),
) -> Result<Value<'static>, PresentError> {
    let document = Value::parse(presentation)?;
    data_model::presentation(&document).map_err(PresentError::Form)?;
    let method = room.verification_method(instance.curve);
    let now = room.world.clock.now();
    let securing = Securing {
        purpose: Purpose::Authentication { challenge, domain },
        ..Securing::assertion(instance.suite, instance.curve, &method, now)
    };
    Ok(room.secure(&document, &securing)?)
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum PresentError {
    /// It is no JSON that this program reads.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is not as the data model asks.
    #[error("the presentation is not as the data model asks")]
    Form(Misfit),
    /// It cannot be signed.
    #[error(transparent)]
    Secure(#[from] SecureError),
}

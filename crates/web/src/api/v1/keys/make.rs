//! `POST /api/v1/keys`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::operations::{KeyOrder, Scope, make_key};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Makes a key
///
/// The key is told this once: a repeated request is answered without it. It ends with the access of the member behind the key that asks for it.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    tag = "keys",
    operation_id = "makeKey",
    security(("key" = ["administer"])),
    request_body = Wanted,
    responses(
        (status = 201, description = "The key", body = NewKey),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`bad_name`, `no_scope`, `unknown_scope`, `bad_days`, `wrong_body`"),
    )
)]
pub(crate) async fn make(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    let scopes = said
        .scopes
        .iter()
        .map(|name| Scope::parse(name).ok_or_else(unknown));
    let scopes = scopes.collect::<Result<Vec<_>, _>>()?;
    order
        .once(&web, async move |world, by| {
            let order = KeyOrder {
                tenant: by.tenant,
                actor: by.actor,
                name: said.name,
                scopes,
                days: said.days,
            };
            let key = make_key(&world, &order).await?;
            let made = NewKey {
                prefix: key.split('_').nth(1).unwrap_or_default().to_owned(),
                key: None,
            };
            Ok(Made::new(made).and_secret("key", key))
        })
        .await
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KeyWanted)]
pub(crate) struct Wanted {
    /// What will use it.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// `read`, `define`, `issue`, `revoke`, `audit`, `administer`.
    scopes: Vec<String>,
    /// For how many days it is good.
    #[schema(minimum = 1, maximum = 366)]
    days: u32,
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewKey {
    /// How it starts, after `ts_`.
    prefix: String,
    /// The key; `null` where the request was repeated.
    key: Option<String>,
}

fn unknown() -> ApiError {
    let known = Scope::ALL.map(Scope::as_str).join(", ");
    ApiError::unprocessable("unknown_scope")
        .with_field("scopes", format!("The scopes are {known}."))
}

//! Files that the awards of a cohort rest on, uploaded before it is confirmed.
//!
//! A file belongs to the rows that name it by its SHA-256, or to the row that is named with it.

use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::World;
use touchstone_service::issuing::{
    self, Amendment, Column, EvidenceError, EvidenceFile, NamedEvidence, keep_evidence,
    named_evidence, rows,
};
use touchstone_service::operations::Permission;
use touchstone_vc::multibase::encode_hex;

use super::open;
use crate::ApiError;
use crate::signed_in::{LARGEST_TEXT, SignedIn, short_text};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::{clean, sentence};

/// `POST /cohorts/ID/evidence`: one file after the other, so that only one of them is in memory.
pub async fn evidence(
    State(web): State<Web>,
    by: SignedIn,
    Path(batch): Path<String>,
    mut form: Multipart,
) -> Result<Response, ApiError> {
    by.may(Permission::Issue)?;
    let mut upload = Upload {
        web: &web,
        by: &by,
        batch: &batch,
        row: String::new(),
        named: named_evidence(&web.world, by.tenant(), &batch).await?,
        problems: Vec::new(),
        kept: 0,
    };
    let (mut ours, mut room) = (false, LARGEST_TEXT);
    while let Some(field) = form.next_field().await? {
        match field.name().unwrap_or_default() {
            "csrf" => {
                by.check_form(short_text(field, &mut room).await?.trim())?;
                ours = true;
            }
            "row" => upload.row = short_text(field, &mut room).await?.trim().to_owned(),
            // The token stands before the files in our form: who has none sends no file into memory.
            "file" if ours => {
                let name = clean(field.file_name().unwrap_or_default()).into_owned();
                let media_type = field.content_type().unwrap_or_default().to_owned();
                let bytes = field.bytes().await?.to_vec();
                upload.take(&name, media_type, bytes).await?;
            }
            _ => return Err(ApiError::bad_request("unreadable_form")),
        }
    }
    if !ours {
        by.check_form("")?;
    }
    if upload.problems.is_empty() && upload.kept == 0 {
        upload.refuse("The files: none was chosen.".into());
    }
    if upload.problems.is_empty() {
        return Ok(Redirect::to(&format!("/cohorts/{batch}?rows=show")).into_response());
    }
    let page = open::with_problems(&web, &by, &batch, upload.problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

struct Upload<'a> {
    web: &'a Web,
    by: &'a SignedIn,
    batch: &'a str,
    /// The row that the files are for, as entered; empty: the rows name them.
    row: String,
    named: NamedEvidence,
    problems: Vec<Problem>,
    kept: usize,
}

impl Upload<'_> {
    async fn take(
        &mut self,
        name: &str,
        media_type: String,
        bytes: Vec<u8>,
    ) -> Result<(), ApiError> {
        if name.is_empty() && bytes.is_empty() {
            return Ok(()); // A browser sends such a part if no file was chosen.
        }
        let row: Option<i64> = match self.row.as_str() {
            "" => None,
            text => match text.parse() {
                Ok(row) => Some(row),
                Err(_) => {
                    self.problems.push(Problem {
                        field: "row".into(),
                        words: "Row: write its number as in the list, such as 12.".into(),
                    });
                    return Ok(());
                }
            },
        };
        let world = &self.web.world;
        let sha256 = sha256(world, &bytes);
        let is_named = |named: &NamedEvidence| {
            named.here.contains_key(&sha256) || named.missing.contains_key(&sha256)
        };
        if row.is_none() && !is_named(&self.named) {
            self.refuse(format!("“{name}”: no row that is ready names this file. Say below which row it is for, or write sha256:{sha256} into the evidence column of the list."));
            return Ok(());
        }
        let order = EvidenceFile {
            tenant: self.by.tenant().clone(),
            actor: self.by.member.id.clone(),
            media_type,
            bytes,
        };
        match keep_evidence(world, &order).await {
            Ok(_) => self.kept += 1,
            Err(error @ (EvidenceError::Empty | EvidenceError::TooLarge)) => {
                self.refuse(format!("“{name}”: {}", sentence(&error.to_string())));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        match row {
            None => Ok(()),
            Some(row) => self.add_to(row, &sha256).await,
        }
    }

    /// Names the file in a row, beside what stands there.
    async fn add_to(&mut self, line: i64, sha256: &str) -> Result<(), ApiError> {
        let (world, tenant) = (&self.web.world, self.by.tenant());
        let found = rows(world, tenant, self.batch, None, line - 1, 1).await?;
        let Some(row) = found.into_iter().find(|row| row.line == line) else {
            self.problems.push(Problem {
                field: "row".into(),
                words: format!("Row: there is no row {line} in this list."),
            });
            return Ok(());
        };
        let named = format!("sha256:{sha256}");
        if row.fields.evidence.contains(&named) {
            return Ok(());
        }
        let value = match row.fields.evidence.trim() {
            "" => named,
            there => format!("{there} | {named}"),
        };
        let order = Amendment {
            tenant: tenant.clone(),
            actor: self.by.member.id.clone(),
            batch: self.batch.to_owned(),
            line,
            changes: vec![(Column::Evidence, value)],
        };
        issuing::amend(world, &order).await?;
        Ok(())
    }

    fn refuse(&mut self, words: String) {
        self.problems.push(Problem {
            field: "file".into(),
            words,
        });
    }
}

fn sha256(world: &World, bytes: &[u8]) -> String {
    encode_hex(&(world.crypto.sha256)(bytes))
}

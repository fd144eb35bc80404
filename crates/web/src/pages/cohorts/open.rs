//! One cohort: its preview until it is confirmed, its progress from then on.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use serde::Deserialize;
use touchstone_service::holding::announced;
use touchstone_service::issuing::{
    Column, Definition, Preview, PreviewRow, RawRow, achievement, agreed_to, changes_of_batch,
    named_evidence, preview, stalled,
};
use touchstone_service::operations::{Permission, audit};
use touchstone_service::rows::{Announced, AuditFilter, AuditRow, BatchState};

use super::{preview as before, progress as under_way};
use crate::ApiError;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Moment, Problem, Tone, minute_text, moment};

/// What to show.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The rows, even though the cohort was issued: some are left.
    rows: Option<String>,
}

/// `GET /cohorts/ID`
pub async fn open(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let shown = preview(&web.world, by.tenant(), &id)
        .await?
        .ok_or_else(|| ApiError::not_found("batch_not_found"))?;
    let batch = &shown.batch;
    let earned = achievement(
        &web.world,
        by.tenant(),
        &batch.achievement,
        Some(batch.version),
    )
    .await?;
    let definition = earned
        .ok_or_else(|| ApiError::not_found("achievement_not_found"))?
        .definition;
    let confirmed = last(&web, &by, &id, "batch.confirm").await?;
    let wants_rows = asked.rows.is_some() && batch.state == BatchState::Sealed;
    let still_open = batch.state == BatchState::Validated && confirmed.is_none();
    if still_open || wants_rows {
        let page = rows_page(&web, &by, &shown, &definition, Vec::new()).await?;
        return Ok(page.into_response());
    }
    let view = progress_of(&web, &by, &shown, &definition, confirmed.as_ref()).await?;
    Ok(under_way::show(&by.desk, &view).into_response())
}

/// How the file was read, as it was recorded.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ReadAs {
    encoding: Option<String>,
    left_out: Vec<String>,
}

/// The page of the rows, with what was refused of a form on it.
pub(super) async fn with_problems(
    web: &Web,
    by: &SignedIn,
    id: &str,
    problems: Vec<Problem>,
) -> Result<Markup, ApiError> {
    let shown = preview(&web.world, by.tenant(), id)
        .await?
        .ok_or_else(|| ApiError::not_found("batch_not_found"))?;
    let batch = &shown.batch;
    let version = Some(batch.version);
    let earned = achievement(&web.world, by.tenant(), &batch.achievement, version).await?;
    let earned = earned.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    rows_page(web, by, &shown, &earned.definition, problems).await
}

async fn rows_page(
    web: &Web,
    by: &SignedIn,
    shown: &Preview,
    definition: &Definition,
    problems: Vec<Problem>,
) -> Result<Markup, ApiError> {
    let uploaded = last(web, by, &shown.batch.id, "batch.upload").await?;
    let read_as: ReadAs = uploaded
        .and_then(|line| serde_json::from_str(&line.detail).ok())
        .unwrap_or_default();
    let named = named_evidence(&web.world, by.tenant(), &shown.batch.id).await?;
    let view = before::View {
        evidence: before::Evidence {
            here: named.here.len(),
            missing: named.missing.values().flatten().copied().collect(),
        },
        problems,
        encoding: read_as.encoding,
        left_out: read_as.left_out,
        open: shown.batch.state == BatchState::Validated,
        ..preview_of(shown, definition)
    };
    Ok(before::show(&by.desk, &view))
}

async fn last(
    web: &Web,
    by: &SignedIn,
    batch: &str,
    action: &str,
) -> Result<Option<AuditRow>, ApiError> {
    let filter = AuditFilter {
        action: Some(action.to_owned()),
        subject: Some(batch.to_owned()),
        ..AuditFilter::default()
    };
    Ok(audit(&web.world, by.tenant(), &filter, None, 1)
        .await?
        .pop())
}

fn preview_of(shown: &Preview, definition: &Definition) -> before::View {
    let batch = &shown.batch;
    let faults: Vec<before::Fault> = shown.faulty.iter().flat_map(faults).collect();
    let told = u64::try_from(shown.faulty.len()).unwrap_or_default();
    before::View {
        id: batch.id.clone(),
        name: batch.name.clone(),
        achievement: definition.name.clone(),
        no_longer_used: shown.no_longer_used.clone(),
        source: batch.source_name.clone(),
        ready: batch.rows_ready.unsigned_abs(),
        faulty: batch.rows_faulty.unsigned_abs(),
        before: shown.duplicate.unsigned_abs(),
        faults,
        faults_left_out: batch.rows_faulty.unsigned_abs().saturating_sub(told),
        first: shown
            .ready
            .iter()
            .take(5)
            .map(|row| ready(row, definition))
            .collect(),
        hold_until: batch.hold_until.map(moment),
        fingerprint: shown.fingerprint.clone(),
        ..before::View::default()
    }
}

fn faults(row: &PreviewRow) -> impl Iterator<Item = before::Fault> + '_ {
    row.faults.iter().map(|fault| before::Fault {
        line: row.line,
        who: who(&row.fields),
        column: fault.column.map_or("", Column::word).to_owned(),
        entry: fault
            .column
            .map(|column| (column.as_str(), entered(&row.fields, column))),
        words: crate::text::sentence(&fault.message),
    })
}

fn who(fields: &RawRow) -> String {
    let known = [&fields.name, &fields.email, &fields.identifier, &fields.did];
    known
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default()
}

fn entered(fields: &RawRow, column: Column) -> String {
    match column {
        Column::Name | Column::GivenName | Column::FamilyName => &fields.name,
        Column::Email => &fields.email,
        Column::Identifier => &fields.identifier,
        Column::Did => &fields.did,
        Column::Level => &fields.level,
        Column::Result => &fields.result,
        Column::Evidence => &fields.evidence,
        Column::Assessor => &fields.assessor,
        Column::AwardedOn => &fields.awarded_on,
        Column::Language => &fields.language,
    }
    .clone()
}

fn ready(row: &PreviewRow, definition: &Definition) -> before::Row {
    let level = row
        .fields
        .level
        .parse()
        .ok()
        .and_then(|number| definition.rubric.as_ref()?.level(number));
    before::Row {
        line: row.line,
        name: who(&row.fields),
        address: if row.fields.email.is_empty() {
            "Code on paper".into()
        } else {
            row.fields.email.clone()
        },
        level: level.map_or_else(
            || row.fields.level.clone(),
            |level| format!("{} {}", level.level, level.name),
        ),
        awarded_on: if row.fields.awarded_on.is_empty() {
            "Today".into()
        } else {
            row.fields.awarded_on.clone()
        },
    }
}

async fn progress_of(
    web: &Web,
    by: &SignedIn,
    shown: &Preview,
    definition: &Definition,
    confirmed: Option<&AuditRow>,
) -> Result<under_way::View, ApiError> {
    let now = web.world.clock.now();
    let batch = &shown.batch;
    let sealed = shown.sealed.unsigned_abs();
    let announced = announced(&web.world, by.tenant(), &batch.id).await?;
    let done = batch.state == BatchState::Sealed;
    let mut steps = vec![step(
        if batch.state == BatchState::Draft {
            Tone::Wait
        } else {
            Tone::Pass
        },
        format!("{} rows read", batch.rows_total),
    )];
    if batch.state == BatchState::Cancelled {
        steps.push(step(Tone::Wait, "Discarded. Nothing was issued".into()));
    } else {
        let said = confirmed.map_or_else(
            || "Confirmed".to_owned(),
            |line| format!("Confirmed, {}", minute_text(moment(line.at))),
        );
        steps.push(step(
            if confirmed.is_some() || done {
                Tone::Pass
            } else {
                Tone::Wait
            },
            said,
        ));
        steps.push(step(
            if batch.approved_at.is_some() {
                Tone::Pass
            } else {
                Tone::Wait
            },
            "The exact words of each credential set down and approved".into(),
        ));
        let share = (sealed, batch.rows_ready.unsigned_abs());
        steps.push(under_way::Step {
            share: (batch.state == BatchState::Sealing && sealed > 0).then_some(share),
            ..step(
                if done { Tone::Pass } else { Tone::Wait },
                "Signed and stored".into(),
            )
        });
        steps.extend(told(&announced));
    }
    let held = batch.hold_until.filter(|until| *until > now.unix_millis());
    if let (Some(until), Some(place)) = (held, steps.get_mut(2)) {
        place.hint = Some(format!("Held until {}.", minute_text(moment(until))));
    }
    Ok(under_way::View {
        id: batch.id.clone(),
        name: batch.name.clone(),
        achievement: definition.name.clone(),
        people: batch.rows_total.unsigned_abs(),
        // What was faulty, or was given up before it was signed.
        left: batch.rows_faulty.unsigned_abs()
            + batch.rows_ready.unsigned_abs().saturating_sub(sealed),
        steps,
        done,
        over: matches!(batch.state, BatchState::Cancelled),
        stalled: stalled(&web.world, by.tenant(), &batch.id)
            .await?
            .map(|why| under_way::Stalled {
                reason: why.reason,
                tries: why.tries,
                next: why.next_at.map(Moment::from),
                fingerprint: confirmed.map(agreed_to).unwrap_or_default(),
                some_signed: sealed > 0,
            }),
        codes: under_way::Codes {
            without: announced.without_code,
            with: announced.with_code,
        },
        changes: changes_of_batch(&web.world, by.tenant(), &batch.id).await?,
        at: Moment::from(now),
    })
}

fn step(tone: Tone, words: String) -> under_way::Step {
    let word = if tone == Tone::Pass { "Done" } else { "Waits" };
    under_way::Step {
        tone,
        word,
        words,
        share: None,
        hint: None,
    }
}

/// How the people are told: by mail, and on paper.
fn told(told: &Announced) -> Vec<under_way::Step> {
    let mut steps = Vec::new();
    if told.by_mail == 0 && told.on_paper == 0 {
        steps.push(step(Tone::Wait, "Announced to the people".into()));
    }
    if told.by_mail > 0 {
        steps.push(by_mail(told));
    }
    if told.on_paper > 0 {
        steps.push(on_paper(told));
    }
    steps
}

fn by_mail(told: &Announced) -> under_way::Step {
    let (total, sent) = (told.by_mail, told.mail_sent);
    let failed = total.saturating_sub(sent + told.mail_waits);
    let hint = (failed > 0).then(|| format!("{failed} could not be delivered; see Deliveries."));
    let (tone, word, share) = match (told.mail_waits, failed) {
        (0, 0) => (Tone::Pass, "Done", None),
        (0, _) => (Tone::Warn, "Not all", Some((sent, total))),
        _ => (Tone::Wait, "Running", Some((sent, total))),
    };
    let words = match share {
        None => format!("{} told by mail", people(sent)),
        Some(_) => "Told by mail".to_owned(),
    };
    under_way::Step {
        tone,
        word,
        words,
        share,
        hint,
    }
}

/// Who was withdrawn or took theirs another way needs no code, and holds nothing up.
fn on_paper(told: &Announced) -> under_way::Step {
    let (total, without) = (told.on_paper, told.without_code);
    if without == 0 {
        return step(Tone::Pass, format!("{} told on paper", people(total)));
    }
    under_way::Step {
        share: Some((total.saturating_sub(without), total)),
        hint: Some("Make the codes below, print them and hand the slips out.".into()),
        ..step(Tone::Wait, "Codes on paper".into())
    }
}

fn people(count: u64) -> String {
    match count {
        1 => "1 person".into(),
        count => format!("{count} people"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Its word, what it says, and how many of how many.
    type Said = (&'static str, String, Option<(u64, u64)>);

    fn words(told: Announced) -> Vec<Said> {
        let steps = super::told(&told).into_iter();
        steps.map(|one| (one.word, one.words, one.share)).collect()
    }

    #[test]
    fn mail_and_paper_are_told_apart_and_each_comes_to_an_end() {
        let begun = Announced {
            by_mail: 24,
            mail_sent: 20,
            mail_waits: 4,
            on_paper: 3,
            without_code: 3,
            with_code: 0,
        };
        assert_eq!(
            words(begun),
            [
                ("Running", "Told by mail".to_owned(), Some((20, 24))),
                ("Waits", "Codes on paper".to_owned(), Some((0, 3))),
            ]
        );
        let done = Announced {
            mail_sent: 24,
            mail_waits: 0,
            without_code: 0,
            with_code: 2,
            ..begun
        };
        assert_eq!(
            words(done),
            [
                ("Done", "24 people told by mail".to_owned(), None),
                ("Done", "3 people told on paper".to_owned(), None),
            ]
        );
        let came_back = Announced {
            mail_waits: 0,
            on_paper: 0,
            without_code: 0,
            ..begun
        };
        let steps = super::told(&came_back);
        assert_eq!((steps[0].word, steps[0].tone), ("Not all", Tone::Warn));
        assert!(steps[0].hint.as_deref().unwrap().starts_with("4 could not"));
        assert_eq!(words(Announced::default())[0].1, "Announced to the people");
    }
}

//! The file of a release, as `docs/formats/competency.md` says it. It names organizations and nobody else.

use serde_json::{Value, json};
use touchstone_crosswalk::role::{Need, Task};
use touchstone_store::{
    CompetencyPart, CompetencyPilotRow, CompetencyRow, CompetencyVersionRow, InstitutionRow,
};
use touchstone_vc::Timestamp;

use super::Rubric;
use crate::{World, text::day};

/// What stands in the file of a release.
pub(super) struct Document<'a> {
    pub(super) competency: &'a CompetencyRow,
    pub(super) version: &'a CompetencyVersionRow,
    pub(super) tasks: &'a [Task],
    pub(super) rubric: &'a Rubric,
    /// Every version up to this one, with who wrote it.
    pub(super) history: &'a [(CompetencyVersionRow, InstitutionRow)],
    /// Who voted, and how far they agree in hundredths.
    pub(super) reviewers: &'a [InstitutionRow],
    pub(super) agreement: i64,
    pub(super) pilot: Option<(&'a CompetencyPilotRow, String)>,
    pub(super) url: &'a str,
    pub(super) number: i64,
    pub(super) released_at: i64,
    pub(super) valid_until: i64,
}

impl Document<'_> {
    /// Its exact bytes.
    pub(super) fn bytes(&self, world: &World) -> Vec<u8> {
        let tasks = self.tasks.iter().map(|task| {
            let mut told = json!({
                "id": task.id,
                "label": task.label,
                "need": match task.need { Need::Must => "must", Need::Nice => "nice" },
                "level": task.level,
                "evidence": task.evidence,
                "maxAgeDays": task.max_age_days,
            });
            if let Some(rubric) = &task.rubric {
                told["rubric"] = rubric.as_str().into();
            }
            told
        });
        let history = self.history.iter().map(|(version, organization)| {
            json!({
                "version": version.number,
                "part": match version.part {
                    CompetencyPart::Tasks => "tasks",
                    CompetencyPart::Rubric => "rubric",
                },
                "author": named(organization),
                "date": day(Timestamp::from_unix_millis(version.written_at)),
                "reason": version.why,
            })
        });
        let mut document = json!({
            "type": "CompetencyRelease",
            "id": self.url,
            "release": self.number,
            "name": self.competency.title,
            "version": self.version.number,
            "tasks": tasks.collect::<Vec<_>>(),
            "resultDescription": self.rubric.to_value(),
            "history": history.collect::<Vec<_>>(),
            "reviewers": self.reviewers.iter().map(named).collect::<Vec<_>>(),
            "reviewerAgreement": self.agreement as f64 / 100.0,
            "releaseDate": day(Timestamp::from_unix_millis(self.released_at)),
            "validUntil": day(Timestamp::from_unix_millis(self.valid_until)),
        });
        if let Some((pilot, slug)) = &self.pilot {
            let achievement = world.site.link(slug);
            document["pilot"] = json!({"achievement": achievement, "until": pilot.until});
        }
        format!("{document:#}\n").into_bytes()
    }
}

fn named(organization: &InstitutionRow) -> Value {
    match &organization.did {
        Some(did) => json!({"id": did, "name": organization.name}),
        None => json!({"name": organization.name}),
    }
}

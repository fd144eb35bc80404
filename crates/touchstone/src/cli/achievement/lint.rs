//! `touchstone achievement lint` and `profile`: will it be understood, and must it be before it is issued?

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::issuing::{
    Choice, Chosen, ChosenBy, Links, ProfileOrder, achievement, choose_profile, chosen_profile,
    lint_achievement,
};
use touchstone_vc::lint::Profile;

use super::institution;
use crate::{
    answer::Answer,
    cli::{Global, lint},
    installation::Installation,
};

/// Look whether an achievement can be understood by whoever must act on it; docs/lint.md says what is looked at.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 ready, 1 not ready, 2 could not be decided.")]
pub(super) struct Lint {
    /// Its short name.
    #[arg(value_name = "SLUG")]
    slug: String,
    /// For whom [default: the profile that was chosen for it, or else eu-mc].
    #[arg(long, value_name = "PROFILE", value_parser = lint::profile)]
    profile: Option<Profile>,
    /// Which version [default: the latest].
    #[arg(long, value_name = "NUMBER")]
    version: Option<i64>,
    /// Ask whether the addresses of linked tasks and skills open.
    #[arg(long)]
    look_up: bool,
}

/// Choose what achievements have to be ready for before they are issued; without a profile, say what was chosen.
#[derive(Debug, clap::Args)]
pub(super) struct Choose {
    /// eu-mc, tmc-application, tmc-knowledge, ctdl-min; none: nothing is asked; institution: what was chosen for all.
    #[arg(value_name = "PROFILE", value_parser = choice)]
    profile: Option<Choice>,
    /// The achievement's short name [default: all that have no choice of their own].
    #[arg(value_name = "SLUG")]
    slug: Option<String>,
}

impl Lint {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, institution) = institution::open(global).await?;
        let found = achievement(&world, &institution.id, &self.slug, self.version).await?;
        let found = found.with_context(|| format!("there is no achievement “{}”", self.slug))?;
        let id = found.achievement.id.as_str();
        let chosen = chosen_profile(&world, &institution.id, Some(id)).await?;
        let profile = self.profile.or(chosen.profile).unwrap_or(Profile::EuMc);
        let links = match self.look_up {
            true => Links::LookedUp,
            false => Links::AsWritten,
        };
        let version = self.version;
        let report = lint_achievement(&world, &institution.id, id, version, profile, links).await?;
        lint::answer(&report.context("the achievement was removed while this ran; `touchstone achievement list` shows what there is")?)
    }
}

impl Choose {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let Some(choice) = self.profile else {
            let (world, institution) = institution::open(global).await?;
            return Ok(answer(chosen_profile(&world, &institution.id, None).await?));
        };
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        let order = ProfileOrder {
            tenant: institution.id,
            actor: institution::actor(),
            achievement: self.slug,
            choice,
        };
        choose_profile(&world, &order).await?;
        let id = match &order.achievement {
            None => None,
            Some(slug) => achievement(&world, &order.tenant, slug, None).await?,
        };
        let id = id.as_ref().map(|found| found.achievement.id.as_str());
        Ok(answer(chosen_profile(&world, &order.tenant, id).await?))
    }
}

fn answer(chosen: Chosen) -> Answer {
    let by = match chosen.by {
        ChosenBy::Achievement => "for this achievement",
        ChosenBy::Institution => "for all achievements without a choice of their own",
        ChosenBy::Nobody => "by nobody",
    };
    let text = match chosen.profile {
        Some(profile) => format!("Has to be ready for {profile} before it is issued; chosen {by}."),
        None => format!("Nothing is asked before it is issued; chosen {by}."),
    };
    Answer::new(
        text,
        json!({ "profile": chosen.profile.map(Profile::name), "chosenBy": chosen.by.as_str() }),
    )
}

fn choice(text: &str) -> Result<Choice, String> {
    match text {
        "institution" => Ok(Choice::AsInstitution),
        name => Choice::parse(name).map_err(|error| format!("{error}; or none, or institution")),
    }
}

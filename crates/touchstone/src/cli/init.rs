//! `touchstone init`: an institution and its first member.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::SystemRng;
use touchstone_service::{
    DidMethod, World,
    issuing::{Description, Founding, ImageType, MarkChange, found},
    operations::{Invitation, Role, join, signin},
    ports::Rng,
};
use touchstone_store::TenantId;
use touchstone_vc::multibase::encode_hex;

use super::{Global, institution};
use crate::{
    answer::Answer,
    config::PASSPHRASE,
    installation::{
        Restoring, Settings, close_to_others, make_private_folder, passphrase_file, write_private,
    },
};

/// Make an institution, its keys and its first member; prints a link that signs the member in, once.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Set site.public_url first: it becomes part of every credential for ever. With --local everything stays a trial on this machine. \
Running it again for the same institution makes nothing new, and prints a fresh link for the member.

Examples:
  touchstone init --name \"Example University\" --slug example --email registrar@example.edu
  touchstone init --name \"Example University\" --slug example --email registrar@example.edu --did-method webvh
  touchstone init --local --name \"Trial\" --slug trial --email you@example.edu
  touchstone init --name \"Example University\" --slug example --email registrar@example.edu --mark mark.svg --country IE")]
pub(crate) struct Args {
    /// The institution's name, as it stands on credentials.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its short name in addresses, which never changes: /i/SLUG.
    #[arg(long, value_name = "SLUG")]
    slug: String,
    /// The first member's mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The first member's name [default: the address].
    #[arg(long, value_name = "NAME")]
    member: Option<String>,
    /// Country, two letters.
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Legal identifier.
    #[arg(long, value_name = "ID")]
    legal_id: Option<String>,
    /// Website.
    #[arg(long, value_name = "URL")]
    website: Option<String>,
    /// Where questions go: a mail address.
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Brand mark: an SVG or PNG file.
    #[arg(long, value_name = "FILE")]
    mark: Option<PathBuf>,
    /// What it is called for ever: `web` (did:web), or `webvh` (did:webvh) with a history that cannot be changed afterwards [default:
    /// site.did_method].
    #[arg(long, value_name = "METHOD", value_parser = did_method)]
    did_method: Option<DidMethod>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let settings = Settings::read(global)?;
        settings.require_public_url()?;
        let mark = self.mark.as_ref().map(mark).transpose()?;
        let mark = mark.unwrap_or_default();
        let made_passphrase = prepare(&settings)?;
        if global.local {
            remember_local(&settings)?;
        }
        let data = settings.data.clone();
        let secret = passphrase_file(&settings);
        let world = settings.open().await?.world;
        let description = Description {
            name: self.name.clone(),
            country: self.country.clone(),
            legal_id: self.legal_id.clone(),
            website: self.website.clone(),
            contact: self.contact.clone(),
            mark,
        };
        let founding = founded(&world, &self.slug, description, self.did_method);
        let (tenant, did) = founding.await?;
        let member = self.member.clone().unwrap_or_else(|| self.email.clone());
        let link = sign_in_link(&world, &tenant, &member, &self.email).await?;
        let mut text = format!(
            "{} stands in {}.\nIt issues as {did}\n\nSign in, once and within 15 minutes, when `touchstone serve` runs:\n  {link}\n",
            self.name,
            data.display()
        );
        if made_passphrase {
            text.push_str(&format!("\nThe keys open with the passphrase in {}. Keep a copy elsewhere: without it they are lost.\n", secret.display()));
        }
        let json = json!({ "data": data, "institution": self.slug, "did": did, "signIn": link });
        Ok(Answer::new(text, json))
    }
}

/// Makes a passphrase for new keys, unless it comes from elsewhere; `true` if one was made.
pub(super) fn prepare(settings: &Settings) -> Result<bool> {
    // A passphrase of our own beside what was unpacked of other keys would open none of them.
    Restoring::refuse(&settings.data)?;
    make_private_folder(&settings.data)?;
    if !settings.is_made() {
        close_to_others(&settings.data)?; // It may have been made by hand, for the configuration.
    }
    let keys = &settings.config.keys;
    let elsewhere =
        keys.prompt || keys.passphrase_file.is_some() || std::env::var_os(PASSPHRASE).is_some();
    if elsewhere || settings.keys().join("keystore.json").exists() {
        return Ok(false);
    }
    let rng: &dyn Rng = &SystemRng;
    let passphrase = encode_hex(&rng.bytes::<24>());
    write_private(
        &passphrase_file(settings),
        format!("{passphrase}\n").as_bytes(),
    )
}

/// The institution of this short name: founded now, or found.
pub(super) async fn founded(
    world: &World,
    slug: &str,
    description: Description,
    did_method: Option<DidMethod>,
) -> Result<(TenantId, String)> {
    if let Some(row) = world.store.read().institution_by_slug(slug).await? {
        if row.name != description.name {
            bail!(
                "--slug {slug}: there is {} under this short name already; choose another",
                row.name
            );
        }
        let did = row.did.unwrap_or_default();
        let asked = did_method.map(|method| method == DidMethod::Webvh);
        if asked.is_some_and(|history| history != did.starts_with("did:webvh:")) {
            bail!(
                "--did-method: {} is called {did} and stays so; found another institution under another --slug",
                row.name
            );
        }
        return Ok((row.id, did));
    }
    let order = Founding {
        slug: slug.to_owned(),
        description,
        did_method,
        actor: institution::actor(),
    };
    let founded = found(world, &order)
        .await
        .context("founding the institution")?;
    Ok((founded.tenant, founded.did))
}

/// A one-time link for the owner of this address, who becomes a member if need be.
pub(super) async fn sign_in_link(
    world: &World,
    tenant: &TenantId,
    name: &str,
    email: &str,
) -> Result<String> {
    let invitation = Invitation {
        tenant: tenant.clone(),
        actor: institution::actor(),
        name: name.to_owned(),
        email: email.to_owned(),
        roles: vec![Role::Owner, Role::Registrar],
    };
    let member = join(world, &invitation)
        .await
        .with_context(|| format!("member {email}"))?;
    let link = signin::link(world, tenant, &member.id).await?;
    link.context(
        "the member was removed while this ran; `touchstone member list` shows what there is",
    )
}

fn did_method(text: &str) -> Result<DidMethod, String> {
    match text {
        "web" => Ok(DidMethod::Web),
        "webvh" => Ok(DidMethod::Webvh),
        other => Err(format!("\"{other}\" is neither web nor webvh")),
    }
}

fn mark(path: &PathBuf) -> Result<MarkChange> {
    let bytes = fs::read(path).with_context(|| format!("brand mark {}", path.display()))?;
    Ok(MarkChange::Set(ImageType::of(&bytes), bytes))
}

/// So that every later command knows, too.
fn remember_local(settings: &Settings) -> Result<()> {
    let path = settings.data.join("touchstone.toml");
    let text = "# A trial on this machine. `touchstone config reference` explains every setting.\n[site]\nlocal = true\n";
    if !write_private(&path, text.as_bytes())?
        && !std::fs::read_to_string(&path)?.contains("local = true")
    {
        eprintln!(
            "Note: {} does not say `local = true` under [site]; later commands need --local, too.",
            path.display()
        );
    }
    Ok(())
}

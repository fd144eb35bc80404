//! `touchstone key`: the keys that sign, for whoever sits at the machine.

mod affected;
mod ceremony;
mod escrow;
mod succeed;

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};
use touchstone_adapters::SystemClock;
use touchstone_service::{
    World,
    operations::{
        signing_key::{
            Compromise, Compromised, KeyAct, KeyState, Rotation, SigningKey, activate, compromise,
            destroy, make, reissue, retire, rotate, signing_key, signing_keys,
        },
        work_here_until_idle,
    },
    ports::Clock as _,
};
use touchstone_store::TenantId;
use touchstone_vc::Timestamp;

pub(super) use escrow::joined;

use super::{Ended, Global, institution};
use crate::{
    answer::{Answer, table},
    exit::Exit,
};

/// List the keys that sign, rotate to a new one, retire, give up and destroy old ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A key is pending (made and published, signs nothing), active (signs), retired (signs no more; what it signed stands), compromised (in other
hands, or feared to be: what it signed is in doubt) or destroyed (its secret is gone). No way leads back to active.

Examples:
  touchstone key list                                  every key with all that became of it
  touchstone key rotate                                a new key: published now, signs in a while; the old one finishes and is retired
  touchstone key rotate --now                          signs at once
  touchstone key retire example-1 --reason \"Replaced\"
  touchstone key compromise example-1 --at 2026-11-20T08:00:00Z --reason \"Laptop stolen\" --rehearse
                                                       what it would change; nothing is changed
  touchstone key compromise example-1 --at 2026-11-20T08:00:00Z --reason \"Laptop stolen\" --yes
  touchstone key reissue example-1 --yes               a new credential for everyone whose old one it signed
  touchstone key destroy example-1 --reason \"No longer needed\" --yes
  touchstone key ceremony --witness \"Ada Okafor\" --witness \"Bo Lindqvist\" --out transcript.txt
                                                       a new key, made before witnesses, with a transcript to be signed
  touchstone key escrow --to shares                    five shares of the passphrase; any three open a backup
  touchstone --institution riverside key succeed --by riverside-2 --reason \"We have a domain now\" --yes
                                                       an issuer that is its key (did:key) goes on as another institution

Exit codes: 0 done, 1 refused, 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List the keys, newest first, with all that became of each.
    List,
    Make(Make),
    /// Have a pending key sign from now on, before its time.
    Activate(One),
    Rotate(Rotate),
    /// Have a key sign no more; what it signed stands. Another key must sign.
    Retire(One),
    Compromise(GiveUp),
    /// Issue anew everything that stands and was signed with a compromised key, and withdraw what it replaces.
    Reissue(Sure),
    /// Have the secret of a key that signs no more go for good.
    Destroy(Sure),
    Escrow(escrow::Args),
    Succeed(succeed::Args),
    Ceremony(ceremony::Args),
}

/// Make a key and publish it; it signs when it is activated.
#[derive(Debug, clap::Args)]
struct Make {
    /// Why, for the record.
    #[arg(long, value_name = "TEXT", default_value = "made on the command line")]
    reason: String,
}

/// Rotate to a new key; a key that is pending already is the one.
#[derive(Debug, clap::Args)]
struct Rotate {
    /// Let it sign at once; otherwise it is published for `keys.announce_minutes` first, so that every reader knows it.
    #[arg(long)]
    now: bool,
    /// Why, for the record.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "rotated on the command line"
    )]
    reason: String,
}

#[derive(Debug, clap::Args)]
struct One {
    /// The key, as `touchstone key list` names it.
    #[arg(value_name = "KEY")]
    key: String,
    /// Why, for the record.
    #[arg(long, value_name = "TEXT", default_value = "on the command line")]
    reason: String,
}

/// Say that a key is, or may be, in other hands. Another key is made if no other signs.
#[derive(Debug, clap::Args)]
struct GiveUp {
    /// The key, as `touchstone key list` names it.
    #[arg(value_name = "KEY")]
    key: String,
    /// The moment before which nobody else had it [default: now].
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
    /// What happened, for the record and for the log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Change nothing; list what is affected.
    #[arg(long, conflicts_with = "yes")]
    rehearse: bool,
    /// Do it. It cannot be taken back.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, clap::Args)]
struct Sure {
    /// The key, as `touchstone key list` names it.
    #[arg(value_name = "KEY")]
    key: String,
    /// Why, for the record.
    #[arg(long, value_name = "TEXT", default_value = "on the command line")]
    reason: String,
    /// Do it. It cannot be taken back.
    #[arg(long)]
    yes: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List => list(global).await,
            What::Make(order) => order.run(global).await,
            What::Activate(order) => order.activate(global).await,
            What::Rotate(order) => order.run(global).await,
            What::Retire(order) => order.retire(global).await,
            What::Compromise(order) => order.run(global).await,
            What::Reissue(order) => order.reissue(global).await,
            What::Destroy(order) => order.destroy(global).await,
            What::Escrow(order) => order.run(global).await,
            What::Succeed(args) => args.run(global).await,
            What::Ceremony(order) => order.run(global).await,
        }
    }
}

async fn list(global: &Global) -> Result<Answer> {
    let (world, institution) = institution::open(global).await?;
    let keys = signing_keys(&world, &institution.id).await?;
    let told: Vec<_> = keys.iter().map(told).collect();
    Ok(Answer::new(in_words(&keys), json!({ "keys": told })))
}

impl Make {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        let made = make(&world, &tenant, &institution::actor(), &self.reason).await?;
        work_here_until_idle(&world).await?;
        one(
            &world,
            &tenant,
            &made.id,
            "Made and published. It signs when you say `touchstone key activate`.",
        )
        .await
    }
}

impl Rotate {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        let order = Rotation {
            tenant: tenant.clone(),
            actor: institution::actor(),
            reason: self.reason,
            at_once: self.now,
        };
        let begun = rotate(&world, &order).await?;
        work_here_until_idle(&world).await?;
        let signs = signs(&world, &tenant, &begun.key.id).await?;
        let said = match self.now {
            true if signs => format!("{} signs from now on.", begun.key.id),
            true => format!(
                "{} is made. It signs as soon as its line of the DID's history is out, while `touchstone serve` or `touchstone work` runs; \
                 `touchstone doctor` says under DID history what that waits for.",
                begun.key.id
            ),
            false => format!(
                "{} is published and signs from {} on, while `touchstone serve` or `touchstone work` runs.",
                begun.key.id, begun.signs_from
            ),
        };
        let follows = match begun.follows.is_empty() {
            true => String::new(),
            false => format!(
                " {} finishes what was approved under it and is then retired.",
                begun.follows.join(", ")
            ),
        };
        one(&world, &tenant, &begun.key.id, &format!("{said}{follows}")).await
    }
}

impl One {
    fn act(&self, tenant: &TenantId) -> KeyAct {
        act(tenant, &self.key, &self.reason)
    }

    async fn activate(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        let done = activate(&world, &self.act(&tenant)).await;
        done.with_context(|| format!("key {}", self.key))?;
        work_here_until_idle(&world).await?;
        one(&world, &tenant, &self.key, "It signs from now on.").await
    }

    async fn retire(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        let done = retire(&world, &self.act(&tenant)).await;
        done.with_context(|| format!("key {}", self.key))?;
        work_here_until_idle(&world).await?;
        one(
            &world,
            &tenant,
            &self.key,
            "It signs no more. What it signed stands.",
        )
        .await
    }
}

impl GiveUp {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        let order = Compromise {
            act: act(&tenant, &self.key, &self.reason),
            since: self.at.unwrap_or_else(|| SystemClock.now()),
            rehearse: !self.yes,
        };
        let found = compromise(&world, &order).await;
        let mut found = found.with_context(|| format!("key {}", self.key))?;
        if self.yes {
            work_here_until_idle(&world).await?;
            // What it waited for may have been done by now.
            if let Some(successor) = &found.successor {
                found.successor_waits = !signs(&world, &tenant, successor).await?;
            }
        }
        let mut answer = self.answer(&found, order.since);
        if !self.yes && !self.rehearse {
            answer = answer.with_exit(Exit::Failed);
        }
        Ok(answer)
    }

    fn answer(&self, found: &Compromised, since: Timestamp) -> Answer {
        let head = match (self.yes, self.rehearse) {
            (true, _) => "Given up. Nothing is signed with it any more, and the log says so.",
            (false, true) => "A rehearsal: nothing was changed. This is what would be.",
            (false, false) => {
                "Nothing was changed; say --yes to do it, or --rehearse to look only."
            }
        };
        let text = format!("{head}\n\n{}", affected::in_words(found, since, self.yes));
        Answer::new(text, affected::told(found, since, !self.yes))
    }
}

impl Sure {
    async fn reissue(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        self.ask("reissue: each credential is withdrawn and replaced, and its holder gets mail")?;
        let done = reissue(&world, &tenant, &self.key, &institution::actor()).await;
        let done = done.with_context(|| format!("key {}", self.key))?;
        work_here_until_idle(&world).await?;
        let mut text = format!("{} credentials were issued anew.", done.replaced);
        for (id, why) in &done.left {
            text.push_str(&format!("\n  {id} stays as it is: {why}"));
        }
        let left = done.left.iter();
        let left: Vec<_> = left
            .map(|(id, why)| json!({ "id": id, "why": why }))
            .collect();
        let told = json!({ "replaced": done.replaced, "left": left });
        Ok(Answer::new(text, told))
    }

    async fn destroy(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        self.ask(
            "destroy: the secret of the key is gone for good, also from this machine's key folder",
        )?;
        let order = act(&tenant, &self.key, &self.reason);
        let done = destroy(&world, &order).await;
        done.with_context(|| format!("key {}", self.key))?;
        work_here_until_idle(&world).await?;
        one(
            &world,
            &tenant,
            &self.key,
            "Its secret is gone. Backups made before still hold it.",
        )
        .await
    }

    fn ask(&self, what: &str) -> Result<()> {
        match self.yes {
            true => Ok(()),
            false => Err(Ended {
                message: format!("nothing was changed; say --yes to {what}"),
                exit: Exit::Failed,
            }
            .into()),
        }
    }
}

fn act(tenant: &TenantId, key: &str, reason: &str) -> KeyAct {
    KeyAct {
        tenant: tenant.clone(),
        actor: institution::actor(),
        key: key.to_owned(),
        reason: reason.to_owned(),
    }
}

async fn signs(world: &World, tenant: &TenantId, id: &str) -> Result<bool> {
    let key = signing_key(world, tenant, id).await?;
    Ok(key.is_some_and(|key| key.state == KeyState::Active))
}

/// One key as it is now, after what was done.
async fn one(world: &World, tenant: &TenantId, id: &str, said: &str) -> Result<Answer> {
    let keys = signing_keys(world, tenant).await?;
    let key = keys.into_iter().find(|key| key.id == id);
    let key = key
        .context("the key was removed while this ran; `touchstone key list` shows what there is")?;
    let text = format!("{said}\n\n{}", in_words(std::slice::from_ref(&key)));
    Ok(Answer::new(text, told(&key)))
}

fn in_words(keys: &[SigningKey]) -> String {
    let mut text = Vec::new();
    let rows: Vec<_> = keys
        .iter()
        .map(|key| {
            let state = match key.signs_from.filter(|_| key.state == KeyState::Pending) {
                Some(from) => format!("pending, signs from {from}"),
                None => key.state.as_str().to_owned(),
            };
            [
                key.id.clone(),
                state,
                key.algorithm().to_owned(),
                key.custody.to_owned(),
            ]
        })
        .collect();
    text.push(table(["key", "state", "algorithm", "kept in"], &rows));
    for key in keys {
        text.push(format!("\n{} ({})", key.id, key.name));
        for step in &key.history {
            let entry = match step.entry {
                Some(entry) => format!(", entry {entry} of the log"),
                None => String::new(),
            };
            let since = match step.state {
                KeyState::Compromised => format!(" since {}", step.since),
                _ => String::new(),
            };
            text.push(format!(
                "  {}  {}{since}{entry}: {} ({})",
                step.at,
                step.state.as_str(),
                step.reason,
                step.actor
            ));
        }
    }
    text.join("\n")
}

fn told(key: &SigningKey) -> Value {
    let history = key.history.iter().map(|step| {
        json!({
            "state": step.state.as_str(), "at": step.at.to_string(), "since": step.since.to_string(),
            "actor": step.actor, "reason": step.reason, "entry": step.entry,
        })
    });
    json!({
        "id": key.id, "verificationMethod": key.name, "publicKeyMultibase": key.public_key, "state": key.state.as_str(),
        "algorithm": key.algorithm(), "custody": key.custody, "madeAt": key.made_at.to_string(),
        "signsFrom": key.signs_from.map(|at| at.to_string()),
        "compromisedSince": key.compromised_since.map(|at| at.to_string()),
        "history": history.collect::<Vec<_>>(),
    })
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .map_err(|_| format!("\"{text}\" is not a time; write it as 2026-11-21T12:00:00Z"))
}

//! `touchstone member`: who works at an institution, for whoever sits at the machine.

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use touchstone_service::{
    World,
    operations::{
        Invitation, Member, Mending, Role, RoleChange, change_roles, disable, join, members, mend,
        passkey::{self, Removal},
        signin,
    },
};
use touchstone_store::TenantId;
use touchstone_vc::Timestamp;

use super::{
    Global,
    institution::{self, open_to_change},
};
use crate::answer::{Answer, table};

/// List and add members, change their roles, let them in or not; a sign-in link for who is locked out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The roles are owner, registrar, approver, assessor, auditor and billing. What is changed holds at once in every browser.

Examples:
  touchstone member list
  touchstone member add noor@example.edu --name \"Noor Haddad\" --role registrar --role approver
  touchstone member roles noor@example.edu auditor
  touchstone member change nour@example.edu --address noor@example.edu
  touchstone member passkeys noor@example.edu         and `--remove ID` where a device was lost
  touchstone member disable noor@example.edu          signs her out everywhere and ends her API keys; `enable` lets her in again
  touchstone member link ines@example.edu             a link that signs in once, when mail does not arrive")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List members with their roles.
    List,
    Add(Add),
    Roles(Roles),
    Change(Change),
    Passkeys(Keys),
    /// Let a member in no longer, sign them out everywhere, and end the API keys that they made.
    Disable(One),
    /// Let a member in again.
    Enable(One),
    /// Print a link that signs a member in, once and within 15 minutes.
    Link(One),
}

/// Add a member; who is one already stays as they are.
#[derive(Debug, clap::Args)]
struct Add {
    /// Their mail address, with which they sign in.
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Their name.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What they may do; may be given several times.
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
}

/// Give a member these roles and no others; API keys end with the role of an owner who made them.
#[derive(Debug, clap::Args)]
struct Roles {
    /// Their mail address.
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// What they may do from now on.
    #[arg(value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
}

/// Mend a member's name or address, and sign them out everywhere; with another address their passkeys are removed.
#[derive(Debug, clap::Args)]
struct Change {
    /// Their mail address as it is now.
    #[arg(value_name = "ADDRESS")]
    member: String,
    /// Their name from now on.
    #[arg(long, value_name = "NAME", required_unless_present = "address")]
    name: Option<String>,
    /// Their mail address from now on.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
}

/// List the passkeys of a member, or remove one.
#[derive(Debug, clap::Args)]
struct Keys {
    /// Their mail address.
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// The passkey to remove: it opens nothing from then on, and the member is signed out everywhere.
    #[arg(long, value_name = "ID")]
    remove: Option<String>,
}

/// A member.
#[derive(Debug, clap::Args)]
struct One {
    /// Their mail address.
    #[arg(value_name = "ADDRESS")]
    address: String,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List => list(global).await,
            What::Add(add) => add.run(global).await,
            What::Roles(roles) => roles.run(global).await,
            What::Change(change) => change.run(global).await,
            What::Passkeys(keys) => keys.run(global).await,
            What::Disable(one) => one.access(global, true).await,
            What::Enable(one) => one.access(global, false).await,
            What::Link(one) => one.link(global).await,
        }
    }
}

async fn list(global: &Global) -> Result<Answer> {
    let (world, institution) = institution::open(global).await?;
    let all = members(&world, &institution.id).await?;
    let json: Vec<_> = all.iter().map(told).collect();
    Ok(Answer::new(in_table(&all), json!({ "members": json })))
}

impl Add {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let order = Invitation {
            tenant,
            actor: institution::actor(),
            name: self.name,
            email: self.address.clone(),
            roles: self.roles,
        };
        let member = join(&world, &order)
            .await
            .with_context(|| format!("member {}", self.address))?;
        Ok(answer(&member))
    }
}

impl Roles {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let member = find(&world, &tenant, &self.address).await?;
        let order = RoleChange {
            tenant,
            actor: institution::actor(),
            member: member.id,
            roles: self.roles,
        };
        let changed = change_roles(&world, &order)
            .await
            .with_context(|| format!("member {}", self.address))?;
        Ok(answer(&changed))
    }
}

impl Change {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let member = find(&world, &tenant, &self.member).await?;
        let order = Mending {
            tenant,
            actor: institution::actor(),
            member: member.id,
            name: self.name.unwrap_or(member.name),
            email: self.address.unwrap_or(member.email),
        };
        let changed = mend(&world, &order)
            .await
            .with_context(|| format!("member {}", self.member))?;
        Ok(answer(&changed))
    }
}

impl Keys {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let member = find(&world, &tenant, &self.address).await?;
        if let Some(passkey) = self.remove {
            let order = Removal {
                tenant,
                actor: institution::actor(),
                member: member.id.clone(),
                passkey,
            };
            passkey::remove(&world, &order)
                .await
                .with_context(|| format!("member {}", self.address))?;
        }
        let left = passkey::passkeys(&world, &member.id).await?;
        let time = |millis| Timestamp::from_unix_millis(millis).to_string();
        let rows: Vec<_> = left
            .iter()
            .map(|one| {
                let used = one.used_at.map_or_else(|| "never".to_owned(), time);
                [one.label.clone(), time(one.added_at), used, one.id.clone()]
            })
            .collect();
        let told = left.iter().map(|one| {
            json!({ "id": one.id, "label": one.label, "addedAt": time(one.added_at), "usedAt": one.used_at.map(time) })
        });
        let told: Vec<_> = told.collect();
        let text = match rows.is_empty() {
            true => format!("{} has no passkey.", member.name),
            false => table(["name", "added", "last used", "id"], &rows),
        };
        Ok(Answer::new(text, json!({ "passkeys": told })))
    }
}

impl One {
    async fn access(self, global: &Global, disabled: bool) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let member = find(&world, &tenant, &self.address).await?;
        disable(&world, &tenant, &member.id, &institution::actor(), disabled)
            .await
            .with_context(|| format!("member {}", self.address))?;
        Ok(answer(&Member { disabled, ..member }))
    }

    async fn link(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let member = find(&world, &tenant, &self.address).await?;
        if member.disabled {
            bail!(
                "{} has no access, so a link would open nothing; `touchstone member enable {}` lets them in again",
                self.address,
                self.address
            );
        }
        let link = signin::link(&world, &tenant, &member.id).await?;
        let link = link.context(
            "the member was removed while this ran; `touchstone member list` shows what there is",
        )?;
        let text = format!(
            "Signs {} in, once and within 15 minutes, when `touchstone serve` runs:\n  {link}",
            member.name
        );
        Ok(Answer::new(text, json!({ "signIn": link })))
    }
}

async fn find(world: &World, tenant: &TenantId, address: &str) -> Result<Member> {
    let wanted = address.trim().to_lowercase();
    let all = members(world, tenant).await?;
    let found = all.into_iter().find(|member| member.email == wanted);
    found.with_context(|| {
        format!("there is no member {address}; `touchstone member list` shows who there is")
    })
}

fn answer(member: &Member) -> Answer {
    Answer::new(in_table(std::slice::from_ref(member)), told(member))
}

fn in_table(members: &[Member]) -> String {
    let rows: Vec<_> = members
        .iter()
        .map(|member| {
            let access = if member.disabled { "no access" } else { "" };
            [
                member.email.clone(),
                member.name.clone(),
                in_words(member),
                access.to_owned(),
            ]
        })
        .collect();
    table(["address", "name", "roles", ""], &rows)
}

fn told(member: &Member) -> Value {
    json!({
        "id": member.id, "email": member.email, "name": member.name, "roles": member.roles, "disabled": member.disabled,
    })
}

fn in_words(member: &Member) -> String {
    let names: Vec<_> = member.roles.iter().map(|role| role.as_str()).collect();
    names.join(", ")
}

fn role(name: &str) -> Result<Role, String> {
    let known = || Role::ALL.map(Role::as_str).join(", ");
    Role::parse(name).ok_or_else(|| format!("the roles are {}", known()))
}

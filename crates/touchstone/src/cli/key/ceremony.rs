//! `touchstone key ceremony`: a key that is made or taken in before witnesses, with a transcript to sign, in ink and by the key.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use touchstone_adapters::{CRYPTO, SystemClock, ed25519_seed};
use touchstone_service::{
    World,
    operations::{
        signing_key::{
            KeyAct, KeyState, SigningKey, TRANSCRIPT, Transcript, import, make, sign_transcript,
            signing_key, transcripts, was_imported,
        },
        work_here_until_idle,
    },
    ports::Clock as _,
};
use touchstone_store::InstitutionRow;
use touchstone_vc::{did, multibase};

use super::super::{Ended, Global, institution};
use crate::{answer::Answer, exit::Exit, installation::Installation};

/// Make or import a key before named witnesses, and write the transcript; or check one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The key is made and published, and signs nothing yet. The transcript is to be printed: one reads the checksum aloud from the paper, the others
compare it with `touchstone key list --json` or the published DID document on machines of their own, and sign. Then `touchstone key activate`.
The key signs the transcript too, so that nobody can change it later. Of a key whose transcript is lost, or was never written because something
failed in between, --key makes another one, which names those before it. --import takes in a key that was made elsewhere, as an encrypted file of this
installation.

Examples:
  touchstone key ceremony --witness \"Ada Okafor\" --witness \"Bo Lindqvist\" --out transcript.txt
  touchstone key ceremony --key example-2 --witness \"Ada Okafor\" --witness \"Bo Lindqvist\" --out second.txt
  touchstone key ceremony --import key.pem --witness \"Ada Okafor\" --witness \"Bo Lindqvist\" --out transcript.txt
  touchstone key ceremony --check transcript.txt       needs no installation

Exit codes: 0 done or whole, 1 refused or altered, 64 usage.")]
pub(super) struct Args {
    /// Somebody who is there; say it for each, two at least.
    #[arg(
        long = "witness",
        value_name = "NAME",
        required_unless_present = "check"
    )]
    witnesses: Vec<String>,
    /// The file for the transcript; it must not be there yet.
    #[arg(long, value_name = "FILE", required_unless_present = "check")]
    out: Option<PathBuf>,
    /// A key that is there already and signs, or waits to: it makes no other one.
    #[arg(long, value_name = "ID")]
    key: Option<String>,
    /// A key that was made elsewhere, in place of a new one: Ed25519 as PKCS#8 in PEM, not encrypted.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    import: Option<PathBuf>,
    /// Check a transcript: is it as the key signed it?
    #[arg(long, value_name = "FILE", conflicts_with_all = ["witnesses", "out", "key", "import"])]
    check: Option<PathBuf>,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        match (&self.check, &self.out) {
            (Some(file), _) => checked(file),
            (None, Some(out)) => self.hold(global, out).await,
            (None, None) => bail!("name the file for the transcript with --out"),
        }
    }

    async fn hold(&self, global: &Global, out: &Path) -> Result<Answer> {
        let witnesses = self.witnesses()?;
        // Before there is a key: where the transcript cannot be written, none is made.
        let made = File::create_new(out);
        if matches!(&made, Err(error) if error.kind() == io::ErrorKind::AlreadyExists) {
            bail!("{} is there already; name another file", out.display());
        }
        let mut file = made.with_context(|| out.display().to_string())?;
        let held = self.hold_for(global, out, &witnesses, &mut file).await;
        if held.is_err() {
            drop(fs::remove_file(out));
        }
        held
    }

    async fn hold_for(
        &self,
        global: &Global,
        out: &Path,
        witnesses: &[String],
        file: &mut File,
    ) -> Result<Answer> {
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        let actor = institution::actor();
        let reason = format!("Key ceremony, witnessed by {}", witnesses.join(", "));
        let (key, how) = self.key(&world, &institution, &actor, &reason).await?;
        let held = Held {
            world: &world,
            institution: &institution,
            key: &key,
            how,
            witnesses,
            imported: self.import.as_deref(),
        };
        held.write(out, file).await.with_context(|| {
            format!(
                "the key {} is made and published, and has no transcript of this; go on with `touchstone key ceremony --key {}`",
                key.id, key.id
            )
        })
    }

    /// The key that it is about, and where it came from.
    async fn key(
        &self,
        world: &World,
        institution: &InstitutionRow,
        actor: &str,
        reason: &str,
    ) -> Result<(SigningKey, How)> {
        let tenant = &institution.id;
        if let Some(id) = &self.key {
            let found = signing_key(world, tenant, id).await?;
            let key =
                found.with_context(|| format!("there is no key {id}: `touchstone key list`"))?;
            ensure!(
                matches!(key.state, KeyState::Pending | KeyState::Active),
                "the key {id} is {} and signs no transcript any more",
                key.state.as_str()
            );
            let before = transcripts(world, tenant, id).await?;
            let imported = was_imported(world, tenant, id).await?;
            return Ok((key, How::There { before, imported }));
        }
        let Some(file) = &self.import else {
            let key = make(world, tenant, actor, reason).await?;
            return Ok((key, How::Made));
        };
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let seed = ed25519_seed(&text).with_context(|| file.display().to_string())?;
        let key = import(world, tenant, actor, reason, &seed).await?;
        Ok((key, How::Imported))
    }

    fn witnesses(&self) -> Result<Vec<String>> {
        let mut names: Vec<String> = self
            .witnesses
            .iter()
            .map(|name| name.trim().to_owned())
            .collect();
        let mut known = BTreeSet::new();
        names.retain(|name| known.insert(name.to_lowercase()));
        let plain = |name: &String| {
            !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control)
        };
        ensure!(
            names.iter().all(plain),
            "--witness takes a name of 1 to 100 letters"
        );
        ensure!(
            names.len() >= 2,
            "name two witnesses at least, each with --witness"
        );
        Ok(names)
    }
}

/// A key, and those who were there.
struct Held<'a> {
    world: &'a World,
    institution: &'a InstitutionRow,
    key: &'a SigningKey,
    how: How,
    witnesses: &'a [String],
    /// The file that it was taken in from.
    imported: Option<&'a Path>,
}

impl Held<'_> {
    /// Has the key sign the transcript, and writes it.
    async fn write(&self, out: &Path, file: &mut File) -> Result<Answer> {
        let (world, key, witnesses) = (self.world, self.key, self.witnesses);
        work_here_until_idle(world).await?;
        let body = transcript(&self.institution.name, key, &self.how, witnesses);
        let reason = format!("Key ceremony, witnessed by {}", witnesses.join(", "));
        let actor = institution::actor();
        let act = KeyAct {
            tenant: self.institution.id.clone(),
            actor,
            key: key.id.clone(),
            reason,
        };
        let signature = sign_transcript(world, &act, &body).await?;
        let signature = multibase::encode_base58(&signature.0);
        let text = format!("{TRANSCRIPT}{body}{MARK}\n{signature}\n");
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .with_context(|| out.display().to_string())?;
        let sum = checksum(&key.public_key);
        let (did, then) = match (&self.how, key.state) {
            (How::There { before, .. }, state) => (
                format!(
                    "is {}, and this is its transcript number {}",
                    state.as_str(),
                    before.len() + 1
                ),
                match state {
                    KeyState::Active => String::new(),
                    _ => format!("\n\nThen: touchstone key activate {}", key.id),
                },
            ),
            (How::Imported, _) => (
                "is taken in and published, and signs nothing yet".to_owned(),
                format!(
                    "\n\nThen destroy every other copy of its secret, {} first, and: touchstone key activate {}",
                    self.imported.unwrap_or(Path::new("-")).display(),
                    key.id
                ),
            ),
            (How::Made, _) => (
                "is made and published, and signs nothing yet".to_owned(),
                format!("\n\nThen: touchstone key activate {}", key.id),
            ),
        };
        let said = format!(
            "{} {did}. {} is to be printed, read aloud and signed:\n\n{sum}{then}",
            key.id,
            out.display(),
        );
        let json = json!({
            "id": key.id, "transcript": out, "checksum": sum.split_whitespace().collect::<String>(), "witnesses": witnesses,
        });
        Ok(Answer::new(said, json))
    }
}

/// Where the key came from that a transcript is about.
enum How {
    Made,
    Imported,
    /// It was there, with these transcripts.
    There {
        before: Vec<Transcript>,
        imported: bool,
    },
}

impl How {
    /// What those who were there can say of it.
    fn witnessed(&self, key: &SigningKey) -> String {
        match self {
            Self::Made => "The key was made and published. It signs nothing before it is activated.".into(),
            Self::Imported => "The key was made elsewhere, taken in and published. It signs nothing for this institution\n   \
                 before it is activated. Who else has a copy of its secret, nobody here can tell."
                .into(),
            Self::There { imported, .. } => format!(
                "The key was there before, {} at {}, and is {}.{}",
                if *imported { "made elsewhere and taken in" } else { "made" },
                key.made_at,
                key.state.as_str(),
                if *imported { " Who else has a copy of its\n   secret, nobody here can tell." } else { "" },
            ),
        }
    }

    /// The transcripts before this one.
    fn before(&self) -> String {
        let Self::There { before, .. } = self else {
            return String::new();
        };
        let lines = before.iter().enumerate().map(|(number, one)| {
            format!(
                "Transcript {}, signed {}: SHA-256 {}\n",
                number + 1,
                one.at,
                one.sha256
            )
        });
        match before.is_empty() {
            true => "No transcript of this key was signed before.\n\n".into(),
            false => format!(
                "Signed by this key before:\n\n{}\n",
                lines.collect::<String>()
            ),
        }
    }
}

fn transcript(institution: &str, key: &SigningKey, how: &How, witnesses: &[String]) -> String {
    let kept = match key.custody {
        "pkcs11" => "a security module; the secret was made in it and cannot leave it",
        "aws-kms" => "AWS KMS; the secret was made in it and cannot leave it",
        _ if matches!(how, How::Imported | How::There { imported: true, .. }) => {
            "an encrypted file of this installation; the secret came from elsewhere"
        }
        _ => "an encrypted file of this installation",
    };
    let mut text = format!(
        "\nHeld:        {}\n\
         Institution: {institution}\n\
         Key:         {}\n\
         Algorithm:   {}\n\
         Kept in:     {kept}\n\
         {PUBLIC}{}\n\
         Program:     touchstone {}\n\n\
         Checksum of the public key (SHA-256), to be read aloud:\n\n{}\n\n\
         {}1. Everybody named below was present when the command was typed.\n\
         2. {}\n\
         3. One witness read the checksum aloud from this paper. The others compared it, on\n   machines of their own, with the key in the published DID document.\n\n\
         Witnesses\n\n",
        SystemClock.now(),
        key.name,
        key.algorithm(),
        key.public_key,
        env!("CARGO_PKG_VERSION"),
        checksum(&key.public_key),
        how.before(),
        how.witnessed(key),
    );
    for name in witnesses {
        text.push_str(&format!("{name}: ________________________________\n\n"));
    }
    text
}

/// The SHA-256 of a Multikey's text, in groups that can be read aloud.
fn checksum(public_key: &str) -> String {
    let hash = (CRYPTO.sha256)(public_key.as_bytes());
    let groups: Vec<String> = hash
        .chunks(2)
        .map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect())
        .collect();
    let lines: Vec<String> = groups
        .chunks(4)
        .map(|line| format!("    {}", line.join(" ")))
        .collect();
    lines.join("\n")
}

fn checked(file: &PathBuf) -> Result<Answer> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let altered = |why: &str| -> Result<Answer> {
        Err(Ended {
            message: format!("{}: {why}", file.display()),
            exit: Exit::Failed,
        }
        .into())
    };
    let Some((signed, signature)) = text.split_once(&format!("{MARK}\n")) else {
        return altered("this is no transcript: the key's signature is missing");
    };
    let public = signed.lines().find_map(|line| line.strip_prefix(PUBLIC));
    let key = public.map(str::trim).map(did::PublicKey::from_multikey);
    let Some(Ok(key)) = key else {
        return altered("this is no transcript: the public key is missing");
    };
    let signature = multibase::decode(signature.trim()).ok();
    let signature: Option<[u8; 64]> = signature.and_then(|bytes| bytes.try_into().ok());
    let whole = signature.is_some_and(|signature| match key {
        did::PublicKey::Ed25519(key) => {
            (CRYPTO.verify_ed25519)(&key, signed.as_bytes(), &signature)
        }
        did::PublicKey::P256(key) => (CRYPTO.verify_p256)(&key, signed.as_bytes(), &signature),
        did::PublicKey::P384(_) | did::PublicKey::Rsa(_) => false,
    });
    if !whole {
        return altered("it is not as the key signed it");
    }
    let sum = checksum(public.unwrap_or_default().trim());
    let text = format!(
        "{} is as the key signed it. The checksum of the key:\n\n{sum}\n\nWhether that is the institution's key, its DID document and the log say.",
        file.display()
    );
    Ok(Answer::new(
        text,
        json!({ "whole": true, "publicKeyMultibase": public }),
    ))
}

const PUBLIC: &str = "Public key:  ";
/// What stands before the key's signature.
const MARK: &str = "Signature of the key over everything above this line:";

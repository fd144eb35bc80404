//! What a key that is given up takes with it, and what is to be done then.

use serde_json::{Value, json};
use touchstone_service::operations::signing_key::Compromised;
use touchstone_vc::Timestamp;

pub(super) fn in_words(found: &Compromised, since: Timestamp, done: bool) -> String {
    let (key, rests) = (&found.key.id, &found.affected);
    let mut lines = vec![
        format!("  key                   {key}, compromised since {since}"),
        format!("  credentials signed    {}", rests.signed),
        format!("  not withdrawn         {}", rests.standing.len()),
        format!(
            "  issued since then     {} (by the clock of this installation)",
            rests.issued_since
        ),
        format!(
            "  waiting to be signed  {} (given up; their rows can be uploaded again)",
            rests.waiting
        ),
        format!(
            "  status lists          {} (signed anew with the other key)",
            rests.lists
        ),
    ];
    lines.push(match (&found.successor, found.needs_successor) {
        (Some(successor), _) if found.successor_waits => format!(
            "  signs next            {successor}, as soon as its line of the DID's history is out; until then nothing is signed"
        ),
        (None, true) if done => "  signs next            a new key, made as soon as what makes keys answers again; until then nothing is signed".to_owned(),
        (None, true) if found.successor_waits => "  signs then            a new key, made for it, as soon as its line of the DID's history is out; until then nothing is signed".to_owned(),
        (Some(successor), _) => format!("  signs from now on     {successor}"),
        (None, true) => "  signs from then on    a new key, made for it".to_owned(),
        (None, false) => {
            "  signs from then on    the other key, or none if the issuer is named after its key"
                .to_owned()
        }
    });
    for id in rests.standing.iter().take(SHOWN) {
        lines.push(format!("    {id}"));
    }
    if rests.standing.len() > SHOWN {
        let more = rests.standing.len() - SHOWN;
        lines.push(format!("    and {more} more; `--json` lists all of them"));
    }
    lines.push(String::new());
    lines.push(
        "Whoever checks one of these is told that it is in doubt: nobody can tell from it alone when it was signed.".into(),
    );
    lines.push(match done {
        true => format!("The owners are told by mail, {EMPLOYERS}. Issue them anew: touchstone key reissue {key} --yes"),
        false => format!("The document of the issuer says that the key is revoked, the log gets an entry, the owners are told by mail, {EMPLOYERS}."),
    });
    lines.join("\n")
}

pub(super) fn told(found: &Compromised, since: Timestamp, rehearsed: bool) -> Value {
    let rests = &found.affected;
    json!({
        "key": found.key.id, "state": found.key.state.as_str(), "since": since.to_string(), "rehearsed": rehearsed,
        "successor": found.successor, "needsSuccessor": found.needs_successor, "successorWaits": found.successor_waits,
        "affected": {
            "signed": rests.signed, "standing": rests.standing, "issuedSince": rests.issued_since,
            "waiting": rests.waiting, "statusLists": rests.lists,
        },
    })
}

/// Who they are, and how many, is nothing that the owner of the key is told: nobody watches where a credential is handed in.
const EMPLOYERS: &str = "and so are employers here that were handed a credential which names it";
const SHOWN: usize = 20;

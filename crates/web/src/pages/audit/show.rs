//! Who did what, when: the audit record, and taking it away as a file.

use maud::{Markup, html};
use touchstone_service::operations::Rooted;

use crate::pages::desk::{Desk, further, nothing};
use crate::templates::{Act, Column, Field, Moment, acts, field, ledger, minute, minute_text};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Only lines of this member.
    pub actor: String,
    /// Only lines of this kind.
    pub action: String,
    /// Only lines about this.
    pub subject: String,
    /// Newest first.
    pub lines: Vec<Line>,
    /// Where older ones stand.
    pub next: Option<String>,
    /// The same lines as files.
    pub csv: String,
    /// The same lines as files.
    pub json: String,
    /// The newest root over the lines.
    pub root: Option<Root>,
}

/// A root over the first lines, on its way to the public log or in it.
#[derive(Clone, Copy, Debug)]
pub struct Root {
    /// How many.
    pub lines: u64,
    /// When it was made.
    pub at: Moment,
    /// Its number in the public log.
    pub place: Option<u64>,
    /// Lines came since.
    pub more: bool,
}

impl From<Rooted> for Root {
    fn from(rooted: Rooted) -> Self {
        Self {
            lines: rooted.lines,
            at: rooted.at.into(),
            place: rooted.place,
            more: rooted.more,
        }
    }
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Position in the record.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// What, in words.
    pub words: String,
    /// What, as it is recorded.
    pub action: String,
    /// To what, as it is recorded.
    pub subject: String,
    /// What that is called, if it is still there.
    pub name: Option<String>,
    /// Where it stands, if it has a page.
    pub href: Option<String>,
    /// The rest, by name.
    pub details: Vec<(String, String)>,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let columns = [
        Column::numbers("Line"),
        Column::words("When"),
        Column::words("Who"),
        Column::words("What"),
        Column::words("To what"),
        Column::words("Details"),
    ];
    let main = html! {
        h1 { "The record" }
        p { "Every change leaves a line, written together with the change itself. Nothing in it can be altered or removed here." }
        form action="/audit" method="get" {
            div.row {
                (field(&Field { name: "actor", label: "Who", value: &view.actor, ..Field::default() }))
                (field(&Field { name: "action", label: "What", value: &view.action, ..Field::default() }))
                (field(&Field { name: "subject", label: "To what", value: &view.subject, ..Field::default() }))
            }
            p.acts { button.main { "Show these" } }
        }
        @if view.lines.is_empty() { (nothing("No line matches.", Some(("/audit", "Show all")))) } @else {
            (ledger("Newest first", columns, view.lines.iter().map(|line| [
                html! { (line.seq) },
                html! { (minute_text(line.at)) },
                html! { (line.actor) },
                html! { (line.words) " " small { code { (line.action) } } },
                to_what(line),
                html! { @if !line.details.is_empty() { ul.plain { @for (name, said) in &line.details { li { span.hint { (name) } " " (said) } } } } },
            ])))
            (further(view.next.as_deref()))
        }
        h2 { "Take it away" }
        (acts(&[
            Act { href: &view.csv, icon: Some("download"), label: "As a table", small: Some("CSV"), download: true, ..Act::default() },
            Act { href: &view.json, icon: Some("download"), label: "As lines of JSON", small: Some("JSON"), download: true, ..Act::default() },
            Act { href: "/audit.record", icon: Some("download"), label: "All of it, with proofs", small: Some("AUDIT"), download: true, ..Act::default() },
        ]))
        p { "The file with proofs shows to anybody that no line was deleted, changed, added, moved or left off at its end since it was written: roots over the lines stand in the " a href="/log" { "public log" } ". " code { "touchstone audit verify record.audit" } " checks it, without this server." }
        (roots(desk, view.root.as_ref()))
    };
    desk.page("The record", "/audit", &main)
}

/// What a line is about: by its name, and as it is recorded.
fn to_what(line: &Line) -> Markup {
    let named = html! {
        @match &line.name { Some(name) => { (name) }, None => code { (line.subject) } }
    };
    html! {
        @match &line.href { Some(href) => a href=(href) { (named) }, None => { (named) } }
        @if line.name.is_some() { " " small { code { (line.subject) } } }
    }
}

/// How far the public log vouches for the lines. A minute is soon enough for most; whoever takes the file away now need not wait.
fn roots(desk: &Desk, root: Option<&Root>) -> Markup {
    html! {
        section #roots {
            h2 { "In the public log" }
            @match root {
                None => p { "No root over these lines was made yet. One is made within a minute of a change." },
                Some(root) => p {
                    "The newest root is over the first " (root.lines) " lines, of " (minute(root.at)) ". "
                    @match root.place {
                        Some(place) => { "It is " a href={ "/log?entry=" (place) } { "entry " (place) } " of the public log." },
                        None => "It is on its way to the public log, where it stands within a second or two.",
                    }
                    @if root.more { " Lines came since." }
                },
            }
            @if root.is_none_or(|root| root.more) {
                p { "To have the file vouch for its last lines as well, have the root over them made now." }
                (desk.button("/audit/root", &html! { "Make the root now" }))
            }
        }
    }
}

/// What an action is called. An action without a word of its own is shown as recorded.
pub fn words(action: &str) -> &str {
    match action {
        "achievement.define" => "wrote an achievement",
        "achievement.revise" => "wrote a new version of an achievement",
        "lint.choose" => "chose what achievements have to be ready for",
        "batch.upload" => "uploaded a list",
        "batch.amend" => "corrected a row of a list",
        "batch.hold" => "set the day of a cohort",
        "batch.test-mail" => "sent a test of a cohort’s mail",
        "batch.confirm" => "confirmed a list",
        "batch.approve" => "approved a cohort",
        "batch.seal" => "finished awarding a cohort",
        "batch.cancel" => "gave a cohort up",
        "credential.issue" => "issued a credential",
        "credential.refuse" => "did not sign a credential that was altered after it was approved",
        "credential.revoke" => "withdrew a credential",
        "credential.change-many" => "began a change of many credentials",
        "credential.suspend" => "paused a credential",
        "credential.reinstate" => "ended the pause of a credential",
        "credential.correct" => "corrected a credential",
        "credential.claim" => "took a credential",
        "credential.permit-token" => "permitted a token over a credential",
        "credential.burn-token" => "had a token over a credential ended",
        "claim.paper-code" => "made a code on paper",
        "delivery.bounced" => "mail came back",
        "delivery.resend" => "sent a mail again",
        "learner.correct-address" => "corrected an address",
        "evidence.keep" => "uploaded a piece of evidence",
        "member.add" => "added a member",
        "member.change-roles" => "changed what a member may do",
        "member.mend" => "mended a member’s name or address",
        "member.disable" => "took a member’s access away",
        "member.enable" => "gave a member access again",
        "competency.begin" => "began a competency",
        "competency.draft_tasks" => "wrote the tasks of a competency",
        "competency.draft_rubric" => "drafted the rubric of a competency",
        "competency.comment" => "said something of a competency",
        "competency.vote" => "voted on a competency",
        "competency.declare_conflict" => "declared a conflict of interest about a competency",
        "competency.review_again" => "began another review of a competency",
        "competency.begin_pilot" => "tried a competency out",
        "competency.release" => "released a competency",
        "mapping_set.begin" => "began a crosswalk",
        "mapping_set.take" => "took a crosswalk in from a file, or made one of several",
        "mapping_set.invite" => "asked an institution to take part in a crosswalk",
        "mapping_set.join" => "took part in a crosswalk",
        "mapping_set.release" => "released a crosswalk",
        "mapping.propose" => "proposed a mapping",
        "mapping.vote" => "voted on a mapping",
        "mapping.withdraw" => "took a mapping back",
        "mapping.review_again" => "began another review of a mapping",
        "mapping.declare_conflict" => "declared a conflict of interest about a mapping",
        "framework.take" => "took in a framework",
        "role.write" => "wrote a role",
        "responsibility.entrust" => "said who answers for something",
        "passkey.add" => "added a passkey",
        "passkey.remove" => "removed a passkey",
        "passkey.refuse-copy" => "was kept out: their passkey may have been copied",
        "session.start" => "signed in",
        "session.end" => "signed out",
        "api-key.make" => "made an API key",
        "api-key.revoke" => "ended an API key",
        "key.make" => "made a signing key",
        "key.import" => "took in a signing key that was made elsewhere",
        "key.ceremony" => "signed the transcript of a key ceremony",
        "key.escrow" => "split the passphrase of the keys among people",
        "witness.confirm" => "said how far a log had been cosigned by the witness here",
        "installation.restore" => "opened the installation after a backup was put back",
        "log.witnesses" => "stated which witnesses the log asks, as the settings say",
        "log.go-on" => "went on with the log although a witness speaks against it",
        "key.activate" => "let a signing key sign",
        "key.retire" => "retired a signing key",
        "key.compromise" => "gave a signing key up",
        "key.destroy" => "destroyed a signing key",
        "did.publish" => "published a version of the DID’s document",
        "entity.publish" => "published what it says about itself in federations",
        "institution.succeed" => "was succeeded by another institution",
        "institution.take-over" => "succeeded another institution",
        "institution.move" => "had the institution go on under a new DID at another address",
        "institution.found" => "set the institution up",
        "institution.sign_up" => "signed the organization up",
        "institution.admit" => "let the organization issue",
        "institution.identify" => "gave the organization its name for signing",
        "institution.domain_name" => "named the organization’s domain",
        "institution.domain_verify" => "showed that the domain is the organization’s",
        "institution.describe" => "changed the institution’s profile",
        "endorsement.ask" => "asked for an endorsement",
        "endorsement.ask_again" => "sent the link of an endorsement again",
        "endorsement.take_back" => "took a request for an endorsement back",
        "endorsement.bounced" => "the mail of a request for an endorsement was refused",
        "endorsement.receive" => "endorsed by a link",
        "endorsement.give" => "endorsed for the institution",
        "endorsement.decline" => "declined to endorse",
        "endorsement.withdraw" => "took an endorsement back",
        "endorsement.hide" => "stopped showing an endorsement",
        "reminders.off" => "switched reminders off",
        "reminders.on" => "switched reminders on",
        "status-list.reconcile" => "read a published list after a restore",
        "page.open" => "switched a public page on",
        "page.close" => "switched a public page off",
        "posting.open" => "opened a role for applications",
        "posting.close" => "closed a role for applications",
        "staff_page.open" => "opened the page for their own people",
        "staff_page.move" => "gave the page for their own people a new address",
        "staff_page.close" => "closed the page for their own people",
        "application.receive" => "sent an application",
        "application.uncover" => "had a covered name shown",
        "application.take_back" => "took an application back",
        "application.remove" => "deleted an application",
        "application.end" => "deleted an application whose time had ended",
        "webhook.add" => "had a program told of applications",
        "webhook.remove" => "had a program told nothing more",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::words;

    /// Actions that are written into the record, where the service's sources name them beside the word.
    fn actions(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                actions(&path, found);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let named = source.split("action: \"").skip(1);
            let named = named.filter_map(|rest| rest.split('"').next());
            found.extend(named.filter(|name| name.contains('.')).map(str::to_owned));
        }
    }

    #[test]
    fn actions_have_words_for_an_auditor() {
        let mut all = Vec::new();
        let service = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/src");
        actions(Path::new(service), &mut all);
        assert!(all.len() > 50, "{all:?}");
        let bare: Vec<_> = all
            .iter()
            .filter(|action| words(action) == **action)
            .collect();
        assert!(bare.is_empty(), "{bare:?}");
    }
}

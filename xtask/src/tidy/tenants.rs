//! Every institution's rows are reached through a `TenantId`. The few ways without one are named here.

use super::tree::{File, Finding, Tree};

/// Where rows are reached.
const STORE: &str = "crates/store/src/";

/// Functions of the store that see more than one institution, and why they may.
const WITHOUT_TENANT: &[(&str, &[&str])] = &[
    (
        "the database itself",
        &[
            "begin",
            "close",
            "commit",
            "connect",
            "connect_read_only",
            "copy_into",
            "migrate",
            "object",
            "objects",
            "objects_named",
            "ping",
            "schema",
            "roll_back",
            "set_setting",
            "setting",
            "settings_named",
            "write",
        ],
    ),
    (
        "whoever holds the secret, link or name may see what it stands for",
        &[
            "api_key_by_prefix",
            "application_by_token",
            "claim",
            "claim_by_code",
            "delivery_by_message_id",
            "end_session",
            "endorsement_request_by_token",
            "institution_by_slug",
            "institution_shown",
            "open_public_link",
            "reminder_choice",
            "publication",
            "public_posting",
            "public_staff_page",
            "public_role",
            "publication_of_version",
            "session",
            "signin_link",
            "signing_keys_of_any_tenant",
            "status_list_of_any_tenant",
            "take_claim",
            "take_webauthn_state",
            "touch_api_key",
            "touch_session",
            "use_signin_link",
        ],
    ),
    (
        "one person may belong to several institutions",
        &[
            "end_sessions_of",
            "forget_signin_links_of",
            "member_of_any_tenant",
            "members_with_email",
            "passkey",
            "passkeys",
            "remove_passkey",
            "use_passkey",
        ],
    ),
    (
        "work is taken in the order in which it is due",
        &[
            "applications_ended",
            "batches_in_state",
            "claim_jobs",
            "credentials_expiring",
            "dead_jobs",
            "deliveries_due",
            "dids_set_up",
            "failing_jobs",
            "forget_chosen",
            "institutions",
            "institutions_set_up",
            "hasten_failing",
            "hasten_job",
            "jobs_about",
            "jobs_of",
            "forget_webhook_messages",
            "outbox_after",
            "publications_due",
            "queue_depth",
            "sweep",
            "webhook_message_due",
        ],
    ),
    (
        "one log for the whole installation, in one order; what it holds is public",
        &[
            "commitments",
            "compromise_moments",
            "forget_log_witnessed",
            "last_of_outbox",
            "log_anchor",
            "log_anchor_due",
            "log_anchor_note",
            "log_anchor_notes",
            "log_anchor_files",
            "log_anchor_trusts",
            "log_anchor_with",
            "log_anchors",
            "log_anchors_confirmed",
            "log_entries_before",
            "log_entries_between",
            "log_entry",
            "log_entry_of",
            "log_staged_from",
            "log_tree",
            "log_witnessed",
            "log_witnessed_between",
            "log_witnessed_first",
            "log_witnessed_with",
            "newest_log_anchor",
            "outbox_waits",
            "show_log",
        ],
    ),
    (
        "a DID is public, and so is who had it",
        &["all_former_dids", "institution_by_did"],
    ),
    (
        "an employer that signs up is no tenant yet",
        &[
            "end_sign_up",
            "forget_sign_ups",
            "give_sign_up_token",
            "sign_up",
            "sign_up_by_token",
            "sign_ups_waiting",
        ],
    ),
    (
        "an address is mailed only so often, whoever asks",
        &["endorsement_mails_since", "refuses_endorsing"],
    ),
    (
        "sums over the installation, of no tenant in particular",
        &["gauges"],
    ),
    (
        "documents of others, the same for everybody",
        &[
            "forget_remote_documents",
            "keep_register_copies_of",
            "keep_register_copy",
            "keep_remote_document",
            "miss_register_copy",
            "miss_remote_document",
            "register_ages",
            "register_copy",
            "remote_document",
        ],
    ),
];

/// Functions that neither ask for a `TenantId` nor take a whole row (which has one), and are not listed above; and names
/// listed above that are gone.
pub(super) fn untenanted(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for file in tree.rust().filter(|file| file.path.starts_with(STORE)) {
        for (line, signature) in signatures(file) {
            let name = signature.split(['(', '<']).next().unwrap_or("");
            seen.push(name.to_owned());
            let carries = ["TenantId", "Row", "Line>", "NewJob"]
                .iter()
                .any(|word| arguments(&signature).contains(word));
            if !carries && !listed().any(|listed| listed == name) {
                let text = format!(
                    "`{name}` reaches rows without a TenantId: ask for one, or list it with its reason in tidy"
                );
                found.push(file.finding(line, text));
            }
        }
    }
    if !seen.is_empty() {
        let gone = listed().filter(|listed| !seen.iter().any(|name| name == listed));
        found.extend(gone.map(|name| Finding {
            path: STORE.to_owned(),
            line: 0,
            text: format!("`{name}` is listed in tidy as a way without a TenantId, but is gone"),
        }));
    }
    found
}

fn listed() -> impl Iterator<Item = &'static str> {
    WITHOUT_TENANT
        .iter()
        .flat_map(|(_, names)| names.iter().copied())
}

/// Public asynchronous functions, each from its name to its body.
fn signatures(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = file.shipped();
    while let Some((number, line)) = lines.next() {
        let Some((_, start)) = line.split_once("pub async fn ") else {
            continue;
        };
        let mut signature = start.to_owned();
        while !signature.contains('{') {
            let Some((_, more)) = lines.next() else {
                break;
            };
            signature.push_str(more);
        }
        found.push((number, signature));
    }
    found
}

/// What comes in, without what goes out.
fn arguments(signature: &str) -> &str {
    signature.split("->").next().unwrap_or(signature)
}

#[cfg(test)]
mod tests {
    use super::super::tree::planted;
    use super::*;

    #[track_caller]
    fn check(source: &str, expect: usize) {
        let found = untenanted(&planted(&[("crates/store/src/a.rs", source)]));
        let about_this = found.iter().filter(|finding| finding.line > 0).count();
        assert_eq!(about_this, expect);
    }

    #[test]
    fn rows_are_reached_through_a_tenant() {
        check(
            "pub async fn learner(&self, id: &str) -> Result<LearnerRow> {\n",
            1,
        );
        check(
            "pub async fn learner(\n    &self,\n    tenant: &TenantId,\n) -> X {\n",
            0,
        );
        check("pub async fn add(&mut self, row: LearnerRow) -> X {\n", 0);
        check("pub async fn claim(&self, token_hash: &str) -> X {\n", 0);
    }

    #[test]
    fn a_listed_name_that_is_gone_is_named() {
        let found = untenanted(&planted(&[(
            "crates/store/src/a.rs",
            "pub async fn ping(&self) {\n",
        )]));
        assert!(found.iter().any(|finding| finding.text.contains("`sweep`")));
    }
}

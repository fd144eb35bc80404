//! Every address, and who answers it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::limits::{LARGEST_DEFINITIONS, LARGEST_LIST};
use crate::pages::{
    about, achievements, audit, changes, check, claim, cohorts, competencies, credentials,
    crosswalk, deliveries, employers, endorse, endorsements, hiring, institution, log, me, members,
    profile, reminders, responsibilities, roles, signin, signing_keys, today, verify,
};
use crate::state::Web;
use crate::{ApiError, assets, health};

/// The whole site.
pub fn router(web: Web) -> Router {
    let routes = Router::new()
        .merge(public())
        .merge(holding())
        .merge(desk())
        .merge(operating())
        .merge(crate::api::routes())
        .fallback(async || ApiError::no_such_page())
        .with_state(web.clone());
    web.edge.guard(routes)
}

/// What everybody may see.
fn public() -> Router<Web> {
    Router::new()
        .route("/", get(check::home))
        .route("/assets/{name}", get(assets::handler))
        .route("/how", get(about::how))
        .route("/privacy", get(about::privacy))
        .route(
            "/verify",
            get(check::ask).merge(post(check::answer).layer(DefaultBodyLimit::max(check::LARGEST))),
        )
        .route(
            "/v/{link}",
            get(verify::public::page).post(verify::public::compare),
        )
        .route("/verify/documents.json", get(verify::documents::of_site))
        .route("/v/{link}/documents.json", get(verify::documents::of_page))
        .route("/v/{link}/role", get(roles::of_page))
        .route("/v/{link}/role.pdf", get(roles::of_page_on_paper))
        .route(
            "/verify/role",
            post(roles::handed_in).layer(DefaultBodyLimit::max(check::LARGEST)),
        )
        .route(
            "/r/{name}",
            get(roles::page)
                .merge(post(roles::answer).layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS))),
        )
        .route(
            "/r/{name}/answer.pdf",
            post(roles::answer_on_paper).layer(DefaultBodyLimit::max(LARGEST_APPLICATION)),
        )
        .route(
            "/apply/{name}",
            get(hiring::ask)
                .merge(post(hiring::hand_in).layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS))),
        )
        .route(
            "/staff/{name}",
            get(hiring::staff_page).merge(
                post(hiring::read_for_staff).layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)),
            ),
        )
        .route(
            "/apply/{name}/send",
            post(hiring::send).layer(DefaultBodyLimit::max(LARGEST_APPLICATION)),
        )
        .route("/employers", get(employers::form).post(employers::ask))
        .route("/employers/confirm", post(employers::confirm))
        .route("/employers/confirm/{token}", get(employers::opened))
        .route("/v/{link}/{file}", get(verify::public::export))
        .route("/log", get(log::handler))
        .route("/log/checkpoint", get(log::checkpoint))
        .route("/log/tile/{*path}", get(log::tile))
        .route("/log/anchor/{name}", get(log::anchor))
        .route("/i/{slug}", get(institution::handler))
        .route("/registry.json", get(institution::membership))
        .route("/i/{slug}/did.json", get(institution::did))
        .route("/i/{slug}/did.jsonl", get(institution::history))
        .route(
            "/i/{slug}/.well-known/openid-federation",
            get(institution::entity),
        )
        .route("/i/{slug}/profile", get(institution::profile))
        .route("/i/{slug}/mark", get(institution::mark))
        .route("/i/{slug}/status/{number}", get(institution::status))
        .route("/i/{slug}/e/{sha256}", get(institution::evidence))
        .route("/i/{slug}/mappings/{set}", get(institution::set_releases))
        .route(
            "/i/{slug}/mappings/{set}/releases.json",
            get(institution::set_releases_document),
        )
        .route(
            "/i/{slug}/mappings/{set}/{file}",
            get(institution::mappings),
        )
        .route(
            "/i/{slug}/competencies/{competency}",
            get(institution::competency_releases),
        )
        .route(
            "/i/{slug}/competencies/{competency}/releases.json",
            get(institution::competency_releases_document),
        )
        .route(
            "/i/{slug}/competencies/{competency}/{file}",
            get(institution::competency),
        )
        .route("/i/{slug}/a/{achievement}", get(institution::meaning))
        .route(
            "/i/{slug}/a/{achievement}/meaning.json",
            get(institution::meaning_document),
        )
        .route(
            "/i/{slug}/a/{achievement}/{version}",
            get(institution::achievement),
        )
        .route(
            "/i/{slug}/a/{achievement}/{version}/{file}",
            get(institution::endorsements),
        )
        .route(
            "/i/{slug}/endorsements/{file}",
            get(institution::endorsement),
        )
}

/// For holders, who have no account.
fn holding() -> Router<Web> {
    Router::new()
        .route("/claim", get(claim::code).post(claim::typed))
        .route("/claim/{token}", get(claim::look).post(claim::take))
        .route("/claim/{token}/page", post(claim::page))
        .route("/claim/{token}/{file}", get(claim::export))
        .route("/application/{token}", get(hiring::sent))
        .route("/application/{token}/take-back", post(hiring::take_back))
        .route("/endorse/{token}", get(endorse::open))
        .route(
            "/endorse/{token}/passkey/begin",
            post(endorse::begin).layer(DefaultBodyLimit::max(endorse::LARGEST_ANSWER)),
        )
        .route(
            "/endorse/{token}/passkey/made",
            post(endorse::made).layer(DefaultBodyLimit::max(endorse::LARGEST_ANSWER)),
        )
        .route(
            "/endorse/{token}/passkey",
            post(endorse::signed).layer(DefaultBodyLimit::max(endorse::LARGEST_ANSWER)),
        )
        .route(
            "/endorse/{token}/file",
            post(endorse::file).layer(DefaultBodyLimit::max(endorse::LARGEST)),
        )
        .route("/endorse/{token}/decline", post(endorse::decline))
        .route("/endorse/{token}/withdraw", post(endorse::withdraw))
        .route(
            "/endorse/{token}/never",
            get(endorse::never).post(endorse::never_again),
        )
        .route(
            "/reminders/{token}",
            get(reminders::look).post(reminders::choose),
        )
}

/// For members.
fn desk() -> Router<Web> {
    Router::new()
        .merge(entering())
        .merge(defining())
        .merge(endorsing())
        .merge(awarding())
        .merge(keeping())
        .merge(mapping())
        .merge(agreeing())
        .merge(recruiting())
        .merge(administering())
        .merge(signing())
}

/// Signing in, and where a member begins.
fn entering() -> Router<Web> {
    Router::new()
        .route("/signin", get(signin::form).post(signin::ask))
        .route("/signin/confirm", post(signin::confirm))
        .route("/signin/{token}", get(signin::opened))
        .route("/signout", post(signin::out))
        .route("/signin/passkey/begin", post(signin::begin))
        .route("/signin/passkey", post(signin::passkey))
        .route("/me", get(me::me))
        .route("/me/passkeys/begin", post(me::begin))
        .route("/me/passkeys", post(me::add))
        .route("/me/passkeys/{id}/remove", post(me::remove))
        .route("/today", get(today::handler))
}

/// What can be earned.
fn defining() -> Router<Web> {
    Router::new()
        .route(
            "/achievements",
            get(achievements::all)
                .merge(post(achievements::define).layer(DefaultBodyLimit::max(LARGEST_DEFINITION))),
        )
        .route("/achievements/new", get(achievements::ask))
        .route(
            "/achievements/import",
            post(achievements::import).layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)),
        )
        .route(
            "/achievements/{id}",
            get(achievements::open)
                .merge(post(achievements::revise).layer(DefaultBodyLimit::max(LARGEST_DEFINITION))),
        )
        .route("/achievements/{id}/picture", get(achievements::picture))
        .route("/achievements/{id}/lint", post(achievements::choose))
        .route("/achievements/{id}/checks", get(achievements::checks))
        .route(
            "/achievements/{id}/exchange/{form}",
            get(achievements::exchange),
        )
        .route(
            "/achievements/{id}/definition.json",
            get(achievements::export),
        )
}

/// Who stands behind it.
fn endorsing() -> Router<Web> {
    Router::new()
        .route(
            "/endorsements",
            get(endorsements::all).post(endorsements::ask),
        )
        .route(
            "/endorsements/for/{token}",
            get(endorsements::look).post(endorsements::answer),
        )
        .route("/endorsements/{id}", get(endorsements::one))
        .route("/endorsements/{id}/again", post(endorsements::ask_again))
        .route("/endorsements/{id}/hide", post(endorsements::hide))
        .route(
            "/endorsements/{id}/take-back",
            post(endorsements::take_back),
        )
}

/// Who earned it, list by list.
fn awarding() -> Router<Web> {
    Router::new()
        .route(
            "/cohorts",
            get(cohorts::all).merge(post(cohorts::take).layer(DefaultBodyLimit::max(LARGEST_LIST))),
        )
        .route("/cohorts/new", get(cohorts::ask))
        .route("/cohorts/{id}", get(cohorts::open))
        .route("/cohorts/{id}/confirm", post(cohorts::confirm))
        .route("/cohorts/{id}/hold", post(cohorts::hold))
        .route("/cohorts/{id}/cancel", post(cohorts::cancel))
        .route("/cohorts/{id}/codes", post(cohorts::codes))
        .route("/cohorts/{id}/faults.csv", get(cohorts::csv))
        .route("/cohorts/{id}/credentials.zip", get(cohorts::zip))
        .route("/cohorts/{id}/rows/{line}", post(cohorts::amend))
        .route(
            "/cohorts/{id}/evidence",
            post(cohorts::evidence).layer(DefaultBodyLimit::max(LARGEST_EVIDENCE)),
        )
        .route("/cohorts/{id}/mail", get(cohorts::mail))
        .route("/cohorts/{id}/mail/test", post(cohorts::test_mail))
        .route("/cohorts/{id}/mail/{language}", get(cohorts::mail_as_seen))
}

/// What was issued, and how it reached its holders.
fn keeping() -> Router<Web> {
    Router::new()
        .route("/credentials", get(credentials::search))
        .route("/credentials/choose", post(credentials::choose))
        .route("/credentials/change", post(credentials::change_many))
        .route("/changes/{id}", get(changes::open).post(changes::begin))
        .route("/credentials/{id}", get(credentials::open))
        .route("/credentials/{id}/revoke", post(credentials::revoke))
        .route("/credentials/{id}/suspend", post(credentials::suspend))
        .route("/credentials/{id}/reinstate", post(credentials::reinstate))
        .route("/credentials/{id}/correct", post(credentials::correct))
        .route("/credentials/{id}/resend", post(credentials::resend))
        .route("/credentials/{id}/paper", post(credentials::paper))
        .route("/credentials/{id}/{file}", get(credentials::export))
        .route("/deliveries", get(deliveries::handler))
        .route("/deliveries/resend", post(deliveries::resend))
}

/// What one framework means in another.
fn mapping() -> Router<Web> {
    Router::new()
        .route("/mappings", get(crosswalk::all).post(crosswalk::begin))
        .route(
            "/mappings/take",
            post(crosswalk::take).layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)),
        )
        .route(
            "/mappings/frameworks",
            post(crosswalk::take_framework).layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)),
        )
        .route("/mappings/frameworks/{id}", get(crosswalk::framework))
        .route(
            "/mappings/frameworks/{id}/{form}",
            get(crosswalk::write_framework),
        )
        .route("/mappings/merge", post(crosswalk::merge))
        .route("/mappings/{id}", get(crosswalk::one))
        .route("/mappings/{id}/release", post(crosswalk::release))
        .route("/mappings/{id}/invite", post(crosswalk::invite))
        .route("/mappings/{id}/join", post(crosswalk::join))
        .route(
            "/mappings/{id}/propose",
            get(crosswalk::ask).post(crosswalk::propose),
        )
        .route("/mappings/{id}/{mapping}", get(crosswalk::mapping))
        .route("/mappings/{id}/{mapping}/vote", post(crosswalk::vote))
        .route(
            "/mappings/{id}/{mapping}/conflict",
            post(crosswalk::declare_conflict),
        )
        .route(
            "/mappings/{id}/{mapping}/again",
            post(crosswalk::review_again),
        )
        .route(
            "/mappings/{id}/{mapping}/withdraw",
            post(crosswalk::withdraw),
        )
}

/// What several institutions mean by a competency.
fn agreeing() -> Router<Web> {
    Router::new()
        .route(
            "/competencies",
            get(competencies::all).post(competencies::begin),
        )
        .route("/competencies/new", get(competencies::ask))
        .route("/competencies/{id}", get(competencies::one))
        .route("/competencies/{id}/compare", get(competencies::compare))
        .route("/competencies/{id}/tasks", post(competencies::draft_tasks))
        .route(
            "/competencies/{id}/rubric",
            get(competencies::ask_rubric).post(competencies::draft_rubric),
        )
        .route(
            "/competencies/{id}/{version}/comments",
            post(competencies::comment),
        )
        .route(
            "/competencies/{id}/{version}/vote",
            post(competencies::vote),
        )
        .route(
            "/competencies/{id}/{version}/conflict",
            post(competencies::declare_conflict),
        )
        .route(
            "/competencies/{id}/{version}/again",
            post(competencies::review_again),
        )
        .route(
            "/competencies/{id}/{version}/pilot",
            post(competencies::begin_pilot),
        )
        .route(
            "/competencies/{id}/{version}/release",
            post(competencies::release),
        )
}

/// Roles, and who applies for them.
fn recruiting() -> Router<Web> {
    Router::new()
        .route("/roles", get(roles::all).post(roles::write))
        .route("/roles/new", get(roles::ask))
        .route("/roles/{id}", get(roles::open).post(roles::rewrite))
        .route("/roles/{id}/dcql.json", get(roles::dcql))
        .route("/roles/{id}/postings", post(hiring::open))
        .route("/staff-page", post(hiring::open_staff_page))
        .route("/staff-page/close", post(hiring::close_staff_page))
        .route("/postings/{id}", get(hiring::posting))
        .route("/postings/{id}/close", post(hiring::close))
        .route("/postings/{id}/choose", post(hiring::choose))
        .route("/postings/{id}/remove", post(hiring::remove_many))
        .route("/postings/{id}/applications.csv", get(hiring::csv))
        .route("/webhooks", get(hiring::webhooks).post(hiring::add_webhook))
        .route("/webhooks/{id}/remove", post(hiring::remove_webhook))
        .route("/applications/{id}", get(hiring::one))
        .route("/applications/{id}/{file}", get(hiring::answer))
        .route(
            "/applications/{id}/credentials/{number}",
            get(hiring::credential),
        )
        .route("/applications/{id}/uncover", post(hiring::uncover))
        .route("/applications/{id}/remove", post(hiring::remove))
}

/// The institution, its members, and what was done.
fn administering() -> Router<Web> {
    Router::new()
        .route("/audit", get(audit::page))
        .route("/audit/root", post(audit::root))
        .route("/audit.csv", get(audit::csv))
        .route("/audit.json", get(audit::json))
        .route("/audit.record", get(audit::record))
        .route("/members", get(members::all).post(members::join))
        .route("/members/{id}", get(members::one).post(members::mend))
        .route("/members/{id}/roles", post(members::roles))
        .route(
            "/members/{id}/passkeys/{passkey}/remove",
            post(members::remove_passkey),
        )
        .route("/members/{id}/disable", post(members::disable))
        .route("/members/{id}/enable", post(members::enable))
        .route(
            "/institution",
            get(profile::open)
                .merge(post(profile::change).layer(DefaultBodyLimit::max(LARGEST_DEFINITION))),
        )
        .route("/institution/lint", post(profile::choose))
        .route("/institution/domain", post(profile::name_domain))
        .route("/institution/domain/check", post(profile::check_domain))
        .route("/responsibilities", get(responsibilities::all))
        .route(
            "/responsibilities/{kind}/{id}",
            get(responsibilities::one).post(responsibilities::entrust),
        )
        .route("/keys", post(members::make_key))
        .route("/keys/{id}/revoke", post(members::revoke_key))
}

/// The keys that it signs with.
fn signing() -> Router<Web> {
    Router::new()
        .route("/signing-keys", get(signing_keys::all))
        .route("/signing-keys/rotate", post(signing_keys::rotate))
        .route("/signing-keys/{id}", get(signing_keys::one))
        .route("/signing-keys/{id}/activate", post(signing_keys::activate))
        .route("/signing-keys/{id}/retire", post(signing_keys::retire))
        .route("/signing-keys/{id}/reissue", post(signing_keys::reissue))
        .route(
            "/signing-keys/{id}/compromise",
            get(signing_keys::ask_compromise).post(signing_keys::compromise),
        )
        .route(
            "/signing-keys/{id}/destroy",
            get(signing_keys::ask_destroy).post(signing_keys::destroy),
        )
}

/// For whoever runs it.
fn operating() -> Router<Web> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::metrics))
}

/// Some files of evidence, one after the other.
const LARGEST_EVIDENCE: usize = 64 << 20;
/// A definition with a picture that was chosen, and one that was chosen before. A file that is too large for a picture is let in, so
/// that the form can come back with what was typed.
const LARGEST_DEFINITION: usize = 64 << 20;
/// The credentials that an applicant chose, in letters.
const LARGEST_APPLICATION: usize = 16 << 20;

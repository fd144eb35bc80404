//! Beside the form: what an employer reads, as one types and by the button.

use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use touchstone_service::operations::Role;

use crate::journey::define;
use crate::site::{Answer, Site};

const WRITTEN: [(&str, &str); 11] = [
    ("name", "Wound <dressing>"),
    ("task", "Dress wounds without help"),
    ("criteria", "Dresses two wounds of different kinds."),
    ("level_name", "With help"),
    ("level_description", "Needs a word now and then."),
    ("level_name", "Alone"),
    ("level_description", "Chooses and works unprompted."),
    ("required_level", "1"),
    ("achievement_type", "Competency"),
    ("names_learner", "yes"),
    ("valid_for_months", "1"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&WRITTEN[..], more].concat()
}

fn policy(answer: &Answer) -> &str {
    answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap()
}

#[tokio::test]
async fn as_one_types_the_answer_is_what_the_button_shows_and_nothing_else() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/achievements/new").await;
    let pressed = owner
        .submit(&form, "/achievements", &with(&[("preview", "yes")]))
        .await;
    let typed = owner
        .submit(&form, "/achievements", &with(&[("preview", "beside")]))
        .await;
    assert_eq!(typed.status, StatusCode::OK);
    let (whole, part) = (pressed.text(), typed.text());
    let (beside, list) = part.split_at(part.find("<div data-part=\"suggested\"").unwrap());
    for part in [beside, list] {
        assert!(whole.contains(part), "{part} in {whole}");
    }
    assert!(!part.contains("<form") && !part.contains("<html"), "{part}");
    for name in ["reading", "summary", "findings", "suggested"] {
        assert!(part.contains(&format!("data-part=\"{name}\"")), "{part}");
    }
    assert!(
        part.contains("aria-live=\"polite\"") && part.contains("TS-"),
        "{part}"
    );
    assert!(!part.contains("<dressing>"), "it is escaped: {part}");
    assert!(!owner.get("/achievements").await.text().contains("Wound"));
}

#[tokio::test]
async fn what_cannot_be_judged_yet_is_named_as_the_form_names_it() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/achievements/new").await;
    let fields = [
        ("task", "Dress wounds"),
        ("level_name", "Alone"),
        ("level_description", "Works unprompted."),
        ("preview", "beside"),
    ];
    let said = owner.submit(&form, "/achievements", &fields).await.text();
    for words in [
        "It cannot be judged yet:",
        "“Name” is ",
        "“Levels, lowest first” has too few entries",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
    assert!(!said.contains("esultDescription"), "{said}");
}

#[tokio::test]
async fn the_preview_says_of_the_person_what_the_page_of_a_credential_will_say() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/achievements/new").await;
    let read = async |more: &[(&str, &str)]| {
        let fields = [&with(more)[..], &[("preview", "beside")]].concat();
        owner.submit(&form, "/achievements", &fields).await.text()
    };
    let without = read(&[]).await;
    assert!(
        without.contains("<i>Amara Okafor</i> has earned “"),
        "{without}"
    );
    assert!(without.contains("<dd>1 month</dd>"), "{without}");
    let task = "O*NET | 1 | Dress wounds | https://a.example/1 | ext:Task";
    let named = read(&[("alignment", task)]).await;
    assert!(
        named.contains("</i> can <bdi>dress wounds without help.</bdi>"),
        "{named}"
    );
    assert!(
        named.contains("<bdi>Needs a word now and then.</bdi>"),
        "{named}"
    );
    let fields: Vec<_> = WRITTEN
        .into_iter()
        .filter(|(name, _)| *name != "names_learner")
        .chain([("preview", "beside")])
        .collect();
    let unnamed = owner.submit(&form, "/achievements", &fields).await.text();
    assert!(
        unnamed.contains("the person it was awarded to has earned"),
        "{unnamed}"
    );
}

#[tokio::test]
async fn only_who_may_write_gets_the_script_and_the_policy_that_lets_it_run() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let form = owner.get("/achievements/new").await;
    assert!(
        policy(&form).contains("script-src 'self'; connect-src 'self'"),
        "{}",
        policy(&form)
    );
    assert!(form.text().contains("src=\"/assets/preview.js?v="));
    let refused = owner.submit(&form, "/achievements", &[("name", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        policy(&refused).contains("script-src 'self'"),
        "also where it was refused"
    );
    let auditor = site
        .member(&owner.tenant, "aude@riverside.example", vec![Role::Auditor])
        .await;
    let list = auditor.get("/achievements").await;
    assert!(!policy(&list).contains("script-src"), "{}", policy(&list));
    let read = auditor.get(&list.link("/achievements/")).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(
        !policy(&read).contains("script-src") && !read.text().contains("<script"),
        "{}",
        policy(&read)
    );
    let asked = auditor
        .submit(
            &auditor.get("/me").await,
            "/achievements",
            &[("preview", "beside")],
        )
        .await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    let asked = site
        .stranger()
        .post("/achievements", &[("preview", "beside")])
        .await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn levels_that_are_written_already_are_taken_into_the_form_with_their_examples() {
    let (site, owner) = Site::with_owner("riverside").await;
    let form = owner.get("/achievements/new").await;
    let first: Vec<_> = WRITTEN
        .into_iter()
        .chain([
            ("level_examples", ""),
            ("level_examples", "A deep wound\r\nA burn"),
        ])
        .collect();
    let saved = owner.submit(&form, "/achievements", &first).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);

    let other = [
        ("name", "Bandages"),
        ("task", "Bandage a joint"),
        ("level_name", "Mine"),
        ("level_description", "Typed before."),
    ];
    let press = async |button: (&'static str, &str)| {
        let fields = [&other[..], &[button]].concat();
        owner.submit(&form, "/achievements", &fields).await.text()
    };
    let listed = press(("rubrics", "yes")).await;
    assert!(listed.contains("With help, Alone"), "{listed}");
    assert!(listed.contains("Typed before."), "nothing typed is lost");
    let (_, rest) = listed.split_once("name=\"take_levels\" value=\"").unwrap();
    let id = rest.split_once('"').unwrap().0;
    let taken = press(("take_levels", id)).await;
    for part in [
        "With help",
        "Chooses and works unprompted.",
        "A deep wound\nA burn",
        "Bandage a joint",
    ] {
        assert!(taken.contains(part), "{part} in {taken}");
    }
    assert!(!taken.contains("Typed before."), "{taken}");
    // Of another institution, or of none, nothing is taken.
    let stranger = site.owner("lakeside").await;
    let theirs = stranger.get("/achievements/new").await;
    let fields = [&other[..], &[("take_levels", id)]].concat();
    let kept = stranger.submit(&theirs, "/achievements", &fields).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert!(kept.text().contains("Typed before.") && !kept.text().contains("A burn"));
    assert!(!owner.get("/achievements").await.text().contains("Bandages"));

    // Into the next version of one that is there, too; it stays as it is until that is saved.
    let plain = [
        ("name", "Bandages"),
        ("task", "Bandage a joint"),
        ("criteria", "Bandages two joints."),
        ("achievement_type", "Competency"),
        ("names_learner", "yes"),
        ("valid_for_months", "1"),
    ];
    let saved = owner.submit(&form, "/achievements", &plain).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let list = owner.get("/achievements").await.text();
    let hrefs = list.split("href=\"/achievements/").skip(1);
    let mut ids = hrefs.map(|rest| rest.split('"').next().unwrap());
    let new = ids.find(|one| *one != "new" && *one != id).unwrap();
    let path = format!("/achievements/{new}");
    let form = owner.get(&path).await;
    let fields = [&plain[..], &[("take_levels", id)]].concat();
    let taken = owner.submit(&form, &path, &fields).await.text();
    assert!(taken.contains("A deep wound\nA burn"), "{taken}");
    assert!(!owner.get(&path).await.text().contains("A burn"));
}

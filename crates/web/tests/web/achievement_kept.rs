//! Opening an achievement and saving it, as a browser sends what stands in the form: what is not shown stays.

use std::collections::BTreeSet;
use std::path::Path;

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::issuing::{Definition, Import, Outcome, achievement, import};
use touchstone_service::rows::AuditFilter;

use crate::site::{Answer, Browser, Site};

/// A definition with every member that the format knows, none of them easy to show.
const EVERY_MEMBER: &str = include_str!("every-member.json");

#[tokio::test]
async fn saving_an_achievement_as_it_was_opened_changes_nothing() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let ids = imported(&site, &registrar).await;
    assert_eq!(ids.len(), 4, "three samples, and the one with every member");
    for id in ids {
        let path = format!("/achievements/{id}");
        let before = stored(&registrar, &path).await;
        let lines = audited(&site, &registrar).await;
        let page = registrar.get(&path).await;
        let previewed = send(&registrar, &path, &page, &[("preview", "yes")]).await;
        assert_eq!(previewed.status, StatusCode::OK);
        for page in [page, previewed] {
            let saved = send(&registrar, &path, &page, &[]).await;
            assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
            assert_eq!(stored(&registrar, &path).await, before);
        }
        assert_eq!(audited(&site, &registrar).await, lines, "{before}");
        let listed = achievement(&site.test.world, &registrar.tenant, &id, None)
            .await
            .unwrap();
        // The use case says the same of it: a version that was awarded gets no successor.
        let order = touchstone_service::issuing::DefinitionOrder {
            tenant: registrar.tenant.clone(),
            actor: "test".into(),
            definition: listed.unwrap().definition,
            seen: None,
        };
        let again = touchstone_service::issuing::revise(&site.test.world, &order).await;
        assert_eq!(again.unwrap().outcome, Outcome::Unchanged);
    }
}

#[tokio::test]
async fn what_is_edited_is_merged_with_what_the_form_does_not_show() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let ids = imported(&site, &registrar).await;
    let mut every = None;
    for id in ids {
        let path = format!("/achievements/{id}");
        if stored(&registrar, &path).await["slug"] == "every-member" {
            every = Some(path);
        }
    }
    let path = every.unwrap();
    let page = registrar.get(&path).await;
    let mut fields = filled_in(&page);
    let one_more = fields.iter().rfind(|(name, _)| name == "level_name");
    assert_eq!(one_more.unwrap().1, "", "there is room for another level");
    for (name, value) in &mut fields {
        match (name.as_str(), value.as_str()) {
            ("level_name", "Supervised") => *value = "Watched".into(),
            ("level_description", "Writes the plan.") => *value = "Writes and tells.".into(),
            ("alignment", lines) => *value = lines.replacen("EQF level 4", "EQF level four", 1),
            ("achievement_type", kind) => assert_eq!(kind, "ext:Folder|Exam"),
            _ => {}
        }
    }
    let fields: Vec<(&str, &str)> = pairs(&fields);
    let saved = registrar.upload(&page, &path, &fields, ("", b"")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let mut expected: Value = serde_json::from_str(EVERY_MEMBER).unwrap();
    expected = serde_json::from_str(&Definition::from_value(expected).unwrap().to_json()).unwrap();
    let levels = &mut expected["resultDescription"][0]["rubricCriterionLevel"];
    levels[1]["name"] = json!("Watched");
    levels[4]["description"] = json!("Writes and tells.");
    expected["alignment"][2]["targetName"] = json!("EQF level four");
    assert_eq!(stored(&registrar, &path).await, expected);
}

#[tokio::test]
async fn what_was_saved_in_another_tab_is_not_written_over_unseen() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let id = imported(&site, &registrar).await.remove(0);
    let path = format!("/achievements/{id}");
    let typed = |page: &Answer, method: &str| {
        let mut fields = filled_in(page);
        let asked = fields.iter_mut();
        for (_, value) in asked.filter(|(name, _)| name == "assessment_method") {
            *value = method.into();
        }
        fields
    };
    let (one, other) = (registrar.get(&path).await, registrar.get(&path).await);
    let fields = typed(&one, "Seen by two.");
    let saved = registrar
        .upload(&one, &path, &pairs(&fields), ("", b""))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // A preview in between does not count as a look at what was saved.
    let other = send(&registrar, &path, &other, &[("preview", "yes")]).await;
    let fields = typed(&other, "Seen by three.");
    let refused = registrar
        .upload(&other, &path, &pairs(&fields), ("", b""))
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    let text = refused.text();
    for part in [
        "saved in between",
        "Seen by three.",
        "See what stands there now",
        "href=\"#f-seen\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let kept = stored(&registrar, &path).await;
    assert_eq!(kept["assessmentMethod"], "Seen by two.");
    // Who was told saves once more, and knows what is replaced.
    let saved = send(&registrar, &path, &refused, &[]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let kept = stored(&registrar, &path).await;
    assert_eq!(kept["assessmentMethod"], "Seen by three.");
}

/// What the page of the format names is what there is: the fixture has all of it, and a definition has nothing else.
#[test]
fn the_page_of_the_format_names_every_member() {
    let document: Value = serde_json::from_str(EVERY_MEMBER).unwrap();
    let definition = Definition::from_value(document.clone()).unwrap();
    let first_level = &definition.rubric.as_ref().unwrap().levels[0];
    let told = [
        format!("{definition:#?}"),
        format!("{:#?}", definition.alignment[0]),
        format!("{first_level:#?}"),
    ];
    for line in told.iter().flat_map(|told| told.lines()) {
        let own = line.starts_with("    ") && !line.starts_with("     ");
        let empty = line.ends_with(": None,") || line.ends_with(": [],");
        assert!(!(own && empty), "every-member.json lacks it: {line}");
    }
    let read: Value = serde_json::from_str(&definition.to_json()).unwrap();
    let rubric = &read["resultDescription"][0];
    let named = named();
    for (table, object) in named.iter().zip([
        &read,
        &read["alignment"][0],
        rubric,
        &rubric["rubricCriterionLevel"][0],
    ]) {
        let there: BTreeSet<&str> = object
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let table: BTreeSet<&str> = table.iter().map(String::as_str).collect();
        assert_eq!(table, there);
    }
    assert_eq!(named.len(), 4);
}

/// The members that each table of the page names.
fn named() -> Vec<Vec<String>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/achievement.md");
    let page = std::fs::read_to_string(page).unwrap();
    let mut tables = Vec::new();
    for line in page.lines() {
        if line.starts_with("| Member") {
            tables.push(Vec::new());
        } else if let Some(rest) = line.strip_prefix("| `") {
            let name = rest.split_once('`').unwrap().0;
            tables.last_mut().unwrap().push(name.to_owned());
        }
    }
    tables
}

/// Takes in the samples of the program and the one with every member, and answers their ids.
async fn imported(site: &Site, registrar: &Browser) -> Vec<String> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../touchstone/sample/achievements");
    let files = std::fs::read_dir(samples).unwrap().map(|file| {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        serde_json::from_slice::<Value>(&text).unwrap()
    });
    let every = serde_json::from_str(EVERY_MEMBER).unwrap();
    let all: Vec<Value> = files.chain([every]).collect();
    let order = Import {
        tenant: registrar.tenant.clone(),
        actor: "test".into(),
        json: serde_json::to_vec(&all).unwrap(),
    };
    let written = import(&site.test.world, &order).await.unwrap();
    written
        .into_iter()
        .map(|one| one.written.achievement)
        .collect()
}

async fn stored(browser: &Browser, achievement: &str) -> Value {
    let definition = browser.get(&format!("{achievement}/definition.json")).await;
    serde_json::from_slice(&definition.bytes).unwrap()
}

/// How many lines the audit record has.
async fn audited(site: &Site, browser: &Browser) -> usize {
    let reader = site.test.world.store.read();
    let lines = reader
        .audit_lines(&browser.tenant, &AuditFilter::default(), None, 1_000)
        .await;
    lines.unwrap().len()
}

async fn send(browser: &Browser, to: &str, page: &Answer, more: &[(&str, &str)]) -> Answer {
    let fields = filled_in(page);
    let fields = [pairs(&fields), more.to_vec()].concat();
    browser.upload(page, to, &fields, ("", b"")).await
}

fn pairs(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    pairs.collect()
}

/// What a browser sends of the form that brings a file, without pressing one of its further buttons (HTML Standard, "Constructing
/// the entry list"): no line breaks from a control of one line, the chosen option or else the first, boxes that are ticked.
fn filled_in(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    let form = text
        .split_once("enctype=\"multipart/form-data\"")
        .unwrap()
        .1;
    let mut rest = form.split_once("</form>").unwrap().0;
    let mut fields = Vec::new();
    while let Some((_, at)) = rest.split_once('<') {
        let (tag, after) = at.split_once('>').unwrap();
        rest = after;
        let kind = tag.split(' ').next().unwrap();
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        match kind {
            "input" => match attribute(tag, "type").as_deref() {
                Some("file") => {}
                Some("checkbox" | "radio") if !tag.ends_with(" checked") => {}
                _ => {
                    let value = attribute(tag, "value").unwrap_or_default();
                    fields.push((name, value.replace('\n', "")));
                }
            },
            "textarea" => {
                let (value, after) = after.split_once("</textarea>").unwrap();
                let value = plain(value.strip_prefix('\n').unwrap_or(value));
                fields.push((name, value.replace('\n', "\r\n")));
                rest = after;
            }
            "select" => {
                let (options, after) = after.split_once("</select>").unwrap();
                let mut options = options
                    .split("<option")
                    .skip(1)
                    .map(|one| one.split('>').next().unwrap());
                let first = options.clone().next().unwrap();
                let chosen = options
                    .find(|option| option.ends_with(" selected"))
                    .unwrap_or(first);
                fields.push((name, attribute(chosen, "value").unwrap_or_default()));
                rest = after;
            }
            _ => {}
        }
    }
    fields.retain(|(name, _)| name != "csrf");
    assert!(fields.iter().any(|(name, _)| name == "level_description"));
    fields
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(plain(rest.split_once('"')?.0))
}

fn plain(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    text.replace("&amp;", "&")
}

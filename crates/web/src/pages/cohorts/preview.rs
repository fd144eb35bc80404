//! The second step: what would be issued, and every row that needs somebody. Nothing has happened yet.

use maud::{Markup, html};
use touchstone_service::governing::NoLongerUsed;
use touchstone_service::operations::Permission;

use crate::pages::desk::{Desk, trail};
use crate::templates::{
    Act, Column, Control, Field, Moment, Problem, Tone, acts, day_text, day_value, error_summary,
    field, icon, ledger, moment, note,
};
use crate::text::clean;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The cohort's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is awarded.
    pub achievement: String,
    /// That it is no longer to be used.
    pub no_longer_used: Option<NoLongerUsed>,
    /// The file: its name and how it was read.
    pub source: Option<String>,
    /// In which encoding the file was read.
    pub encoding: Option<String>,
    /// Headers that were taken for nothing.
    pub left_out: Vec<String>,
    /// Nothing of it was issued yet, so its day can be set.
    pub open: bool,
    /// Rows that are ready.
    pub ready: u64,
    /// Rows that need somebody.
    pub faulty: u64,
    /// Rows that were issued before and go no second time.
    pub before: u64,
    /// The faulty rows: number, the name in it, and each fault with its column.
    pub faults: Vec<Fault>,
    /// More faulty rows than are shown.
    pub faults_left_out: u64,
    /// The first rows that are ready.
    pub first: Vec<Row>,
    /// Not before this day.
    pub hold_until: Option<Moment>,
    /// Stands for exactly the rows that are ready; confirming names it.
    pub fingerprint: String,
    /// Files that the rows name by their fingerprint.
    pub evidence: Evidence,
    /// What was refused of the files that were just uploaded.
    pub problems: Vec<Problem>,
}

/// Files that rows name by their fingerprint alone.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// How many of them were uploaded.
    pub here: usize,
    /// The rows whose files were not.
    pub missing: Vec<i64>,
}

/// A row that is ready.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs)] // The names say it.
pub struct Row {
    pub line: i64,
    pub name: String,
    pub address: String,
    pub level: String,
    pub awarded_on: String,
}

/// One fault of one row.
#[derive(Clone, Debug, Default)]
pub struct Fault {
    /// The row's number in the file.
    pub line: i64,
    /// Who it is about, as far as that is known.
    pub who: String,
    /// The column as people call it, and as programs do.
    pub column: String,
    /// The column's name in the form that corrects it, and what stands there now.
    pub entry: Option<(&'static str, String)>,
    /// What is wrong and the way out.
    pub words: String,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let cancel = format!("/cohorts/{}/cancel", view.id);
    let faults = format!("/cohorts/{}/faults.csv", view.id);
    let may_issue = desk.may(Permission::Issue);
    let table = Act {
        href: &faults,
        icon: Some("download"),
        label: "All faults as a table",
        small: Some("CSV"),
        download: true,
        ..Act::default()
    };
    let another = Act {
        href: "/cohorts/new",
        label: "Upload another file",
        ..Act::default()
    };
    let ways: Vec<Act<'_>> = [table]
        .into_iter()
        .chain(may_issue.then_some(another))
        .collect();
    let main = html! {
        (trail(&[("/cohorts", "Cohorts")]))
        h1 { (heading(view, may_issue)) }
        p {
            (view.name) ": " strong { (view.achievement) } ". "
            @if let Some(source) = &view.source { "From " code { (source) } @if let Some(encoding) = &view.encoding { ", read as " (encoding) } ". " }
            "Nothing has been issued, and nobody has been told."
        }
        (error_summary("That was not done", &view.problems))
        (no_longer_used(view))
        @if !view.left_out.is_empty() {
            (note(Some(Tone::Warn), Some("warn"), "Columns that are left out", &html! {
                p { "Nothing was taken from " @for (place, header) in view.left_out.iter().enumerate() { @if place > 0 { ", " } strong { bdi { (clean(header)) } } } "." @if may_issue { " If one of them matters, discard this list and upload it again, saying what the column means." } }
            }))
        }
        @if view.faulty > 0 {
            (note(Some(Tone::Fail), Some("fail"), "Rows to correct", &html! {
                @if may_issue { p { "Correct them here, or in your file and upload it again: rows that were issued before go no second time. Or let the others go now, and these follow later." } }
                @else { p { "A registrar can correct them. The others can go before." } }
            }))
            (ledger(if may_issue { "Every row that needs you" } else { "Every row with a fault" }, [Column::numbers("Row"), Column::words("Who"), Column::words("Column"), Column::words("What is wrong, and the way out")],
                view.faults.iter().map(|fault| [html! { (fault.line) }, html! { bdi { (fault.who) } }, html! { (fault.column) }, html! { span.fail { (fault.words) } (correction(desk, view, fault)) }])))
            @if view.faults_left_out > 0 { p { "And " (view.faults_left_out) " more." } }
            (acts(&ways))
        }
        @if view.before > 0 {
            p { (view.before) @if view.before == 1 { " row was" } @else { " rows were" } " issued before and will not be issued again." }
        }
        @if view.ready > 0 {
            h2 { "Ready" }
            (ledger(&format!("The first {} of {}", view.first.len(), view.ready),
                [Column::numbers("Row"), Column::words("Name"), Column::words("E-mail"), Column::words("Level"), Column::words("Awarded on")],
                view.first.iter().map(|row| [html! { (row.line) }, html! { bdi { (row.name) } }, html! { (row.address) }, html! { (row.level) }, html! { (row.awarded_on) }])))
            (evidence(desk, view))
            h2 { "The mail" }
            p { "Look at it as each person will get it" @if may_issue { ", and have it sent to yourself," } " before it goes." }
            (acts(&[Act { href: &format!("/cohorts/{}/mail", view.id), icon: Some("mail"), label: "Look at the mail", ..Act::default() }]))
            (issuing(desk, view))
        }
        @if may_issue { (desk.button(&cancel, &html! { "Discard this list" })) }
    };
    desk.page(&format!("Preview of {}", view.name), "/cohorts", &main)
}

/// A warning, and no refusal: whoever began under it may come to its end.
fn no_longer_used(view: &View) -> Markup {
    html! { @if let Some(told) = &view.no_longer_used {
        (note(Some(Tone::Warn), Some("warn"), "It is no longer to be used", &html! {
            p {
                "Since " (day_text(moment(told.since))) ", " bdi { (clean(&view.achievement)) } " is no longer to be used. "
                @match &told.successor {
                    Some(successor) => { "In its place: " a href={ "/achievements/" (successor.id) } { bdi { (clean(&successor.name)) } } "." }
                    None if told.replaced_by.is_empty() => { "Nothing takes its place." }
                    None => { "In its place: " bdi { (clean(&told.replaced_by)) } "." }
                }
            }
            p { "If this list is the last of it, nothing keeps you from issuing it." }
        }))
    } }
}

/// Agreeing to exactly what was shown, for those who may.
fn issuing(desk: &Desk, view: &View) -> Markup {
    let may_confirm = desk.may(Permission::Confirm);
    html! {
        h2 { "Issue them" }
        @if may_confirm { p { "You agree to exactly these rows. If a single letter changes after that, you are asked again." } }
        @else { p { "A registrar or an approver agrees to exactly these rows." } }
        p.hint { "Fingerprint: " code { (view.fingerprint.get(..16).unwrap_or_default()) } }
        (holding(desk, view))
        @if may_confirm {
            (desk.form(&format!("/cohorts/{}/confirm", view.id), &html! {
                input type="hidden" name="fingerprint" value=(view.fingerprint);
                p.acts {
                    button.main { (icon("pass")) " Issue " (view.ready) @if view.ready == 1 { " credential" } @else { " credentials" } }
                    @if view.faulty > 0 { " " span.hint { "The " (view.faulty) @if view.faulty == 1 { " other stays" } @else { " others stay" } " here and can follow later." } }
                }
            }))
        }
    }
}

/// The day before which nothing is issued.
fn holding(desk: &Desk, view: &View) -> Markup {
    let problem = view
        .problems
        .iter()
        .find(|problem| problem.field == "hold_until");
    let error = problem.map(|problem| problem.words.as_str());
    let until = view.hold_until.map(day_value).unwrap_or_default();
    html! {
        @if let Some(at) = view.hold_until { p { "They are held until " (day_text(at)) "." } }
        @if view.open && desk.may(Permission::Issue) {
            details open[error.is_some()] {
                summary { @if view.hold_until.is_some() { "Another day, or at once" } @else { "Not before a day" } }
                (desk.form(&format!("/cohorts/{}/hold", view.id), &html! {
                    (field(&Field { name: "hold_until", label: "Not before", hint: Some("Empty: as soon as you confirm."), value: &until, error, control: Control::Typed("date"), ..Field::default() }))
                    button { (icon("clock")) " Set the day" }
                }))
            }
        }
    }
}

/// What the awards rest on: files that are here, that are not, and a way to bring more.
fn evidence(desk: &Desk, view: &View) -> Markup {
    let error = |name: &str| {
        let problem = view.problems.iter().find(|problem| problem.field == name);
        problem.map(|problem| problem.words.as_str())
    };
    let (here, missing) = (view.evidence.here, &view.evidence.missing);
    if here == 0 && missing.is_empty() && !desk.may(Permission::Issue) {
        return html! {};
    }
    html! {
        h2 { "Evidence" }
        @if here > 0 { p { (here) @if here == 1 { " file is" } @else { " files are" } " here. Each credential says where its own can be opened." } }
        @if !missing.is_empty() {
            p {
                "Not uploaded, and named by its fingerprint alone: the file of row "
                @for (place, line) in missing.iter().take(20).enumerate() { @if place > 0 { ", " } (line) }
                @if missing.len() > 20 { " and of " (missing.len() - 20) " more" }
                ". The credential then says that you keep it."
            }
        }
        @if desk.may(Permission::Issue) { details open[error("row").or(error("file")).is_some()] {
            summary { "Upload files" }
            (desk.upload(&format!("/cohorts/{}/evidence", view.id), &html! {
                (field(&Field { name: "row", label: "For which row", hint: Some("Its number in the list. Empty: the rows name the files by their SHA-256."), error: error("row"), ..Field::default() }))
                (field(&Field { name: "file", label: "The files", hint: Some("At most 10 MB each. Whoever has the credential can open them: take care that they show nobody else."), error: error("file"), control: Control::Files, required: true, ..Field::default() }))
                p.acts { button { (icon("file")) " Upload" } }
            }))
        } }
    }
}

/// The field in which a row is mended right here.
fn correction(desk: &Desk, view: &View, fault: &Fault) -> Markup {
    let Some((column, current)) = &fault.entry else {
        return html! {};
    };
    if !desk.may(Permission::Issue) {
        return html! {};
    }
    let apart = format!("{}-{column}", fault.line);
    let label = format!("Row {}, {}", fault.line, fault.column);
    html! {
        details {
            summary { "Correct it here" span.vh { ": row " (fault.line) ", " (fault.column) } }
            (desk.form(&format!("/cohorts/{}/rows/{}", view.id, fault.line), &html! {
                input type="hidden" name="column" value=(column);
                (field(&Field { name: "value", apart: Some(&apart), label: &label, value: current, ..Field::default() }))
                button { (icon("retry")) " Check this row again" }
            }))
        }
    }
}

/// `may_issue`: the reader is who corrects them.
fn heading(view: &View, may_issue: bool) -> String {
    let total = view.ready + view.faulty + view.before;
    let rows = if total == 1 {
        "1 row".to_owned()
    } else {
        format!("{total} rows")
    };
    let faulty = match (view.faulty, may_issue) {
        (1, true) => "1 needs you".to_owned(),
        (1, false) => "1 has a fault".to_owned(),
        (faulty, true) => format!("{faulty} need you"),
        (faulty, false) => format!("{faulty} have faults"),
    };
    match (view.ready, view.faulty) {
        (0, 0) => format!("{rows}: none is new"),
        (0, _) => format!("{rows}: {faulty}"),
        (ready, 0) if ready == total => format!("{rows}: all are ready"),
        (1, 0) => format!("{rows}: 1 is ready"),
        (ready, 0) => format!("{rows}: {ready} are ready"),
        (1, _) => format!("{rows}: 1 is ready, {faulty}"),
        (ready, _) => format!("{rows}: {ready} are ready, {faulty}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heading_counts_what_is_ready_and_what_needs_somebody() {
        let read = |ready, faulty, before, may_issue| {
            let view = View {
                ready,
                faulty,
                before,
                ..View::default()
            };
            heading(&view, may_issue)
        };
        let view = |ready, faulty, before| read(ready, faulty, before, true);
        assert_eq!(view(111, 3, 0), "114 rows: 111 are ready, 3 need you");
        assert_eq!(view(1, 1, 0), "2 rows: 1 is ready, 1 needs you");
        let others = read(111, 3, 0, false);
        assert_eq!(others, "114 rows: 111 are ready, 3 have faults");
        assert_eq!(view(5, 0, 0), "5 rows: all are ready");
        assert_eq!(view(0, 0, 4), "4 rows: none is new");
    }
}

//! Achievements as documents for other systems, and what those have no place for.

use super::run::Folder;

#[test]
fn what_a_form_has_no_place_for_is_said_beside_the_document() {
    let folder = Folder::with_river();
    let at = |args: &[&str]| folder.run_at_river(args);
    folder.write(
        "measuring.json",
        include_str!("../../sample/achievements/precision-measurement.json"),
    );
    at(&["achievement", "import", "measuring.json"]).exits(0);
    for (form, lost) in [
        ("ctdl", "evidenceRequired"),
        ("elm", "resultDescription"),
        ("case", "assessmentMethod"),
    ] {
        let show = ["achievement", "show", "precision-measurement", "--format"];
        let shown = at(&[&show[..], &[form]].concat()).exits(0);
        let shown = shown.warns("not in it, for want of a place: ").warns(lost);
        assert!(shown.json().is_object(), "the document alone is put out");
    }
}

//! Words that are kept in several languages: those of whoever reads them, or English.

/// The words of the language that `tag` (BCP 47) names by its first part; `None` if there are none in it.
pub fn spoken<'w, W>(
    all: &'w [W],
    language: impl Fn(&W) -> &'static str,
    tag: &str,
) -> Option<&'w W> {
    let primary = tag.trim().split('-').next().unwrap_or_default();
    all.iter()
        .find(|words| language(words).eq_ignore_ascii_case(primary))
}

/// The same, or else the first, which are in English.
pub fn spoken_or_english<'w, W>(
    all: &'w [W],
    language: impl Fn(&W) -> &'static str,
    tag: &str,
) -> &'w W {
    spoken(all, language, tag).unwrap_or(&all[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_answered_in_its_language_and_any_other_in_english() {
        let all = ["en", "de", "fr"];
        let answered = [
            ("de", "de"),
            ("de-AT", "de"),
            ("FR", "fr"),
            ("es", "en"),
            ("d", "en"),
            ("", "en"),
        ];
        for (tag, language) in answered {
            assert_eq!(*spoken_or_english(&all, |one| *one, tag), language, "{tag}");
        }
        assert_eq!(spoken(&all, |one| *one, "es"), None);
    }
}

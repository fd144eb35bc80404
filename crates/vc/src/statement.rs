//! What a credential says of its holder, as a sentence: the same words on a page, on paper and in a terminal.

use alloc::{borrow::ToOwned, format, string::String};

use crate::view::{AchievementView, View};

/// What follows the holder's name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Said<'v> {
    /// "… can TASK": a task that starts with a verb.
    Can(&'v str),
    /// "… has earned ACHIEVEMENT": all that can be said when no task is named.
    Earned(&'v str),
}

impl<'v> View<'v> {
    /// What it says of its holder. `ours`: it was issued here, by our own rules for descriptions.
    #[must_use]
    pub fn said(&self, ours: bool) -> Said<'v> {
        let none = AchievementView::default();
        let achievement = self.achievement.as_ref().unwrap_or(&none);
        let mut tasks = achievement
            .alignment
            .iter()
            .filter(|item| item.target_type == Some("ext:Task"));
        let task = tasks.find_map(|item| item.target_name);
        // Ours say the task in the description; others, at best, in an alignment.
        match (task, achievement.description) {
            (Some(_), Some(description)) if ours => Said::Can(description),
            (Some(task), _) => Said::Can(task),
            (None, _) => Said::Earned(self.title().unwrap_or_default()),
        }
    }
}

/// A task as it stands in a sentence: without the capital that frameworks begin it with, and with a full stop.
#[must_use]
pub fn in_sentence(task: &str) -> String {
    let mut letters = task.trim().chars();
    let first = letters.next().map(char::to_lowercase);
    let second_is_capital = letters.clone().next().is_some_and(char::is_uppercase);
    let text: String = match first {
        Some(first) if !second_is_capital => first.chain(letters).collect(),
        _ => task.trim().to_owned(),
    };
    full_stop(&text)
}

/// The text with a full stop at its end, if it has none.
#[must_use]
pub fn full_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '。', '؟']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_begins_small_and_ends_with_a_full_stop() {
        assert_eq!(in_sentence(" Measure parts "), "measure parts.");
        assert_eq!(in_sentence("Measure parts."), "measure parts.");
        assert_eq!(in_sentence("MRI scans are read"), "MRI scans are read.");
        assert_eq!(in_sentence("Élaguer des arbres!"), "élaguer des arbres!");
        assert_eq!(in_sentence(""), ".");
    }
}

//! Statements of a framework as entries to search.

use std::collections::BTreeMap;

use super::Entry;
use crate::framework::{Framework, Statement};

/// How far above a statement its context reaches.
const HIGHEST: usize = 3;

impl Framework {
    /// Its statements as entries, in order; the context of each is what stands above it.
    pub fn entries(&self) -> Vec<Entry> {
        let by_uri: BTreeMap<&str, &Statement> = self
            .statements
            .iter()
            .map(|statement| (statement.uri.as_str(), statement))
            .collect();
        let entry = |statement: &Statement| {
            let mut context: Vec<String> = Vec::new();
            let mut level: Vec<&str> = statement.parents.iter().map(String::as_str).collect();
            for _ in 0..HIGHEST {
                let above: Vec<&&Statement> =
                    level.iter().filter_map(|uri| by_uri.get(uri)).collect();
                context.extend(above.iter().map(|parent| parent.label.clone()));
                level = above
                    .iter()
                    .flat_map(|parent| &parent.parents)
                    .map(String::as_str)
                    .collect();
            }
            Entry {
                label: statement.label.clone(),
                alternates: statement.alternates.clone(),
                description: statement.description.clone().unwrap_or_default(),
                context,
                vector: Vec::new(),
            }
        };
        self.statements.iter().map(entry).collect()
    }
}

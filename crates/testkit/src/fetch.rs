//! Documents of others, as the test says.

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use touchstone_service::ports::{Fetch, FetchError, Fetched};

/// Answers what it was told for an address; any other host is not found. Remembers what was asked.
#[derive(Default)]
pub struct ScriptedFetch {
    answers: Mutex<BTreeMap<String, Result<Fetched, FetchError>>>,
    asked: Mutex<Vec<String>>,
}

impl ScriptedFetch {
    /// From now on answers this for `url`.
    pub fn answer(&self, url: &str, answer: Result<Fetched, FetchError>) {
        self.answers
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .insert(url.to_owned(), answer);
    }

    /// Which addresses were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .clone()
    }
}

#[async_trait]
impl Fetch for ScriptedFetch {
    async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
        self.asked
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .push(url.to_owned());
        let answers = self.answers.lock().unwrap_or_else(|lock| lock.into_inner());
        answers
            .get(url)
            .cloned()
            .unwrap_or(Err(FetchError::NoSuchHost))
    }
}

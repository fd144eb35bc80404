//! Documents of others, as the test says.

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use touchstone_service::ports::{Fetch, FetchError, Fetched, Tell};

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

/// What a program was told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Told {
    /// Where.
    pub url: String,
    /// The headers, by their names.
    pub headers: BTreeMap<&'static str, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Programs of others, as the test says: an address takes every message unless something else was scripted for it.
#[derive(Default)]
pub struct ScriptedTell {
    answers: Mutex<BTreeMap<String, Result<u16, FetchError>>>,
    told: Mutex<Vec<Told>>,
}

impl ScriptedTell {
    /// From now on answers this at `url`.
    pub fn answer(&self, url: &str, answer: Result<u16, FetchError>) {
        self.answers
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .insert(url.to_owned(), answer);
    }

    /// What was told, in order, whatever became of it.
    pub fn told(&self) -> Vec<Told> {
        self.told
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .clone()
    }
}

#[async_trait]
impl Tell for ScriptedTell {
    async fn tell(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<u16, FetchError> {
        let told = Told {
            url: url.to_owned(),
            headers: headers.iter().cloned().collect(),
            body,
        };
        self.told
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .push(told);
        let answers = self.answers.lock().unwrap_or_else(|lock| lock.into_inner());
        answers.get(url).copied().unwrap_or(Ok(204))
    }
}

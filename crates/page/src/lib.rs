//! What a person reads about a credential: the words of verdicts and checks, the parts of pages, and the page about one
//! credential.
//!
//! **Invariant:** rendering is pure: the same view gives the same bytes on a server and in a browser. Nothing here knows a request,
//! a database or the network.
//!
//! Start at [`credential::View`] for what a page shows and at [`words`] for how it says it.

pub mod credential;
pub mod sprite;
pub mod templates;
pub mod text;
pub mod words;

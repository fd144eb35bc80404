//! Postings and applications. What an applicant sent is deleted whole: with the row go its files.

mod application;
mod posting;

//! Postings and applications. What an applicant sent is deleted whole: with the row go its files and the documents by which they are checked.

mod application;
mod copy;
mod needed;
mod posting;
mod staff_page;
mod webhook;

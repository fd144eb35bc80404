//! O*NET's database: occupations, tasks, work activities and titles, as its tab-separated tables.
//!
//! Whoever publishes anything made from it shows O*NET's attribution: [`ATTRIBUTION`].

mod read;
mod write;

pub use read::read;
pub(super) use read::takes;
pub use write::write;

/// What the licence (CC BY 4.0) asks for; the version belongs where `{version}` stands.
pub const ATTRIBUTION: &str = "O*NET {version} Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA. Modified; USDOL/ETA has not approved, endorsed, or tested these modifications.";

/// The column with the code of an occupation, in all tables that have one.
const CODE: &str = "O*NET-SOC Code";
/// Before the number of a task, in its code: numbers of tasks are none of occupations or activities.
const TASK: &str = "task-";
/// Before the code of a task that has no number yet.
const EMERGING: &str = "emerging-";
/// Before the category of such a task, among the words that it is found by.
const CATEGORY: &str = "emerging: ";

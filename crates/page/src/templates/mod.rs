//! The parts that pages are made of, one file per part.
//!
//! Every function returns [`Markup`](maud::Markup), which escapes what it is given. There is no `style` attribute and no
//! inline script: the content security policy would refuse both.

mod acts;
mod bar;
mod checks;
mod date;
mod facts;
mod form;
mod icon;
mod ledger;
mod markdown;
mod note;
mod outcome;
mod statement;
mod streak;
mod todo;
mod verdict;
mod withheld;

pub use acts::{Act, acts};
pub use bar::bar;
pub use checks::{CheckLine, checks, step, steps};
pub use date::{Moment, day, day_text, day_value, minute, minute_text, moment, month_span};
pub use facts::{fact, facts};
pub use form::{Control, Field, Problem, csrf, error_summary, field, option};
pub use icon::icon;
pub use ledger::{Column, ledger};
pub use markdown::markdown;
pub use note::note;
pub use outcome::{Tone, outcome};
pub use statement::statement;
pub use streak::{StreakState, mini, streak};
pub use todo::todo;
pub use verdict::verdict;
pub use withheld::withheld;

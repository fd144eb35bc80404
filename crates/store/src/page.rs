//! Lists that are read page by page, newest first, each page starting where the last one ended.

use sea_orm::{ColumnTrait, Condition};

/// Where the next page starts: after the row with this time and id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The time by which the list is ordered.
    pub at: i64,
    /// The id that decides among equals.
    pub id: String,
}

impl Cursor {
    /// What comes after it in a list that has the newest first.
    pub(crate) fn rest(&self, at: impl ColumnTrait, id: impl ColumnTrait) -> Condition {
        let same = Condition::all()
            .add(at.eq(self.at))
            .add(id.lt(self.id.as_str()));
        Condition::any().add(at.lt(self.at)).add(same)
    }
}

/// Some rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page starts; absent on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page of `limit` rows from up to `limit + 1` that were read.
    pub(crate) fn cut(mut rows: Vec<T>, limit: u64, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { rows, next }
    }
}

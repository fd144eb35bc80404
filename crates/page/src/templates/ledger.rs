//! Tables whose rows stack on narrow screens.

use maud::{Markup, html};

/// A column: its heading, and whether it holds numbers.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The heading.
    pub name: &'static str,
    /// Numbers stand at the end of their cell.
    pub number: bool,
}

impl Column {
    /// A column of words.
    pub const fn words(name: &'static str) -> Self {
        Self {
            name,
            number: false,
        }
    }

    /// A column of numbers.
    pub const fn numbers(name: &'static str) -> Self {
        Self { name, number: true }
    }
}

/// A table. The first cell of each row names the row.
pub fn ledger<const N: usize>(
    caption: &str,
    columns: [Column; N],
    rows: impl IntoIterator<Item = [Markup; N]>,
) -> Markup {
    html! {
        // Where it does not fit it scrolls, by keyboard too.
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.stack {
                caption { (caption) }
                thead { tr { @for column in &columns { th scope="col" class=[column.number.then_some("n")] { (column.name) } } } }
                tbody { @for row in rows { tr { @for (place, cell) in row.iter().enumerate() {
                    @if place == 0 { th scope="row" data-l=(columns[0].name) class=[columns[0].number.then_some("n")] { (cell) } }
                    @else { td data-l=(columns[place].name) class=[columns[place].number.then_some("n")] { (cell) } }
                } } } }
            }
        }
    }
}

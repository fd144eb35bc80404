//! A picture of the tree around one entry: the eight entries next to it, and how they are joined.
//!
//! Which entries are joined is RFC 9162, section 2.1.1. Eight that begin at a multiple of eight are always one part of the tree, and so
//! are those at its right edge.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};

use super::show::thousands;

/// A part of the tree with an entry in it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tree {
    index: u64,
    start: u64,
    end: u64,
    whole: bool,
}

impl Tree {
    /// The part around entry `index` of a tree of `size` entries.
    pub fn around(index: u64, size: u64) -> Self {
        let start = index / LEAVES * LEAVES;
        let end = (start + LEAVES).min(size);
        Self {
            index,
            start,
            end,
            whole: start == 0 && end == size,
        }
    }

    /// How many joins there are from the entry to the top of the part.
    pub fn steps(&self) -> usize {
        let (mut start, mut end, mut steps) = (self.start, self.end, 0);
        while end - start > 1 {
            let middle = start + split(end - start);
            if self.index < middle {
                end = middle;
            } else {
                start = middle;
            }
            steps += 1;
        }
        steps
    }
}

/// Draws it.
pub fn picture(tree: &Tree) -> Markup {
    let mut drawing = Drawing::default();
    let (x, y, _) = drawing.join(tree, tree.start, tree.end);
    let top = if tree.whole {
        "the seal"
    } else {
        "towards the seal"
    };
    let label = format!("Entry {}", thousands(tree.index));
    html! {
        section.scroll tabindex="0" aria-label="Picture of the tree" {
            figure {
                svg.fig.tree viewBox="0 0 640 268" role="img" aria-labelledby="tree-title tree-text" {
                    title #tree-title { "The way from " (label.to_lowercase()) " up to the seal" }
                    desc #tree-text { (label) " is joined with its neighbour, and what they make with the next, in " (tree.steps()) " steps." }
                    path.l d=(drawing.other) {}
                    path.p d=(drawing.way) {}
                    (PreEscaped(drawing.nodes))
                    text x=(x + 22) y=(y + 5) { (top) }
                }
            }
        }
        ul.plain.row {
            li { svg.i viewBox="0 0 24 24" aria-hidden="true" { path.g d="M12 1l11 11-11 11L1 12z" {} } " computed by you" }
            li { svg.i viewBox="0 0 24 24" aria-hidden="true" { path.k d="M2 2h20v20H2z" {} } " handed to you as proof" }
            li { svg.i viewBox="0 0 24 24" aria-hidden="true" { circle.s cx="12" cy="12" r="9" {} } " not needed" }
        }
    }
}

#[derive(Default)]
struct Drawing {
    /// Lines to the entry.
    way: String,
    /// Lines beside it.
    other: String,
    nodes: String,
}

/// Numbers and classes only are written into it.
impl Drawing {
    /// Draws entries `start..end`; answers where their top is, and how high it stands.
    fn join(&mut self, tree: &Tree, start: u64, end: u64) -> (u64, u64, u64) {
        let inside = (start..end).contains(&tree.index);
        let (x, height) = if end - start == 1 {
            (58 + (start - tree.start) * 75, 0)
        } else {
            let middle = start + split(end - start);
            let (left_x, left_y, left) = self.join(tree, start, middle);
            let (right_x, right_y, right) = self.join(tree, middle, end);
            let (x, height) = (u64::midpoint(left_x, right_x), left.max(right) + 1);
            let y = 226 - 62 * height;
            for (from_x, from_y, part) in [
                (left_x, left_y, start..middle),
                (right_x, right_y, middle..end),
            ] {
                let lines = if part.contains(&tree.index) {
                    &mut self.way
                } else {
                    &mut self.other
                };
                _ = write!(lines, "M{from_x} {from_y}L{x} {y}");
            }
            // What stands beside the way is what the proof hands over.
            if inside {
                let (beside_x, beside_y) = if tree.index < middle {
                    (right_x, right_y)
                } else {
                    (left_x, left_y)
                };
                let (left, top) = (beside_x - 11, beside_y - 11);
                _ = write!(
                    self.nodes,
                    r#"<path class="k" d="M{left} {top}h22v22h-22z"/>"#
                );
            }
            (x, height)
        };
        let y = 226 - 62 * height;
        if inside {
            let top = y - 12;
            _ = write!(
                self.nodes,
                r#"<path class="g" d="M{x} {top}l12 12-12 12-12-12z"/>"#
            );
        } else {
            _ = write!(self.nodes, r#"<circle class="s" cx="{x}" cy="{y}" r="8"/>"#);
        }
        if end - start == 1 {
            let class = if inside { "" } else { "q" };
            let number = thousands(start);
            _ = write!(
                self.nodes,
                r#"<text class="{class}" x="{x}" y="258" text-anchor="middle">{number}</text>"#
            );
        }
        (x, y, height)
    }
}

/// The largest power of two below a number of entries.
fn split(entries: u64) -> u64 {
    1 << (entries - 1).ilog2()
}

const LEAVES: u64 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_a_mark_for_each_step_of_the_proof() {
        for (index, size, steps) in [
            (0, 1, 0),
            (0, 2, 1),
            (4, 5, 1),
            (2, 7, 3),
            (48_211, 48_487, 3),
            (48_486, 48_487, 2),
        ] {
            let tree = Tree::around(index, size);
            assert_eq!(tree.steps(), steps, "{index} of {size}");
            let drawn = picture(&tree).into_string();
            let squares = drawn.matches(r#"class="k" d="M"#).count() - 1; // Less the legend's.
            assert_eq!(squares, steps, "{index} of {size}");
        }
    }
}

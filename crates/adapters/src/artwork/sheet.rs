//! A typeset document before it is written: pages of placed things, in points from the top left.
//!
//! Each thing belongs to a *block*, which says what it is to somebody who has the page read out.

use resvg::tiny_skia::Pixmap;
use touchstone_service::ports::ArtworkError;

use super::typeset::{Line, Paragraph};

/// Pages under composition.
pub(super) struct Sheet {
    most_pages: usize,
    pub(super) pages: Vec<Vec<Placed>>,
    pub(super) blocks: Vec<Role>,
    /// Where the next thing goes on the last page.
    pub(super) y: f32,
    pub(super) missing: Vec<char>,
}

/// A thing on a page and the block it belongs to.
pub(super) struct Placed {
    pub(super) block: usize,
    pub(super) item: Item,
}

/// What can stand on a page.
pub(super) enum Item {
    /// One line of a paragraph, its top left at `x`, `y`.
    Words {
        line: Line,
        text: std::rc::Rc<str>,
        x: f32,
        y: f32,
        ink: Ink,
    },
    /// A filled shape: corners in order.
    Shape { corners: Vec<(f32, f32)>, ink: Ink },
    /// A rectangle's outline.
    Frame { area: Area, ink: Ink },
    /// Dark squares of a QR code.
    Squares { areas: Vec<Area> },
    /// A picture, stretched to `area`.
    Picture { area: Area, pixels: Pixmap },
    /// A place to follow an address from.
    Link { area: Area, address: String },
}

/// Left, top, width, height.
#[derive(Clone, Copy)]
pub(super) struct Area(
    pub(super) f32,
    pub(super) f32,
    pub(super) f32,
    pub(super) f32,
);

/// What a block is, for readers that do not show pages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// Decoration; not read out.
    Artifact,
    /// The statement.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A picture and the words for it.
    Figure(String),
    /// An address that can be followed.
    Link(String),
}

/// The colours of the pages, on paper.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    Text,
    Soft,
    Rule,
    Edge,
    Stone,
    Gold,
    Rub,
}

impl Ink {
    pub(super) fn rgb(self) -> [u8; 3] {
        match self {
            Self::Text => [0x15, 0x1a, 0x19],
            Self::Soft => [0x4a, 0x55, 0x53],
            Self::Rule => [0xc5, 0xcd, 0xca],
            Self::Edge => [0x76, 0x81, 0x7e],
            Self::Stone => [0x1a, 0x20, 0x1f],
            Self::Gold => [0xdc, 0xae, 0x3e],
            Self::Rub => [0xa8, 0x7c, 0x1c],
        }
    }
}

impl Sheet {
    /// One of at most so many pages.
    pub(super) fn of(most_pages: usize) -> Self {
        let mut sheet = Self {
            most_pages,
            pages: Vec::new(),
            blocks: vec![Role::Artifact],
            y: 0.0,
            missing: Vec::new(),
        };
        sheet.turn();
        sheet
    }

    /// Begins a block; what is placed with its number belongs to it.
    pub(super) fn block(&mut self, role: Role) -> usize {
        self.blocks.push(role);
        self.blocks.len() - 1
    }

    pub(super) fn place(&mut self, block: usize, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { block, item });
        }
    }

    /// A filled rectangle that is not read out.
    pub(super) fn rule(&mut self, Area(x, y, width, height): Area, ink: Ink) {
        let corners = vec![
            (x, y),
            (x + width, y),
            (x + width, y + height),
            (x, y + height),
        ];
        self.place(ARTIFACT, Item::Shape { corners, ink });
    }

    /// Sets a paragraph at `x`, from the current height down, line by line over the end of the page.
    pub(super) fn flow(
        &mut self,
        block: usize,
        paragraph: Paragraph,
        x: f32,
        ink: Ink,
    ) -> Result<(), ArtworkError> {
        let text: std::rc::Rc<str> = paragraph.text.into();
        self.missing.extend(paragraph.missing);
        for line in paragraph.lines {
            self.need(line.height)?;
            let (y, height) = (self.y, line.height);
            let text = text.clone();
            self.place(
                block,
                Item::Words {
                    line,
                    text,
                    x,
                    y,
                    ink,
                },
            );
            self.y += height;
        }
        Ok(())
    }

    /// Turns the page if less than `height` is left.
    pub(super) fn need(&mut self, height: f32) -> Result<(), ArtworkError> {
        if self.y + height > BOTTOM {
            if self.pages.len() == self.most_pages {
                let limit = self.most_pages;
                return Err(ArtworkError::TooManyPages { limit });
            }
            self.turn();
        }
        Ok(())
    }

    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
        for inset in FRAMES {
            let area = Area(inset, inset, PAGE.0 - 2.0 * inset, PAGE.1 - 2.0 * inset);
            self.place(
                ARTIFACT,
                Item::Frame {
                    area,
                    ink: Ink::Rule,
                },
            );
        }
    }
}

/// The block of decoration.
pub(super) const ARTIFACT: usize = 0;
/// A4.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);
/// The fine double frame.
const FRAMES: [f32; 2] = [24.0, 29.0];
pub(super) const TOP: f32 = 74.0;
pub(super) const BOTTOM: f32 = PAGE.1 - 62.0;

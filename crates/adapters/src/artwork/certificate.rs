//! A certificate on A4: one sentence, the level, the facts, and how to check it.
//!
//! The order is that of the verification page: meaning first, the issuer's mark last. Labels stand at the side on which
//! the language begins to read.

use touchstone_service::ports::{ArtworkError, Certificate, CheckNote, Fact, Level, Who};

use super::fonts::Fonts;
use super::mark;
use super::qr::{Modules, QUIET};
use super::sheet::{ARTIFACT, Area, BOTTOM, Ink, Item, PAGE, Placed, Role, Sheet};
use super::typeset::{self, Align, Direction, Face, Manner, Paragraph, Reading};

/// Lays a certificate out on as few pages as it takes, and on `most_pages` at most.
pub(super) fn compose(
    words: &Certificate,
    most_pages: usize,
    fonts: &mut Fonts,
) -> Result<Sheet, ArtworkError> {
    let mut composer = Composer {
        sheet: Sheet::of(most_pages),
        fonts,
        language: &words.language,
        direction: Direction::of(&words.language),
    };
    composer.statement(words)?;
    if let Some(level) = &words.level {
        composer.level(level)?;
    }
    composer.facts(words)?;
    composer.check(&words.check)?;
    composer.page_numbers();
    Ok(composer.sheet)
}

struct Composer<'a> {
    sheet: Sheet,
    fonts: &'a mut Fonts,
    language: &'a str,
    direction: Direction,
}

impl Composer<'_> {
    fn statement(&mut self, words: &Certificate) -> Result<(), ArtworkError> {
        let heading = self.sheet.block(Role::Heading);
        let lead = self.set(&[(Face::Roman, &words.lead)], 14.5, 1.3, WIDTH);
        self.flow(heading, lead, 0.0, WIDTH, Ink::Soft)?;
        self.sheet.y += 7.0;
        if let Some(who) = &words.who {
            let who = self.who(who);
            self.flow(heading, who, 0.0, WIDTH, Ink::Text)?;
            self.sheet.y += 4.0;
        }
        // A long task is set smaller, never cut.
        let size = match words.task.chars().count() {
            0..=130 => 23.0,
            131..=260 => 18.0,
            _ => 14.5,
        };
        let task = self.set(&[(Face::Roman, &words.task)], size, 1.24, WIDTH);
        self.flow(heading, task, 0.0, WIDTH, Ink::Text)?;
        self.sheet.y += 16.0;
        Ok(())
    }

    /// The name keeps its own direction inside the sentence of another.
    fn who(&mut self, who: &Who) -> Paragraph {
        let space = |words: &str| if words.is_empty() { "" } else { " " };
        let before = format!("{}{}", who.before, space(&who.before));
        let name = format!("\u{2068}{}\u{2069}", who.name);
        let after = format!("{}{}", space(&who.after), who.after);
        let spans: [(Face, &str); 3] = [
            (Face::Roman, &before),
            (Face::Italic, &name),
            (Face::Roman, &after),
        ];
        self.set_reading(Reading::AsPage, &spans, 27.0, 1.24, WIDTH)
    }

    fn level(&mut self, level: &Level) -> Result<(), ArtworkError> {
        let words = self.sheet.block(Role::Paragraph);
        let paragraph = self.set(&[(Face::Roman, &level.words)], 11.5, 1.36, WIDTH);
        self.flow(words, paragraph, 0.0, WIDTH, Ink::Text)?;
        if level.names.is_empty() {
            return Ok(());
        }
        self.sheet.need(STREAK + 40.0)?;
        self.sheet.y += 9.0;
        self.streak(level);
        self.level_names(level)
    }

    /// The streak: gold rubbed on the stone as far as the level reached.
    fn streak(&mut self, level: &Level) {
        let step = WIDTH / level.names.len() as f32;
        let top = self.sheet.y;
        self.sheet.rule(Area(LEFT, top, WIDTH, STREAK), Ink::Stone);
        let reached = level.reached.min(level.names.len());
        if reached > 0 {
            let (from, to) = (
                step * (reached - 1) as f32,
                step * reached as f32 - 0.08 * step,
            );
            let edge: Vec<(f32, f32)> = RAGGED
                .iter()
                .map(|(x, y)| (from + x * (to - from), top + RUB_TOP + y * RUB))
                .collect();
            let mut corners = vec![(0.0, top + RUB_TOP)];
            corners.extend(&edge);
            corners.push((0.0, top + RUB_TOP + RUB));
            self.shape(corners, Ink::Gold);
            for (grain_top, height, ink) in GRAIN {
                let y = top + RUB_TOP + grain_top;
                let (upper, lower) = (edge_at(&edge, y), edge_at(&edge, y + height));
                let grain = vec![(0.0, y), (upper, y), (lower, y + height), (0.0, y + height)];
                self.shape(grain, ink);
            }
        }
        for border in 1..level.names.len() {
            let x = self.side(step * border as f32, 0.6);
            self.sheet.rule(Area(x, top, 0.6, STREAK), Ink::Edge);
        }
        self.sheet.y += STREAK + 5.0;
    }

    fn level_names(&mut self, level: &Level) -> Result<(), ArtworkError> {
        let step = WIDTH / level.names.len() as f32;
        let (top, mut lowest) = (self.sheet.y, self.sheet.y);
        for (position, name) in level.names.iter().enumerate() {
            let block = self.sheet.block(Role::Paragraph);
            let here = position + 1 == level.reached;
            let (face, ink) = if here {
                (Face::Semibold, Ink::Text)
            } else {
                (Face::Roman, Ink::Soft)
            };
            let words = format!("{} {name}", position + 1);
            let paragraph = self.set(&[(face, &words)], 9.0, 1.25, step - 6.0);
            self.sheet.y = top;
            self.flow(block, paragraph, step * position as f32, step - 6.0, ink)?;
            lowest = lowest.max(self.sheet.y);
        }
        self.sheet.y = lowest;
        Ok(())
    }

    fn facts(&mut self, words: &Certificate) -> Result<(), ArtworkError> {
        self.sheet.y += 18.0;
        self.sheet.need(40.0)?;
        self.sheet
            .rule(Area(LEFT, self.sheet.y, WIDTH, 1.4), Ink::Text);
        self.sheet.y += 1.4;
        for fact in &words.facts {
            self.fact(fact, 0.0, 0.0)?;
        }
        if let Some(issuer) = &words.issuer {
            let pixels = match &words.mark {
                Some(mark) => Some(mark::pixels(mark, (MARK * 4.0) as u32)?),
                None => None,
            };
            self.sheet.need(MARK + 2.0 * PAD)?;
            let top = self.sheet.y + PAD + 2.0;
            let (mut indent, mut least) = (0.0, 0.0);
            if let Some(pixels) = pixels {
                let (width, height) = (pixels.width() as f32 / 4.0, pixels.height() as f32 / 4.0);
                let x = self.side(LABEL + GAP, width);
                let alt = issuer.lines.first().cloned().unwrap_or_default();
                let block = self.sheet.block(Role::Figure(alt));
                self.sheet.place(
                    block,
                    Item::Picture {
                        area: Area(x, top, width, height),
                        pixels,
                    },
                );
                indent = width + 12.0;
                least = height + 3.0;
            }
            self.fact(issuer, indent, least)?;
        }
        Ok(())
    }

    /// A row: label in the margin, value beside it, a hairline below; its content is at least `least` high.
    fn fact(&mut self, fact: &Fact, indent: f32, least: f32) -> Result<(), ArtworkError> {
        let measure = WIDTH - LABEL - GAP - indent;
        let label = self.set(&[(Face::Roman, &fact.label)], 9.5, 1.5, LABEL);
        let values: Vec<Paragraph> = fact
            .lines
            .iter()
            .map(|line| self.set(&[(Face::Roman, line)], 11.0, 1.36, measure))
            .collect();
        // Rows are kept whole unless they fill a page by themselves.
        let height = values
            .iter()
            .map(Paragraph::height)
            .sum::<f32>()
            .max(label.height());
        if height < BOTTOM / 2.0 {
            self.sheet.need(height + 2.0 * PAD)?;
        }
        let page = self.sheet.pages.len();
        let top = self.sheet.y + PAD;
        let block = self.sheet.block(Role::Paragraph);
        self.sheet.y = top + 0.8;
        self.flow(block, label, 0.0, LABEL, Ink::Soft)?;
        let label_foot = self.sheet.y;
        self.sheet.y = top;
        for value in values {
            let block = self.sheet.block(Role::Paragraph);
            self.flow(block, value, LABEL + GAP + indent, measure, Ink::Text)?;
        }
        if self.sheet.pages.len() == page {
            self.sheet.y = self.sheet.y.max(label_foot).max(top + least);
        }
        self.sheet.y += PAD;
        self.sheet
            .rule(Area(LEFT, self.sheet.y, WIDTH, 0.5), Ink::Rule);
        self.sheet.y += 0.5;
        Ok(())
    }

    /// The foot of the last page: QR code, words, addresses.
    fn check(&mut self, note: &CheckNote) -> Result<(), ArtworkError> {
        let code = match &note.link {
            Some(link) => Some((Modules::of(link)?, link)),
            None => None,
        };
        let indent = if code.is_some() { QR + 16.0 } else { 0.0 };
        let measure = WIDTH - indent;
        let mut parts = vec![
            (
                Role::Paragraph,
                self.set(&[(Face::Roman, &note.heading)], 13.0, 1.3, measure),
                Ink::Text,
            ),
            (
                Role::Paragraph,
                self.set(&[(Face::Roman, &note.words)], 10.0, 1.36, measure),
                Ink::Soft,
            ),
        ];
        if let Some((_, link)) = &code {
            let address = self.set_mono(link, 7.6, measure);
            parts.push((Role::Link((*link).clone()), address, Ink::Text));
        }
        parts.push((
            Role::Paragraph,
            self.set_mono(&note.credential_id, 7.0, measure),
            Ink::Soft,
        ));
        if !self.sheet.missing.is_empty()
            || parts.iter().any(|(_, part, _)| !part.missing.is_empty())
        {
            let warning = self.set(
                &[(Face::Roman, &note.missing_characters)],
                9.0,
                1.36,
                measure,
            );
            parts.push((Role::Paragraph, warning, Ink::Text));
        }
        let words_height: f32 = parts.iter().map(|(_, part, _)| part.height() + 3.0).sum();
        let height = words_height.max(if code.is_some() { QR } else { 0.0 });
        self.sheet.need(height + 18.0)?;
        let top = (BOTTOM - height).max(self.sheet.y + 18.0);
        if let Some((modules, link)) = &code {
            self.code(modules, link, top + (height - QR) / 2.0);
        }
        self.sheet.y = top + (height - words_height) / 2.0;
        for (role, part, ink) in parts {
            let link = match &role {
                Role::Link(address) => Some(address.clone()),
                _ => None,
            };
            let (block, top) = (self.sheet.block(role), self.sheet.y);
            self.flow(block, part, indent, measure, ink)?;
            if let Some(address) = link {
                let x = self.side(indent, measure);
                let area = Area(x, top, measure, self.sheet.y - top);
                self.sheet.place(block, Item::Link { area, address });
            }
            self.sheet.y += 3.0;
        }
        Ok(())
    }

    /// Numbers the pages of a certificate that has more than one.
    fn page_numbers(&mut self) {
        let pages = self.sheet.pages.len();
        for page in (0..pages).filter(|_| pages > 1) {
            let number = format!("{} / {pages}", page + 1);
            let paragraph = self.set(&[(Face::Roman, &number)], 9.0, 1.0, 60.0);
            let text: std::rc::Rc<str> = paragraph.text.into();
            for line in paragraph.lines {
                let (x, y) = (self.side(WIDTH - 24.0, 60.0), PAGE.1 - 48.0);
                let item = Item::Words {
                    line,
                    text: text.clone(),
                    x,
                    y,
                    ink: Ink::Soft,
                };
                self.sheet.pages[page].push(Placed {
                    block: ARTIFACT,
                    item,
                });
            }
        }
    }

    fn code(&mut self, modules: &Modules, link: &str, top: f32) {
        // The quiet zone may hang over the margin: it is paper on paper.
        let module = QR / modules.width as f32;
        let left = self.side(0.0, QR);
        let areas = modules.runs().into_iter().map(|(x, y, run)| {
            Area(
                left + x as f32 * module,
                top + y as f32 * module,
                run as f32 * module,
                module,
            )
        });
        debug_assert!(
            QUIET as f32 * module < 16.0,
            "text keeps out of the quiet zone"
        );
        let areas = areas.collect();
        let block = self.sheet.block(Role::Figure(link.to_owned()));
        self.sheet.place(block, Item::Squares { areas });
    }

    fn set(&mut self, spans: &[(Face, &str)], size: f32, leading: f32, measure: f32) -> Paragraph {
        self.set_reading(Reading::AsWritten, spans, size, leading, measure)
    }

    fn set_reading(
        &mut self,
        reading: Reading,
        spans: &[(Face, &str)],
        size: f32,
        leading: f32,
        measure: f32,
    ) -> Paragraph {
        let manner = Manner {
            size,
            leading,
            measure,
            align: Align::Start,
            side: self.direction,
            reading,
            language: self.language,
        };
        typeset::set(self.fonts, spans, &manner)
    }

    /// Addresses and identifiers read from the left in every language.
    fn set_mono(&mut self, text: &str, size: f32, measure: f32) -> Paragraph {
        let isolated = format!("\u{2066}{text}\u{2069}");
        self.set(&[(Face::Mono, &isolated)], size, 1.5, measure)
    }

    fn flow(
        &mut self,
        block: usize,
        paragraph: Paragraph,
        start: f32,
        width: f32,
        ink: Ink,
    ) -> Result<(), ArtworkError> {
        let x = self.side(start, width);
        self.sheet.flow(block, paragraph, x, ink)
    }

    /// The left edge of something `start` after the margin at which reading begins.
    fn side(&self, start: f32, width: f32) -> f32 {
        match self.direction {
            Direction::LeftToRight => LEFT + start,
            Direction::RightToLeft => PAGE.0 - LEFT - start - width,
        }
    }

    fn shape(&mut self, corners: Vec<(f32, f32)>, ink: Ink) {
        let corners = corners
            .into_iter()
            .map(|(x, y)| (self.side(x, 0.0), y))
            .collect();
        self.sheet.place(ARTIFACT, Item::Shape { corners, ink });
    }
}

/// Where the ragged edge stands at height `y`.
fn edge_at(edge: &[(f32, f32)], y: f32) -> f32 {
    let around = edge
        .windows(2)
        .find(|pair| pair[0].1 <= y && y <= pair[1].1);
    match around {
        Some([(x0, y0), (x1, y1)]) if y1 > y0 => x0 + (x1 - x0) * (y - y0) / (y1 - y0),
        _ => edge.last().map_or(0.0, |(x, _)| *x),
    }
}

const LEFT: f32 = 64.0;
const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const LABEL: f32 = 92.0;
const GAP: f32 = 14.0;
const PAD: f32 = 6.5;
const MARK: f32 = 40.0;
const QR: f32 = 78.0;
/// Height of the stone, and of the rub on it.
const STREAK: f32 = 24.0;
const RUB_TOP: f32 = 6.0;
const RUB: f32 = 12.0;
/// The end of a rub: how far into its last level, at which part of its height.
const RAGGED: [(f32, f32); 9] = [
    (0.93, 0.0),
    (0.97, 0.14),
    (0.91, 0.22),
    (1.0, 0.38),
    (0.95, 0.52),
    (0.98, 0.66),
    (0.89, 0.78),
    (0.92, 0.9),
    (0.94, 1.0),
];
/// The grain of a rub: from its top, how high, what shows.
const GRAIN: [(f32, f32, Ink); 4] = [
    (2.4, 0.8, Ink::Rub),
    (4.9, 0.45, Ink::Stone),
    (7.9, 0.8, Ink::Rub),
    (10.4, 0.45, Ink::Stone),
];

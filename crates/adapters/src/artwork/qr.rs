//! A link as a QR code: ISO/IEC 18004, error correction M, a quiet zone of four modules.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};
use touchstone_service::ports::ArtworkError;

/// Draws the code as one path; it keeps its own white ground, because scanners read dark on light.
pub(super) fn svg(link: &str) -> Result<String, ArtworkError> {
    let code = Modules::of(link)?;
    let side = code.width + 2 * QUIET;
    let mut path = String::new();
    for (x, y, run) in code.runs() {
        let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#151a19\" d=\"{path}\"/></svg>"
    ))
}

/// The dark and light squares of a code, without its quiet zone.
pub(super) struct Modules {
    pub(super) width: usize,
    dark: Vec<bool>,
}

impl Modules {
    pub(super) fn of(link: &str) -> Result<Self, ArtworkError> {
        let code = QrCode::with_error_correction_level(link, EcLevel::M)
            .map_err(|_| ArtworkError::LinkTooLong { bytes: link.len() })?;
        Ok(Self {
            width: code.width(),
            dark: code.to_colors().iter().map(|c| *c == Color::Dark).collect(),
        })
    }

    /// Dark squares, joined along each row: column, row, length.
    pub(super) fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for (y, row) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut x = 0;
            for stretch in row.chunk_by(|a, b| a == b) {
                if stretch[0] {
                    runs.push((x, y, stretch.len()));
                }
                x += stretch.len();
            }
        }
        runs
    }
}

/// Light squares around a code, without which scanners do not find it.
pub(super) const QUIET: usize = 4;

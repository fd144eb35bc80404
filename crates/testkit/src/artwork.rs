//! Pictures that show nothing: valid, small, and quick to make.

use touchstone_service::ports::{Artwork, ArtworkError, Certificate, Plate};

/// Makes pictures of one grey pixel and documents that are text. How pictures look is tested where they are drawn.
pub struct PlainArtwork;

impl Artwork for PlainArtwork {
    fn badge_png(&self, _: &Plate) -> Result<Vec<u8>, ArtworkError> {
        Ok(PIXEL.to_vec())
    }

    fn badge_svg(&self, plate: &Plate) -> Result<String, ArtworkError> {
        let name = plate.achievement.replace('&', "&amp;").replace('<', "&lt;");
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>{name}</title></svg>"
        ))
    }

    fn certificate_pdf(
        &self,
        _: &Certificate,
        credential_json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError> {
        Ok([b"%PDF-1.7\n".as_slice(), credential_json].concat())
    }

    /// The facts of the first sheet, line by line, and the answer.
    fn answer_pdf(
        &self,
        answers: &[Certificate],
        answer_json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError> {
        let facts = answers.first().into_iter().flat_map(|sheet| &sheet.facts);
        let lines = facts.flat_map(|fact| &fact.lines).map(String::as_str);
        let lines = lines.collect::<Vec<_>>().join("\n");
        Ok([b"%PDF-1.7\n".as_slice(), lines.as_bytes(), answer_json].concat())
    }

    fn qr_svg(&self, link: &str) -> Result<String, ArtworkError> {
        let link = link.replace('&', "&amp;").replace('<', "&lt;");
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>{link}</title></svg>"
        ))
    }
}

/// A PNG of one grey pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B,
    0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x68, 0x00, 0x00, 0x00,
    0x82, 0x00, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE,
    0x42, 0x60, 0x82,
];

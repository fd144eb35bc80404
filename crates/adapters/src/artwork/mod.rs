//! Pictures and paper: badges, certificates and QR codes, drawn without a browser.
//!
//! A [`Press`] sets text with [`parley`] (every script, both directions, fonts chosen per character), draws pictures with
//! [`resvg`]'s rasterizer and writes PDF/A-3 with [`krilla`]. Nothing here opens a socket; the only files ever read are the
//! fonts of the folders it is made with, and those only once a character needs them.
//!
//! **Fonts.** Libertinus Serif (Latin, Greek, Cyrillic, Hebrew; SIL Open Font License) and DejaVu Sans Mono are part of
//! the program. Other scripts use the machine's fonts. A character that no font has is drawn as an empty box, and the
//! certificate says so at its foot; the attached credential has the text in full.
//!
//! **Invariant:** a brand mark becomes pixels before anything else happens to it ([`mark`]).
//!
//! Start at [`certificate`] for the page and at [`plate`] for the badge.

mod certificate;
mod fonts;
mod mark;
mod pdf;
mod plate;
mod qr;
mod sheet;
mod typeset;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use touchstone_service::ports::{Artwork, ArtworkError, Certificate, Plate};

use fonts::Fonts;
use pdf::Attachment;

/// Draws badges and certificates.
pub struct Press {
    fonts: Mutex<Fonts>,
}

impl Press {
    /// A press that has the fonts of this program and, for other scripts, those of the machine.
    pub fn new() -> Self {
        Self::with_fonts_from(MACHINE_FONTS.map(PathBuf::from))
    }

    /// A press that looks for further fonts in `folders`; none means the fonts of this program only.
    pub fn with_fonts_from(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self {
            fonts: Mutex::new(Fonts::new(folders.into_iter().collect())),
        }
    }

    fn fonts(&self) -> MutexGuard<'_, Fonts> {
        // A panic while text was set leaves caches behind, and nothing that could be half written.
        self.fonts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Press {
    fn default() -> Self {
        Self::new()
    }
}

impl Artwork for Press {
    fn badge_png(&self, plate: &Plate) -> Result<Vec<u8>, ArtworkError> {
        plate::png(&plate::compose(plate, &mut self.fonts())?)
    }

    fn badge_svg(&self, plate: &Plate) -> Result<String, ArtworkError> {
        plate::svg(&plate::compose(plate, &mut self.fonts())?, plate)
    }

    fn certificate_pdf(
        &self,
        certificate: &Certificate,
        credential_json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError> {
        let sheet = certificate::compose(certificate, MOST_OF_CERTIFICATE, &mut self.fonts())?;
        pdf::write(
            &sheet,
            certificate,
            &Attachment::credential(credential_json),
        )
    }

    fn answer_pdf(
        &self,
        answers: &[Certificate],
        answer_json: &[u8],
    ) -> Result<Vec<u8>, ArtworkError> {
        for answer in answers {
            match certificate::compose(answer, 1, &mut self.fonts()) {
                Err(ArtworkError::TooManyPages { .. }) => {}
                sheet => return pdf::write(&sheet?, answer, &Attachment::answer(answer_json)),
            }
        }
        Err(ArtworkError::TooManyPages { limit: 1 })
    }

    fn qr_svg(&self, link: &str) -> Result<String, ArtworkError> {
        qr::svg(link)
    }
}

/// Pages of a certificate.
const MOST_OF_CERTIFICATE: usize = 8;
/// Where Debian and its kin keep fonts.
const MACHINE_FONTS: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

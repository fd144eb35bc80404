//! Readers that had no part in the writing.

use std::path::Path;
use std::process::Command;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

/// A decoded picture: width, and red, green, blue of each pixel.
pub(crate) struct Seen {
    pub(crate) width: usize,
    pub(crate) pixels: Vec<[u8; 3]>,
}

impl Seen {
    pub(crate) fn has(&self, colour: [u8; 3]) -> bool {
        self.pixels.contains(&colour)
    }

    pub(crate) fn at(&self, x: usize, y: usize) -> [u8; 3] {
        self.pixels[y * self.width + x]
    }
}

pub(crate) fn png(bytes: &[u8]) -> Seen {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut samples).unwrap();
    Seen {
        width: frame.width as usize,
        pixels: samples
            .chunks_exact(frame.color_type.samples())
            .map(|p| [p[0], p[1], p[2]])
            .collect(),
    }
}

pub(crate) fn svg(text: &str, side: u32) -> Seen {
    let tree = usvg::Tree::from_str(text, &usvg::Options::default()).unwrap();
    let scale = side as f32 / tree.size().width();
    let mut canvas = Pixmap::new(side, side).unwrap();
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut canvas.as_mut(),
    );
    Seen {
        width: side as usize,
        pixels: canvas
            .pixels()
            .iter()
            .map(|p| [p.red(), p.green(), p.blue()])
            .collect(),
    }
}

/// What a phone's camera would read.
pub(crate) fn qr(seen: &Seen) -> Vec<String> {
    let height = seen.pixels.len() / seen.width;
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(seen.width, height, |x, y| seen.at(x, y)[1]);
    image
        .detect_grids()
        .iter()
        .map(|grid| grid.decode().unwrap().1)
        .collect()
}

/// Runs one of Poppler's programs (Debian: poppler-utils) over a PDF.
pub(crate) fn poppler(program: &str, before: &[&str], pdf: &[u8], after: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new(program)
        .args(before)
        .arg(&file)
        .args(after)
        .current_dir(folder.path())
        .output()
        .unwrap_or_else(|error| panic!("{program} (Debian: poppler-utils) does not run: {error}"));
    assert!(output.status.success(), "{program}: {output:?}");
    match std::fs::read(folder.path().join(SAVED)) {
        Ok(saved) => saved,
        Err(_) => output.stdout,
    }
}

pub(crate) fn pdf_text(pdf: &[u8]) -> String {
    String::from_utf8(poppler("pdftotext", &[], pdf, &["-"])).unwrap()
}

pub(crate) fn attachment(pdf: &[u8]) -> Vec<u8> {
    poppler("pdfdetach", &["-save", "1", "-o", SAVED], pdf, &[])
}

/// The first page as a picture.
pub(crate) fn page(pdf: &[u8]) -> Seen {
    let pgm = poppler("pdftoppm", &["-r", "150", "-f", "1", "-l", "1"], pdf, &[]);
    let header: Vec<&[u8]> = pgm.splitn(4, |byte| byte.is_ascii_whitespace()).collect();
    let number = |bytes: &[u8]| {
        std::str::from_utf8(bytes)
            .unwrap()
            .parse::<usize>()
            .unwrap()
    };
    let width = number(header[1]);
    // `255` and one space end the header.
    let at = pgm
        .windows(4)
        .position(|window| window == b"255\n")
        .unwrap()
        + 4;
    Seen {
        width,
        pixels: pgm[at..]
            .chunks_exact(3)
            .map(|p| [p[0], p[1], p[2]])
            .collect(),
    }
}

pub(crate) fn sample_mark() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../touchstone/sample/mark.svg");
    std::fs::read(path).unwrap()
}

const SAVED: &str = "saved";

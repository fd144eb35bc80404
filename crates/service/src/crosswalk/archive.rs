//! Frameworks that consist of several files, as one ZIP file: the downloads of O*NET and ESCO, and what is written in their forms.

use std::io::{self, Cursor, Read, Write};

use touchstone_crosswalk::framework::{File, Form};
use zip::{
    CompressionMethod, ZipArchive, ZipWriter, read::ZipFile, result::ZipError,
    write::SimpleFileOptions,
};

/// What was found in a ZIP file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unpacked {
    /// Which form its files have.
    pub form: Form,
    /// The files that are read, in the order of their names.
    pub files: Vec<Vec<u8>>,
    /// The names of those that are not: no framework is read from them.
    pub passed_over: Vec<String>,
}

/// Whether a file is a ZIP file, by its first bytes: of one with files in it, or of an empty one.
pub(super) fn is_packed(file: &[u8]) -> bool {
    file.starts_with(b"PK\x03\x04") || file.starts_with(b"PK\x05\x06")
}

/// Takes a ZIP file apart; `form` is that of its files where somebody says it. Names lead nowhere: nothing is written to a disk.
pub fn unpacked(file: &[u8], form: Option<Form>) -> Result<Unpacked, ArchiveError> {
    within(file, form, LARGEST)
}

fn within(file: &[u8], form: Option<Form>, mut room: u64) -> Result<Unpacked, ArchiveError> {
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(ArchiveError::Unreadable)?;
    if archive.len() > MOST_FILES {
        return Err(ArchiveError::TooMany(archive.len()));
    }
    // Their first lines say what they are: O*NET and ESCO have tables beside those that are read, and instructions.
    let mut heads = Vec::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).map_err(ArchiveError::Unreadable)?;
        if !entry.is_dir() {
            let name = entry.name().map_err(ArchiveError::Unreadable)?.into_owned();
            heads.push((name, place, read(&mut entry, HEAD)?));
        }
    }
    heads.sort();
    let forms = || heads.iter().filter_map(|(_, _, head)| form_of(head));
    let known = forms().find(|form| matches!(form, Form::Onet | Form::Esco));
    let form = form.or(known).or_else(|| forms().next());
    let form = form.ok_or(ArchiveError::Nothing)?;
    let (mut files, mut passed_over) = (Vec::new(), Vec::new());
    for (name, place, head) in heads {
        if !form.takes(&head) || form_of(&head).is_none() {
            passed_over.push(name);
            continue;
        }
        let mut entry = archive.by_index(place).map_err(ArchiveError::Unreadable)?;
        // Whatever size it states, no more is read than there is room for.
        let file = read(&mut entry, room + 1)?;
        let left = room.checked_sub(file.len() as u64);
        room = left.ok_or(ArchiveError::TooLarge)?;
        files.push(file);
    }
    match files.is_empty() {
        true => Err(ArchiveError::Nothing),
        false => Ok(Unpacked {
            form,
            files,
            passed_over,
        }),
    }
}

fn read(entry: &mut ZipFile<'_, impl Read>, most: u64) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    let read = entry.take(most).read_to_end(&mut bytes);
    read.map_err(|error| ArchiveError::Unreadable(ZipError::Io(error)))?;
    Ok(bytes)
}

/// What a file is by how it begins: a table by its first line. Which JSON it is, all of it says; in a ZIP file it is taken for ESCO's,
/// whose reader says if it is not.
fn form_of(head: &[u8]) -> Option<Form> {
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'[')) {
        return Some(Form::Esco);
    }
    let line = head.split_inclusive(|byte| *byte == b'\n').next()?;
    Form::of(line).ok()
}

/// What was written in a form, as it is sent: one file as it is, or all in one ZIP file.
pub fn packed(form: Form, files: Vec<File>) -> Result<Vec<u8>, io::Error> {
    if form.ending() != "zip" {
        let texts = files.into_iter().flat_map(|file| file.text.into_bytes());
        return Ok(texts.collect());
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for file in files {
        zip.start_file(file.name, deflated)?;
        zip.write_all(file.text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Why a ZIP file was not taken apart.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is damaged, or packed in another way.
    #[error(
        "the ZIP file cannot be read: it is damaged, locked, or packed otherwise than by deflate; pack it anew, or send the files in it"
    )]
    Unreadable(#[source] ZipError),
    /// It has too many files.
    #[error(
        "the ZIP file has {0} files, and {MOST_FILES} are the most: pack only those of the framework"
    )]
    TooMany(usize),
    /// Its files are too large.
    #[error("the files in the ZIP file that are read have more than {} MiB: pack a part of them", LARGEST >> 20)]
    TooLarge,
    /// None of its files is one that is read.
    #[error(
        "the ZIP file has no table of a framework: pack those of O*NET or of ESCO, or send one file"
    )]
    Nothing,
}

/// Bytes of all files that are read: as much as one file may have. All of what is read of O*NET has 10 MB.
const LARGEST: u64 = 32 << 20;
const MOST_FILES: usize = 500;
/// Enough for the first line of any table.
const HEAD: u64 = 4 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(files: &[(&str, &str)]) -> Vec<u8> {
        let files = files.iter().map(|(name, text)| File {
            name: (*name).to_owned(),
            text: (*text).to_owned(),
        });
        packed(Form::Onet, files.collect()).unwrap()
    }

    #[test]
    fn the_tables_of_a_download_are_found_among_its_other_files() {
        let occupations = "O*NET-SOC Code\tTitle\tDescription\n1\tWelder\tWelds.\n";
        let file = zip(&[
            ("db/Read Me.txt", "O*NET, with a comma"),
            (
                "db/Scales Reference.txt",
                "Scale ID\tScale Name\tMinimum\tMaximum\nIM\tImportance\t1\t5\n",
            ),
            ("db/Abilities.txt", "O*NET-SOC Code\tElement ID\n1\t2\n"),
            ("db/Occupation Data.txt", occupations),
        ]);
        assert!(is_packed(&file) && !is_packed(occupations.as_bytes()));
        for form in [None, Some(Form::Onet)] {
            let found = unpacked(&file, form).unwrap();
            assert_eq!(
                (found.form, found.files),
                (Form::Onet, vec![occupations.into()])
            );
            let other = [
                "db/Abilities.txt",
                "db/Read Me.txt",
                "db/Scales Reference.txt",
            ];
            assert_eq!(found.passed_over, other);
        }
    }

    #[test]
    fn of_escos_files_those_that_repeat_others_are_left_and_any_letters_are_read() {
        // The head ends within a letter of two bytes.
        let skills = format!(
            "conceptUri,preferredLabel\nhttp://data.europa.eu/esco/skill/1,{}\n",
            "ж".repeat(4_000)
        );
        let file = zip(&[
            ("skills_bg.csv", &skills),
            (
                "greenShareOcc_bg.csv",
                "conceptType,conceptUri,code,preferredLabel,greenShare\n",
            ),
            (
                "greenSkillsCollection_bg.csv",
                "conceptType,conceptUri,preferredLabel,broaderConceptUri\n",
            ),
            (
                "conceptSchemes_bg.csv",
                "conceptType,conceptSchemeUri,preferredLabel\n",
            ),
        ]);
        let found = unpacked(&file, None).unwrap();
        assert_eq!(
            (found.form, found.files),
            (Form::Esco, vec![skills.into_bytes()])
        );
        assert_eq!(found.passed_over.len(), 3);
        let json = format!(
            "[{{\"uri\": \"http://data.europa.eu/esco/skill/1\", \"label\": \"{}\"}}]",
            "x".repeat(9_000)
        );
        let found = unpacked(&zip(&[("skills.json", &json)]), None).unwrap();
        assert_eq!(found.files, [json.into_bytes()]);
    }

    #[test]
    fn what_is_damaged_or_empty_is_refused() {
        let file = zip(&[("a.txt", "no table"), ("b.txt", "none")]);
        assert!(matches!(unpacked(&file, None), Err(ArchiveError::Nothing)));
        let cut = &file[..file.len() / 2];
        assert!(matches!(
            unpacked(cut, None),
            Err(ArchiveError::Unreadable(_))
        ));
        let empty = zip(&[]);
        assert!(is_packed(&empty));
        assert!(matches!(unpacked(&empty, None), Err(ArchiveError::Nothing)));
    }

    #[test]
    fn t64_what_becomes_large_when_it_is_taken_apart_is_not_read() {
        let table = format!("conceptUri,preferredLabel\n{}", "0".repeat(100_000));
        let file = zip(&[("skills_en.csv", &table), ("skills_fr.csv", &table)]);
        assert!(file.len() < 4_000, "it is small until it is taken apart");
        assert_eq!(within(&file, None, 300_000).unwrap().files.len(), 2);
        // Also where the room ends between two files: half a framework is none.
        for room in [200_000, 100_026, 99_999, 10, 0] {
            let read = within(&file, None, room);
            assert!(
                matches!(read, Err(ArchiveError::TooLarge)),
                "{room}: {read:?}"
            );
        }
    }
}

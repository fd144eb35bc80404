//! Lists put aside in a folder, in files without a name: only this process can open them, and they are gone with it.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::FileExt,
    path::PathBuf,
    sync::Arc,
};

use aws_lc_rs::digest::{self, SHA256};
use touchstone_service::ports::{Content, Spool, Spooled, Spooling};

use crate::durable::{self, Readers};

/// A folder in which files stand without a name.
#[derive(Clone, Debug)]
pub struct SpoolFolder {
    root: PathBuf,
}

impl SpoolFolder {
    /// Uses `root`, which is made when the first file comes in. A disk, not memory: files are large.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

impl Spool for SpoolFolder {
    fn begin(&self) -> io::Result<Box<dyn Spooling>> {
        durable::make_folder(&self.root, Readers::Owner)?;
        Ok(Box::new(Incoming {
            file: BufWriter::new(tempfile::tempfile_in(&self.root)?),
            len: 0,
            sha256: digest::Context::new(&SHA256),
        }))
    }
}

struct Incoming {
    file: BufWriter<File>,
    len: u64,
    sha256: digest::Context,
}

impl Spooling for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.len += bytes.len() as u64;
        self.sha256.update(bytes);
        self.file.write_all(bytes)
    }

    fn finish(self: Box<Self>) -> io::Result<Spooled> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        let sha256 = self.sha256.finish();
        let sha256 = sha256.as_ref().try_into();
        let sha256 = sha256.expect("SHA-256 is 32 bytes long");
        Ok(Spooled::new(Arc::new(PutAside(file)), self.len, sha256))
    }
}

struct PutAside(File);

impl Content for PutAside {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(into, offset)
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Read};

    use super::*;

    #[test]
    fn what_was_put_aside_reads_back_and_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut incoming = SpoolFolder::new(folder.path().join("spool"))
            .begin()
            .unwrap();
        incoming.write(b"name,").unwrap();
        incoming.write(b"email\n").unwrap();
        let file = incoming.finish().unwrap();

        let mut read = String::new();
        file.reader(5).read_to_string(&mut read).unwrap();
        assert_eq!(read, "email\n");
        assert_eq!(file.len(), 11);
        assert_eq!(file.sha256(), &(crate::CRYPTO.sha256)(b"name,email\n"));
        let named = fs::read_dir(folder.path().join("spool")).unwrap().count();
        assert_eq!(named, 0);
    }
}

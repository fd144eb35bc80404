//! Lists that are larger than memory should hold: put aside while they come in, read from wherever a reader stands.

use std::{
    io::{self, Read},
    sync::Arc,
};

use touchstone_vc::Crypto;

/// Puts files aside that are read soon and kept by nobody.
pub trait Spool: Send + Sync {
    /// Begins one. Dropped, it leaves nothing behind; neither does a crash.
    fn begin(&self) -> io::Result<Box<dyn Spooling>>;
}

/// A file that is coming in.
pub trait Spooling: Send {
    /// Adds to its end.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// It is whole.
    fn finish(self: Box<Self>) -> io::Result<Spooled>;
}

/// Bytes that several readers read, each from where it stands.
pub trait Content: Send + Sync {
    /// Reads some bytes from `offset` on; none at the end.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

/// A whole file. Cheap to clone; it is gone with the last clone.
#[derive(Clone)]
pub struct Spooled {
    content: Arc<dyn Content>,
    len: u64,
    sha256: [u8; 32],
}

impl Spooled {
    /// A file of `len` bytes with this SHA-256.
    pub fn new(content: Arc<dyn Content>, len: u64, sha256: [u8; 32]) -> Self {
        Self {
            content,
            len,
            sha256,
        }
    }

    /// A small file, held in memory.
    pub fn in_memory(bytes: impl Into<Vec<u8>>, crypto: &Crypto) -> Self {
        let bytes = bytes.into();
        let (len, sha256) = (bytes.len() as u64, (crypto.sha256)(&bytes));
        Self::new(Arc::new(bytes), len, sha256)
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its SHA-256.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Reads it from `offset` on.
    pub fn reader(&self, offset: u64) -> SpooledReader {
        SpooledReader {
            content: Arc::clone(&self.content),
            offset,
        }
    }
}

impl std::fmt::Debug for Spooled {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is in it is personal.
        write!(to, "Spooled({} bytes)", self.len)
    }
}

/// One who reads a [`Spooled`] file.
pub struct SpooledReader {
    content: Arc<dyn Content>,
    offset: u64,
}

impl Read for SpooledReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read_at(self.offset, into)?;
        self.offset += read as u64;
        Ok(read)
    }
}

impl Content for Vec<u8> {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let from = usize::try_from(offset)
            .unwrap_or(usize::MAX)
            .min(self.len());
        let left = &self[from..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    #[test]
    fn two_readers_of_one_file_do_not_move_each_other() {
        let file = Spooled::in_memory("measure", &CRYPTO);
        let (mut one, mut other) = (file.reader(0), file.reader(3));
        let mut read = [String::new(), String::new()];
        one.read_to_string(&mut read[0]).unwrap();
        other.read_to_string(&mut read[1]).unwrap();
        assert_eq!(read, ["measure", "sure"]);
        assert_eq!(file.reader(99).read(&mut [0; 4]).unwrap(), 0);
        assert_eq!(file.sha256(), &(CRYPTO.sha256)(b"measure"));
    }
}

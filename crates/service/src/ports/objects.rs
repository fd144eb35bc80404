//! Files: brand marks, evidence, whatever is too large for a row.

use async_trait::async_trait;

/// Keeps files by key: a local folder, an S3 bucket.
#[async_trait]
pub trait Objects: Send + Sync {
    /// Stores `bytes` durably under `key`, replacing what was there. Repeating it changes nothing.
    async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<(), ObjectError>;

    /// Stores files that never change, durably, in any order. One that is there with the same bytes stays as it is; one that is there
    /// with other bytes is [`ObjectError::Altered`], and what is not stored by then may or may not be.
    async fn keep(&self, files: &[(ObjectKey, Vec<u8>)]) -> Result<(), ObjectError> {
        for (key, bytes) in files {
            match self.read(key).await? {
                Some(there) if there != *bytes => {
                    return Err(ObjectError::Altered(key.as_str().to_owned()));
                }
                _ => self.put(key, bytes).await?,
            }
        }
        Ok(())
    }

    /// Takes away, durably, whatever is stored below `folder`, a key with a slash behind it. What is not there is no fault.
    async fn remove_below(&self, folder: &ObjectKey) -> Result<(), ObjectError>;

    /// Reads what is stored under `key`.
    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError>;

    /// Reads at most `most` bytes of it, from `from` on: nobody has to hold a large file as a whole.
    async fn read_part(
        &self,
        key: &ObjectKey,
        from: u64,
        most: usize,
    ) -> Result<Option<ObjectPart>, ObjectError> {
        let found = self.read(key).await?;
        Ok(found.map(|all| ObjectPart::of(&all, from, most)))
    }
}

/// A part of a stored file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ObjectPart {
    /// The part. Fewer bytes than were asked for: the file ends there.
    pub bytes: Vec<u8>,
    /// How many bytes the whole file has.
    pub whole: u64,
}

impl ObjectPart {
    /// That part of a file that is at hand as a whole.
    pub fn of(all: &[u8], from: u64, most: usize) -> Self {
        let from = usize::try_from(from).map_or(all.len(), |from| from.min(all.len()));
        let end = from.saturating_add(most).min(all.len());
        Self {
            bytes: all[from..end].to_vec(),
            whole: all.len() as u64,
        }
    }
}

/// Name of a stored file: lower-case segments of `a-z 0-9 . _ -` joined by `/`, none of them starting with a dot.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Takes a key that cannot name anything outside the store.
    pub fn new(key: impl Into<String>) -> Result<Self, ObjectKeyError> {
        let key = key.into();
        let fits = key.len() <= 512 && key.split('/').all(is_segment);
        if fits {
            Ok(Self(key))
        } else {
            Err(ObjectKeyError)
        }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is not an [`ObjectKey`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "not an object key: use a-z, 0-9, '.', '_' and '-' in segments joined by '/', none starting with a dot"
)]
pub struct ObjectKeyError;

/// Why a file was not stored or read.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no room left; nothing was written.
    #[error("no space left for files")]
    Full,
    /// Another file stands where one would be stored that never changes; it was left as it is.
    #[error("file {0} is there with other bytes than it must have; nothing was written over it")]
    Altered(String),
    /// The store failed or did not answer; asking again may help.
    #[error("file store unavailable: {0}")]
    Unavailable(String),
}

fn is_segment(segment: &str) -> bool {
    let plain =
        |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_leave_the_store() {
        for bad in [
            "", "/a", "a/", "a//b", "../a", "a/..", ".a", "A", "a b", "a\\b", "a\0",
        ] {
            assert_eq!(ObjectKey::new(bad), Err(ObjectKeyError), "{bad:?}");
        }
        assert!(ObjectKey::new("mark/riverside-1.svg").is_ok());
    }
}

//! Files in a local folder.
//!
//! **Invariant:** a file is there whole or not at all, and once [`Objects::put`] has answered it survives a power cut.

use std::{
    fs,
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    path::PathBuf,
};

use async_trait::async_trait;
use touchstone_service::ports::{ObjectError, ObjectKey, ObjectPart, Objects};

use crate::durable::{self, Readers};

/// A folder of files.
#[derive(Clone, Debug)]
pub struct ObjectsFolder {
    root: PathBuf,
}

impl ObjectsFolder {
    /// Uses `root`, which is made when the first file is stored.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn path(&self, key: &ObjectKey) -> PathBuf {
        self.root.join(key.as_str())
    }
}

#[async_trait]
impl Objects for ObjectsFolder {
    async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<(), ObjectError> {
        let (path, bytes) = (self.path(key), bytes.to_vec());
        blocking(move || durable::write(&path, &bytes, Readers::Owner)).await
    }

    async fn keep(&self, files: &[(ObjectKey, Vec<u8>)]) -> Result<(), ObjectError> {
        let files = files
            .iter()
            .map(|(key, bytes)| (self.path(key), bytes.clone()));
        let files = files.collect();
        match tokio::task::spawn_blocking(move || durable::keep_all(files, Readers::Owner)).await {
            Ok(Ok(None)) => Ok(()),
            Ok(Ok(Some(altered))) => {
                let key = altered.strip_prefix(&self.root).unwrap_or(&altered);
                Err(ObjectError::Altered(key.display().to_string()))
            }
            Ok(Err(error)) => Err(told(&error)),
            Err(error) => Err(ObjectError::Unavailable(error.to_string())),
        }
    }

    async fn remove_below(&self, folder: &ObjectKey) -> Result<(), ObjectError> {
        let path = self.path(folder);
        blocking(move || durable::remove_folder(&path)).await
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        let path = self.path(key);
        blocking(move || if_there(fs::read(&path))).await
    }

    async fn read_part(
        &self,
        key: &ObjectKey,
        from: u64,
        most: usize,
    ) -> Result<Option<ObjectPart>, ObjectError> {
        let path = self.path(key);
        blocking(move || {
            let file = if_there(fs::File::open(&path))?;
            file.map(|file| part(file, from, most)).transpose()
        })
        .await
    }
}

fn if_there<T>(opened: io::Result<T>) -> io::Result<Option<T>> {
    match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

fn part(mut file: fs::File, from: u64, most: usize) -> io::Result<ObjectPart> {
    let whole = file.metadata()?.len();
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(most as u64).read_to_end(&mut bytes)?;
    Ok(ObjectPart { bytes, whole })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ObjectError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(told(&error)),
        Err(error) => Err(ObjectError::Unavailable(error.to_string())),
    }
}

fn told(error: &io::Error) -> ObjectError {
    match error.kind() {
        ErrorKind::StorageFull => ObjectError::Full,
        _ => ObjectError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_reads_back_and_putting_it_again_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let objects = ObjectsFolder::new(folder.path().join("made-when-needed"));
        let key = ObjectKey::new("mark/riverside.svg").unwrap();

        assert_eq!(objects.read(&key).await.unwrap(), None);
        objects.put(&key, b"one").await.unwrap();
        objects.put(&key, b"two").await.unwrap();

        assert_eq!(
            objects.read(&key).await.unwrap().as_deref(),
            Some(&b"two"[..])
        );
        let left = fs::read_dir(folder.path().join("made-when-needed/mark"))
            .unwrap()
            .count();
        assert_eq!(left, 1, "nothing but the file itself stays behind");
    }

    #[tokio::test]
    async fn a_file_is_read_in_parts_as_one_that_is_at_hand_is() {
        let folder = tempfile::tempdir().unwrap();
        let objects = ObjectsFolder::new(folder.path());
        let key = ObjectKey::new("evidence/t/a").unwrap();
        assert_eq!(objects.read_part(&key, 0, 9).await.unwrap(), None);
        objects.put(&key, b"0123456789").await.unwrap();
        for (from, most, expect) in [
            (0, 4, "0123"),
            (4, 4, "4567"),
            (8, 4, "89"),
            (10, 4, ""),
            (u64::from(u32::MAX), 4, ""),
            (0, 100, "0123456789"),
        ] {
            let part = objects.read_part(&key, from, most).await.unwrap();
            let part = part.unwrap();
            assert_eq!(part.bytes, expect.as_bytes(), "{from}");
            assert_eq!(part, ObjectPart::of(b"0123456789", from, most));
        }
    }

    #[tokio::test]
    async fn a_file_that_never_changes_is_kept_once_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let objects = ObjectsFolder::new(folder.path());
        let key = |name: &str| ObjectKey::new(name).unwrap();
        let files: Vec<_> = (0..40)
            .map(|n| (key(&format!("log/tile/{}/{n:03}", n % 3)), vec![n; 100]))
            .collect();

        objects.keep(&files).await.unwrap();
        objects.keep(&files).await.unwrap();
        for (key, bytes) in &files {
            assert_eq!(objects.read(key).await.unwrap().as_ref(), Some(bytes));
        }

        let other = [(key("log/tile/1/001"), b"other".to_vec())];
        let refused = objects.keep(&other).await.unwrap_err();
        assert!(
            matches!(&refused, ObjectError::Altered(key) if key == "log/tile/1/001"),
            "{refused}"
        );
        let stays = objects.read(&other[0].0).await.unwrap();
        assert_eq!(stays, Some(vec![1; 100]));
    }
}

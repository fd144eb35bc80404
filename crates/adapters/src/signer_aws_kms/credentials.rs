//! What AWS knows this installation by: an access key, its secret, and, where they are lent for some hours, a token with them.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

/// An access key of AWS. Never printed.
#[derive(Clone)]
pub struct AwsCredentials {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

impl AwsCredentials {
    /// Takes an access key with its secret and, of those that are lent, its token. Spaces and line breaks around them do not count.
    ///
    /// # Errors
    /// If one of them is empty, or cannot stand in the header of a request.
    pub fn new(id: &str, secret: &str, token: Option<&str>) -> Result<Self, CredentialsError> {
        let clean = |name, text: &str| match text.trim() {
            text if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
                Ok(text.to_owned())
            }
            _ => Err(CredentialsError::Malformed(name)),
        };
        Ok(Self {
            id: clean(ID, id)?,
            secret: clean(SECRET, secret)?,
            token: token.map(|token| clean(TOKEN, token)).transpose()?,
        })
    }
}

/// Where the access key comes from.
pub enum AwsCredentialsFrom {
    /// From here; where that is, in words.
    Given(AwsCredentials, &'static str),
    /// From a file in the format that programs for AWS share, looked at for each request: what is lent is renewed there.
    File(PathBuf),
}

impl AwsCredentialsFrom {
    /// The access key as it is now.
    ///
    /// # Errors
    /// If the file cannot be read or lacks something.
    pub fn read(&self) -> Result<AwsCredentials, CredentialsError> {
        match self {
            Self::Given(credentials, _) => Ok(credentials.clone()),
            Self::File(path) => read(path),
        }
    }

    /// Where it comes from, in words.
    pub(super) fn place(&self) -> String {
        match self {
            Self::Given(_, place) => (*place).to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// Why there is no access key.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    /// The file lacks something.
    #[error("{0}: there is no {1} under [default]")]
    Lacks(PathBuf, &'static str),
    /// Something of the file is not what it should be.
    #[error("{0}: {1}")]
    In(PathBuf, Box<Self>),
    /// One of them is empty, or has letters that it cannot have.
    #[error("{0} is empty or has other letters than a key of AWS")]
    Malformed(&'static str),
}

/// Reads the shared credentials file, profile `default` (*AWS SDKs and Tools Reference Guide*, "Shared config and credentials files"). What else
/// stands in it is for other programs.
fn read(path: &Path) -> Result<AwsCredentials, CredentialsError> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|error| CredentialsError::File(path.into(), error))?;
    let mut found = HashMap::new();
    let mut is_ours = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            is_ours = line == "[default]";
        } else if let Some((name, value)) = line.split_once('=')
            && is_ours
        {
            found.insert(name.trim(), value.trim());
        }
    }
    let lacks = |name| CredentialsError::Lacks(path.into(), name);
    let id = found.get(ID).ok_or_else(|| lacks(ID))?;
    let secret = found.get(SECRET).ok_or_else(|| lacks(SECRET))?;
    AwsCredentials::new(id, secret, found.get(TOKEN).copied())
        .map_err(|error| CredentialsError::In(path.into(), Box::new(error)))
}

const ID: &str = "aws_access_key_id";
const SECRET: &str = "aws_secret_access_key";
const TOKEN: &str = "aws_session_token";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_default_is_read_and_what_lacks_is_named_without_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials");
        let from = AwsCredentialsFrom::File(path.clone());
        let said = || from.read().err().unwrap().to_string();
        assert!(said().contains("credentials: No such file"), "{}", said());
        let all = "[other]\naws_access_key_id=X\n# a remark\n[default]\naws_access_key_id = AKIDEXAMPLE\nregion=eu-west-1\n\
                   aws_secret_access_key = wJalrXUtn=\naws_session_token=FwoG\n[more]\naws_secret_access_key=Y\n";
        fs::write(&path, all).unwrap();
        let read = from.read().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (&*read.id, &*read.secret, read.token.as_deref()),
            ("AKIDEXAMPLE", "wJalrXUtn=", Some("FwoG"))
        );
        for (without, lacks) in [
            (
                "aws_access_key_id = AKIDEXAMPLE",
                "there is no aws_access_key_id under [default]",
            ),
            (
                "aws_secret_access_key = wJalrXUtn=",
                "there is no aws_secret_access_key under [default]",
            ),
            ("[default]", "there is no aws_access_key_id under [default]"),
        ] {
            fs::write(&path, all.replace(without, "")).unwrap();
            assert!(said().ends_with(lacks), "{}", said());
        }
        fs::write(&path, all.replace("wJalrXUtn=", "wJal\u{e4}r")).unwrap();
        let said = said();
        assert!(
            said.ends_with("aws_secret_access_key is empty or has other letters than a key of AWS"),
            "{said}"
        );
        assert!(!said.contains("wJal"), "{said}");
    }
}

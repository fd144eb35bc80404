//! Certificates and time stamps of every kind, made by `openssl`: also those that no honest authority would make.

use std::fs;

use tempfile::TempDir;

use crate::timestamp_authority::openssl;

/// Issues whatever it is asked for, and signs whatever it is handed.
pub struct StampForge(TempDir);

/// A certificate to be made.
#[derive(Clone, Copy, Debug)]
pub struct Forged<'a> {
    /// The name of its files; the key is its own unless [`Self::key`] says otherwise.
    pub name: &'a str,
    /// Its subject's common name.
    pub subject: &'a str,
    /// Who signs it. `None`: it does.
    pub issuer: Option<&'a str>,
    /// The certificate whose key it has, if not one of its own.
    pub key: Option<&'a str>,
    /// Its extensions, as lines of an `openssl` configuration.
    pub extensions: &'a str,
    /// From when until when it stands, as `YYYYMMDDHHMMSSZ`.
    pub stands: (&'a str, &'a str),
    /// Its number, in hexadecimal digits.
    pub serial: &'a str,
}

impl StampForge {
    /// One without any certificates.
    ///
    /// # Panics
    /// If files cannot be written.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::write(folder.path().join("openssl.cnf"), CONFIGURATION).expect("a file can be written");
        Self(folder)
    }

    /// Makes a certificate, and answers it as DER.
    ///
    /// # Panics
    /// If `openssl` refuses.
    pub fn certificate(&self, one: &Forged<'_>) -> Vec<u8> {
        let name = one.name;
        let own = format!("{}.key", one.key.unwrap_or(name));
        if one.key.is_none() {
            let curve = "ec_paramgen_curve:P-256";
            let key = [
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                curve,
                "-out",
                &own,
            ];
            openssl(self.0.path(), &key);
        }
        let subject = format!("/CN={}", one.subject);
        openssl(
            self.0.path(),
            &[
                "req",
                "-new",
                "-config",
                "openssl.cnf",
                "-key",
                &own,
                "-subj",
                &subject,
                "-out",
                "request",
            ],
        );
        self.write("extensions", &format!("[these]\n{}\n", one.extensions));
        // Whatever was issued before is forgotten, so that a number can be given twice.
        self.write("issued", "");
        self.write("serial", &format!("{}\n", one.serial));
        let out = format!("{name}.pem");
        let (from, until) = one.stands;
        let mut arguments = vec![
            "ca",
            "-batch",
            "-notext",
            "-config",
            "openssl.cnf",
            "-in",
            "request",
            "-out",
            &out,
            "-startdate",
            from,
            "-enddate",
            until,
            "-extfile",
            "extensions",
            "-extensions",
            "these",
        ];
        let issuer = one.issuer.unwrap_or(name);
        let (certificate, key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        match one.issuer {
            Some(_) => arguments.extend(["-cert", &certificate, "-keyfile", &key]),
            None => arguments.extend(["-selfsign", "-keyfile", &own]),
        }
        openssl(self.0.path(), &arguments);
        let der = format!("{name}.der");
        openssl(
            self.0.path(),
            &["x509", "-in", &out, "-outform", "DER", "-out", &der],
        );
        self.read(&der)
    }

    /// Signs what an authority would state (a TSTInfo, DER) as the certificate `signer`, with other certificates beside it and options of
    /// `openssl cms` besides. Answers a `TimeStampResp`.
    ///
    /// # Panics
    /// If `openssl` refuses.
    pub fn stamp(&self, stated: &[u8], signer: &str, beside: &[&str], more: &[&str]) -> Vec<u8> {
        fs::write(self.0.path().join("stated"), stated).expect("a file can be written");
        let chain: Vec<u8> = beside
            .iter()
            .flat_map(|name| self.read(&format!("{name}.pem")))
            .collect();
        fs::write(self.0.path().join("beside"), &chain).expect("a file can be written");
        let (certificate, key) = (format!("{signer}.pem"), format!("{signer}.key"));
        let mut arguments = vec![
            "cms",
            "-sign",
            "-binary",
            "-nodetach",
            "-econtent_type",
            "1.2.840.113549.1.9.16.1.4",
            "-in",
            "stated",
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-outform",
            "DER",
            "-out",
            "token",
        ];
        if !beside.is_empty() {
            arguments.extend(["-certfile", "beside"]);
        }
        arguments.extend(more);
        openssl(self.0.path(), &arguments);
        granted(&self.read("token"))
    }

    /// What `openssl ts` reads in an answer.
    ///
    /// # Panics
    /// If it reads nothing.
    pub fn told(&self, answer: &[u8]) -> String {
        fs::write(self.0.path().join("answer"), answer).expect("a file can be written");
        let read = ["ts", "-reply", "-in", "answer", "-text", "-out", "told"];
        openssl(self.0.path(), &read);
        String::from_utf8_lossy(&self.read("told")).into_owned()
    }

    /// Has `openssl ts` itself answer a question (DER) as the certificate `signer`, naming its certificate by a digest of this kind.
    ///
    /// # Panics
    /// If `openssl` refuses.
    pub fn answer(&self, question: &[u8], signer: &str, ess: &str) -> Vec<u8> {
        fs::write(self.0.path().join("question"), question).expect("a file can be written");
        self.write(
            "tsa.cnf",
            &AUTHORITY.replace("SIGNER", signer).replace("ESS", ess),
        );
        self.write("number", "01\n");
        let made = [
            "ts",
            "-reply",
            "-config",
            "tsa.cnf",
            "-queryfile",
            "question",
            "-out",
            "made",
        ];
        openssl(self.0.path(), &made);
        self.read("made")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("a file can be written");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).expect("it was written")
    }
}

impl Default for StampForge {
    fn default() -> Self {
        Self::new()
    }
}

/// Granted, and the token: a SEQUENCE of two.
pub(crate) fn granted(token: &[u8]) -> Vec<u8> {
    let length = u16::try_from(token.len() + 5)
        .expect("a few kB")
        .to_be_bytes();
    [&[0x30, 0x82][..], &length, &[0x30, 3, 2, 1, 0], token].concat()
}

const CONFIGURATION: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
[ca]
default_ca = any
[any]
database = issued
serial = serial
new_certs_dir = .
default_md = sha256
policy = policy
unique_subject = no
email_in_dn = no
[policy]
commonName = supplied
";
const AUTHORITY: &str = "\
[tsa]
default_tsa = own
[own]
serial = number
crypto_device = builtin
signer_cert = SIGNER.pem
signer_key = SIGNER.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500, microsecs:100
ess_cert_id_chain = no
ess_cert_id_alg = ESS
";

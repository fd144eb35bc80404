//! A real module: SoftHSM 2, with a token of its own for each test.
//!
//! The module finds its tokens by an environment variable, so each test runs itself again in processes that have it: one for each step, one
//! after another, as if the machine were started anew in between.
#![allow(clippy::unwrap_used)] // A test may stop where something is not as it must be.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use cryptoki::{
    context::Pkcs11,
    object::{Attribute, AttributeType, ObjectClass},
};
use touchstone_pkcs11::{KeyKind, Pin, Settings, SignerPkcs11};
use touchstone_service::ports::{Away, PublicKey, SignError, Signer as _};
use touchstone_vc::crypto::rust::CRYPTO;

/// Makes a token, and runs the test `name` once for each step with it; in those processes, says which step it is and where the tokens are.
fn with_token(name: &str, steps: usize) -> Option<(usize, PathBuf)> {
    if let Some(folder) = env::var_os("TOKEN_FOLDER") {
        let step = env::var("TOKEN_STEP").unwrap();
        return Some((step.parse().unwrap(), folder.into()));
    }
    let (folder, settings) = token();
    for step in 1..=steps {
        let said = started(folder.path(), &settings, name, step).wait_with_output();
        let said = said.unwrap();
        let text = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
        assert!(said.status.success() && text.contains("1 passed"), "{text}");
    }
    None
}

/// An initialized token in a folder, and the settings that lead to it.
fn token() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let tokens = folder.path().join("tokens");
    fs::create_dir(&tokens).unwrap();
    let settings = folder.path().join("softhsm2.conf");
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    fs::write(&settings, text).unwrap();
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "issuer"])
        .args(["--pin", "1234", "--so-pin", "5678"])
        .env("SOFTHSM2_CONF", &settings)
        .output()
        .expect("softhsm2-util is there: `cargo xtask setup` installs it");
    assert!(made.status.success(), "{made:?}");
    (folder, settings)
}

fn started(folder: &Path, settings: &Path, name: &str, step: usize) -> std::process::Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("SOFTHSM2_CONF", settings)
        .env("TOKEN_FOLDER", folder.join("tokens"))
        .env("TOKEN_STEP", step.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn module() -> PathBuf {
    let known = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    ];
    let found = known.iter().find(|path| Path::new(path).exists());
    found
        .expect("SoftHSM is there: `cargo xtask setup` installs it")
        .into()
}

fn signer_in(module: PathBuf, kind: KeyKind, pin: &str) -> SignerPkcs11 {
    let settings = Settings {
        module,
        token: "issuer".into(),
        kind,
        patience: Duration::from_secs(5),
    };
    SignerPkcs11::new(settings, Pin::new(pin), &CRYPTO).unwrap()
}

fn signer(kind: KeyKind) -> SignerPkcs11 {
    signer_in(module(), kind, "1234\n")
}

fn holds(key: PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let signature = signature.try_into().unwrap();
    match key {
        PublicKey::Ed25519(key) => (CRYPTO.verify_ed25519)(&key, message, signature),
        PublicKey::P256(key) => (CRYPTO.verify_p256)(&key, message, signature),
    }
}

/// Waits until the signer signs again, without starting it anew.
async fn recovered(signer: &SignerPkcs11, key: &str, message: &[u8]) -> Vec<u8> {
    let begun = Instant::now();
    loop {
        match signer.sign(key, message).await {
            Ok(signature) => return signature.0,
            Err(error) => assert_eq!(error, SignError::Unavailable),
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it never came back"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

const KINDS: [(KeyKind, &str); 2] = [
    (KeyKind::Ed25519, "riverside-1"),
    (KeyKind::P256, "riverside-2"),
];

#[tokio::test]
async fn both_kinds_of_keys_sign_what_another_library_verifies_also_after_a_restart() {
    let name = "both_kinds_of_keys_sign_what_another_library_verifies_also_after_a_restart";
    let Some((step, tokens)) = with_token(name, 2) else {
        return;
    };
    for (kind, name) in KINDS {
        let signer = signer(kind);
        let noted = tokens.with_file_name(name);
        if step == 1 {
            assert_eq!(signer.public(name).await, Err(SignError::NoSuchKey));
            let made = signer.create(name).await.unwrap();
            fs::write(&noted, format!("{made:?}")).unwrap();
        }
        let key = signer.public(name).await.unwrap();
        assert_eq!(format!("{key:?}"), fs::read_to_string(&noted).unwrap());
        assert_eq!(
            signer.create(name).await,
            Ok(key),
            "creating again keeps the key"
        );
        let signed = signer.sign(name, b"message").await.unwrap();
        assert!(holds(key, b"message", &signed.0), "{kind:?}");
        assert!(!holds(key, b"another", &signed.0), "{kind:?}");
        assert_eq!(signer.ready().await, Ok(()));
    }
}

#[tokio::test]
async fn no_secret_can_be_had_out_of_the_token() {
    if with_token("no_secret_can_be_had_out_of_the_token", 1).is_none() {
        return;
    }
    for (kind, name) in KINDS {
        let signer = signer(kind);
        signer.create(name).await.unwrap();
        // The signer has begun the module and logged in; sessions of a process share that.
        let library = Pkcs11::new(module()).unwrap();
        let slot = library.get_slots_with_initialized_token().unwrap()[0];
        let session = library.open_ro_session(slot).unwrap();
        let template = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::Label(name.into()),
        ];
        let found = session.find_objects(&template).unwrap();
        assert_eq!(found.len(), 1);
        let asked = [
            AttributeType::Sensitive,
            AttributeType::Extractable,
            AttributeType::NeverExtractable,
            AttributeType::Local,
        ];
        let said = session.get_attributes(found[0], &asked).unwrap();
        assert_eq!(
            said,
            [
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::NeverExtractable(true),
                Attribute::Local(true)
            ]
        );
        let secret = session.get_attributes(found[0], &[AttributeType::Value]);
        assert!(
            !matches!(secret.as_deref(), Ok([Attribute::Value(_)])),
            "{secret:?}"
        );
        drop(session);
    }
}

#[tokio::test]
async fn t62_a_token_that_was_taken_out_comes_back_without_a_restart() {
    let name = "t62_a_token_that_was_taken_out_comes_back_without_a_restart";
    let Some((_, tokens)) = with_token(name, 1) else {
        return;
    };
    let signer = signer(KeyKind::Ed25519);
    let key = signer.create("riverside-1").await.unwrap();
    signer.sign("riverside-1", b"before").await.unwrap();
    let away = tokens.with_extension("away");
    fs::rename(&tokens, &away).unwrap();
    fs::create_dir(&tokens).unwrap();
    assert_eq!(
        signer.sign("riverside-1", b"x").await,
        Err(SignError::Unavailable)
    );
    // Refused at once while the circuit is open, whatever is asked.
    let begun = Instant::now();
    let why = "no token with the label \"issuer\" is in any slot";
    assert_eq!(signer.ready().await, Err(Away(why.into())));
    let refused = Err(SignError::Unavailable);
    assert_eq!(signer.create("riverside-9").await, refused);
    assert_eq!(signer.public("riverside-1").await, refused);
    assert!(begun.elapsed() < Duration::from_millis(500));
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(
        signer.sign("riverside-1", b"x").await,
        Err(SignError::Unavailable)
    );
    fs::remove_dir(&tokens).unwrap();
    fs::rename(&away, &tokens).unwrap();
    let signed = recovered(&signer, "riverside-1", b"after").await;
    assert!(holds(key, b"after", &signed));
    assert_eq!(
        signer.public("riverside-9").await,
        Err(SignError::NoSuchKey),
        "nothing was made meanwhile"
    );
}

#[tokio::test]
async fn t62_a_module_that_comes_later_is_found_and_comes_back_by_itself() {
    let name = "t62_a_module_that_comes_later_is_found_and_comes_back_by_itself";
    let Some((_, tokens)) = with_token(name, 1) else {
        return;
    };
    let library = tokens.with_file_name("module.so");
    let signer = signer_in(library.clone(), KeyKind::Ed25519, "1234");
    assert_eq!(
        signer.create("riverside-1").await,
        Err(SignError::Unavailable)
    );
    let Err(Away(why)) = signer.ready().await else {
        panic!("there is no module");
    };
    assert!(why.contains("module.so"), "{why}");
    std::os::unix::fs::symlink(module(), &library).unwrap();
    // Nobody asks: the module is tried again all the same.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let begun = Instant::now();
    signer.create("riverside-1").await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn t62_a_module_that_hangs_holds_nobody_up() {
    let Some((_, tokens)) = with_token("t62_a_module_that_hangs_holds_nobody_up", 1) else {
        return;
    };
    let signer = signer(KeyKind::Ed25519);
    let key = signer.create("riverside-1").await.unwrap();
    // Whoever opens a pipe to read waits until somebody writes: so does the module at its token's files.
    let slot = fs::read_dir(&tokens).unwrap().next().unwrap().unwrap();
    let generation = slot.path().join("generation");
    let kept = fs::read(&generation).unwrap();
    fs::remove_file(&generation).unwrap();
    let made = Command::new("mkfifo").arg(&generation).status().unwrap();
    assert!(made.success());
    let begun = Instant::now();
    let waiting = (0..10).map(|_| signer.sign("riverside-1", b"x"));
    for waiting in waiting {
        assert_eq!(waiting.await, Err(SignError::Unavailable));
    }
    let waited = begun.elapsed();
    // Ten that wait would take fifty, on the fastest machine.
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(40)).contains(&waited),
        "the first waits as long as it may, the others not at all: {waited:?}"
    );
    // The pipe is opened to be written, and closed: the module goes on; then its file is back.
    let writer = fs::OpenOptions::new()
        .write(true)
        .open(&generation)
        .unwrap();
    fs::remove_file(&generation).unwrap();
    fs::write(&generation, kept).unwrap();
    drop(writer);
    let signed = recovered(&signer, "riverside-1", b"after").await;
    assert!(holds(key, b"after", &signed));
}

#[tokio::test]
async fn t43_a_key_that_was_ended_is_refused_by_the_token_itself_also_after_a_restart() {
    let name = "t43_a_key_that_was_ended_is_refused_by_the_token_itself_also_after_a_restart";
    let Some((step, _)) = with_token(name, 2) else {
        return;
    };
    let signer = signer(KeyKind::Ed25519);
    if step == 1 {
        for key in ["ended", "destroyed"] {
            signer.create(key).await.unwrap();
            signer.sign(key, b"before").await.unwrap();
        }
        for _ in ["once", "again"] {
            signer.end("ended").await.unwrap();
            signer.end("never made").await.unwrap();
            signer.destroy("destroyed").await.unwrap();
        }
    }
    for key in ["ended", "destroyed", "never made"] {
        assert_eq!(
            signer.sign(key, b"after").await,
            Err(SignError::Ended),
            "{key}"
        );
        assert_eq!(
            signer.create(key).await,
            Err(SignError::Ended),
            "no name twice: {key}"
        );
    }
    for key in ["ended", "destroyed"] {
        assert!(signer.public(key).await.is_ok(), "the public half stays");
    }
    let last = signer.create("another").await.unwrap();
    let signed = signer.sign("another", b"m").await.unwrap();
    assert!(holds(last, b"m", &signed.0), "no other key is touched");
}

#[tokio::test]
async fn a_pin_that_was_refused_is_not_tried_again() {
    let Some((step, _)) = with_token("a_pin_that_was_refused_is_not_tried_again", 2) else {
        return;
    };
    if step == 2 {
        // The token is not locked by it.
        signer(KeyKind::Ed25519)
            .create("riverside-1")
            .await
            .unwrap();
        return;
    }
    let wrong = signer_in(module(), KeyKind::Ed25519, "9999");
    for _ in 0..20 {
        assert_eq!(
            wrong.create("riverside-1").await,
            Err(SignError::PinRefused)
        );
    }
    let Err(Away(why)) = wrong.ready().await else {
        panic!("the PIN is wrong");
    };
    assert!(why.contains("the token refused the PIN"), "{why}");
    assert!(!why.contains("9999"), "{why}");
}

/// Every process would take one of the few tries of a wrong PIN: the last is a person's.
#[tokio::test]
async fn a_pin_is_not_tried_where_the_token_has_one_try_left_or_none() {
    let name = "a_pin_is_not_tried_where_the_token_has_one_try_left_or_none";
    let Some((step, tokens)) = with_token(name, 3) else {
        return;
    };
    // SoftHSM counts no tries, so the flags of its token are written as other modules set them (CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED).
    let (flag, told) = match step {
        1 => (0x02, "one try is left"),
        2 => (0x04, "it is locked"),
        _ => (0, ""),
    };
    let folder = fs::read_dir(&tokens).unwrap().next().unwrap().unwrap();
    let file = folder.path().join("token.object");
    let mut bytes = fs::read(&file).unwrap();
    let flags: [u8; 12] = [0x80, 0x00, 0x53, 0x4b, 0, 0, 0, 0, 0, 0, 0, 2];
    let found = bytes.windows(flags.len()).position(|some| some == flags);
    let byte = found.unwrap() + flags.len() + 5;
    bytes[byte] = bytes[byte] & !0x06 | flag;
    fs::write(&file, bytes).unwrap();

    let signer = signer(KeyKind::Ed25519);
    let made = signer.create("riverside-1").await;
    if flag == 0 {
        made.unwrap();
        return;
    }
    assert_eq!(made, Err(SignError::PinRefused));
    let Err(Away(why)) = signer.ready().await else {
        panic!("the PIN is right, and was not tried");
    };
    assert!(why.contains(told), "{why}");
}

#[tokio::test]
async fn t62_a_token_that_went_away_unused_is_told_as_away() {
    let name = "t62_a_token_that_went_away_unused_is_told_as_away";
    let Some((_, tokens)) = with_token(name, 1) else {
        return;
    };
    let signer = signer(KeyKind::Ed25519);
    for _ in ["an empty token is one all the same", "again"] {
        assert_eq!(signer.ready().await, Ok(()));
    }
    signer.create("riverside-1").await.unwrap();
    assert_eq!(signer.ready().await, Ok(()));
    let away = tokens.with_extension("away");
    fs::rename(&tokens, &away).unwrap();
    fs::create_dir(&tokens).unwrap();
    let why = "no token with the label \"issuer\" is in any slot";
    assert_eq!(signer.ready().await, Err(Away(why.into())));
    fs::remove_dir(&tokens).unwrap();
    fs::rename(&away, &tokens).unwrap();
    recovered(&signer, "riverside-1", b"after").await;
    assert_eq!(signer.ready().await, Ok(()));
}

/// Another part of the program logs out: that holds for all sessions, and from then on private keys are not shown.
fn log_out() {
    let library = Pkcs11::new(module()).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    library.open_ro_session(slot).unwrap().logout().unwrap();
}

#[tokio::test]
async fn t62_a_key_that_is_only_hidden_signs_again_and_is_ended_and_destroyed_in_truth() {
    let name = "t62_a_key_that_is_only_hidden_signs_again_and_is_ended_and_destroyed_in_truth";
    let Some((step, _)) = with_token(name, 2) else {
        return;
    };
    let signer = signer(KeyKind::Ed25519);
    if step == 1 {
        for key in ["kept", "ended", "destroyed"] {
            signer.create(key).await.unwrap();
        }
        log_out();
        assert!(signer.sign("kept", b"m").await.is_ok(), "it never ended");
        log_out();
        assert_eq!(signer.ready().await, Ok(()), "it logs in again");
        log_out();
        signer.end("ended").await.unwrap();
        log_out();
        signer.destroy("destroyed").await.unwrap();
    }
    assert!(signer.sign("kept", b"m").await.is_ok());
    for key in ["ended", "destroyed"] {
        let refused = Some(SignError::Ended);
        assert_eq!(signer.sign(key, b"m").await.err(), refused, "{key}");
    }
    // As a program sees it that is logged in.
    let library = Pkcs11::new(module()).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    let session = library.open_ro_session(slot).unwrap();
    let secrets = |key: &str| {
        let template = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::Label(key.into()),
        ];
        session.find_objects(&template).unwrap()
    };
    let (kept, ended) = (secrets("kept"), secrets("ended"));
    assert_eq!((kept.len(), ended.len()), (1, 1));
    let signs = |key| session.get_attributes(key, &[AttributeType::Sign]).unwrap();
    assert_eq!(signs(kept[0]), [Attribute::Sign(true)]);
    assert_eq!(signs(ended[0]), [Attribute::Sign(false)]);
    assert_eq!(secrets("destroyed"), [], "its secret is gone");
    drop(session);
}

#[tokio::test]
async fn between_two_keys_of_one_name_nobody_guesses() {
    if with_token("between_two_keys_of_one_name_nobody_guesses", 1).is_none() {
        return;
    }
    let one = signer(KeyKind::Ed25519);
    one.create("riverside-1").await.unwrap();
    // Another program gives another key the same label.
    one.create("other").await.unwrap();
    let library = Pkcs11::new(module()).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    let session = library.open_rw_session(slot).unwrap();
    for class in [ObjectClass::PUBLIC_KEY, ObjectClass::PRIVATE_KEY] {
        let template = [Attribute::Class(class), Attribute::Label("other".into())];
        let found = session.find_objects(&template).unwrap();
        let renamed = [Attribute::Label("riverside-1".into())];
        session.update_attributes(found[0], &renamed).unwrap();
    }
    drop(session);
    let refused = Err(SignError::Locked);
    assert_eq!(one.public("riverside-1").await, refused);
    assert_eq!(one.create("riverside-1").await, refused);
    assert_eq!(
        one.sign("riverside-1", b"m").await.err(),
        Some(SignError::Locked)
    );
    // Nothing is wrong with the module.
    one.create("riverside-2").await.unwrap();
}

/// As where a token's backup was put back over what is there.
#[tokio::test]
async fn a_key_whose_public_half_is_there_twice_is_still_ended() {
    if with_token("a_key_whose_public_half_is_there_twice_is_still_ended", 1).is_none() {
        return;
    }
    let one = signer(KeyKind::Ed25519);
    let made = one.create("riverside-1").await.unwrap();
    let library = Pkcs11::new(module()).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    let session = library.open_rw_session(slot).unwrap();
    let public = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::Label("riverside-1".into()),
    ];
    let found = session.find_objects(&public).unwrap();
    let same = [
        AttributeType::KeyType,
        AttributeType::EcParams,
        AttributeType::EcPoint,
    ];
    let same = session.get_attributes(found[0], &same).unwrap();
    let placed = [Attribute::Token(true), Attribute::Private(false)];
    let twice = [&public[..], &placed, &same].concat();
    session.create_object(&twice).unwrap();
    assert_eq!(session.find_objects(&public).unwrap().len(), 2);
    drop(session);
    assert_eq!(one.public("riverside-1").await, Ok(made));
    one.end("riverside-1").await.unwrap();
    let refused = one.sign("riverside-1", b"m").await.err();
    assert_eq!(refused, Some(SignError::Ended));
}

//! Signed notes, keys and checkpoints: the examples of the specifications, our own round trip, and what is refused.

use touchstone_tlog::note::{SignatureLine, SignatureLineError};
use touchstone_tlog::{
    Checkpoint, CheckpointError, Hash, Note, NoteError, PublicKey, SignedCheckpoint, VerifierKey,
    VerifyError, VkeyError,
};

use crate::support::{CRYPTO, TIME, checkpoint, keys, sign};

/// C2SP signed-note, "Example".
const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn vkey(text: &str) -> Result<VerifierKey, VkeyError> {
    VerifierKey::parse(text, &CRYPTO)
}

#[test]
fn the_example_of_the_specification_verifies() {
    let key = vkey(VKEY).unwrap();
    assert_eq!(
        (key.name(), key.to_string()),
        ("example.com/foo", VKEY.to_owned())
    );
    let note = Note::parse(NOTE.as_bytes()).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.to_string(), NOTE);
    let verified = note.verify([&key], &CRYPTO).unwrap();
    assert_eq!((verified[0].key, verified[0].timestamp), (&key, None));
}

#[test]
fn any_flipped_bit_of_a_note_fails() {
    let key = vkey(VKEY).unwrap();
    for place in 0..NOTE.len() {
        for bit in 0..8 {
            let mut touched = NOTE.as_bytes().to_vec();
            touched[place] ^= 1 << bit;
            let held = Note::parse(&touched).is_ok_and(|note| note.verify([&key], &CRYPTO).is_ok());
            assert!(!held, "bit {bit} of byte {place}");
        }
    }
}

#[test]
fn each_type_of_key_signs_a_checkpoint_and_says_when() {
    let keys = keys("w.example.org/one");
    let mut note = Note::new(&checkpoint().text()).unwrap();
    keys.iter().for_each(|key| sign(&mut note, key));
    let read = SignedCheckpoint::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!((&read.checkpoint, &read.note), (&checkpoint(), &note));
    for ((key, _), time) in keys.iter().zip([None, Some(TIME), Some(TIME)]) {
        assert_eq!(vkey(&key.to_string()).as_ref(), Ok(key));
        let verified = read.note.verify([key], &CRYPTO).unwrap();
        assert_eq!((verified[0].key, verified[0].timestamp), (key, time));
    }
    let all = read.note.verify(keys.iter().map(|(key, _)| key), &CRYPTO);
    assert_eq!(all.unwrap().len(), 3);
}

#[test]
fn a_touched_bit_of_text_time_or_signature_fails_for_each_type() {
    for signed in &keys("w.example.org/one") {
        let mut note = Note::new(&checkpoint().text()).unwrap();
        sign(&mut note, signed);
        let whole = note.signatures()[0].signature().to_vec();
        let places = [0, 7, 8, 40, whole.len() / 2, whole.len() - 1];
        for place in places {
            let mut touched = whole.clone();
            touched[place] ^= 1;
            let mut note = Note::new(note.text()).unwrap();
            note.add(SignatureLine::new(&signed.0, touched));
            let outcome = note.verify([&signed.0], &CRYPTO);
            assert!(
                matches!(outcome, Err(VerifyError::Invalid { .. })),
                "byte {place}"
            );
        }
        for other in [
            Checkpoint::new("log.example.com", 300, Hash([5; 32])),
            Checkpoint::new("log.example.org", 301, Hash([5; 32])),
            Checkpoint::new("log.example.org", 300, Hash([6; 32])),
        ] {
            let mut moved = Note::new(&other.unwrap().text()).unwrap();
            moved.add(note.signatures()[0].clone());
            assert!(moved.verify([&signed.0], &CRYPTO).is_err());
        }
    }
}

#[test]
fn a_signature_of_one_type_is_none_of_another_type() {
    let keys = keys("w.example.org/one");
    let mut note = Note::new(&checkpoint().text()).unwrap();
    sign(&mut note, &keys[1]);
    let cosigned = note.signatures()[0].signature()[8..].to_vec();
    let mut other = Note::new(note.text()).unwrap();
    other.add(SignatureLine::new(&keys[0].0, cosigned));
    assert!(other.verify([&keys[0].0], &CRYPTO).is_err());
}

#[test]
fn an_ml_dsa_cosignature_holds_for_its_signers_name_only() {
    let [.., one] = keys("w.example.org/one");
    let mut note = Note::new(&checkpoint().text()).unwrap();
    sign(&mut note, &one);
    let renamed = VerifierKey::new("w.example.org/two", one.0.key().clone(), &CRYPTO).unwrap();
    let mut moved = Note::new(note.text()).unwrap();
    let signature = note.signatures()[0].signature().to_vec();
    moved.add(SignatureLine::new(&renamed, signature));
    assert!(moved.verify([&renamed], &CRYPTO).is_err());
}

#[test]
fn unknown_signatures_are_ignored_and_known_ones_must_hold() {
    let [known, ..] = keys("log.example.org");
    let [stranger, ..] = keys("stranger.example.org");
    let mut note = Note::new(&checkpoint().text()).unwrap();
    sign(&mut note, &stranger);
    assert_eq!(
        note.verify([&known.0], &CRYPTO),
        Err(VerifyError::NobodyKnown)
    );
    sign(&mut note, &known);
    assert_eq!(note.verify([&known.0], &CRYPTO).unwrap().len(), 1);
    note.add(SignatureLine::new(&known.0, vec![0; 64]));
    let spoiled = VerifyError::Invalid {
        name: "log.example.org".to_owned(),
        id: known.0.id(),
    };
    assert_eq!(note.verify([&known.0], &CRYPTO), Err(spoiled));
    // To one who does not know the key, it is a stranger's.
    assert!(note.verify([&stranger.0], &CRYPTO).is_ok());
}

#[test]
fn an_ed25519_key_of_small_order_signs_nothing() {
    // RFC 8032 verifiers differ on such keys; a signature of zeros "holds" for the neutral element where they are let in.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let key = VerifierKey::new("w.example.org", PublicKey::Ed25519(neutral), &CRYPTO).unwrap();
    let mut note = Note::new(&checkpoint().text()).unwrap();
    let mut signature = vec![0; 64];
    signature[0] = 1;
    note.add(SignatureLine::new(&key, signature));
    assert!(note.verify([&key], &CRYPTO).is_err());
}

#[test]
fn a_key_that_is_none_is_refused_with_the_reason() {
    let foreign = VKEY.replace("530d903a", "530d903b");
    let shorter = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3Q==";
    for (text, error) in [
        ("example.com/foo", VkeyError::Parts),
        ("example.com/foo+530d903a", VkeyError::Parts),
        (
            "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            VkeyError::Name,
        ),
        (
            "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            VkeyError::Name,
        ),
        ("example.com/foo+530d903a+-", VkeyError::Base64),
        ("example.com/foo+530d903a+", VkeyError::Length { found: 0 }),
        (shorter, VkeyError::Length { found: 30 }),
        (
            "example.com/foo+530d903a+AgAA",
            VkeyError::Type { found: 2 },
        ),
        (
            &foreign,
            VkeyError::Id {
                expected: vkey(VKEY).unwrap().id(),
            },
        ),
    ] {
        assert_eq!(vkey(text), Err(error), "{text}");
    }
    // Hexadecimal digits have one form too.
    assert!(vkey(&VKEY.replace("530d903a", "530D903A")).is_err());
}

#[test]
fn a_note_that_is_none_is_refused_with_the_place() {
    let bad = |line, error| NoteError::Signature { line, error };
    for (text, error) in [
        (&b"text\n"[..], NoteError::NoSignatures),
        (b"text\n\n", NoteError::NoNewline),
        (b"a\xff", NoteError::NotUtf8 { at: 1 }),
        (b"a\tb\n\n", NoteError::ControlCharacter { at: 1 }),
        (b"a\r\n\r\n", NoteError::ControlCharacter { at: 1 }),
        (b"a\n\n- n AAAAAAA=\n", bad(3, SignatureLineError::NoDash)),
        ("a\n\n— n AAAAAAA=".as_bytes(), NoteError::NoNewline),
        (
            "a\n\n— n\n".as_bytes(),
            bad(3, SignatureLineError::NoSignature),
        ),
        (
            "a\n\n— n AAAAAA==\n".as_bytes(),
            bad(3, SignatureLineError::NoSignature),
        ),
        (
            "a\n\n— n AAAAAAA\n".as_bytes(),
            bad(3, SignatureLineError::Base64),
        ),
        (
            "a\n\n— n+m AAAAAAA=\n".as_bytes(),
            bad(3, SignatureLineError::Name),
        ),
        (
            "a\n\n— n\u{a0} AAAAAAA=\n".as_bytes(),
            bad(3, SignatureLineError::Name),
        ),
        (
            "a\nb\n\n— n AAAAAAA=\nx\n".as_bytes(),
            bad(5, SignatureLineError::NoDash),
        ),
    ] {
        assert_eq!(Note::parse(text), Err(error), "{}", text.escape_ascii());
    }
    let many = |count| format!("a\n\n{}", "— n AAAAAAA=\n".repeat(count));
    assert_eq!(
        Note::parse(many(64).as_bytes()).unwrap().signatures().len(),
        64
    );
    assert_eq!(
        Note::parse(many(65).as_bytes()),
        Err(NoteError::TooManySignatures)
    );
    let endless = vec![b'a'; 512 * 1024 + 1];
    assert_eq!(
        Note::parse(&endless),
        Err(NoteError::TooLong {
            bytes: endless.len()
        })
    );
    // The text may have empty lines; the last one divides.
    let note = Note::parse("a\n\nb\n\n— n AAAAAAA=\n".as_bytes()).unwrap();
    assert_eq!(note.text(), "a\n\nb\n");
}

#[test]
fn a_checkpoint_is_three_lines_and_reads_past_more() {
    let root = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=";
    let text = format!("log.example.org\n300\n{root}\n");
    assert_eq!(checkpoint().text(), text);
    assert_eq!(Checkpoint::parse(&text), Ok(checkpoint()));
    assert_eq!(
        Checkpoint::parse(&format!("{text}more\n")),
        Ok(checkpoint())
    );
    for (text, error) in [
        (String::new(), CheckpointError::Lines),
        ("log.example.org\n300\n".to_owned(), CheckpointError::Lines),
        (text.trim_end().to_owned(), CheckpointError::Lines),
        (format!("\n300\n{root}\n"), CheckpointError::Origin),
        (format!("o\n0300\n{root}\n"), CheckpointError::Size),
        (format!("o\n+300\n{root}\n"), CheckpointError::Size),
        (format!("o\n\n{root}\n"), CheckpointError::Size),
        ("o\n300\nBQUF\n".to_owned(), CheckpointError::Root),
        (format!("o\n300\n{root} \n"), CheckpointError::Root),
        (format!("{text}\n"), CheckpointError::EmptyExtension),
    ] {
        assert_eq!(Checkpoint::parse(&text), Err(error), "{text:?}");
    }
    assert_eq!(
        Checkpoint::new("a\nb", 0, Hash([0; 32])),
        Err(CheckpointError::Origin)
    );
}

#[test]
fn an_extension_line_is_signed_by_ed25519_and_not_by_ml_dsa() {
    let keys = keys("w.example.org/one");
    let mut note = Note::new(&format!("{}extension\n", checkpoint().text())).unwrap();
    keys.iter().for_each(|key| sign(&mut note, key));
    let mut without = Note::new(&checkpoint().text()).unwrap();
    note.signatures()
        .iter()
        .for_each(|line| without.add(line.clone()));
    let held = keys
        .each_ref()
        .map(|(key, _)| without.verify([key], &CRYPTO).is_ok());
    assert_eq!(held, [false, false, true]);
}

//! The audit record as a file: whole as it was logged, and nothing else passes.

use touchstone_bundle::{Broken, Ending, Found, How, Reading, Whole};
use touchstone_service::{
    World,
    inspecting::{Source, audit_roots},
    issuing::{Revocation, found, revoke},
    logging::sequence_until_idle,
    operations::{record, root, work_until_idle},
    ports::Clock as _,
};
use touchstone_store::TenantId;
use touchstone_testkit::{MemoryLog, TestDatabase, TestWorld, world, world_on};
use touchstone_vc::{
    crypto::rust::CRYPTO,
    log::{Entry, Kind},
};

use crate::log_files::{TREE, checked, entries};
use crate::support::{MEASURING, founding, issued};

/// The file, line by line.
async fn exported(world: &World, tenant: &TenantId) -> Vec<String> {
    let mut record = record(world, tenant).await.unwrap().unwrap();
    let mut bytes = Vec::new();
    while let Some(part) = record.next().await.unwrap() {
        bytes.extend(part);
    }
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with('\n'));
    text.lines().map(String::from).collect()
}

fn read(lines: &[String]) -> Found {
    read_on(begun(lines), lines)
}

fn begun(lines: &[String]) -> Reading<'static> {
    Reading::begin(lines[0].as_bytes(), &TREE).unwrap()
}

/// The same, held against all roots that the log has.
async fn against_the_log(world: &World, lines: &[String]) -> Found {
    let log = MemoryLog::with("verify.example.edu/log", entries(world).await);
    let stated = log.checkpoint().checkpoint;
    let reading = begun(lines);
    let seen = &reading.checkpoint().checkpoint;
    let source = Source::Folder(&log);
    let logged = audit_roots(source, &stated, seen, reading.issuer(), &TREE).await;
    let logged = logged.unwrap();
    assert!(!logged.is_forked);
    assert!(logged.roots.len() >= 4, "{:?}", logged.roots);
    read_on(reading.against(logged.roots), lines)
}

fn read_on(mut reading: Reading<'_>, lines: &[String]) -> Found {
    for (number, line) in (2..).zip(&lines[1..]) {
        reading.read(line.as_bytes(), number).unwrap();
    }
    reading.end(&CRYPTO)
}

/// Makes roots after issuing, and after each of three withdrawals.
async fn rooted(world: &TestWorld) -> TenantId {
    let (tenant, credentials) = issued(world, MEASURING).await;
    root(world, &tenant).await.unwrap();
    for credential in &credentials[..3] {
        let order = Revocation {
            tenant: tenant.clone(),
            credential: credential.id.clone(),
            actor: "registrar".into(),
            reason: "Mixed up.".into(),
        };
        revoke(world, &order).await.unwrap();
        root(world, &tenant).await.unwrap();
    }
    work_until_idle(world).await.unwrap();
    tenant
}

async fn whole_as_logged(world: TestWorld) {
    let tenant = rooted(&world).await;
    let entries = checked(&world).await;
    let roots = entries
        .iter()
        .filter(|entry| Entry::parse(entry).unwrap().kind() == Kind::AuditRoot);
    assert_eq!(roots.count(), 4);

    // Publishing the lists left lines behind or did not; all of them are under a root now.
    root(&world, &tenant).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let lines = exported(&world, &tenant).await;
    let found = read(&lines);
    assert_eq!(found.broken, None);
    assert_eq!(found.whole.unwrap().lines, found.lines);
    assert!(found.lines > 25, "{}", found.lines);

    // Nothing new, no new root.
    let before = checked(&world).await.len();
    root(&world, &tenant).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(checked(&world).await.len(), before);
}

#[tokio::test]
async fn the_record_of_an_institution_is_whole_as_it_was_logged() {
    whole_as_logged(world().await).await;
}

#[tokio::test]
async fn the_record_of_an_institution_is_whole_as_it_was_logged_on_postgresql() {
    whole_as_logged(world_on(TestDatabase::postgres()).await).await;
}

#[tokio::test]
async fn a_line_deleted_edited_inserted_or_moved_is_found_between_two_roots() {
    let world = world().await;
    let tenant = rooted(&world).await;
    let lines = exported(&world, &tenant).await;
    let is_root = |line: &String| line.starts_with("{\"root\"");
    let roots: Vec<usize> = (0..lines.len()).filter(|at| is_root(&lines[*at])).collect();
    assert_eq!(roots.len(), 4);
    let sound = read(&lines);
    let first = roots[0] as u64 - 1;

    let last = lines.len() - 1;
    assert!(lines[last].starts_with("{\"end\""), "{}", lines[last]);
    for at in (1..last).filter(|at| !is_root(&lines[*at])) {
        let number = (1..=at).filter(|at| !is_root(&lines[*at])).count() as u64;
        let covered = sound.whole.unwrap().lines;
        let mut deleted = lines.clone();
        deleted.remove(at);
        let mut edited = lines.clone();
        edited[at] = edited[at].replacen("\"actor\":\"", "\"actor\":\"not ", 1);
        let mut inserted = lines.clone();
        inserted.insert(at, lines[at].clone());
        for (how, altered) in [
            ("deleted", deleted),
            ("edited", edited),
            ("inserted", inserted),
        ] {
            let found = read(&altered);
            if number > covered {
                // After the last root: not vouched for, and never said to be whole.
                assert!(found.whole.unwrap().lines <= covered, "{how} {at}");
                continue;
            }
            let broken = found
                .broken
                .unwrap_or_else(|| panic!("{how} {at} was not found"));
            assert!(broken.after < number, "{how} {at}: {broken:?}");
            assert!(number <= broken.until + 1, "{how} {at}: {broken:?}");
            assert_eq!(found.whole.map_or(0, |whole| whole.lines), broken.after);
        }
    }

    let mut moved = lines.clone();
    moved.swap(3, 4);
    let broken = read(&moved).broken.unwrap();
    assert_eq!((broken.after, broken.how), (0, How::Order));

    // A root that was moved to where it is not, and one with another size.
    let mut early = lines.clone();
    early.swap(roots[0] - 1, roots[0]);
    let count = How::Count {
        stated: first,
        found: first - 1,
    };
    let expected = Broken {
        after: 0,
        until: first - 1,
        how: count,
    };
    assert_eq!(read(&early).broken, Some(expected));

    // Without its last lines it is whole as far as it goes, and has no end.
    let short = read(&lines[..=roots[1]]);
    assert_eq!(short.broken.unwrap().how, How::Cut);
    assert!(matches!(short.whole, Some(Whole { lines, .. }) if lines == short.lines));
}

#[tokio::test]
async fn a_file_that_was_cut_short_behind_a_root_is_found_by_its_end_alone() {
    let world = world().await;
    let tenant = rooted(&world).await;
    root(&world, &tenant).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let lines = exported(&world, &tenant).await;
    let sound = read(&lines);
    assert_eq!(sound.broken, None);
    let now = world.clock.now().whole_seconds();
    assert_eq!(sound.ending, Ending::Signed(now));
    let roots = |line: &String| line.starts_with("{\"root\"");
    let behind: Vec<usize> = (0..lines.len()).filter(|at| roots(&lines[*at])).collect();
    let end = lines.last().unwrap().clone();
    let with = |cut: usize, end: String| {
        let mut short = lines[..=behind[cut]].to_vec();
        short.push(end);
        read(&short)
    };
    for cut in 0..behind.len() - 1 {
        let short = read(&lines[..=behind[cut]]);
        assert_eq!(short.broken.unwrap().how, How::Cut, "{cut}");
        // The same end, the same with another count, and one that nobody signed.
        let found = with(cut, end.clone());
        let (stated, lines) = (sound.lines, found.lines);
        let other = How::OtherEnd {
            stated,
            found: lines,
        };
        assert_eq!(found.broken.unwrap().how, other, "{cut}");
        let counted = end.replace(
            &format!("\"lines\":{stated}"),
            &format!("\"lines\":{lines}"),
        );
        assert_ne!(counted, end);
        assert_eq!(
            with(cut, counted).broken.unwrap().how,
            How::EndSignature,
            "{cut}"
        );
        let unsigned = format!("{{\"end\":{{\"lines\":{lines},\"at\":\"2026-11-21T14:02:00Z\"}}}}");
        let found = with(cut, unsigned);
        assert_eq!(
            (found.broken, found.ending),
            (None, Ending::Unsigned),
            "{cut}"
        );
    }
    let mut more = lines.clone();
    more.push(lines[1].clone());
    assert_eq!(read(&more).broken.unwrap().how, How::BehindEnd);

    // Another institution's key is a key in the log, and none of this one.
    let order = founding("lakeside");
    let other = found(&world, &order).await.unwrap().tenant;
    root(&world, &other).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let mut stolen = exported(&world, &tenant).await;
    let theirs = exported(&world, &other).await.last().unwrap().clone();
    let count = read(&stolen).lines;
    let own = theirs.split("\"lines\":").nth(1).unwrap();
    let own: String = own.chars().take_while(char::is_ascii_digit).collect();
    let forged = theirs.replace(&format!("\"lines\":{own}"), &format!("\"lines\":{count}"));
    *stolen.last_mut().unwrap() = forged;
    assert_eq!(read(&stolen).broken.unwrap().how, How::EndSignature);

    // What an earlier version wrote has no end, and is read as ever.
    let mut old = lines.clone();
    old[0] = old[0].replace("touchstone-audit/2", "touchstone-audit/1");
    old.pop();
    let found = read(&old);
    assert_eq!((found.broken, found.ending), (None, Ending::None));
    assert_eq!(found.whole.unwrap().lines, found.lines);
}

#[tokio::test]
async fn a_record_is_written_while_the_signer_is_away_and_says_that_nobody_signed_its_end() {
    let world = world().await;
    let tenant = rooted(&world).await;
    world.memory_signer.leave(true);
    let found = read(&exported(&world, &tenant).await);
    assert_eq!((found.broken, found.ending), (None, Ending::Unsigned));
}

#[tokio::test]
async fn what_was_done_to_the_database_shows_in_the_file_that_it_gives() {
    for (statement, whole) in [
        ("DELETE FROM audit WHERE seq = 1", 0),
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", 0),
        (
            "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
            1,
        ),
        ("DELETE FROM audit WHERE seq > 4", 0),
    ] {
        let world = world_on(TestDatabase::postgres()).await;
        let tenant = rooted(&world).await;
        root(&world, &tenant).await.unwrap();
        sequence_until_idle(&world).await.unwrap();
        let sound = read(&exported(&world, &tenant).await);
        assert_eq!(sound.broken, None);
        world.tamper(statement);
        let found = read(&exported(&world, &tenant).await);
        assert!(found.broken.is_some(), "{statement}: {found:?}");
        assert_eq!(u64::from(found.whole.is_some()), whole, "{statement}");
    }
}

#[tokio::test]
async fn lines_that_were_altered_and_rooted_anew_are_found_by_the_roots_in_the_log_alone() {
    for statement in [
        "UPDATE audit SET actor = 'nobody' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
    ] {
        let world = world_on(TestDatabase::postgres()).await;
        let tenant = rooted(&world).await;
        root(&world, &tenant).await.unwrap();
        sequence_until_idle(&world).await.unwrap();
        let lines = exported(&world, &tenant).await;
        let sound = against_the_log(&world, &lines).await;
        assert_eq!((sound.broken, sound.whole), (None, read(&lines).whole));

        // Whoever can write to the database has the program itself make a root over what they left.
        for statement in [
            statement,
            "DELETE FROM audit_root",
            "DELETE FROM log_entry WHERE kind = 'audit.root'",
        ] {
            world.tamper(statement);
        }
        root(&world, &tenant).await.unwrap();
        sequence_until_idle(&world).await.unwrap();
        let lines = exported(&world, &tenant).await;
        let alone = read(&lines);
        assert_eq!(alone.broken, None, "{statement}");
        assert_eq!(alone.whole.unwrap().lines, alone.lines, "{statement}");

        let found = against_the_log(&world, &lines).await;
        assert_eq!(found.whole, None, "{statement}");
        let broken = found.broken.unwrap();
        let How::OtherLogged { lines, .. } = broken.how else {
            panic!("{statement}: {broken:?}");
        };
        assert_eq!((broken.after, broken.until), (0, lines), "{statement}");
    }
}

#[tokio::test]
async fn a_log_that_does_not_continue_what_the_file_was_written_from_has_forked() {
    let world = world().await;
    let tenant = rooted(&world).await;
    let lines = exported(&world, &tenant).await;
    let reading = begun(&lines);
    let seen = &reading.checkpoint().checkpoint;
    let mut other = entries(&world).await;
    other[0].push(b' ');
    let log = MemoryLog::with("verify.example.edu/log", other);
    let stated = log.checkpoint().checkpoint;
    let source = Source::Folder(&log);
    let logged = audit_roots(source, &stated, seen, reading.issuer(), &TREE).await;
    assert!(logged.unwrap().is_forked);
}

#[tokio::test]
async fn another_institutions_record_is_another_tree() {
    let world = world().await;
    let tenant = rooted(&world).await;
    let lines = exported(&world, &tenant).await;
    let mut other = lines.clone();
    other[0] = other[0].replace("riverside", "lakeside");
    let found = read(&other);
    assert!(matches!(found.broken.unwrap().how, How::Root { .. }));
    other[0] = lines[0].replace("did:web:verify.example.edu", "did:web:elsewhere.example");
    assert_eq!(read(&other).broken.unwrap().how, How::OtherDomain);
}

#[tokio::test]
async fn processes_that_root_at_once_make_the_same_tree() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let world = world_on(database).await;
        let (tenant, _) = issued(&world, MEASURING).await;
        let (one, two, three) = tokio::join!(
            root(&world, &tenant),
            root(&world, &tenant),
            root(&world, &tenant)
        );
        one.and(two).and(three).unwrap();
        sequence_until_idle(&world).await.unwrap();
        let found = read(&exported(&world, &tenant).await);
        assert_eq!(
            (found.broken, found.whole.unwrap().lines),
            (None, found.lines)
        );
    }
}

//! F32: the first start on a file system without hard links, or without modes; and a file that was only half written.

use std::path::Path;
use std::process::Output;

use crate::support::root::{Mount, Place, USER, said, tool};

/// The first use of a new database, which makes the key file.
const ADD: [&str; 8] = [
    "account",
    "add",
    "--user-name",
    "anna",
    "--name",
    "Anna",
    "--mail",
    "anna@demo.example",
];

fn add(place: &Place, key: &Path, database: &str) -> Output {
    place.run(&ADD, key, database, false)
}

#[test]
fn f32_a_key_is_made_without_hard_links() {
    let place = Place::new();
    let mount = Mount::exfat(&place, "exfat", "umask=0077");
    let key = mount.at.join("key");
    let made = place.run(&["keys", "new"], &key, "one.db", false);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(mount.names(), ["key"], "and nothing beside it");
    let first = std::fs::read_to_string(&key).unwrap();
    assert_eq!(first.len(), 53, "{first}");
    let again = place.run(&["keys", "new"], &key, "one.db", false);
    assert_eq!(again.status.code(), Some(1), "one that is there is kept");
    let used = add(&place, &key, "one.db");
    assert!(used.status.success(), "{}", said(&used));
    let checked = place.run(&["check"], &key, "one.db", false);
    assert!(checked.status.success(), "{}", said(&checked));
    assert_eq!(std::fs::read_to_string(&key).unwrap(), first);
    // The same in a folder that is still to be made, and by the start itself.
    let inner = mount.at.join("keys/of/rekey/key");
    let started = add(&place, &inner, "two.db");
    assert!(started.status.success(), "{}", said(&started));
    assert!(inner.exists());
}

#[test]
fn f32_where_a_mode_does_not_stick_nothing_is_left() {
    let place = Place::new();
    for (name, options) in [
        ("a", "umask=0022"),
        ("b", "umask=0"),
        ("c", "umask=0027"),
        ("d", "umask=0007"),
    ] {
        let mount = Mount::exfat(&place, name, options);
        for (inner, database) in [("key", "x.db"), ("keys/of/rekey/key", "y.db")] {
            let refused = add(&place, &mount.at.join(inner), &format!("{name}-{database}"));
            let said = said(&refused);
            assert_eq!(refused.status.code(), Some(1), "{said}");
            for part in [
                "would be readable by others",
                "umask=0077",
                "file_mode=0600",
                "Nothing was left",
            ] {
                assert!(said.contains(part), "{part}: {said}");
            }
            assert!(mount.names().is_empty(), "{options}: {:?}", mount.names());
        }
    }
}

#[test]
fn f32_where_it_cannot_be_written_nothing_is_left() {
    let place = Place::new();
    let full = Mount::tmpfs(&place, "full", "size=4k,mode=0700");
    std::fs::write(full.at.join("filler"), [0_u8; 4096]).unwrap();
    let refused = add(&place, &full.at.join("key"), "full.db");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(
        said(&refused).contains("cannot use the key file"),
        "{}",
        said(&refused)
    );
    assert_eq!(full.names(), ["filler"]);
    std::fs::remove_file(full.at.join("filler")).unwrap();
    assert!(
        add(&place, &full.at.join("key"), "full.db")
            .status
            .success()
    );

    let closed = Mount::tmpfs(&place, "closed", "mode=0755,ro");
    let refused = add(&place, &closed.at.join("keys/key"), "closed.db");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(closed.names().is_empty());

    // A folder of somebody else's, for a process that is not root.
    let foreign = Mount::tmpfs(&place, "foreign", "mode=0755,uid=1,gid=1");
    let refused = place.run(
        &["keys", "new"],
        &foreign.at.join("key"),
        "foreign.db",
        true,
    );
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(foreign.names().is_empty());
    let own = Mount::tmpfs(&place, "own", &format!("mode=0700,uid={USER}"));
    let made = place.run(&["keys", "new"], &own.at.join("key"), "own.db", true);
    assert!(made.status.success(), "{}", said(&made));
}

#[test]
fn f32_a_half_written_key_is_noticed() {
    let place = Place::new();
    let whole = format!("AbCdEf-_:{}\n", "A".repeat(43));
    for cut in [0, 1, 8, 9, 30, 51] {
        let key = place.path(&format!("half-{cut}"));
        std::fs::write(&key, &whole[..cut]).unwrap();
        tool("chmod", &["0600", &key.display().to_string()]);
        let database = format!("half-{cut}.db");
        for output in [
            add(&place, &key, &database),
            place.run(&["check"], &key, &database, false),
        ] {
            assert_eq!(output.status.code(), Some(1));
            assert!(
                said(&output).contains("only half there"),
                "{cut}: {}",
                said(&output)
            );
        }
        assert_eq!(
            std::fs::read_to_string(&key).unwrap(),
            whole[..cut],
            "it is left as it was"
        );
        // As the sentence says.
        std::fs::remove_file(&key).unwrap();
        assert!(add(&place, &key, &database).status.success());
        // Once it is used, a part of it is damage.
        let text = std::fs::read_to_string(&key).unwrap();
        std::fs::write(&key, &text[..cut]).unwrap();
        let output = place.run(&["check"], &key, &database, false);
        assert!(
            said(&output).contains("is damaged: restore it"),
            "{cut}: {}",
            said(&output)
        );
    }
}

#[test]
fn f32_of_several_starts_at_once_one_makes_it() {
    let place = Place::new();
    let mount = Mount::exfat(&place, "exfat", "umask=0077");
    let key = mount.at.join("key");
    let starts: Vec<_> = (0..8)
        .map(|number| {
            place
                .command(&ADD, &key, &format!("{number}.db"), false)
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for start in starts {
        let output = start.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    assert_eq!(mount.names(), ["key"]);
    for number in 0..8 {
        let checked = place.run(&["check"], &key, &format!("{number}.db"), false);
        assert!(checked.status.success(), "{}", said(&checked));
    }
}

//! F31: the key file as secrets are mounted: owned by root and read by a group of the process, as a link, as a credential of systemd.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::root::{GROUP, Place, SUPPLEMENTARY, USER, said, tool};

const STRANGE: u32 = 47_099;

/// A key file with this owner, group and mode.
fn key(place: &Place, owner: u32, group: u32, mode: u32) -> PathBuf {
    let path = place.path(&format!("key-{owner}-{group}-{mode:o}"));
    if !path.exists() {
        std::fs::write(&path, format!("AbCdEf-_:{}\n", "A".repeat(43))).unwrap();
    }
    let name = path.display().to_string();
    tool("chown", &[&format!("{owner}:{group}"), &name]);
    tool("chmod", &[&format!("{mode:04o}"), &name]);
    path
}

fn check(place: &Place, key: &Path, as_user: bool) -> Output {
    place.run(&["check"], key, "new.db", as_user)
}

#[test]
fn f31_a_key_that_root_owns_may_be_read_by_a_group_of_ours() {
    let place = Place::new();
    for (owner, group, mode) in [
        (0, GROUP, 0o440),
        (0, GROUP, 0o640),
        (0, SUPPLEMENTARY, 0o440),
        (USER, GROUP, 0o400),
        (USER, GROUP, 0o600),
        (USER, 0, 0o600),
    ] {
        let key = key(&place, owner, group, mode);
        let output = check(&place, &key, true);
        assert!(
            output.status.success(),
            "{}: {}",
            key.display(),
            said(&output)
        );
        assert!(String::from_utf8_lossy(&output.stdout).contains("holds key AbCdEf-_"));
    }
    for (owner, group, mode) in [(0, 0, 0o440), (0, 0, 0o400), (0, 0, 0o600), (0, 0, 0o640)] {
        let key = key(&place, owner, group, mode);
        let output = check(&place, &key, false);
        assert!(
            output.status.success(),
            "{}: {}",
            key.display(),
            said(&output)
        );
    }
    // As Kubernetes does it: a link to a link to the file.
    let real = key(&place, 0, SUPPLEMENTARY, 0o440);
    symlink(&real, place.path("..data")).unwrap();
    symlink(place.path("..data"), place.path("rekey.key")).unwrap();
    let output = check(&place, &place.path("rekey.key"), true);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn f31_nobody_else_may_read_or_write_it() {
    let place = Place::new();
    let mut refused = Vec::new();
    for mode in [0o444, 0o460, 0o660, 0o644, 0o666, 0o442] {
        refused.push((0, GROUP, mode, true));
    }
    refused.push((0, STRANGE, 0o404, true));
    for mode in [0o401, 0o402, 0o420] {
        refused.push((0, 0, mode, false));
    }
    // Its owner could let anybody into the group.
    refused.push((USER, GROUP, 0o440, true));
    refused.push((USER, SUPPLEMENTARY, 0o640, true));
    refused.push((USER, 0, 0o440, true));
    // Others are in that group, and root is not.
    refused.push((0, STRANGE, 0o440, false));
    refused.push((0, GROUP, 0o640, false));
    refused.push((0, 0, 0o444, false));
    refused.push((0, 0, 0o460, false));
    for (owner, group, mode, as_user) in refused {
        let key = key(&place, owner, group, mode);
        let output = check(&place, &key, as_user);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(1), "{}: {said}", key.display());
        let who = format!("mode {mode:04o}, owner {owner}, group {group}");
        for part in [
            "can be read by others",
            who.as_str(),
            "chmod 600",
            "defaultMode 0400",
            "uid and mode 0400",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

#[test]
fn f31_credentials_of_systemd_work() {
    let place = Place::new();
    let folder = place.path("credentials");
    std::fs::create_dir(&folder).unwrap();
    tool("chmod", &["0555", &folder.display().to_string()]);
    // Where the service has a user of its own, systemd lets it in by an access list, whose mask shows in the group's place.
    let granted = key(&place, 0, 0, 0o400);
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, rights, id) in [
        (1_u16, 4_u16, u32::MAX),
        (2, 4, USER),
        (4, 0, u32::MAX),
        (16, 4, u32::MAX),
        (32, 0, u32::MAX),
    ] {
        list.extend(tag.to_le_bytes());
        list.extend(rights.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    let flags = rustix::fs::XattrFlags::empty();
    rustix::fs::setxattr(&granted, "system.posix_acl_access", &list, flags)
        .expect("the file system has access lists");
    // Where it cannot, the file is the user's.
    let given = key(&place, USER, GROUP, 0o400);
    for file in [granted, given] {
        let output = place
            .command(&["check"], Path::new("unused"), "new.db", true)
            .env("CREDENTIALS_DIRECTORY", &folder)
            .env("REKEY__KEYS__FILE", &file)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {}",
            file.display(),
            said(&output)
        );
    }
}

#[test]
fn f31_what_is_no_file_is_not_waited_for() {
    let place = Place::new();
    let pipe = place.path("pipe");
    tool("mkfifo", &["-m", "0600", &pipe.display().to_string()]);
    for path in [pipe.as_path(), Path::new("/dev/zero"), place.folder.path()] {
        let output = check(&place, path, false);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("it is no file"), "{}", said(&output));
    }
}

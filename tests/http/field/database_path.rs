//! F36: an address of an embedded database is read once: the file that is made is the file that is opened, and nobody else may read it.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Engine, Setup};

#[tokio::test]
async fn f36_the_database_is_where_its_address_says() {
    for (written, meant) in [
        ("my%20data/rekey.db", "my data/rekey.db"),
        ("my data/rekey.db", "my data/rekey.db"),
        ("100%25/rekey.db", "100%/rekey.db"),
        ("what%3F/re%23key.db", "what?/re#key.db"),
        ("%C3%A5rs/rekey.db?mode=rwc", "års/rekey.db"),
        ("plain.db?mode=rw", "plain.db"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/{written}", folder.path().display());
        let looked_at = "sqlite::memory:";
        let setup = Setup::new(Engine::Sqlite).database(&url, looked_at);
        let server = setup.start().await;
        server.add("anna", "anna.berg@demo.example", &[]).await;
        let file = folder.path().join(meant);
        let mode = std::fs::metadata(&file)
            .unwrap_or_else(|error| panic!("{written}: {error}"))
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{written}");
        let mut all = Vec::new();
        files(folder.path(), &mut all);
        for found in all {
            assert!(
                found.starts_with(file.to_str().unwrap()),
                "{written}: {found}"
            );
        }
    }
}

fn files(folder: &std::path::Path, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(path.display().to_string());
        }
    }
}

#[tokio::test]
async fn f36_an_address_that_names_no_file_is_refused_in_one_sentence() {
    let server = Setup::new(Engine::Sqlite).start().await;
    for url in [
        "sqlite:",
        "sqlite://:memory:",
        "sqlite://a%FF.db",
        "sqlite://a.db?mode=memory",
        "sqlite://a.db?mode=ro",
        "sqlite://file:a.db",
    ] {
        let refused = server.command_with(&["check"], "DATABASE__URL", url).await;
        let said = String::from_utf8_lossy(&refused.stderr);
        let said = format!("{said}{}", String::from_utf8_lossy(&refused.stdout));
        assert_eq!(refused.status.code(), Some(1), "{url}: {said}");
        assert!(
            said.contains("url") && said.contains("atabase"),
            "{url}: {said}"
        );
    }
}

//! F37: the usual self-signed certificate, which is an authority's own.

use std::path::Path;
use std::process::Command;

use crate::support::{Engine, Scripted, Server, Setup};

/// A certificate as people make them, in a folder of its own.
fn certificate(folder: &Path, more: &[&str]) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args([
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-subj",
            "/CN=relay",
        ])
        .args(more)
        .current_dir(folder)
        .output()
        .expect("openssl is there");
    assert!(made.status.success(), "{made:?}");
}

/// One that has expired.
fn expired(folder: &Path) {
    let config = "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nrand_serial=yes\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nbasicConstraints=critical,CA:TRUE\nsubjectAltName=IP:127.0.0.1\n";
    std::fs::write(folder.join("ca.cnf"), config).unwrap();
    std::fs::write(folder.join("index.txt"), "").unwrap();
    for arguments in [
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out request.pem -subj /CN=relay",
        "ca -batch -config ca.cnf -selfsign -keyfile key.pem -in request.pem -out cert.pem -notext -startdate 20200101000000Z -enddate 20210101000000Z",
    ] {
        let made = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .output();
        let made = made.expect("openssl is there");
        assert!(made.status.success(), "{made:?}");
    }
}

const HERE: &[&str] = &["-days", "30", "-addext", "subjectAltName=IP:127.0.0.1"];

async fn with(relay: &Scripted, ca: &Path) -> Server {
    let file = ca.join("cert.pem");
    let more = format!("security = \"starttls\"\nca_file = '{}'\n", file.display());
    Setup::new(Engine::Sqlite)
        .config(&relay.block(&more))
        .start()
        .await
}

async fn checked(server: &Server) -> (bool, String) {
    let checked = server.command(&["check"], "").await;
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    (checked.status.success(), said)
}

#[tokio::test]
async fn f37_exactly_the_certificate_of_the_file_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), HERE);
    let relay = Scripted::on("127.0.0.1:0", Some(folder.path())).await;
    let server = with(&relay, folder.path()).await;
    let (fine, said) = checked(&server).await;
    assert!(fine, "{said}");
    server.browser().begin("anna").await;
    relay.until_taken(1).await;
    assert!(relay.was_encrypted("MAIL") && relay.was_encrypted("DATA"));
}

#[tokio::test]
async fn f37_every_other_certificate_is_refused_with_its_cure() {
    let known = tempfile::tempdir().unwrap();
    certificate(known.path(), HERE);
    for (more, cure) in [
        // As like it as can be, but another one.
        (HERE, "ca_file"),
        (
            &["-days", "30", "-addext", "subjectAltName=DNS:other.example"][..],
            "for another name",
        ),
        (&["-days", "30"][..], "for another name"),
        (&[], "has expired"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        if more.is_empty() {
            expired(folder.path());
        } else {
            certificate(folder.path(), more);
        }
        let relay = Scripted::on("127.0.0.1:0", Some(folder.path())).await;
        let ca = if more == HERE {
            known.path()
        } else {
            folder.path()
        };
        let server = with(&relay, ca).await;
        let (fine, said) = checked(&server).await;
        assert!(!fine, "{more:?}: {said}");
        assert!(said.contains(cure), "{more:?}: {said}");
        server.browser().begin("anna").await;
        server.tried(1).await;
        assert!(relay.heard_of("MAIL").is_empty(), "{more:?}");
    }
}

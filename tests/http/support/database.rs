//! The database of one server: an empty copy of the template, and a look into it from outside.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, AssertSqlSafe, Row as _};
use url::Url;

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Every table of the schema.
const TABLES: &[&str] = &[
    "alerts",
    "incidents",
    "pulse",
    "rewrites",
    "observations",
    "confirmations",
    "contact_changes",
    "stop_links",
    "devices",
    "sign_in_tries",
    "factors",
    "recovery_codes",
    "feedback",
    "links",
    "link_accounts",
    "flow_accounts",
    "former_codes",
    "former_passwords",
    "accounts",
    "contacts",
    "passwords",
    "password_changes",
    "password_intents",
    "flows",
    "jobs",
    "limits",
    "readiness",
    "sessions",
    "audit",
];

/// The address of the administrative PostgreSQL database. A test that needs it fails without it: nothing is passed by in silence.
pub fn postgres_admin() -> Url {
    let Ok(url) = std::env::var("REKEY_TEST_POSTGRES") else {
        panic!(
            "REKEY_TEST_POSTGRES is not set. Run the tests with a PostgreSQL to throw away: \
             scripts/postgres run cargo test --features ssr --test http"
        );
    };
    Url::parse(&url).expect("REKEY_TEST_POSTGRES is an address")
}

/// A name that no other database of this cluster has.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("rekey_test_{}_{number}", std::process::id())
}

async fn administer(statement: String) {
    let admin = open(postgres_admin().as_str()).await;
    sqlx::query(AssertSqlSafe(statement))
        .execute(&admin)
        .await
        .expect("the administrative database does as told");
    admin.close().await;
}

/// Makes a PostgreSQL database, as a copy of another one or empty; its address.
pub async fn create_postgres(template: Option<&str>) -> String {
    let name = fresh_name();
    let copied = template.map_or(String::new(), |url| {
        let url = Url::parse(url).expect("an address");
        format!(" TEMPLATE {}", url.path().trim_start_matches('/'))
    });
    administer(format!("CREATE DATABASE {name}{copied}")).await;
    let mut url = postgres_admin();
    url.set_path(&name);
    url.into()
}

/// The address of a SQLite database in a folder.
pub fn sqlite_in(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("rekey.db").display())
}

pub(super) async fn open(url: &str) -> AnyPool {
    sqlx::any::install_default_drivers();
    AnyPoolOptions::new()
        .max_connections(1)
        .connect(url)
        .await
        .expect("the database answers")
}

/// A look into the database of a server.
pub struct Database {
    pool: AnyPool,
    url: String,
}

impl Database {
    pub async fn open(url: &str) -> Self {
        let pool = open(url).await;
        Self {
            pool,
            url: url.to_owned(),
        }
    }

    /// Does a statement.
    pub async fn run(&self, statement: &str) {
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .execute(&self.pool)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    /// The one number that a query gives.
    pub async fn number(&self, query: &str) -> i64 {
        self.row(query).await.get(0)
    }

    /// The one text that a query gives.
    pub async fn text(&self, query: &str) -> String {
        self.row(query).await.get(0)
    }

    /// One column of every row that a query gives, a line each.
    pub async fn lines(&self, query: &str, column: usize) -> String {
        let rows = sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_all(&self.pool)
            .await
            .unwrap_or_else(|error| panic!("{query}: {error}"));
        let lines: Vec<String> = rows.iter().map(|row| row.get(column)).collect();
        lines.join("\n")
    }

    async fn row(&self, query: &str) -> AnyRow {
        sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_one(&self.pool)
            .await
            .unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Every text of every table, each with its table and column in front. Numbers are left out: times could look like anything.
    pub async fn dump(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for table in TABLES {
            let rows = sqlx::query(AssertSqlSafe(format!("SELECT * FROM {table}")))
                .fetch_all(&self.pool)
                .await
                .expect("the table can be read");
            for row in rows {
                for (place, column) in sqlx::Row::columns(&row).iter().enumerate() {
                    let name = format!("{table}.{}", sqlx::Column::name(column));
                    if let Ok(Some(text)) = row.try_get::<Option<String>, _>(place) {
                        found.push((name, text));
                    }
                }
            }
        }
        found
    }

    /// The tables that the schema really has, to compare with those that [`Database::dump`] looks into.
    pub async fn tables(&self) -> Vec<String> {
        let query = if self.url.starts_with("sqlite") {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> '_sqlx_migrations' ORDER BY name"
        } else {
            "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' ORDER BY tablename"
        };
        let rows = sqlx::query(query)
            .fetch_all(&self.pool)
            .await
            .expect("the schema can be read");
        rows.iter().map(|row| row.get(0)).collect()
    }
}

/// The tables that [`Database::dump`] looks into, sorted.
pub fn known_tables() -> Vec<String> {
    let mut known: Vec<String> = TABLES.iter().map(|table| (*table).to_owned()).collect();
    known.sort();
    known
}

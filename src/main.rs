//! The `rekey` command line. Alone joins the app and the server.

use std::process::ExitCode;

use clap::Parser as _;
use rekey::app;
use rekey::server::base::telemetry;
use rekey::server::cli::{self, Cli, Command, CommandError, demo};
use rekey::server::config::{Config, Mode, SHIPPED};
use rekey::server::context::Shared;
use rekey::server::start::{self, StartError};
use rekey::server::{http, workers};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { from, command } = Cli::parse();
    let demo = matches!(command, Command::Serve { demo: true });
    let sources = from.sources(demo);
    let is_server = matches!(command, Command::Serve { .. });
    telemetry::start(sources.mode == Mode::Dev, is_server);
    let done = match command {
        Command::Serve { demo } => match start::configuration(&sources) {
            Ok(config) => serve(config, sources.mode, demo).await,
            Err(error) => Err(error.into()),
        },
        other => cli::run(other, &sources).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rekey: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: Config, mode: Mode, demo: bool) -> Result<(), CommandError> {
    // Until everything below is closed.
    let _serving = start::serving(&config).await?;
    let address = config.site.listen;
    let cannot_listen = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(cannot_listen)?;
    let bound = listener.local_addr().map_err(cannot_listen)?;
    for weaker in config.weaker_than_default() {
        tracing::warn!(weaker, "weaker than the default");
    }
    if let Some(why) = config.why_mails_lack_the_logo() {
        tracing::warn!(why, "mails have no logo");
    }
    let ctx = start::context(config, mode, bound).await?;
    let stop = http::Stop::at_signals().map_err(cannot_listen)?;
    if demo {
        for line in demo::add_people(&ctx).await? {
            println!("{line}");
        }
    }
    let mut workers = workers::start(&ctx, &stop.0).await?;
    let router = router(&ctx);
    println!("Rekey listens on http://{bound}");
    if mode == Mode::Dev {
        println!("Mails: {}/dev/mailbox", ctx.public_url);
    }
    tracing::info!(event = "sys_startup", address = %bound, "listening");
    let mut failed = false;
    let mut serving = std::pin::pin!(http::serve(listener, router, &ctx, &stop));
    tokio::select! {
        served = &mut serving => served.map_err(cannot_listen)?,
        _ = workers.join_next() => {
            // A server whose mails no longer leave must not look healthy: whoever runs it starts it again.
            failed = !stop.0.is_cancelled();
            stop.0.cancel();
            serving.await.map_err(cannot_listen)?;
        }
    }
    stop.0.cancel();
    ctx.posts.close();
    let rest = async {
        ctx.posts.wait().await;
        while workers.join_next().await.is_some() {}
    };
    // What a relay has not taken by now stays in the outbox for the next start.
    let _ = tokio::time::timeout(http::GRACE, rest).await;
    ctx.store.close().await;
    if failed {
        return Err(CommandError::Rejected(
            "a worker has ended by itself; see the log".to_owned(),
        ));
    }
    Ok(())
}

fn router(ctx: &Shared) -> axum::Router {
    let options = app::options(SHIPPED);
    let shared = ctx.clone();
    let pages = app::routes(&options, move || {
        leptos::prelude::provide_context(shared.clone());
    });
    http::router(
        ctx,
        pages,
        std::path::Path::new(options.site_root.as_ref()),
        &app::style_path(&options),
    )
}

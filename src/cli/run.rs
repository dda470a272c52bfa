//! `gridhall serve` and `gridhall demo`.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use chrono::Utc;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sqlx::Connection;

use super::edge::{Port, Ports, Reach};
use crate::{
    app,
    demo::{self, Plan, Stage},
    kernel::{
        actor::Grant,
        app::App,
        audit::{
            key::{Anchor, SealKey, Trusted},
            remote::Remote,
            seal::Sealer,
        },
        auth,
        config::Config,
        db::{Database, Db},
        edge::serve,
        files::Files,
    },
    layers::Memory,
    map::{Credits, Map, Server, TileFastPath, basemaps::BaseMaps},
    modules::identity::console,
};

/// How long requests that are being answered may go on when the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

#[derive(Args, Clone)]
pub(super) struct Serve {
    #[command(flatten)]
    reach: Reach,
    /// The file of base maps to choose from beside the city's own; basemaps.json in the data folder, if it is there.
    #[arg(long, env = "GRIDHALL_BASEMAPS", value_name = "FILE")]
    basemaps: Option<PathBuf>,
    /// The file outside the database in which the audit's seals are anchored; audit-anchor.log in the data folder when
    /// not given. Best on another disk or mounted from another machine.
    #[arg(long, env = "GRIDHALL_AUDIT_ANCHOR", value_name = "FILE")]
    audit_anchor: Option<PathBuf>,
    /// Files of public keys (audit-seal.pub) that are trusted beside the data folder's own when the audit is checked: those of
    /// the city's other servers, and former ones.
    #[arg(long, env = "GRIDHALL_AUDIT_TRUST", value_name = "FILE", value_delimiter = ',')]
    audit_trust: Vec<PathBuf>,
    /// The address of another server to which the anchored seals are posted too, one JSON line each.
    #[arg(long, env = "GRIDHALL_AUDIT_ANCHOR_URL", value_name = "URL")]
    audit_anchor_url: Option<String>,
    #[command(flatten)]
    credits: Credits,
    /// Mebibytes for finished tiles; 0 keeps none.
    #[arg(long, default_value_t = 256)]
    tile_cache: u64,
}

#[derive(Args)]
pub(super) struct Demo {
    #[command(flatten)]
    serve: Serve,
    /// The share of a whole city of 1.2 million people, above 0 and up to 1.
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// The same seed makes the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Cases a minute that come in by day while it is served; as many as in the past month when not given, and with 0
    /// the city stands still.
    #[arg(long)]
    pace: Option<f64>,
    /// Make the city and stop, without serving it.
    #[arg(long)]
    make_only: bool,
}

/// Resolves when the process is told to stop: SIGTERM, or Ctrl-C.
pub(super) async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// The OpenAPI document, without a database.
pub(super) fn openapi() -> Result<String> {
    let options = sqlx::postgres::PgConnectOptions::new_without_pgpass();
    let db = Db::unconnected(options);
    let application = App::new(db, Arc::default(), app::declarations(app::modules()));
    let memory = Memory::new(&app::layers(app::modules()), &application.clock);
    let map = Map::new(application, memory, 0, BaseMaps::default());
    Ok(app::router(&Server::new(Arc::new(map)), app::modules()).1.to_pretty_json()?)
}

pub(super) async fn serve(config: &Config, args: Serve) -> Result<()> {
    let basemaps = BaseMaps::open(args.basemaps.as_deref(), &config.data)?;
    // First, so that a port in use or a wrong certificate is said before anything is begun.
    let ports = args.reach.open().await?;
    let database = Database::open(config).await?;
    let served = run(config, &database, args, basemaps, ports, None).await;
    database.close().await?;
    served
}

pub(super) async fn demo(config: &Config, args: Demo) -> Result<()> {
    let basemaps = BaseMaps::open(args.serve.basemaps.as_deref(), &config.data)?;
    let database = Database::open(config).await?;
    let result = async {
        let is_new = make(&database, &args).await?;
        if args.make_only {
            return Ok(());
        }
        let mut conn = database.owner().await?;
        let city = "3605".parse()?;
        let permissions = app::permission_names(app::modules()).into_iter().map(str::to_owned).collect();
        let expires_at = Some(Utc::now() + chrono::Duration::days(30));
        let grant = Grant { name: "demo".to_owned(), regions: vec![city], permissions, expires_at };
        let id = auth::renew_token(&mut conn, &grant).await?;
        let code = auth::create_sign_in_code(&mut conn, id, 24).await?;
        let (password, logins) = demo::administration::people(&mut conn, &config.data).await?;
        conn.close().await.ok();
        let welcome =
            Welcome { code: code.reveal().to_owned(), logins: logins.join(", "), password, pace: args.pace, is_new };
        let ports = args.serve.reach.open().await?;
        run(config, &database, args.serve.clone(), basemaps, ports, Some(welcome)).await
    }
    .await;
    database.close().await?;
    result
}

/// Makes the city in an empty database; one that is there is served as it is. Gives whether it was made.
async fn make(database: &Database, args: &Demo) -> Result<bool> {
    let mut conn = database.owner().await?;
    let there: bool = sqlx::query_scalar("select exists (select from region)").fetch_one(&mut conn).await?;
    if there {
        tracing::info!("the database holds a city already; it is served as it is");
        conn.close().await.ok();
        return Ok(false);
    }
    let bar = ProgressBar::new(100);
    bar.set_style(ProgressStyle::with_template("{msg:<24} {bar:40} {pos}/{len} {elapsed}")?);
    let plan = Plan { seed: args.seed, scale: args.scale, now: Utc::now() };
    let summary = demo::make(&mut conn, &plan, &|stage, done, total| {
        let message = match stage {
            Stage::LayOut => "laying out".to_owned(),
            Stage::Load(table) => table.to_owned(),
            Stage::Index => "indexes".to_owned(),
        };
        if bar.message() != message {
            bar.set_message(message);
        }
        bar.set_length(total);
        bar.set_position(done);
    })
    .await?;
    bar.finish_and_clear();
    tracing::info!(elapsed_s = bar.elapsed().as_secs(), "made: {summary}");
    conn.close().await.ok();
    Ok(true)
}

/// What the demo says when it is ready.
struct Welcome {
    /// A one-time code that opens a session that may everything.
    code: String,
    /// The accounts to try, all with one password.
    logins: String,
    password: String,
    /// Cases a minute that the made city lives by; as many as in the past month where nothing is said.
    pace: Option<f64>,
    /// It was made just now, and has no past of its own yet.
    is_new: bool,
}

/// Says how the administrators come in that nobody is yet; the first of them could be invited by nobody.
async fn guide(config: &Config, database: &Database) -> Result<()> {
    let mut conn = database.owner().await?;
    let missing = console::missing_administrators(&mut conn).await?;
    conn.close().await.ok();
    if !missing.is_empty() {
        println!("  管理员尚未配齐，请在本机为不同的人逐一执行（链接只显示一次，由本人打开并设置密码）：");
        println!("  Administrators are still to be invited, each another person; on this machine run:\n");
        // A database that is named by its address is named in the environment: the address holds its password.
        let place = match config.database_url {
            Some(_) => String::new(),
            None => format!(" --data '{}'", std::path::absolute(&config.data)?.display()),
        };
        for role in missing {
            println!("    gridhall account invite{place} --role {role} --login <登录名 login> --name <姓名 name>");
        }
        println!();
    }
    Ok(())
}

async fn run(
    config: &Config,
    database: &Database,
    args: Serve,
    basemaps: BaseMaps,
    ports: Ports,
    welcome: Option<Welcome>,
) -> Result<()> {
    let anchor = Anchor::of(&config.data, args.audit_anchor.as_deref());
    let key = SealKey::open(&config.data)?;
    let sealer = Sealer::new(key, anchor.clone(), Trusted::open(&config.data, &args.audit_trust)?);
    anchor.check()?;
    let remote = args.audit_anchor_url.as_deref().map(|url| Remote::new(anchor.clone(), url)).transpose()?;
    let db = database.app();
    db.keep_journal(&config.data).await?;
    let files = Files::of_data(&config.data);
    let application = App::new(db.clone(), ports.edge, app::declarations(app::modules())).with_files(files);
    let memory = Memory::new(&app::layers(app::modules()), &application.clock);
    let started = std::time::Instant::now();
    let position = memory.load(&db).await.context("the layers can't be loaded")?;
    let features: usize = memory.layers().iter().map(|held| held.read().len()).sum();
    tracing::info!(elapsed_ms = started.elapsed().as_millis(), features, "the map is in memory");
    let follower = tokio::spawn(memory.clone().follow(db.clone(), position));

    let tiles = args.tile_cache << 20;
    let map = Arc::new(Map::new(application.clone(), memory, tiles, basemaps).with_credits(args.credits));
    if welcome.as_ref().is_some_and(|welcome| welcome.is_new && welcome.pace != Some(0.0)) {
        let started = std::time::Instant::now();
        demo::living::relive(&map, demo::living::RELIVED_CASES).await?;
        demo::forget_messages(&mut database.owner().await?).await?;
        tracing::info!(elapsed_s = started.elapsed().as_secs(), "a fortnight has passed in the made city");
    }
    let server = Server::new(map.clone());
    application.sealing.begin(sealer).await;
    let remote = remote.map(|remote| tokio::spawn(remote.run()));
    let renewing = ports.certificate.map(|certificate| tokio::spawn(certificate.keep_fresh()));
    let storage = tokio::spawn(db.clone().watch_storage());
    let worker = Arc::new(app::worker(&application, app::modules()));
    let working = tokio::spawn({
        let worker = worker.clone();
        async move { worker.run().await }
    });
    let origin = ports.origin;
    let (stop, stopped) = tokio::sync::watch::channel(());
    let told = || {
        let mut stopped = stopped.clone();
        async move {
            stopped.changed().await.ok();
        }
    };
    let living = welcome.as_ref().map(|welcome| demo::living::start(map.clone(), welcome.pace));
    let Port { listener, serving } = ports.main;
    let main = serve::serve(TileFastPath::new(map, app::router(&server, app::modules()).0), listener, serving, told());
    let asking = ports.asking.zip(app::certificate_port(&server, app::modules()));
    let asking = asking
        .map(|(Port { listener, serving }, routes)| serve::serve(routes.with_state(()), listener, serving, told()));
    let mut server = tokio::spawn(async move {
        match asking {
            Some(asking) => tokio::try_join!(main, asking).map(drop),
            None => main.await,
        }
    });
    if let Some(Welcome { code, logins, password, .. }) = welcome {
        println!(
            "\n  打开 / Open: {origin}/signin?code={code}\n\n  演示账号 / Accounts: {logins}\n  密码 / Password: {password}\n"
        );
    } else {
        println!("\n  {origin}/map\n");
        guide(config, database).await?;
    }
    tokio::select! {
        ended = &mut server => ended??,
        () = told_to_stop() => {
            tracing::info!("stopping");
            stop.send(()).ok();
            // Live streams don't end by themselves.
            if tokio::time::timeout(GRACE, &mut server).await.is_err() {
                server.abort();
            }
        }
    }
    for task in [working, storage, follower].into_iter().chain(remote).chain(renewing).chain(living) {
        task.abort();
    }
    worker.release().await;
    db.close().await;
    Ok(())
}

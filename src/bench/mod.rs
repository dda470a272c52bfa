//! `gridhall bench`: what is claimed to be fast, measured as ratios in one run.

mod areas;
mod import;
mod live;
mod load;
mod locate;
mod markdown;
mod rls;
mod sign_in;
mod tiles;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use axum::Router;
use chrono::Utc;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    app,
    kernel::{
        actor::Grant,
        app::App,
        auth,
        clock::Clock,
        config::Config,
        db::{Database, Db},
        edge::serve::{Routes, Serving, serve},
    },
    layers::Memory,
    map::{Map, Server, TileFastPath, basemaps::BaseMaps},
    metrics,
    spatial::{mercator::Point, tile::TileId},
};

#[derive(Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: Measured,
    /// Write the figures as JSON here too.
    #[arg(long, global = true)]
    json: Option<PathBuf>,
    /// Write the figures as a section of Markdown here too.
    #[arg(long, global = true)]
    markdown: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Measured {
    /// Tiles: made, kept, not modified, scoped; against PostGIS and a static handler with the same bytes.
    Tiles(tiles::Tiles),
    /// Places in their grids, against PostGIS; the call against an empty handler.
    Locate,
    /// Statistics of drawn polygons, against PostGIS.
    Areas,
    /// Import of all people from CSV, against a bare COPY of the same rows.
    Import,
    /// From commit to the wire, with many listeners.
    Live(live::LiveBench),
    /// Row-level security: queries behind the policies, against the same bounds in the query.
    Rls,
    /// Sign-in by password, and the check of a session while a thousand people are signed in.
    SignIn,
    /// Make the tables in EPSG:3857 with their own indexes from which another tile server is at its best, unless they
    /// are there and hold as much as the layers.
    PrepareTables,
}

pub(crate) async fn run(config: &Config, bench: Bench) -> Result<()> {
    let database = Database::open(config).await?;
    let result = async {
        if matches!(bench.what, Measured::PrepareTables) {
            return tiles::prepare_tables(&database).await.map(|()| Value::Null);
        }
        if matches!(bench.what, Measured::Import) {
            return import::run(&database).await;
        }
        if matches!(bench.what, Measured::Rls) {
            return rls::run(&database).await;
        }
        let stand = Stand::build(&database).await?;
        let figures = match &bench.what {
            Measured::Tiles(args) => tiles::run(&stand, args).await,
            Measured::Locate => locate::run(&stand).await,
            Measured::Areas => areas::run(&stand).await,
            Measured::Live(args) => live::run(&stand, args).await,
            Measured::SignIn => sign_in::run(&stand).await,
            Measured::Import | Measured::Rls | Measured::PrepareTables => Ok(Value::Null),
        };
        stand.follower.abort();
        stand.db.close().await;
        stand.servers.shutdown_background();
        figures
    }
    .await;
    database.close().await?;
    write(&result?, bench.what.name(), bench.json, bench.markdown)
}

impl Measured {
    /// As it is called on the command line.
    const fn name(&self) -> &'static str {
        match self {
            Self::Tiles(_) => "tiles",
            Self::Locate => "locate",
            Self::Areas => "areas",
            Self::Import => "import",
            Self::Live(_) => "live",
            Self::Rls => "rls",
            Self::SignIn => "sign-in",
            Self::PrepareTables => "prepare-tables",
        }
    }
}

fn write(figures: &Value, what: &str, json: Option<PathBuf>, markdown: Option<PathBuf>) -> Result<()> {
    if figures.is_null() {
        return Ok(());
    }
    let machine = json!({
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "version": env!("CARGO_PKG_VERSION"),
        "optimised": !cfg!(debug_assertions),
        "at": Utc::now(),
    });
    if let Some(path) = markdown {
        std::fs::write(&path, markdown::section(what, &machine, figures))
            .with_context(|| format!("can't write {}", path.display()))?;
    }
    if let Some(path) = json {
        let text = serde_json::to_string_pretty(&json!({"machine": machine, "figures": figures}))?;
        std::fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
    }
    Ok(())
}

/// The server as it is measured: the layers in memory, a follower, tokens.
struct Stand<'a> {
    database: &'a Database,
    db: Db,
    memory: Arc<Memory>,
    token: String,
    follower: tokio::task::JoinHandle<()>,
    /// What is measured has threads of its own, as a server in its own process has: who asks shares none with it.
    servers: tokio::runtime::Runtime,
}

impl<'a> Stand<'a> {
    async fn build(database: &'a Database) -> Result<Self> {
        let db = database.app();
        let started = std::time::Instant::now();
        let memory = Memory::new(&app::layers(app::modules()), &Clock::default());
        let position = memory.load(&db).await?;
        let features: usize = memory.layers().iter().map(|held| held.read().len()).sum();
        println!(
            "{} cores; {features} features loaded in {:.2} s; {} MiB resident",
            std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
            started.elapsed().as_secs_f64(),
            metrics::resident_bytes().unwrap_or(0) >> 20,
        );
        if cfg!(debug_assertions) {
            println!("NOTE: this is not a release build; its figures say nothing");
        }
        let follower = tokio::spawn(memory.clone().follow(db.clone(), position));
        let token = make_token(database, "3605").await?;
        let servers = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        Ok(Self { database, db, memory, token, follower, servers })
    }

    /// Serves the router on a port of its own, keeping so many bytes of tiles.
    async fn serve(&self, memory: &Arc<Memory>, tile_bytes: u64, extra: Router) -> Result<(SocketAddr, Arc<Map>)> {
        let (db, maps) = (self.db.clone(), BaseMaps::default());
        let app = App::new(db, Arc::default(), app::declarations(app::modules()));
        let map = Arc::new(Map::new(app, memory.clone(), tile_bytes, maps));
        let routes = app::router(&Server::new(map.clone()), app::modules()).0;
        let address = self.listen(TileFastPath::new(map.clone(), routes.merge(extra))).await?;
        Ok((address, map))
    }

    /// Serves nothing but these.
    async fn listen(&self, routes: impl Routes) -> Result<SocketAddr> {
        let listening = self.servers.spawn(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
            let address = listener.local_addr()?;
            tokio::spawn(serve(routes, listener, Serving::default(), std::future::pending()));
            Ok(address)
        });
        listening.await?
    }

    /// A second memory of the same database.
    async fn second_memory(&self) -> Result<Arc<Memory>> {
        let memory = Memory::new(&app::layers(app::modules()), &Clock::default());
        memory.load(&self.db).await?;
        Ok(memory)
    }
}

async fn make_token(database: &Database, region: &str) -> Result<String> {
    let grant = Grant {
        name: "bench".to_owned(),
        regions: vec![region.parse()?],
        permissions: app::permission_names(app::modules()).into_iter().map(str::to_owned).collect(),
        expires_at: Some(Utc::now() + chrono::Duration::hours(2)),
    };
    let (_, secret) = auth::create_token(&mut database.owner().await?, &grant).await?;
    Ok(secret.reveal().to_owned())
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

/// So many bytes of tiles are kept.
const KEPT_BYTES: u64 = 512 << 20;

/// The middle of the city's core.
const CENTRE: (f64, f64) = (114.93, 27.81);

/// Forty tiles of a zoom around the middle of the city.
fn around(z: u8) -> Vec<TileId> {
    let middle = TileId::at(z, Point::from_lonlat(CENTRE.0, CENTRE.1));
    let (left, top) = (middle.x.saturating_sub(4), middle.y.saturating_sub(2));
    (0..5).flat_map(|dy| (0..8).filter_map(move |dx| TileId::new(z, left + dx, top + dy))).collect()
}

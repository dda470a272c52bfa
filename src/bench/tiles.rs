//! Tiles against PostGIS and against a handler that only hands out the same bytes.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use axum::{Router, body::Body, http::header, response::Response, routing::get as route};
use bytes::Bytes;
use clap::Args;
use serde_json::{Map, Value, json};
use sqlx::{AssertSqlSafe, Executor};

use super::{
    KEPT_BYTES, Stand, around, bearer,
    load::{Asking, CONNECTIONS, Mean, Turn, Until, get, hammer, in_turns},
    make_token,
};
use crate::{
    kernel::{
        db::Database,
        encoding::{Encoding, compress},
    },
    spatial::{
        scope::Scope,
        tile::{self, TileId},
    },
};

#[derive(Args)]
pub(super) struct Tiles {
    /// Connections at the same time.
    #[arg(long, default_value_t = CONNECTIONS)]
    connections: usize,
    /// Seconds for each turn.
    #[arg(long, default_value_t = 1)]
    seconds: u64,
    /// Only this zoom.
    #[arg(long)]
    zoom: Option<u8>,
    /// The core that asks. Where whatever is asked is kept to other cores, asking takes nothing from it.
    #[arg(long, value_name = "CORE")]
    asking_core: Option<usize>,
    /// Another tile server that takes its turns with the others, its layers at `/layer/z/x/y`.
    #[arg(long, value_name = "NAME=ADDRESS", value_parser = beside)]
    beside: Vec<(String, SocketAddr)>,
}

fn beside(text: &str) -> Result<(String, SocketAddr)> {
    let (name, address) = text.split_once('=').context("NAME=ADDRESS is meant")?;
    Ok((name.to_owned(), address.parse()?))
}

/// Each figure is the mean of so many turns, which it takes with the others.
const TURNS: u8 = 3;

/// What is measured: layer and zoom.
const SETS: &[(&str, u8)] = &[
    ("building", 9),
    ("building", 10),
    ("building", 11),
    ("building", 12),
    ("building", 13),
    ("building", 14),
    ("building", 15),
    ("building", 16),
    ("building", 17),
    ("building", 18),
    ("case", 10),
    ("case", 12),
    ("case", 14),
    ("case", 16),
    ("case", 18),
    ("person", 11),
    ("person", 13),
    ("person", 15),
    ("person", 17),
    ("person", 19),
];

/// Copies of the layers in EPSG:3857 with their own spatial indexes, in the schema `bench`, unless they are there and
/// hold as much.
pub(super) async fn prepare_tables(database: &Database) -> Result<()> {
    let mut conn = database.owner().await?;
    conn.execute("create schema if not exists bench").await?;
    for (layer, kind, columns) in [
        ("building", "MultiPolygon", "name, use_code, floors, height"),
        ("person", "Point", "sex, category"),
        ("case", "Point", "category, status, severity, channel, reported_at, closed_at"),
    ] {
        let there: bool = sqlx::query_scalar("select to_regclass($1) is not null")
            .bind(format!("bench.{layer}"))
            .fetch_one(&mut conn)
            .await?;
        let same =
            format!("select (select count(*) from bench.\"{layer}\") = (select count(*) from layer.\"{layer}\")");
        if there && sqlx::query_scalar::<_, bool>(AssertSqlSafe(same)).fetch_one(&mut conn).await? {
            continue;
        }
        println!("bench.{layer}");
        conn.execute(AssertSqlSafe(format!(
            "drop table if exists bench.\"{layer}\";
             create table bench.\"{layer}\" as select id, {columns}, st_transform(geom, 3857)::geometry({kind}, 3857) as geom from layer.\"{layer}\" order by st_geohash(st_centroid(geom), 8);
             alter table bench.\"{layer}\" add primary key (id);
             create index on bench.\"{layer}\" using gist (geom);"
        )))
        .await?;
        conn.execute(AssertSqlSafe(format!("vacuum analyze bench.\"{layer}\""))).await?;
    }
    conn.execute(
        "grant usage on schema bench to gridhall_app; grant select on all tables in schema bench to gridhall_app",
    )
    .await?;
    Ok(())
}

pub(super) async fn run(stand: &Stand<'_>, args: &Tiles) -> Result<Value> {
    let span = Duration::from_secs(args.seconds);
    let asking = Asking { connections: args.connections, core: args.asking_core };
    let bare = stand.second_memory().await?;
    let (fresh, _) = stand.serve(&bare, 0, Router::new()).await?;
    let (kept, _) = stand.serve(&stand.memory, KEPT_BYTES, Router::new()).await?;
    let district = make_token(stand.database, "360502001").await?;
    prepare_tables(stand.database).await?;
    println!(
        "{:<12} {:>6} {:>9} {:>9} {:>7} | {:>9} {:>9} {:>9} {:>9} {:>6} {:>6} {:>9}",
        "layer",
        "KB",
        "postgis",
        "ours",
        "ratio",
        "fresh/s",
        "kept/s",
        "static/s",
        "304/s",
        "kept%",
        "304%",
        "scoped/s"
    );
    let mut figures = Vec::new();
    for &(layer, z) in SETS.iter().filter(|(_, z)| args.zoom.is_none_or(|zoom| zoom == *z)) {
        let tiles = around(z);
        let postgis_ms = postgis(stand.database, layer, &tiles).await?;
        let (ours_ms, bodies) = ours(stand, layer, tiles.clone()).await?;
        let paths: Vec<String> =
            tiles.iter().map(|tile| format!("/tiles/{layer}/{}/{}/{}", tile.z, tile.x, tile.y)).collect();
        let asked = |token: &str| paths.iter().map(|path| get(path, &bearer(token))).collect::<Vec<_>>();
        hammer(kept, asked(&stand.token), asking, Until::Once, &[200, 204]).await?;
        let same = stand.listen(fixed(bodies.clone())).await?;
        let same_paths: Vec<Vec<u8>> =
            (0..bodies.len()).map(|index| get(&format!("/{index}"), &bearer(&stand.token))).collect();
        let etags = etags(kept, &paths, &stand.token).await?;
        let conditional = |paths: &mut dyn Iterator<Item = &str>| -> Vec<Vec<u8>> {
            paths
                .zip(&etags)
                .map(|(path, etag)| get(path, &format!("{}If-None-Match: {etag}\r\n", bearer(&stand.token))))
                .collect()
        };
        let asked_again = conditional(&mut paths.iter().map(String::as_str));
        let empty_paths = conditional(&mut std::iter::repeat("/empty"));
        let mut turns: Vec<Turn<'_>> = vec![
            (fresh, asked(&stand.token), &[200, 204]),
            (fresh, asked(&district), &[200, 204]),
            (kept, asked(&stand.token), &[200, 204]),
            (same, same_paths, &[200, 200]),
            (kept, asked_again, &[304, 204]),
            (same, empty_paths, &[304, 304]),
        ];
        for (_, address) in &args.beside {
            let path = |tile: &TileId| get(&format!("/{layer}/{}/{}/{}", tile.z, tile.x, tile.y), "");
            let requests: Vec<Vec<u8>> = tiles.iter().map(path).collect();
            hammer(*address, requests.clone(), asking, Until::Once, &[200, 204]).await?;
            turns.push((*address, requests, &[200, 204]));
        }
        let means = in_turns(&turns, TURNS, asking, span).await?;
        let [fresh_mean, scoped, kept_mean, limit, unchanged, empty, ref others @ ..] = *means else { continue };
        let [made, scoped, again, limit, unchanged, empty] =
            [fresh_mean, scoped, kept_mean, limit, unchanged, empty].map(|mean| mean.per_second);
        let by_name = |figure: fn(&Mean) -> f64| -> Map<String, Value> {
            args.beside.iter().zip(others).map(|((name, _), mean)| (name.clone(), json!(figure(mean)))).collect()
        };
        let kb = bodies.iter().map(Bytes::len).sum::<usize>() / bodies.len().max(1) / 1024;
        println!(
            "{:<12} {kb:>6} {postgis_ms:>7.2}ms {ours_ms:>7.2}ms {:>6.1}x | {made:>9.0} {again:>9.0} {limit:>9.0} {unchanged:>9.0} {:>5.0}% {:>5.0}% {scoped:>9.0}",
            format!("{layer} z{z}"),
            postgis_ms / ours_ms,
            again / limit * 100.0,
            unchanged / empty * 100.0,
        );
        figures.push(json!({
            "layer": layer, "z": z, "gzip_kb": kb, "postgis_ms": postgis_ms, "made_ms": ours_ms,
            "made_per_s": made, "kept_per_s": again, "static_per_s": limit, "not_modified_per_s": unchanged,
            "empty_per_s": empty, "scoped_per_s": scoped, "beside_per_s": by_name(|mean| mean.per_second),
            "made_us": fresh_mean.cost_us, "kept_us": kept_mean.cost_us, "beside_us": by_name(|mean| mean.cost_us),
        }));
    }
    Ok(json!(figures))
}

async fn etags(address: SocketAddr, paths: &[String], token: &str) -> Result<Vec<String>> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut etags = Vec::new();
    for path in paths {
        let mut stream = tokio::net::TcpStream::connect(address).await?;
        let request = String::from_utf8(get(path, &bearer(token)))?
            .replace("Host: bench\r\n", "Host: bench\r\nConnection: close\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let head = String::from_utf8_lossy(&answer[..answer.len().min(2_000)]).into_owned();
        let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or("\"\"");
        etags.push(etag.to_owned());
    }
    Ok(etags)
}

/// What knows nothing but these bytes.
fn fixed(bodies: Vec<Bytes>) -> Router {
    let mut router = Router::new().route(
        "/empty",
        route(async || {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = axum::http::StatusCode::NOT_MODIFIED;
            response
        }),
    );
    for (index, body) in bodies.into_iter().enumerate() {
        router = router.route(
            &format!("/{index}"),
            route(async move || {
                let mut response = Response::new(Body::from(body.clone()));
                let headers = response.headers_mut();
                headers.insert(
                    header::CONTENT_TYPE,
                    header::HeaderValue::from_static("application/vnd.mapbox-vector-tile"),
                );
                headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
                response
            }),
        );
    }
    router.with_state(())
}

/// Milliseconds a tile of `ST_AsMVT` over one connection, from tables in EPSG:3857 with their own index.
async fn postgis(database: &Database, layer: &str, tiles: &[TileId]) -> Result<f64> {
    let mut conn = database.owner().await?;
    let columns = match layer {
        "building" => "id, name, use_code, floors, height",
        "person" => "id, sex, category",
        _ => "id, category, status, severity, channel, reported_at, closed_at",
    };
    let sql = format!(
        "select st_asmvt(t, '{layer}', 4096, 'geom', 'id') from (
           select {columns}, st_asmvtgeom(geom, st_tileenvelope($1, $2, $3), 4096, 64, true) as geom
           from bench.\"{layer}\" where geom && st_tileenvelope($1, $2, $3, margin => 64.0 / 4096)) t"
    );
    let mut best = f64::INFINITY;
    for _ in 0..2 {
        let started = Instant::now();
        for tile in tiles {
            let _: Vec<u8> = sqlx::query_scalar(AssertSqlSafe(sql.clone()))
                .bind(i32::from(tile.z))
                .bind(i32::try_from(tile.x)?)
                .bind(i32::try_from(tile.y)?)
                .fetch_one(&mut conn)
                .await?;
        }
        best = best.min(started.elapsed().as_secs_f64() * 1000.0 / f64::from(u32::try_from(tiles.len())?));
    }
    Ok(best)
}

/// Milliseconds a tile, made and compressed on one thread; and the bytes.
async fn ours(stand: &Stand<'_>, layer: &str, tiles: Vec<TileId>) -> Result<(f64, Vec<Bytes>)> {
    let (memory, layer) = (Arc::clone(&stand.memory), layer.to_owned());
    tokio::task::spawn_blocking(move || {
        let Some((_, held)) = memory.layer(&layer) else { return Ok((0.0, Vec::new())) };
        let scope = Scope::of(&["3605".parse()?])?;
        let mut best = (f64::INFINITY, Vec::new());
        for _ in 0..2 {
            let started = Instant::now();
            let bodies: Vec<Bytes> = tiles
                .iter()
                .map(|tile| {
                    compress(&tile::encode(&held.read(), &held.drawing, None, *tile, &scope).into(), Encoding::Gzip)
                })
                .collect();
            let ms = started.elapsed().as_secs_f64() * 1000.0 / f64::from(u32::try_from(tiles.len())?);
            if ms < best.0 {
                best = (ms, bodies);
            }
        }
        Ok(best)
    })
    .await?
}

//! The first load: every layer in one snapshot, over two connections.

use std::{
    collections::VecDeque,
    sync::{Mutex, atomic::Ordering},
};

use anyhow::{Context, Result};
use futures::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{
    definition::{self, LayerDef, READ_MAP},
    held::LayerStore,
    memory::Memory,
    position::Position,
    regions::RegionTree,
    rows::{Row, Rows, statement},
};
use crate::{
    kernel::{clock::Clock, db::Db},
    spatial::{
        feature::{Feature, Value, ValueRef},
        layer::Layer,
        packed::Builder,
    },
};

/// How many connections load at the same time.
const LOADERS: usize = 2;

impl Memory {
    /// Loads everything in one snapshot. Gives the place in the feed from which to follow.
    ///
    /// # Errors
    /// When the database is away or holds what a layer can't.
    pub async fn load(&self, db: &Db) -> Result<Position> {
        let position = everything(self, db).await?;
        self.has_reached(position);
        self.ready.store(true, Ordering::Release);
        Ok(position)
    }
}

pub(super) async fn everything(memory: &Memory, db: &Db) -> Result<Position> {
    let mut holder = db.follower().await?;
    sqlx::raw_sql("begin isolation level repeatable read read only").execute(&mut holder).await?;
    let (snapshot, xmin): (String, i64) =
        sqlx::query_as("select pg_export_snapshot(), (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
            .fetch_one(&mut holder)
            .await?;

    // Those that have many features first, so that the two end together.
    let mut queue: Vec<(i64, &LayerStore)> = Vec::new();
    for held in memory.layers() {
        queue.push((features_about(&mut holder, held.def).await?, held));
    }
    queue.sort_by_key(|(features, _)| -features);
    let queue = Mutex::new(VecDeque::from(queue));
    let loader = async || -> Result<()> {
        let mut conn = db.follower().await?;
        sqlx::raw_sql("begin isolation level repeatable read read only").execute(&mut conn).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("set transaction snapshot '{snapshot}'"))).execute(&mut conn).await?;
        loop {
            let next = queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop_front();
            let Some((_, held)) = next else { break };
            let layer = whole(&mut conn, held).await?;
            replace(held, layer);
        }
        conn.close().await.ok();
        Ok(())
    };
    let regions = async { RegionTree::load(&mut holder).await };
    let loaders = futures::future::try_join_all((0..LOADERS).map(|_| loader()));
    let (regions, _) = futures::future::try_join(regions, loaders).await?;
    memory.regions.store(regions.into());
    memory.observers().iter().for_each(|observer| observer.loaded());
    holder.close().await.ok();
    Ok(Position { xid: xmin, seq: 0 })
}

/// A whole layer, packed.
pub(super) async fn whole(conn: &mut PgConnection, held: &LayerStore) -> Result<Layer> {
    let mut builder = Builder::new(held.schema.kind, &held.schema.columns);
    read(conn, held, None, |row| {
        builder.push(row.id, row.region, &row.shape, row.values.iter().copied());
        Ok(())
    })
    .await?;
    let (schema, today) = (held.schema.clone(), held.today());
    Ok(tokio::task::spawn_blocking(move || {
        let packed = builder.pack();
        Layer::new(schema, packed, today)
    })
    .await?)
}

/// Puts a layer in the place of the one before.
pub(super) fn replace(held: &LayerStore, mut layer: Layer) {
    let mut place = held.write();
    layer.follow_version(&place);
    let before = std::mem::replace(&mut *place, layer);
    drop(place);
    drop(before);
}

/// The features of these ids that are there.
pub(super) async fn some(conn: &mut PgConnection, held: &LayerStore, ids: &[i64]) -> Result<Vec<Feature>> {
    let mut features = Vec::with_capacity(ids.len());
    read(conn, held, Some(ids), |row| {
        let values = row.values.iter().map(|value| match *value {
            ValueRef::Null => Value::Null,
            ValueRef::Int(value) => Value::Int(value),
            ValueRef::Real(value) => Value::Real(value),
            ValueRef::Text(value) => Value::Text(value.into()),
            ValueRef::Bool(value) => Value::Bool(value),
        });
        features.push(Feature { id: row.id, region: row.region, shape: row.shape, values: values.collect() });
        Ok(())
    })
    .await?;
    Ok(features)
}

async fn read(
    conn: &mut PgConnection,
    held: &LayerStore,
    only: Option<&[i64]>,
    mut row: impl FnMut(Row<'_>) -> Result<()>,
) -> Result<()> {
    let mut rows = Rows::new(held.def);
    let mut stream = conn.copy_out_raw(&statement(held.def, only)).await?;
    while let Some(piece) = stream.try_next().await? {
        rows.feed(&piece, &mut row).with_context(|| format!("layer {}", held.def.name))?;
    }
    Ok(())
}

/// About how many features a layer's table holds, by the database's own statistics.
async fn features_about(conn: &mut PgConnection, def: &LayerDef) -> Result<i64> {
    let known = "select coalesce((select reltuples::bigint from pg_class where oid = to_regclass('public.' || quote_ident($1))), 0)";
    Ok(sqlx::query_scalar(known).bind(def.table.name).fetch_one(conn).await?)
}

/// The grids as the connection's transaction and scope see them: for placing what is imported.
///
/// # Errors
/// When the database is away.
pub(crate) async fn grids(conn: &mut PgConnection) -> Result<Layer> {
    whole(conn, &LayerStore::new(&PLACING, Clock::default())).await
}

/// The grids without their names.
static PLACING: LayerDef = LayerDef::new(
    "grid",
    ("网格", "Grids"),
    (definition::Geometry::Polygon, definition::Far::Simplify),
    READ_MAP,
    &definition::Table { name: "region", columns: &[], rule: None },
);

//! Keeps the map in step: reads the change feed, applies it, tells who listens, and packs layers anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use tokio::task::JoinHandle;

use super::{
    definition::CountedBy, held::LayerStore, load, memory::Memory, observer::Applied, position::Position,
    regions::RegionTree,
};
use crate::{
    kernel::db::Db,
    spatial::{feature::Feature, layer::Layer, mercator::Bounds},
};

/// The pause between two looks at an idle feed.
const PAUSE: Duration = Duration::from_millis(25);
/// A database that takes longer for a look at the feed is away.
const PATIENCE: Duration = Duration::from_secs(30);
/// Changes that are applied at a time.
const BATCH: i64 = 5_000;
/// How long the feed keeps what everybody has read.
const KEPT: &str = "1 hour";
/// A follower that was away for longer loads everything anew.
const GONE: Duration = Duration::from_mins(45);

struct ChangeRow {
    layer: String,
    op: String,
    id: i64,
    region: i64,
    old_region: i64,
    position: Position,
}

/// A layer that is being packed anew, and what has changed in it meanwhile.
struct Packing {
    task: JoinHandle<Layer>,
    since: BTreeMap<i64, Option<Feature>>,
}

impl Memory {
    /// Follows the feed until the task is dropped. Waits out a database that is away.
    pub async fn follow(self: Arc<Self>, db: Db, from: Position) {
        run(self, db, from).await;
    }
}

async fn run(memory: Arc<Memory>, db: Db, from: Position) {
    let mut follower = Follower { memory, position: from, packing: BTreeMap::new() };
    let mut last_read = Instant::now();
    let mut behind = false;
    let mut said: Option<Instant> = None;
    loop {
        let ended = follower.follow(&db, &mut last_read, &mut behind).await;
        // It is tried again so often that each try isn't worth a line.
        if let Err(error) = ended
            && said.is_none_or(|at| at.elapsed() > Duration::from_secs(5))
        {
            said = Some(Instant::now());
            tracing::warn!("the change feed can't be read, the map goes on from memory: {error:#}");
        }
        behind = last_read.elapsed() > GONE;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

struct Follower {
    memory: Arc<Memory>,
    position: Position,
    packing: BTreeMap<usize, Packing>,
}

impl Follower {
    /// Follows over one connection, as long as it holds.
    async fn follow(&mut self, db: &Db, last_read: &mut Instant, behind: &mut bool) -> Result<()> {
        let mut conn = db.follower().await?;
        if std::mem::take(behind) {
            self.packing.clear();
            self.position = load::everything(&self.memory, db).await?;
            let observers = self.memory.observers();
            observers.iter().for_each(|observer| observer.reset(self.position));
            self.memory.has_reached(self.position);
        }
        let (mut tidied, mut looked) = (Instant::now(), Instant::now());
        // What could be read when the feed was last tidied: whoever follows has read it since.
        let mut readable = None;
        let mut waiting = None;
        loop {
            let rows =
                tokio::time::timeout(PATIENCE, self.read(&mut conn)).await.context("the database is silent")??;
            *last_read = Instant::now();
            if looked.elapsed() > Duration::from_secs(1) {
                looked = Instant::now();
                waiting = self.waiting(&mut conn).await?;
            }
            let in_step = waiting.unwrap_or_else(Utc::now);
            self.memory.followed_at.store(in_step.timestamp_millis(), Ordering::Relaxed);
            let full = rows.len() == usize::try_from(BATCH)?;
            if !rows.is_empty() {
                self.apply(&mut conn, rows).await?;
            }
            self.pack().await?;
            if tidied.elapsed() > Duration::from_mins(1) {
                tidied = Instant::now();
                readable = Some(tidy(&mut conn, readable.map(|before: i64| before.min(self.position.xid))).await?);
                if waiting.is_some_and(|since| Utc::now() - since > TimeDelta::minutes(1)) {
                    tracing::warn!("a transaction that is still open holds the map back since {in_step}");
                }
            }
            if !full {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    /// What comes next in the feed, of transactions that no running one can come before.
    async fn read(&self, conn: &mut PgConnection) -> Result<Vec<ChangeRow>> {
        let rows: Vec<(i64, i64, String, String, i64, i64, i64)> = sqlx::query_as(
            "select (xid::text)::bigint, seq, layer, op, id, region, old_region from change
             where (xid, seq) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
             order by xid, seq limit $3",
        )
        .bind(self.position.xid.to_string())
        .bind(self.position.seq)
        .bind(BATCH)
        .fetch_all(conn)
        .await?;
        Ok(rows
            .into_iter()
            .map(|(xid, seq, layer, op, id, region, old_region)| ChangeRow {
                layer,
                op,
                id,
                region,
                old_region,
                position: Position { xid, seq },
            })
            .collect())
    }

    /// Since when the first change that was committed can't be read yet, because a transaction from before it is open.
    async fn waiting(&self, conn: &mut PgConnection) -> Result<Option<DateTime<Utc>>> {
        let at = sqlx::query_scalar(
            "select at from change where (xid, seq) > ($1::text::xid8, $2)
             and xid >= pg_snapshot_xmin(pg_current_snapshot()) order by xid, seq limit 1",
        )
        .bind(self.position.xid.to_string())
        .bind(self.position.seq)
        .fetch_optional(conn)
        .await?;
        Ok(at)
    }

    async fn apply(&mut self, conn: &mut PgConnection, rows: Vec<ChangeRow>) -> Result<()> {
        let mut reload: BTreeSet<u8> = BTreeSet::new();
        let mut touched: BTreeMap<u8, BTreeSet<i64>> = BTreeMap::new();
        for row in &rows {
            let Some((index, _)) = self.memory.layer(&row.layer) else { continue };
            if row.op == "reload" {
                reload.insert(index);
            } else {
                touched.entry(index).or_default().insert(row.id);
            }
        }
        // Everything is read before anything is applied: a connection that breaks leaves the position where it was.
        let mut fresh = Vec::new();
        for &index in &reload {
            let held = &self.memory.layers()[usize::from(index)];
            fresh.push((index, load::whole(conn, held).await?));
        }
        let regions = if reload.iter().any(|&index| self.memory.layers()[usize::from(index)].def.table.name == "region")
        {
            Some(RegionTree::load(conn).await?)
        } else {
            None
        };
        let mut features = Vec::new();
        for (&index, ids) in touched.iter().filter(|(index, _)| !reload.contains(index)) {
            let held = &self.memory.layers()[usize::from(index)];
            let ids: Vec<i64> = ids.iter().copied().collect();
            let there = load::some(conn, held, &ids).await?;
            features.push((index, ids, there));
        }

        for (index, layer) in fresh {
            self.packing.remove(&usize::from(index));
            load::replace(&self.memory.layers()[usize::from(index)], layer);
            self.memory.observers().iter().for_each(|observer| observer.layer_loaded(index));
        }
        if let Some(regions) = regions {
            self.memory.regions.store(regions.into());
        }
        for (index, ids, there) in features {
            self.change(index, &ids, there);
        }
        if let Some(last) = rows.last() {
            self.position = last.position;
        }
        self.memory.applied.fetch_add(rows.len() as u64, Ordering::Relaxed);
        let observers = self.memory.observers();
        if !reload.is_empty() {
            observers.iter().for_each(|observer| observer.reset(self.position));
        }
        for row in rows.iter().filter(|row| row.op != "reload") {
            let Some((index, held)) = self.memory.layer(&row.layer) else { continue };
            let layer = held.read();
            let view = layer.get(row.id);
            let change = Applied {
                position: row.position,
                layer: index,
                held,
                id: row.id,
                view,
                region: view.map_or(row.region, |view| view.region()),
                old_region: row.old_region,
            };
            observers.iter().for_each(|observer| observer.applied(&change));
        }
        observers.iter().for_each(|observer| observer.batch_ended());
        self.memory.has_reached(self.position);
        Ok(())
    }

    /// Brings the features of these ids to their new state and drops the tiles that show the old or the new one.
    fn change(&mut self, index: u8, ids: &[i64], there: Vec<Feature>) {
        let memory = self.memory.clone();
        let held = &memory.layers()[usize::from(index)];
        let mut gone: BTreeSet<i64> = ids.iter().copied().collect();
        let mut stale: Vec<Bounds> = Vec::new();
        let since = self.packing.get_mut(&usize::from(index)).map(|packing| &mut packing.since);
        {
            let mut layer = held.write();
            for feature in &there {
                gone.remove(&feature.id);
                stale.push(feature.shape.bounds());
                stale.extend(layer.upsert(feature.clone()));
            }
            for &id in &gone {
                stale.extend(layer.remove(id));
            }
        }
        if let Some(since) = since {
            since.extend(there.into_iter().map(|feature| (feature.id, Some(feature))));
            since.extend(gone.into_iter().map(|id| (id, None)));
        }
        memory.observers().iter().for_each(|observer| observer.changed(index, &stale));
    }

    /// Puts packed layers in place and starts packing those that want it, off this task.
    async fn pack(&mut self) -> Result<()> {
        let memory = self.memory.clone();
        for (index, held) in memory.layers().iter().enumerate() {
            let day = held.today();
            if self.packing.get(&index).is_some_and(|packing| packing.task.is_finished())
                && let Some(packing) = self.packing.remove(&index)
            {
                let mut layer = packing.task.await?;
                for (id, feature) in packing.since {
                    match feature {
                        Some(feature) => drop(layer.upsert(feature)),
                        None => drop(layer.remove(id)),
                    }
                }
                load::replace(held, layer);
            }
            if !self.packing.contains_key(&index) && wants_packing(held, day) {
                let snapshot = held.read().snapshot();
                let task = tokio::task::spawn_blocking(move || snapshot.pack(day));
                self.packing.insert(index, Packing { task, since: BTreeMap::new() });
            }
        }
        Ok(())
    }
}

/// Drops from the feed what has been kept for long enough and was read: of transactions before the one that is given.
/// Gives up to which transaction the feed can be read now.
///
/// # Errors
/// When the database is away.
pub async fn tidy(conn: &mut PgConnection, before: Option<i64>) -> Result<i64> {
    if let Some(before) = before {
        sqlx::query("delete from change where at < now() - $1::interval and xid < $2::text::xid8")
            .bind(KEPT)
            .bind(before.to_string())
            .execute(&mut *conn)
            .await?;
    }
    let readable = sqlx::query_scalar("select (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint");
    Ok(readable.fetch_one(conn).await?)
}

fn wants_packing(held: &LayerStore, day: i64) -> bool {
    let layer = held.read();
    // Ages are of a day.
    let has_ages = held.def.counted_by.iter().any(|by| matches!(by, CountedBy::AgeSex { .. }));
    layer.wants_packing() || (layer.today() != day && has_ages)
}

//! The demo city: a whole city made from a seed, the same each time.
//!
//! Real are the divisions and the outlines of the counties; all else is made, and says so in `source`. Places are laid
//! out first (regions, streets, buildings), then filled (homes, people, organisations), then a year passes (cases).
//! Each stage draws from its own stream of random numbers, so that a change in one leaves the others as they are.

pub mod administration;
mod cases;
mod components;
mod homes;
pub mod living;
mod organisations;
mod people;
mod scenes;
mod store;

use std::{fmt, sync::Arc};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use crate::kernel::db::copy;

use gridhall_land::{
    buildings::{self, Building},
    ground, layout, names,
    regions::{self, Territory},
    roads::{self, Network, Road},
};

/// What city to make.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The same seed makes the same city.
    pub seed: u64,
    /// The share of 1,200,000 people and all that belongs to them, above 0 and up to 1.
    pub scale: f64,
    /// When it is: cases lie in the year before.
    pub now: DateTime<Utc>,
}

/// What is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Regions, roads and buildings are laid out in memory.
    LayOut,
    /// Rows of a table are loaded.
    Load(&'static str),
    /// Indexes and keys are built.
    Index,
}

/// How many rows of each table were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is named as its table")]
pub struct Summary {
    pub regions: usize,
    pub roads: usize,
    pub buildings: usize,
    pub units: usize,
    pub rooms: usize,
    pub households: usize,
    pub people: usize,
    pub organisations: usize,
    pub components: usize,
    pub cases: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { regions, roads, buildings, people, organisations, components, cases, .. } = self;
        write!(
            to,
            "{regions} regions, {roads} roads, {buildings} buildings, {people} people, {organisations} organisations, \
             {components} components, {cases} cases"
        )
    }
}

/// Counts at scale 1.
const BUILDINGS: f64 = 200_000.0;
const PEOPLE: f64 = 1_200_000.0;
const ORGANISATIONS: f64 = 20_000.0;
const COMPONENTS: f64 = 30_000.0;
const CASES: f64 = 300_000.0;

/// The tables that are filled, in the order of their keys.
const TABLES: &[&str] =
    &["region", "road", "building", "unit", "room", "household", "person", "organisation", "component", "case_record"];

/// What was laid out before anybody moved in.
struct LaidOutCity {
    plan: Plan,
    territory: Territory,
    roads: Vec<Road>,
    buildings: Vec<Building>,
}

impl LaidOutCity {
    fn lay_out(plan: Plan) -> Result<Self> {
        let territory = Territory::make(plan.seed)?;
        let mut network = Network::make(&territory, plan.seed);
        let all = buildings::make(&territory, &network, plan.seed);
        let (roads, buildings) = chosen(&territory, std::mem::take(&mut network.roads), all, plan.scale);
        Ok(Self { plan, territory, roads, buildings })
    }

    fn count(&self, whole: f64) -> usize {
        scaled(whole, self.plan.scale)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are positive and below a billion")]
fn scaled(whole: f64, scale: f64) -> usize {
    (whole * scale).round().max(1.0) as usize
}

/// Makes the city in an empty database, in one transaction. The connection is the owner's.
///
/// # Errors
/// When there are regions already, when the scale is out of bounds, or when the database refuses.
pub async fn make(
    conn: &mut PgConnection,
    plan: &Plan,
    progress: &(dyn Fn(Stage, u64, u64) + Sync),
) -> Result<Summary> {
    let plan = *plan;
    ensure!(plan.scale > 0.0 && plan.scale <= 1.0, "the scale is above 0 and up to 1, this is {}", plan.scale);
    let mut tx = conn.begin().await?;
    let filled: bool = sqlx::query_scalar("select exists (select from region) or exists (select from building)")
        .fetch_one(&mut *tx)
        .await?;
    ensure!(!filled, "the database already holds a city; make the demo city in an empty one");

    progress(Stage::LayOut, 0, 1);
    let city =
        tokio::task::spawn_blocking(move || LaidOutCity::lay_out(plan)).await.context("the layout stopped")??;
    progress(Stage::LayOut, 1, 1);

    sqlx::raw_sql(
        "set local synchronous_commit = off; set local maintenance_work_mem = '512MB'; \
         set local jit = off",
    )
    .execute(&mut *tx)
    .await?;
    let dropped = copy::prepare(&mut tx, TABLES).await?;
    let first: i64 = sqlx::query_scalar("select nextval('entity_id')").fetch_one(&mut *tx).await?;
    let (summary, last) = store::fill(&mut tx, Arc::new(city), first, progress).await?;
    sqlx::query("select setval('entity_id', $1)").bind(last).execute(&mut *tx).await?;
    administration::found(&mut tx).await?;

    let total = dropped.len() as u64;
    let mut built = 0;
    dropped
        .restore(&mut tx, TABLES, || {
            built += 1;
            progress(Stage::Index, built, total);
        })
        .await?;
    sqlx::query(
        "insert into change (layer, op) select unnest(array['county', 'street', 'community', 'grid', 'road', 'building', \
         'person', 'organisation', 'component', 'case']), 'reload'",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(summary)
}

/// Marks as read what people were told while the city got its past. The connection is the owner's.
///
/// # Errors
/// When the database refuses.
pub async fn forget_messages(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("update message set read_at = now() where read_at is null").execute(conn).await?;
    Ok(())
}

/// What of the whole city a smaller one holds: towns from the middle out, and the villages next to it.
fn chosen(territory: &Territory, roads: Vec<Road>, all: Vec<Building>, scale: f64) -> (Vec<Road>, Vec<Building>) {
    let target = scaled(BUILDINGS, scale);
    // The layout gives somewhat more than are wanted: leave out one here and there, everywhere alike.
    let (whole, laid_out) = (scaled(BUILDINGS, 1.0), all.len());
    let share = |index: usize| index * whole.min(laid_out) / laid_out;
    let all: Vec<Building> =
        all.into_iter().enumerate().filter(|(index, _)| share(*index) != share(index + 1)).map(|(_, b)| b).collect();
    let (rural, mut town): (Vec<Building>, Vec<Building>) = all.into_iter().partition(|b| b.rural);
    // A smaller city is more of a town: its villages go first.
    let usual = town.len() * target / (town.len() + rural.len()).max(1);
    let in_town = usual + (target - usual) * (600 - scaled(600.0, scale)) / 1000;
    let in_town = in_town.max(target.saturating_sub(rural.len()));
    let by_rank = |a: &Building, b: &Building| a.rank.total_cmp(&b.rank);
    if in_town < town.len() {
        town.sort_by(by_rank);
        town.truncate(in_town);
    }
    let mut villages = rural;
    if target.saturating_sub(town.len()) < villages.len() {
        villages.sort_by(by_rank);
        villages.truncate(target.saturating_sub(town.len()));
    }
    let reach = town.iter().map(|b| b.rank).fold(0.0, f64::max) + 0.02;
    let mut lived_in = vec![false; territory.communities.len()];
    for building in &villages {
        lived_in[territory.grids[building.grid].community] = true;
    }
    let kept = roads
        .into_iter()
        .filter(|road| match road.class {
            // The great streets stay: they show where the city would be.
            "primary" | "secondary" => true,
            _ if road.rank < 2.0 => road.rank <= reach,
            "track" => lived_in[territory.grids[road.grid].community],
            _ => true,
        })
        .collect();
    town.append(&mut villages);
    // By grid, so that what is near in space is near on disk.
    town.sort_by_key(|b| territory.grids[b.grid].code);
    (kept, town)
}

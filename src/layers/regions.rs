//! The regions with their names, held whole: paths and children are looked up, not queried.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use anyhow::Result;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::spatial::{
    region::{Level, RegionCode},
    scope::Scope,
};

/// A region by code and name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RegionRef {
    /// The 15-digit code.
    pub code: i64,
    /// The code without the zeros of lower levels.
    pub short: String,
    /// city, county, street, community or grid.
    #[schema(value_type = String)]
    pub level: Level,
    /// Its name.
    pub name: String,
}

impl From<&RegionInfo> for RegionRef {
    fn from(info: &RegionInfo) -> Self {
        Self { code: info.code.get(), short: info.code.short(), level: info.code.level(), name: info.name.clone() }
    }
}

/// The regions that hold one another, from the city down. As JSON it is written once: every place in a grid has the same.
#[derive(Clone, Debug, Default)]
pub struct RegionPath(Option<Arc<Traced>>);

#[derive(Debug)]
struct Traced {
    regions: Vec<RegionRef>,
    json: Box<RawValue>,
}

impl RegionPath {
    fn new(regions: Vec<RegionRef>) -> Result<Self> {
        let json = serde_json::value::to_raw_value(&regions)?;
        Ok(Self(Some(Arc::new(Traced { regions, json }))))
    }
}

impl Deref for RegionPath {
    type Target = [RegionRef];

    fn deref(&self) -> &[RegionRef] {
        self.0.as_ref().map_or(&[], |traced| &traced.regions)
    }
}

impl Serialize for RegionPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match &self.0 {
            Some(traced) => traced.json.serialize(serializer),
            None => serializer.collect_seq(self.iter()),
        }
    }
}

/// A region.
#[derive(Clone, Debug)]
pub struct RegionInfo {
    /// Its code.
    pub code: RegionCode,
    /// Its name.
    pub name: String,
    /// The initials of its name's pinyin.
    pub initials: String,
    /// Whether its boundary was made, not surveyed.
    pub made: bool,
    /// Where code, name and boundary come from.
    pub source: String,
    /// West, south, east, north in WGS 84 degrees.
    pub bbox: [f64; 4],
    /// A point within, in WGS 84 degrees.
    pub centre: [f64; 2],
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// The regions that hold it, from the city down to itself; those that aren't there are left out.
    pub path: RegionPath,
}

/// All current regions by code.
#[derive(Debug, Default)]
pub struct RegionTree {
    by_code: BTreeMap<i64, RegionInfo>,
}

impl RegionTree {
    pub(super) async fn load(conn: &mut PgConnection) -> Result<Self> {
        let rows = sqlx::query!(
            r#"select code, name, initials, made, source,
                      st_xmin(geom) as "west!", st_ymin(geom) as "south!", st_xmax(geom) as "east!", st_ymax(geom) as "north!",
                      st_x(st_pointonsurface(geom)) as "lon!", st_y(st_pointonsurface(geom)) as "lat!",
                      st_area(geom::geography) as "area!"
               from region where valid_to is null"#
        )
        .fetch_all(conn)
        .await?;
        let mut by_code = BTreeMap::new();
        for row in rows {
            let info = RegionInfo {
                code: RegionCode::new(row.code)?,
                name: row.name,
                initials: row.initials,
                made: row.made,
                source: row.source,
                bbox: [row.west, row.south, row.east, row.north],
                centre: [row.lon, row.lat],
                area_m2: row.area,
                path: RegionPath::default(),
            };
            by_code.insert(row.code, info);
        }
        let mut tree = Self { by_code };
        let paths = tree.by_code.values().map(|info| tree.trace(info.code)).collect::<Result<Vec<_>>>()?;
        for (info, path) in tree.by_code.values_mut().zip(paths) {
            info.path = path;
        }
        Ok(tree)
    }

    /// A region.
    #[must_use]
    pub fn get(&self, code: RegionCode) -> Option<&RegionInfo> {
        self.by_code.get(&code.get())
    }

    /// From the city down to a region; nothing where there is no such region.
    #[must_use]
    pub fn path(&self, code: RegionCode) -> RegionPath {
        self.get(code).map(|info| info.path.clone()).unwrap_or_default()
    }

    /// Where a region lies, in words: the names from below the city down to it; empty where there is no such region.
    #[must_use]
    pub fn words(&self, code: RegionCode) -> String {
        self.path(code).iter().skip(1).map(|info| info.name.as_str()).collect::<Vec<_>>().join(" › ")
    }

    fn trace(&self, code: RegionCode) -> Result<RegionPath> {
        let held = Level::ALL.into_iter().filter(|level| *level <= code.level());
        RegionPath::new(held.filter_map(|level| self.get(code.at(level)).map(RegionRef::from)).collect())
    }

    /// The regions one level down, by code.
    pub fn children(&self, code: RegionCode) -> impl Iterator<Item = &RegionInfo> {
        self.by_code
            .range(code.range())
            .map(|(_, info)| info)
            .filter(move |info| info.code != code && info.code.parent() == Some(code))
    }

    /// The regions of a level within another, by code.
    pub fn below(&self, code: RegionCode, level: Level) -> impl Iterator<Item = &RegionInfo> {
        self.by_code.range(code.range()).map(|(_, info)| info).filter(move |info| info.code.level() == level)
    }

    /// All regions that a scope holds whole, by code.
    pub fn within<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a RegionInfo> {
        scope.ranges().iter().flat_map(|&(low, high)| self.by_code.range(low..=high)).map(|(_, info)| info).filter(
            |info| {
                let range = info.code.range();
                scope.holds(*range.start(), *range.end()) == crate::spatial::scope::Coverage::All
            },
        )
    }

    /// How many regions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// The city: the first region.
    #[must_use]
    pub fn city(&self) -> Option<&RegionInfo> {
        self.by_code.values().find(|info| info.code.level() == Level::City)
    }
}

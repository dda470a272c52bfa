//! A file's rows one by one: read, checked, placed, and written as the database takes them.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use geo::{Geometry, Point};
use xxhash_rust::xxh3::xxh3_128;

use crate::{
    kernel::{
        db::copy::Rows,
        text::{Text, narrow, text},
    },
    layers::{Cell, Geometry as Kind, LayerDef},
    map::transfer::{
        Report,
        field::{control, read, rounded},
        mapping::{Mapping, Target},
        shape,
        source::{Record, Source},
        wkt,
    },
    spatial::{crs::Crs, layer::Layer, scope::Scope},
};

/// By which rows of a file and records of the table find each other.
pub(super) fn key(value: &str) -> u128 {
    xxh3_128(value.as_bytes())
}

const MAX_ID: usize = 100;
/// Nobody who is alive was born before.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(1880, 1, 1).expect("a day");

/// What a column of a table holds, as the catalogue says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Small,
    Int,
    Big,
    Single,
    Double,
    Text,
    Date,
    Time,
}

/// A column that is written.
#[derive(Debug)]
pub(super) struct Column {
    /// Its place among the table's columns in the registry.
    pub(super) index: usize,
    pub(super) holds: Type,
    /// What stands where a file has nothing: nothing, or a text that is read like a file's.
    pub(super) default: Option<String>,
    pub(super) not_null: bool,
    /// For a unique column the values that are there, with the ids of their rows.
    pub(super) known: Option<HashMap<u128, i64>>,
}

/// Two moments of which the database wants one not to come before the other.
#[derive(Debug)]
pub(super) struct Order {
    /// Their places among the table's columns in the registry.
    pub(super) earlier: usize,
    pub(super) later: usize,
    /// What they are in the rows that are there, for rows of the file that tell one of them.
    pub(super) there: HashMap<i64, Moments>,
}

/// The earlier and the later of two moments, as far as they are known.
pub(super) type Moments = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// A building, for rows that name one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) id: i64,
    pub(super) at: (f64, f64),
}

/// What reads, checks, places and writes.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that the file or the caller has or has not")]
pub(super) struct Worker {
    pub(super) source: Box<dyn Source>,
    pub(super) mapping: Mapping,
    pub(super) def: &'static LayerDef,
    pub(super) crs: Crs,
    pub(super) grids: Arc<Layer>,
    /// Ids of the rows that are there, by their external ids.
    pub(super) ids: HashMap<u128, i64>,
    /// Rows of the file that were taken, by column and value.
    pub(super) seen: HashMap<(usize, u128), u64>,
    pub(super) columns: Vec<Column>,
    /// Required columns that the file hasn't: a row that is new is refused for them.
    pub(super) absent: Vec<usize>,
    pub(super) orders: Vec<Order>,
    /// Whether who imports has named the coordinate system: that goes before what a value says.
    pub(super) crs_is_named: bool,
    pub(super) buildings: HashMap<u128, Site>,
    pub(super) building: bool,
    pub(super) initials: Option<fn(&str) -> String>,
    pub(super) external: bool,
    pub(super) stage: bool,
    pub(super) scoped: bool,
    pub(super) note: String,
    pub(super) report: Report,
}

/// Why a row is refused: the heading and the reason.
type RefusedCell = (String, Text);

/// A row that is whole.
struct WholeRow<'a> {
    cells: Vec<Cell<'a>>,
    external: Cow<'a, str>,
    target: Option<i64>,
    shape: Option<Geometry<f64>>,
    region: i64,
    building: Option<i64>,
}

/// The places of the seen external ids among those of the seen unique columns.
const EXTERNAL: usize = usize::MAX;

impl Worker {
    /// The columns that are written, in their order.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names = vec!["region", "source"];
        if self.external {
            names.push("external_id");
        }
        if self.building {
            names.push("building_id");
        }
        if self.initials.is_some() {
            names.push("initials");
        }
        names.extend(self.columns.iter().map(|column| self.def.table.columns[column.index].name));
        names.push("geom");
        names
    }

    pub(super) fn run(mut self, rows: &mut Rows) -> std::result::Result<Report, Text> {
        let mut record = Record::default();
        while self.source.next(&mut record)? {
            if rows.is_over() {
                break;
            }
            self.report.rows += 1;
            let given = record.shape.take();
            match self.whole(&record, given) {
                Ok(whole) => {
                    if whole.target.is_some() {
                        self.report.updated += 1;
                    } else {
                        self.report.inserted += 1;
                    }
                    if whole.region == 0 && whole.shape.is_some() {
                        self.report.unplaced += 1;
                    }
                    self.write(rows, &whole);
                    remember(&mut self.seen, &self.columns, record.row, &whole);
                }
                Err((column, reason)) => self.report.refuse(record.row, &column, reason),
            }
        }
        let report = self.report;
        if report.rows == 0 {
            return Err(text("文件里没有数据行。", "The file holds no rows."));
        }
        if report.unplaced > 0 && report.unplaced == report.inserted + report.updated && !self.grids.is_empty() {
            let crs = self.crs;
            return Err(text(
                format!("没有一行落在本市的网格里；坐标系是 {crs}，对吗？"),
                format!("Not one row lies in a grid of the city; is the coordinate system {crs} right?"),
            ));
        }
        Ok(report)
    }

    fn whole<'a>(
        &self,
        record: &'a Record,
        given: Option<std::result::Result<Geometry<f64>, Text>>,
    ) -> std::result::Result<WholeRow<'a>, RefusedCell> {
        if let Some(fault) = self.mapping.fault(record) {
            return Err(fault);
        }
        let value = |target| self.mapping.source(target).map_or("", |place| record.values[place].as_str());
        let (external, target) = self.identify(value(Target::ExternalId))?;
        if target.is_none()
            && let Some(index) = self.absent.first()
        {
            return Err((self.mapping.heading(Target::Column(*index)).to_owned(), text("必填", "it is required")));
        }
        let cells = self.cells(record, target)?;
        self.ordered(&cells, target)?;
        let (shape, building) = self.shape(given, &value)?;
        if shape.is_none() && target.is_none() {
            return Err((
                String::new(),
                text(
                    "没有位置：既无坐标，也无可用的楼栋编码",
                    "it has no place: neither coordinates nor a building's code",
                ),
            ));
        }
        let region = shape.as_ref().map_or(0, |shape| self.place(shape));
        if region == 0 && shape.is_some() && self.scoped {
            return Err((String::new(), text("位置不在您辖区的任何网格里", "its place lies in no grid of your scope")));
        }
        Ok(WholeRow { cells, external, target, shape, region, building })
    }

    /// The record that is there already under the row's external id.
    fn identify<'a>(&self, external: &'a str) -> std::result::Result<(Cow<'a, str>, Option<i64>), RefusedCell> {
        if external.is_empty() {
            return Ok((external.into(), None));
        }
        let wrong = |reason| Err((self.mapping.heading(Target::ExternalId).to_owned(), reason));
        if let Some(bad) = control(external).or_else(|| rounded(external)) {
            return wrong(bad);
        }
        let external = code(external);
        if external.len() > MAX_ID {
            return wrong(text(format!("长度超过 {MAX_ID} 字节"), format!("it is longer than {MAX_ID} bytes")));
        }
        let key = key(&external);
        if let Some(row) = self.seen.get(&(EXTERNAL, key)) {
            return wrong(text(format!("与第 {row} 行重复"), format!("row {row} has the same")));
        }
        let target = self.ids.get(&key).copied();
        Ok((external, target))
    }

    /// Checks what the database asks of two moments, with what is there where the file tells one of them.
    fn ordered(&self, cells: &[Cell<'_>], target: Option<i64>) -> std::result::Result<(), RefusedCell> {
        for order in &self.orders {
            let there = target.and_then(|id| order.there.get(&id)).copied().unwrap_or_default();
            let moment = |index: usize, there: Option<DateTime<Utc>>| match self
                .columns
                .iter()
                .position(|column| column.index == index)
                .map(|place| &cells[place])
            {
                Some(Cell::Time(moment)) => Some(*moment),
                Some(_) => None,
                None => there,
            };
            let (earlier, later) = (moment(order.earlier, there.0), moment(order.later, there.1));
            if let (Some(earlier), Some(later)) = (earlier, later)
                && later < earlier
            {
                let (heading, other) =
                    (Target::Column(order.later), self.mapping.heading(Target::Column(order.earlier)));
                return Err((
                    self.mapping.heading(heading).to_owned(),
                    text(format!("早于“{other}”"), format!("it comes before {other:?}")),
                ));
            }
        }
        Ok(())
    }

    fn cells<'a>(&self, record: &'a Record, target: Option<i64>) -> std::result::Result<Vec<Cell<'a>>, RefusedCell> {
        let table = self.def.table;
        let heading = |index: usize| self.mapping.heading(Target::Column(index)).to_owned();
        let mut cells = Vec::with_capacity(self.columns.len() + 1);
        for column in &self.columns {
            let value = match self.mapping.source(Target::Column(column.index)) {
                Some(place) => record.values[place].as_str(),
                None => "",
            };
            let kind = table.columns[column.index].kind;
            cells.push(read(kind, value).map_err(|reason| (heading(column.index), reason))?);
        }
        if let Some(rule) = table.rule {
            let of = |name: &str| self.columns.iter().position(|column| table.columns[column.index].name == name);
            let told = match of(rule.from).map(|place| &cells[place]) {
                Some(Cell::Text(value)) => (rule.tell)(value),
                _ => Vec::new(),
            };
            for (name, told) in rule.fills.iter().zip(told) {
                let Some(place) = of(name) else { continue };
                if cells[place] == Cell::Null {
                    cells[place] = told;
                } else if cells[place] != told {
                    let from = self.mapping.source(Target::Column(self.columns[of(rule.from).unwrap_or(0)].index));
                    let from = from.map_or(rule.from, |place| self.source.attributes()[place].as_str());
                    let said = say(&told);
                    return Err((
                        heading(self.columns[place].index),
                        text(
                            format!("与“{from}”不符，应为 {said}"),
                            format!("it doesn't agree with {from:?}, expected {said}"),
                        ),
                    ));
                }
            }
        }
        for (column, cell) in self.columns.iter().zip(&mut cells) {
            if matches!(cell, Cell::Date(day) if *day < FIRST_DAY) {
                return Err((heading(column.index), text("早于 1880 年", "it lies before the year 1880")));
            }
            if *cell == Cell::Null && (column.not_null || table.columns[column.index].required) {
                let default = column.default.as_deref().filter(|_| !table.columns[column.index].required);
                let Some(default) = default else {
                    return Err((heading(column.index), text("必填", "it is required")));
                };
                *cell = match read(table.columns[column.index].kind, default) {
                    Ok(Cell::Null) | Err(_) => Cell::Text(default.to_owned().into()),
                    Ok(cell) => cell.into_owned(),
                };
            }
            let Some(known) = &column.known else { continue };
            if let Cell::Text(value) = cell {
                let key = key(value);
                if let Some(row) = self.seen.get(&(column.index, key)) {
                    return Err((
                        heading(column.index),
                        text(format!("与第 {row} 行重复"), format!("row {row} has the same")),
                    ));
                }
                if let Some(&id) = known.get(&key)
                    && target != Some(id)
                {
                    return Err((
                        heading(column.index),
                        text(
                            format!("已有记录（编号 {id}）用此值"),
                            format!("a record that is there (id {id}) has the same"),
                        ),
                    ));
                }
            }
        }
        Ok(cells)
    }

    /// The shape of a row: the file's own, or that of its columns; and the building that it names.
    fn shape<'a>(
        &self,
        given: Option<std::result::Result<Geometry<f64>, Text>>,
        value: &impl Fn(Target) -> &'a str,
    ) -> std::result::Result<(Option<Geometry<f64>>, Option<i64>), RefusedCell> {
        let building = value(Target::Building);
        let site = if building.is_empty() {
            None
        } else {
            let found = self.buildings.get(&key(&code(building)));
            Some(found.ok_or_else(|| {
                (
                    self.mapping.heading(Target::Building).to_owned(),
                    text("没有此编码的楼栋", "there is no building of that code"),
                )
            })?)
        };
        let own = |shape| shape::settle(shape, self.def.geometry, self.crs);
        let (x, y, wkt) = (value(Target::X), value(Target::Y), value(Target::Wkt));
        let shape = if let Some(given) = given {
            Some(given.and_then(own).map_err(|reason| (String::new(), reason))?)
        } else if !wkt.is_empty() {
            let placed = wkt::read(wkt).and_then(|(shape, srid)| {
                let crs = match srid.filter(|_| !self.crs_is_named) {
                    Some(srid) => srid.to_string().parse().map_err(|_| {
                        text(format!("不认识坐标系 SRID={srid}"), format!("the system SRID={srid} isn't known"))
                    })?,
                    None => self.crs,
                };
                shape::settle(shape, self.def.geometry, crs)
            });
            Some(placed.map_err(|reason| (self.mapping.heading(Target::Wkt).to_owned(), reason))?)
        } else if x.is_empty() && y.is_empty() {
            site.filter(|_| self.def.geometry == Kind::Point)
                .map(|site| Geometry::Point(Point::new(site.at.0, site.at.1)))
        } else {
            let number = |target, value: &str| {
                narrow(value)
                    .parse::<f64>()
                    .ok()
                    .filter(|number| number.is_finite())
                    .ok_or_else(|| (self.mapping.heading(target).to_owned(), text("不是数", "it is not a number")))
            };
            let at = Geometry::Point(Point::new(number(Target::X, x)?, number(Target::Y, y)?));
            Some(own(at).map_err(|reason| (self.mapping.heading(Target::X).to_owned(), reason))?)
        };
        Ok((shape, site.map(|site| site.id)))
    }

    fn place(&self, shape: &Geometry<f64>) -> i64 {
        self.grids.first_covering(shape::anchor(shape), &Scope::everything()).map_or(0, |grid| grid.region())
    }

    fn write(&self, rows: &mut Rows, whole: &WholeRow<'_>) {
        let rows = rows.row();
        if self.stage {
            match whole.target {
                Some(id) => rows.i64(id),
                None => rows.null(),
            };
        }
        rows.i64(whole.region).text(&self.note);
        if self.external {
            rows.maybe(Some(&*whole.external).filter(|external| !external.is_empty()));
        }
        if self.building {
            match whole.building {
                Some(id) => rows.i64(id),
                None => rows.null(),
            };
        }
        if let Some(initials) = self.initials {
            let name = self.columns.iter().position(|column| self.def.table.columns[column.index].name == "name");
            match name.map(|place| &whole.cells[place]) {
                Some(Cell::Text(name)) => rows.text(&initials(name)),
                _ => rows.text(""),
            };
        }
        for (column, cell) in self.columns.iter().zip(&whole.cells) {
            put(rows, column.holds, cell);
        }
        match &whole.shape {
            Some(shape) => rows.shape(shape),
            None => rows.null(),
        };
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the bounds of each column's kind lie within its type")]
#[expect(clippy::cast_precision_loss, reason = "whole numbers in real columns are small")]
fn put(rows: &mut Rows, holds: Type, cell: &Cell<'_>) {
    match (holds, cell) {
        (Type::Small, Cell::Int(value)) => rows.i16(*value as i16),
        (Type::Int, Cell::Int(value)) => rows.i32(*value as i32),
        (Type::Big, Cell::Int(value)) => rows.i64(*value),
        (Type::Single, Cell::Int(value)) => rows.f32(*value as f32),
        (Type::Double, Cell::Int(value)) => rows.f64(*value as f64),
        (Type::Single, Cell::Real(value)) => rows.f32(*value as f32),
        (Type::Double, Cell::Real(value)) => rows.f64(*value),
        (Type::Text, Cell::Text(value)) => rows.text(value),
        (Type::Date, Cell::Date(value)) => rows.date(*value),
        (Type::Time, Cell::Time(value)) => rows.time(*value),
        _ => rows.null(),
    };
}

fn say(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(value) => value.to_string(),
        Cell::Int(value) => value.to_string(),
        Cell::Real(value) => value.to_string(),
        Cell::Date(value) => value.to_string(),
        Cell::Time(value) => value.to_rfc3339(),
    }
}

/// A number of another system with its full-width letters and digits as narrow ones.
fn code(value: &str) -> Cow<'_, str> {
    if value.is_ascii() { value.into() } else { narrow(value).trim().to_owned().into() }
}

/// Keeps what no later row may have again: as it is stored, whatever the file writes.
fn remember(seen: &mut HashMap<(usize, u128), u64>, columns: &[Column], row: u64, whole: &WholeRow<'_>) {
    if !whole.external.is_empty() {
        seen.insert((EXTERNAL, key(&whole.external)), row);
    }
    for (column, cell) in columns.iter().zip(&whole.cells).filter(|(column, _)| column.known.is_some()) {
        if let Cell::Text(value) = cell {
            seen.insert((column.index, key(value)), row);
        }
    }
}

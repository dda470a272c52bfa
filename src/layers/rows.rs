//! Rows of a layer's view as `COPY … (FORMAT binary)` sends them, read without a copy.

use anyhow::{Context, Result, bail, ensure};

use super::definition::LayerDef;
use crate::spatial::{
    column::ColumnKind,
    feature::{Shape, ValueRef},
    mercator::Point,
};

/// Days from 1970-01-01 to 2000-01-01, where `PostgreSQL` starts to count.
const EPOCH_DAYS: i64 = 10_957;
const EPOCH_SECONDS: i64 = EPOCH_DAYS * 86_400;
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";

/// The statement that sends a layer's rows; `only` is a list of ids.
pub(super) fn statement(def: &LayerDef, only: Option<&[i64]>) -> String {
    let mut sql = "copy (select id, region, geom".to_owned();
    for property in def.properties {
        let cast = match property.kind {
            ColumnKind::Int => "bigint",
            ColumnKind::Real => "real",
            ColumnKind::Text => "text",
            ColumnKind::Bool => "boolean",
            ColumnKind::Date => "date",
            ColumnKind::Time => "timestamptz",
        };
        sql += &format!(", \"{}\"::{cast}", property.name);
    }
    sql += &format!(" from layer.\"{}\"", def.name);
    if let Some(ids) = only {
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        sql += &format!(" where id = any ('{{{}}}')", ids.join(","));
    }
    sql + ") to stdout (format binary)"
}

/// One row.
pub(super) struct Row<'a> {
    pub(super) id: i64,
    pub(super) region: i64,
    pub(super) shape: Shape,
    pub(super) values: &'a [ValueRef<'a>],
}

/// Cuts what arrives into rows.
pub(super) struct Rows {
    kinds: Vec<ColumnKind>,
    carry: Vec<u8>,
    begun: bool,
    ended: bool,
}

impl Rows {
    pub(super) fn new(def: &LayerDef) -> Self {
        let kinds = def.properties.iter().map(|property| property.kind).collect();
        Self { kinds, carry: Vec::new(), begun: false, ended: false }
    }

    /// Takes a piece of the stream and calls back for each row that is whole.
    pub(super) fn feed(&mut self, piece: &[u8], mut row: impl FnMut(Row<'_>) -> Result<()>) -> Result<()> {
        let carried;
        let mut rest = if self.carry.is_empty() {
            piece
        } else {
            self.carry.extend_from_slice(piece);
            carried = std::mem::take(&mut self.carry);
            &carried
        };
        if !self.begun {
            if rest.len() < 19 {
                self.carry = rest.to_vec();
                return Ok(());
            }
            ensure!(rest.starts_with(SIGNATURE), "this is not a binary copy");
            let extension = u32::from_be_bytes(rest[15..19].try_into()?) as usize;
            rest = rest.get(19 + extension..).context("the copy's header is cut")?;
            self.begun = true;
        }
        let mut values: Vec<ValueRef<'_>> = Vec::with_capacity(self.kinds.len());
        while !self.ended {
            let mut cursor = Cursor { rest };
            match self.row(&mut cursor, &mut values)? {
                CutRow::Row(id, region, shape) => row(Row { id, region, shape, values: &values })?,
                CutRow::End => self.ended = true,
                CutRow::Part => {
                    self.carry = rest.to_vec();
                    return Ok(());
                }
            }
            rest = cursor.rest;
        }
        Ok(())
    }

    fn row<'a>(&self, cursor: &mut Cursor<'a>, values: &mut Vec<ValueRef<'a>>) -> Result<CutRow> {
        let Some(count) = cursor.take(2) else { return Ok(CutRow::Part) };
        let count = i16::from_be_bytes(count.try_into()?);
        if count == -1 {
            return Ok(CutRow::End);
        }
        ensure!(usize::try_from(count)? == self.kinds.len() + 3, "a row has {count} fields");
        let (Some(id), Some(region), Some(geom)) = (cursor.field()?, cursor.field()?, cursor.field()?) else {
            return Ok(CutRow::Part);
        };
        values.clear();
        for kind in &self.kinds {
            let Some(field) = cursor.field()? else { return Ok(CutRow::Part) };
            values.push(match field {
                None => ValueRef::Null,
                Some(bytes) => value(*kind, bytes)?,
            });
        }
        let id = int(id.context("a row without an id")?)?;
        let region = int(region.context("a row without a region")?)?;
        let shape =
            shape(geom.context("a row without a geometry")?).with_context(|| format!("the geometry of {id}"))?;
        Ok(CutRow::Row(id, region, shape))
    }
}

enum CutRow {
    Row(i64, i64, Shape),
    End,
    Part,
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A field: nothing yet, null, or its bytes.
    #[expect(clippy::option_option, reason = "not arrived and null are two things")]
    fn field(&mut self) -> Result<Option<Option<&'a [u8]>>> {
        let Some(length) = self.take(4) else { return Ok(None) };
        let length = i32::from_be_bytes(length.try_into()?);
        if length < 0 {
            return Ok(Some(None));
        }
        Ok(self.take(usize::try_from(length)?).map(Some))
    }
}

fn int(bytes: &[u8]) -> Result<i64> {
    Ok(match bytes.len() {
        8 => i64::from_be_bytes(bytes.try_into()?),
        4 => i32::from_be_bytes(bytes.try_into()?).into(),
        2 => i16::from_be_bytes(bytes.try_into()?).into(),
        length => bail!("a whole number of {length} bytes"),
    })
}

fn value(kind: ColumnKind, bytes: &[u8]) -> Result<ValueRef<'_>> {
    Ok(match kind {
        ColumnKind::Int => ValueRef::Int(int(bytes)?),
        ColumnKind::Real => ValueRef::Real(f32::from_be_bytes(bytes.try_into()?)),
        ColumnKind::Text => ValueRef::Text(std::str::from_utf8(bytes)?),
        ColumnKind::Bool => ValueRef::Bool(bytes.first() == Some(&1)),
        ColumnKind::Date => ValueRef::Int(int(bytes)? + EPOCH_DAYS),
        ColumnKind::Time => ValueRef::Int(int(bytes)?.div_euclid(1_000_000) + EPOCH_SECONDS),
    })
}

/// Reads the extended well-known binary of `PostGIS`: points, lines, polygons and their multiples.
fn shape(bytes: &[u8]) -> Result<Shape> {
    let mut wkb = Wkb { rest: bytes };
    let kind = wkb.header()?;
    Ok(match kind {
        1 => Shape::Point(wkb.point()?),
        2 => Shape::Lines(vec![wkb.points()?]),
        3 => Shape::polygons(vec![wkb.rings()?]),
        5 => {
            let count = wkb.count(9)?;
            let mut lines = Vec::with_capacity(count);
            for _ in 0..count {
                ensure!(wkb.header()? == 2, "a part is not a line");
                lines.push(wkb.points()?);
            }
            Shape::Lines(lines)
        }
        6 => {
            let count = wkb.count(9)?;
            let mut polygons = Vec::with_capacity(count);
            for _ in 0..count {
                ensure!(wkb.header()? == 3, "a part is not a polygon");
                polygons.push(wkb.rings()?);
            }
            Shape::polygons(polygons)
        }
        other => bail!("a layer can't hold geometries of type {other}"),
    })
}

struct Wkb<'a> {
    rest: &'a [u8],
}

impl Wkb<'_> {
    const SRID: u32 = 0x2000_0000;

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk().context("the geometry is cut")?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn header(&mut self) -> Result<u32> {
        ensure!(self.bytes::<1>()? == [1], "the geometry is big-endian");
        let kind = u32::from_le_bytes(self.bytes()?);
        if kind & Self::SRID != 0 {
            self.bytes::<4>()?;
        }
        Ok(kind & !Self::SRID)
    }

    fn count(&mut self, least: usize) -> Result<usize> {
        let count = u32::from_le_bytes(self.bytes()?) as usize;
        ensure!(count <= self.rest.len() / least, "the geometry is cut");
        Ok(count)
    }

    fn point(&mut self) -> Result<Point> {
        let (lon, lat) = (f64::from_le_bytes(self.bytes()?), f64::from_le_bytes(self.bytes()?));
        Ok(Point::from_lonlat(lon, lat))
    }

    fn points(&mut self) -> Result<Vec<Point>> {
        let count = self.count(16)?;
        (0..count).map(|_| self.point()).collect()
    }

    fn rings(&mut self) -> Result<Vec<Vec<Point>>> {
        let count = self.count(4)?;
        (0..count).map(|_| self.points()).collect()
    }
}

//! `.shp` files: shapes record by record. Rings make polygons by which lies within which, whatever their order and
//! direction, as GDAL puts them together.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use geo::{
    Area, BoundingRect, Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect,
    coordinate_position::{CoordPos, coord_pos_relative_to_ring},
};

use super::{MAX_RECORD, too_long, unreadable};
use crate::{
    kernel::text::{Text, text},
    map::transfer::shape,
};

const HEADER: u64 = 100;

/// A shape of the file; none where the record has none.
pub(super) type Given = Option<Result<Geometry<f64>, Text>>;

pub(super) struct Shapes {
    input: BufReader<File>,
    /// How many records there are.
    pub(super) count: usize,
    content: Vec<u8>,
}

impl Shapes {
    pub(super) fn open(mut file: File) -> Result<Self, Text> {
        let count = survey(&mut file)?;
        file.seek(SeekFrom::Start(HEADER)).map_err(|error| unreadable(&error))?;
        Ok(Self { input: BufReader::with_capacity(1 << 17, file), count, content: Vec::new() })
    }

    /// Reads the next record's shape.
    pub(super) fn next(&mut self) -> io::Result<Given> {
        let mut head = [0; 8];
        self.input.read_exact(&mut head)?;
        let size = u32::from_be_bytes([head[4], head[5], head[6], head[7]]) as usize * 2;
        self.content.resize(size, 0);
        self.input.read_exact(&mut self.content)?;
        Ok(parse(&self.content).transpose())
    }
}

/// Goes from record to record, so that none is longer than may be or than the file. Counts them.
fn survey(shp: &mut File) -> Result<usize, Text> {
    let length = shp.metadata().map_err(|error| unreadable(&error))?.len();
    let cut = |count: usize| {
        text(
            format!("文件不完整：.shp 在第 {count} 条记录处中断。"),
            format!("The file is cut: the .shp ends in record {count}."),
        )
    };
    let mut input = BufReader::new(shp);
    let mut header = [0; 28];
    if length < HEADER || input.read_exact(&mut header).is_err() || header[..4] != 9994_u32.to_be_bytes() {
        return Err(text(".shp 文件头有误。", "The .shp header is wrong."));
    }
    let said = u64::from(u32::from_be_bytes([header[24], header[25], header[26], header[27]])) * 2;
    if said > length {
        return Err(cut(0));
    }
    input.seek(SeekFrom::Start(HEADER)).map_err(|error| unreadable(&error))?;
    let (mut at, mut count) = (HEADER, 0);
    while at + 12 <= said {
        count += 1;
        let mut head = [0; 12];
        input.read_exact(&mut head).map_err(|error| unreadable(&error))?;
        let size = u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]])) * 2;
        if size > MAX_RECORD as u64 {
            return Err(too_long(count as u64));
        }
        at += 8 + size;
        if size < 4 || at > length {
            return Err(cut(count));
        }
        // Lines and polygons count their parts and points: what they say has to fit into the record.
        let kind = head[8] % 10;
        if matches!(kind, 3 | 5 | 8) && size >= 44 {
            let mut body = [0; 40];
            input.read_exact(&mut body).map_err(|error| unreadable(&error))?;
            let number =
                |at: usize| u64::from(u32::from_le_bytes([body[at], body[at + 1], body[at + 2], body[at + 3]]));
            let least = if kind == 8 { 40 + number(32) * 16 } else { 44 + number(32) * 4 + number(36) * 16 };
            if least > size {
                return Err(cut(count));
            }
            input.seek_relative(i64::try_from(size - 44).unwrap_or(i64::MAX)).map_err(|error| unreadable(&error))?;
        } else {
            input.seek_relative(i64::try_from(size - 4).unwrap_or(i64::MAX)).map_err(|error| unreadable(&error))?;
        }
    }
    Ok(count)
}

/// A record's content. Heights and measures stand behind the places and are passed over.
fn parse(content: &[u8]) -> Result<Option<Geometry<f64>>, Text> {
    let number = |at: usize| -> Result<usize, Text> {
        let bytes = content.get(at..at + 4).ok_or_else(cut)?;
        Ok(u32::from_le_bytes(bytes.try_into().unwrap_or_default()) as usize)
    };
    let places = |at: usize, count: usize| -> Result<Vec<Coord<f64>>, Text> {
        let bytes = content.get(at..).and_then(|rest| rest.get(..count.checked_mul(16)?)).ok_or_else(cut)?;
        let real = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().unwrap_or_default());
        Ok(bytes.chunks_exact(16).map(|place| Coord { x: real(&place[..8]), y: real(&place[8..]) }).collect())
    };
    Ok(Some(match number(0)? {
        0 => return Ok(None),
        1 | 11 | 21 => Geometry::Point(Point(places(4, 1)?[0])),
        8 | 18 | 28 => {
            let count = number(36)?;
            shape::few_vertices(count)?;
            Geometry::MultiPoint(MultiPoint(places(40, count)?.into_iter().map(Point).collect()))
        }
        kind @ (3 | 13 | 23 | 5 | 15 | 25) => {
            let (parts, count) = (number(36)?, number(40)?);
            shape::few_vertices(count)?;
            if parts > count {
                return Err(cut());
            }
            let mut starts = (0..parts).map(|part| number(44 + part * 4)).collect::<Result<Vec<_>, _>>()?;
            let places = places(44 + parts * 4, count)?;
            starts.push(count);
            if starts.windows(2).any(|pair| pair[0] > pair[1]) || starts.first().is_some_and(|first| *first > count) {
                return Err(cut());
            }
            let lines = starts.windows(2).map(|pair| LineString(places[pair[0]..pair[1]].to_vec()));
            let lines: Vec<LineString<f64>> = lines.filter(|line| !line.0.is_empty()).collect();
            if kind % 10 == 3 { Geometry::MultiLineString(MultiLineString(lines)) } else { polygons(lines) }
        }
        kind => {
            return Err(text(format!("不支持的几何类型 {kind}"), format!("shapes of type {kind} are not taken")));
        }
    }))
}

fn cut() -> Text {
    text("几何记录不完整", "the shape's record is cut")
}

/// Polygons from rings: a ring within an even number of others bounds ground, one within an odd number a hole of it.
fn polygons(mut rings: Vec<LineString<f64>>) -> Geometry<f64> {
    rings.iter_mut().for_each(LineString::close);
    let areas: Vec<f64> = rings.iter().map(|ring| Polygon::new(ring.clone(), Vec::new()).unsigned_area()).collect();
    let boxes: Vec<Option<Rect<f64>>> = rings.iter().map(LineString::bounding_rect).collect();
    // The larger first: who contains a ring comes before it, and the last of those is the next around it.
    let mut order: Vec<usize> = (0..rings.len()).collect();
    order.sort_by(|&a, &b| areas[b].total_cmp(&areas[a]));
    // For each ring how deep it lies, and the ring around it.
    let mut depths = vec![0_usize; rings.len()];
    let mut around: Vec<Option<usize>> = vec![None; rings.len()];
    for (place, &ring) in order.iter().enumerate() {
        let parent = order[..place].iter().rev().copied().find(|&other| {
            matches!((boxes[other], boxes[ring]), (Some(outer), Some(inner)) if holds(&outer, &inner))
                && contains(&rings[other], &rings[ring])
        });
        if let Some(parent) = parent {
            depths[ring] = depths[parent] + 1;
            around[ring] = Some(parent);
        }
    }
    let mut holes: Vec<Vec<LineString<f64>>> = vec![Vec::new(); rings.len()];
    for (ring, parent) in around.iter().enumerate() {
        if let Some(parent) = parent
            && depths[ring] % 2 == 1
        {
            holes[*parent].push(rings[ring].clone());
        }
    }
    let outer = rings.into_iter().zip(holes).zip(&depths).filter(|(_, depth)| *depth % 2 == 0);
    Geometry::MultiPolygon(MultiPolygon(outer.map(|((ring, holes), _)| Polygon::new(ring, holes)).collect()))
}

fn holds(outer: &Rect<f64>, inner: &Rect<f64>) -> bool {
    let (a, b) = (outer.min(), outer.max());
    a.x <= inner.min().x && a.y <= inner.min().y && b.x >= inner.max().x && b.y >= inner.max().y
}

/// Whether a ring lies within another, as far as rings do that don't cross: the first place off the border tells.
fn contains(outer: &LineString<f64>, inner: &LineString<f64>) -> bool {
    let middle = |line: geo::Line<f64>| (line.start + line.end) / 2.0;
    let places = inner.0.iter().copied().chain(inner.lines().map(middle));
    places
        .map(|place| coord_pos_relative_to_ring(place, outer))
        .find(|position| *position != CoordPos::OnBoundary)
        .is_some_and(|position| position == CoordPos::Inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, side: f64, clockwise: bool) -> LineString<f64> {
        let mut ring = vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
        if clockwise {
            ring.reverse();
        }
        LineString::from(ring)
    }

    fn outline(rings: Vec<LineString<f64>>) -> Vec<(f64, usize)> {
        let Geometry::MultiPolygon(polygons) = polygons(rings) else { panic!() };
        polygons.iter().map(|polygon| (polygon.exterior().0[0].x, polygon.interiors().len())).collect()
    }

    #[test]
    fn rings_in_any_order_and_direction_make_the_same_polygons() {
        // Two islands, one with a hole in which an island lies.
        let rings = |flip: u32| -> Vec<LineString<f64>> {
            [(0.0, 0.0, 9.0), (1.0, 1.0, 5.0), (2.0, 2.0, 1.0), (20.0, 0.0, 3.0)]
                .into_iter()
                .enumerate()
                .map(|(index, (x, y, side))| square(x, y, side, flip & (1 << index) != 0))
                .collect()
        };
        for flip in 0..16 {
            for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
                let given = rings(flip);
                let mut found = outline(order.iter().map(|&index| given[index].clone()).collect());
                found.sort_by(|a, b| a.0.total_cmp(&b.0));
                let holes: Vec<usize> = found.iter().map(|(_, holes)| *holes).collect();
                assert_eq!(holes, [1, 0, 0], "{flip} {order:?}");
            }
        }
    }

    #[test]
    fn rings_that_touch_or_are_the_same_are_not_within_one_another() {
        assert_eq!(outline(vec![square(0.0, 0.0, 2.0, false), square(2.0, 0.0, 2.0, false)]).len(), 2);
        assert_eq!(outline(vec![square(0.0, 0.0, 2.0, false), square(0.0, 0.0, 2.0, true)]).len(), 2);
        // A hole may touch the border at a corner.
        let tip = LineString::from(vec![(0.0, 0.0), (2.0, 1.0), (1.0, 2.0), (0.0, 0.0)]);
        assert_eq!(outline(vec![tip, square(0.0, 0.0, 9.0, false)]), [(0.0, 1)]);
    }
}

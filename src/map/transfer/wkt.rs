//! Shapes as texts in a column: well-known text, with or without `SRID=…;`, heights and measures, and the hexadecimal
//! form that PostGIS shows.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::shape::few_vertices;
use crate::kernel::text::{Text, text};

/// A shape, and the number of its coordinate system where the text names one.
pub(super) type Placed = (Geometry<f64>, Option<u32>);

/// Reads a shape.
///
/// # Errors
/// When it is none.
pub(super) fn read(value: &str) -> Result<Placed, Text> {
    let value = value.trim();
    let hex = value.strip_prefix("\\x").unwrap_or(value);
    if hex.len() >= 10 && hex.len().is_multiple_of(2) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return binary(hex);
    }
    let (srid, wkt) = match value.split_once(';') {
        Some((srid, wkt)) => {
            let number =
                srid.trim().to_ascii_uppercase().strip_prefix("SRID=").and_then(|srid| srid.trim().parse().ok());
            (Some(number.ok_or_else(no_shape)?), wkt)
        }
        None => (None, value),
    };
    few_vertices(wkt.bytes().filter(|byte| *byte == b',').count())?;
    let mut words = WktWords { rest: wkt };
    let shape = words.shape(0).filter(|_| words.rest.trim().is_empty()).ok_or_else(no_shape)?;
    Ok((shape, known(srid)))
}

fn no_shape() -> Text {
    text("不是 WKT 几何", "it is no well-known text")
}

/// Nought is how PostGIS says that nobody knows.
fn known(srid: Option<u32>) -> Option<u32> {
    srid.filter(|srid| *srid != 0)
}

/// Collections hold shapes; deeper nesting is nobody's.
const DEEPEST: u32 = 1;

struct WktWords<'a> {
    rest: &'a str,
}

impl WktWords<'_> {
    fn skip(&mut self, sign: char) -> bool {
        let rest = self.rest.trim_start();
        let found = rest.strip_prefix(sign);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn word(&mut self) -> String {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        self.rest = &rest[end..];
        rest[..end].to_ascii_uppercase()
    }

    /// Takes `EMPTY` if it stands here.
    fn is_empty(&mut self) -> bool {
        let rest = self.rest.trim_start();
        let empty = rest.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("EMPTY"));
        if empty {
            self.rest = &rest[5..];
        }
        empty
    }

    fn number(&mut self) -> Option<f64> {
        let rest = self.rest.trim_start();
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))).unwrap_or(rest.len());
        let number = rest[..end].parse().ok()?;
        self.rest = &rest[end..];
        Some(number)
    }

    /// Two numbers, and at most two more that are passed over.
    fn place(&mut self) -> Option<Coord<f64>> {
        let (x, y) = (self.number()?, self.number()?);
        for _ in 0..2 {
            if !self.rest.trim_start().starts_with([',', ')']) {
                self.number()?;
            }
        }
        Some(Coord { x, y })
    }

    /// What stands in brackets, with commas between; nothing for `EMPTY`.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        if self.is_empty() {
            return Some(Vec::new());
        }
        let mut items = Vec::new();
        if !self.skip('(') {
            return None;
        }
        loop {
            items.push(item(self)?);
            if self.skip(')') {
                return Some(items);
            }
            if !self.skip(',') {
                return None;
            }
        }
    }

    fn line(&mut self) -> Option<LineString<f64>> {
        self.list(Self::place).map(LineString)
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        let mut rings = self.list(Self::line)?.into_iter();
        Some(Polygon::new(rings.next().unwrap_or(LineString(Vec::new())), rings.collect()))
    }

    fn shape(&mut self, depth: u32) -> Option<Geometry<f64>> {
        let word = self.word();
        let kind = word.trim_end_matches("ZM").trim_end_matches('Z').trim_end_matches('M');
        if kind == word {
            // The dimensions may stand apart.
            let rest = self.rest.trim_start();
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            if matches!(rest[..end].to_ascii_uppercase().as_str(), "Z" | "M" | "ZM") {
                self.rest = &rest[end..];
            }
        }
        Some(match kind {
            "POINT" => match self.list(Self::place)?.as_slice() {
                [] => Geometry::MultiPoint(MultiPoint(Vec::new())),
                [place] => Geometry::Point(Point(*place)),
                _ => return None,
            },
            "LINESTRING" => Geometry::LineString(self.line()?),
            "POLYGON" => Geometry::Polygon(self.polygon()?),
            "MULTIPOINT" => {
                // Each with brackets of its own, or without.
                let point = |words: &mut Self| {
                    let bracket = words.skip('(');
                    let place = words.place()?;
                    (!bracket || words.skip(')')).then_some(Point(place))
                };
                Geometry::MultiPoint(MultiPoint(self.list(point)?))
            }
            "MULTILINESTRING" => Geometry::MultiLineString(MultiLineString(self.list(Self::line)?)),
            "MULTIPOLYGON" => Geometry::MultiPolygon(MultiPolygon(self.list(Self::polygon)?)),
            "GEOMETRYCOLLECTION" if depth < DEEPEST => {
                Geometry::GeometryCollection(GeometryCollection(self.list(|words| words.shape(depth + 1))?))
            }
            _ => return None,
        })
    }
}

fn binary(hex: &str) -> Result<Placed, Text> {
    let bytes: Option<Vec<u8>> =
        (0..hex.len() / 2).map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()).collect();
    let bytes = bytes.ok_or_else(no_shape)?;
    few_vertices(bytes.len() / 64)?;
    let mut input = Bytes { rest: &bytes, little: true, more: 0, srid: None };
    let shape = input.shape(0).filter(|_| input.rest.is_empty());
    let shape = shape.ok_or_else(|| text("不是 WKB 几何", "it is no well-known binary"))?;
    Ok((shape, known(input.srid)))
}

struct Bytes<'a> {
    rest: &'a [u8],
    little: bool,
    /// How many numbers stand behind those of a place.
    more: usize,
    srid: Option<u32>,
}

impl Bytes<'_> {
    fn take<const SIZE: usize>(&mut self) -> Option<[u8; SIZE]> {
        let (value, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*value)
    }

    fn whole(&mut self) -> Option<u32> {
        let bytes = self.take()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn real(&mut self) -> Option<f64> {
        let bytes = self.take()?;
        Some(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    fn place(&mut self) -> Option<Coord<f64>> {
        let (x, y) = (self.real()?, self.real()?);
        for _ in 0..self.more {
            self.real()?;
        }
        Some(Coord { x, y })
    }

    /// As many items as are said; what isn't there ends the reading, however many are said.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.whole()?;
        (0..count).map(|_| item(self)).collect()
    }

    fn line(&mut self) -> Option<LineString<f64>> {
        self.list(Self::place).map(LineString)
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        let mut rings = self.list(Self::line)?.into_iter();
        Some(Polygon::new(rings.next().unwrap_or(LineString(Vec::new())), rings.collect()))
    }

    /// The head of a shape: which it is.
    fn head(&mut self) -> Option<u32> {
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        let kind = self.whole()?;
        let flags = [0x8000_0000, 0x4000_0000].iter().filter(|flag| kind & **flag != 0).count();
        if kind & 0x2000_0000 != 0 {
            self.srid = Some(self.whole()?);
        }
        let kind = kind & 0x0fff_ffff;
        self.more = flags.max(match kind / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return None,
        });
        Some(kind % 1000)
    }

    fn shape(&mut self, depth: u32) -> Option<Geometry<f64>> {
        let kind = self.head()?;
        let part = |input: &mut Self, wanted: u32| (input.head()? == wanted).then_some(());
        Some(match kind {
            1 => match self.place()? {
                // Nowhere is how an empty point is written.
                place if place.x.is_nan() => Geometry::MultiPoint(MultiPoint(Vec::new())),
                place => Geometry::Point(Point(place)),
            },
            2 => Geometry::LineString(self.line()?),
            3 => Geometry::Polygon(self.polygon()?),
            4 => Geometry::MultiPoint(MultiPoint(self.list(|input| {
                part(input, 1)?;
                input.place().map(Point)
            })?)),
            5 => Geometry::MultiLineString(MultiLineString(self.list(|input| {
                part(input, 2)?;
                input.line()
            })?)),
            6 => Geometry::MultiPolygon(MultiPolygon(self.list(|input| {
                part(input, 3)?;
                input.polygon()
            })?)),
            7 if depth < DEEPEST => {
                Geometry::GeometryCollection(GeometryCollection(self.list(|input| input.shape(depth + 1))?))
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use geozero::{CoordDimensions, ToWkb};

    use super::*;

    const POINT: Geometry<f64> = Geometry::Point(Point(Coord { x: 114.918, y: 27.785 }));

    #[test]
    fn one_place_is_read_in_every_way_that_gdal_and_postgis_write_it() {
        for (value, srid) in [
            ("POINT(114.918 27.785)", None),
            (" Point (114.918 27.785) ", None),
            ("SRID=4326;POINT(114.918 27.785)", Some(4326)),
            ("srid=0; POINT(114.918 27.785)", None),
            ("POINT Z (114.918 27.785 35)", None),
            ("POINTZ(114.918 27.785 35)", None),
            ("POINT(114.918 27.785 35)", None),
            ("POINT ZM (114.918 27.785 35 1)", None),
            ("POINT M (1.14918e2 2.7785E+1 35)", None),
            ("0101000020E610000085EB51B81EBA5C4085EB51B81EBA3B40", Some(4326)),
        ] {
            let read = read(value).unwrap();
            let Geometry::Point(Point(place)) = read.0 else { panic!("{value}") };
            assert!((place.x - 114.918).abs() < 0.1 && (place.y - 27.785).abs() < 0.1, "{value}");
            assert_eq!(read.1, srid, "{value}");
        }
        for value in ["MULTIPOINT((114.918 27.785))", "MULTIPOINT(114.918 27.785)"] {
            assert_eq!(read(value).unwrap().0, Geometry::MultiPoint(MultiPoint(vec![Point::new(114.918, 27.785)])));
        }
    }

    #[test]
    fn text_and_binary_say_the_same() {
        for wkt in [
            "LINESTRING(0 0,1 1)",
            "POLYGON((0 0,9 0,9 9,0 0),(1 1,2 1,2 2,1 1))",
            "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((20 0,29 0,29 9,20 0)))",
            "MULTILINESTRING((0 0,1 1),(2 2,3 3))",
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))",
        ] {
            let shape = read(wkt).unwrap().0;
            let bytes = shape.to_ewkb(CoordDimensions::xy(), Some(4490)).unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            assert_eq!(read(&hex).unwrap(), (shape.clone(), Some(4490)), "{wkt}");
            for end in 0..hex.len() / 2 {
                assert!(read(&hex[..end * 2]).is_err(), "{wkt} {end}");
            }
        }
    }

    #[test]
    fn what_is_no_shape_is_refused() {
        let nested = format!("{}POINT(1 2){}", "GEOMETRYCOLLECTION(".repeat(9), ")".repeat(9));
        for value in [
            "POINT(114.918,27.785)",
            "POINT(114.918)",
            "POINT(1 2 3 4 5)",
            "POINT(1 2) z",
            "POINT(1 2",
            "SRID=x;POINT(1 2)",
            "CIRCULARSTRING(0 0,1 1,2 0)",
            "{\"type\":\"Point\"}",
            "0101000000FFFF",
            "01060000000FFFFFFF",
            "",
            &nested,
        ] {
            assert!(read(value).is_err(), "{value}");
        }
        assert_eq!(read("POINT EMPTY").unwrap().0, Geometry::MultiPoint(MultiPoint(Vec::new())));
        assert_eq!(read("POINT(114.918 27.785)").unwrap().0, POINT);
    }
}

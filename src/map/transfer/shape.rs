//! Shapes as they come, brought to WGS 84 and checked: bounded, and refused rather than repaired.

use geo::{Area, Coord, CoordsIter, Geometry, LineString, MapCoordsInPlace, MultiPolygon, Polygon};

use crate::{
    kernel::text::{Text, text},
    layers,
    spatial::{
        check::{self, FaultKind},
        crs::Crs,
        feature::Shape,
        mercator::Point,
    },
};

/// The vertices that a shape may have.
pub(super) const MAX_VERTICES: usize = 20_000;

/// Refuses a shape of more vertices than it may have, before it is put together.
///
/// # Errors
/// When there are too many.
pub(super) fn few_vertices(vertices: usize) -> Result<(), Text> {
    if vertices <= MAX_VERTICES {
        return Ok(());
    }
    Err(text(
        format!("有 {vertices} 个顶点，最多 {MAX_VERTICES} 个"),
        format!("it has {vertices} vertices, at most {MAX_VERTICES} are taken"),
    ))
}

/// Brings a shape to WGS 84 and to the kind that a layer holds, and checks it.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn settle(shape: Geometry<f64>, kind: layers::Geometry, crs: Crs) -> Result<Geometry<f64>, Text> {
    few_vertices(shape.coords_count())?;
    let mut shape = one(shape, kind)?;
    let place = |Coord { x, y }: Coord<f64>| {
        let place = crs.to_wgs84(x, y).filter(|(_, lat)| lat.abs() <= 85.0);
        place.map(|(x, y)| Coord { x, y }).ok_or_else(|| {
            text(format!("({x}, {y}) 不是坐标系 {crs} 中的位置"), format!("({x}, {y}) is not a place in {crs}"))
        })
    };
    match &mut shape {
        Geometry::Point(point) => point.try_map_coords_in_place(place)?,
        Geometry::LineString(line) => line.try_map_coords_in_place(place)?,
        Geometry::MultiPolygon(polygons) => polygons.try_map_coords_in_place(place)?,
        _ => {}
    }
    match &shape {
        Geometry::LineString(LineString(line)) if line.windows(2).all(|pair| pair[0] == pair[1]) => {
            return Err(text("线没有长度", "the line has no length"));
        }
        Geometry::MultiPolygon(polygons) => checked(polygons)?,
        _ => {}
    }
    Ok(shape)
}

/// The one shape of the layer's kind that there is.
fn one(shape: Geometry<f64>, kind: layers::Geometry) -> Result<Geometry<f64>, Text> {
    let empty = || text("几何是空的", "the geometry is empty");
    let found = name(&shape);
    Ok(match (kind, shape) {
        (layers::Geometry::Point, Geometry::Point(point)) => Geometry::Point(point),
        (layers::Geometry::Point, Geometry::MultiPoint(points)) if points.0.len() == 1 => Geometry::Point(points.0[0]),
        (layers::Geometry::Line, Geometry::LineString(line)) if line.0.len() > 1 => Geometry::LineString(line),
        (layers::Geometry::Line, Geometry::MultiLineString(mut lines)) if lines.0.len() == 1 => {
            match lines.0.pop().filter(|line| line.0.len() > 1) {
                Some(line) => Geometry::LineString(line),
                None => return Err(empty()),
            }
        }
        (layers::Geometry::Polygon, Geometry::Polygon(polygon)) if !polygon.exterior().0.is_empty() => {
            Geometry::MultiPolygon(MultiPolygon(vec![polygon]))
        }
        (layers::Geometry::Polygon, Geometry::MultiPolygon(polygons)) if !polygons.0.is_empty() => {
            Geometry::MultiPolygon(polygons)
        }
        (_, shape) if shape.coords_count() == 0 => return Err(empty()),
        (kind, _) => {
            let (zh, en) = match kind {
                layers::Geometry::Point => ("一个点", "one point"),
                layers::Geometry::Line => ("一条线", "one line"),
                layers::Geometry::Polygon => ("多边形", "a polygon"),
            };
            return Err(text(
                format!("几何是 {found}，本图层应为{zh}"),
                format!("the geometry is a {found}, this layer takes {en}"),
            ));
        }
    })
}

fn name(shape: &Geometry<f64>) -> &'static str {
    match shape {
        Geometry::Point(_) => "Point",
        Geometry::Line(_) | Geometry::LineString(_) => "LineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    }
}

/// The rings of polygons as positions.
pub(super) fn rings(polygons: &MultiPolygon<f64>) -> Vec<Vec<Vec<[f64; 2]>>> {
    let ring = |LineString(line): &LineString<f64>| line.iter().map(|c| [c.x, c.y]).collect();
    let polygon =
        |polygon: &Polygon<f64>| std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect();
    polygons.iter().map(polygon).collect()
}

/// Square degrees below which a polygon is a line to every eye: a tenth of a square metre.
const LEAST_AREA: f64 = 1e-11;

fn checked(polygons: &MultiPolygon<f64>) -> Result<(), Text> {
    let rings = rings(polygons);
    let whole = check::check(&rings).map_err(|fault| {
        let [x, y] = fault.at;
        let (zh, en) = match fault.kind {
            FaultKind::Crossing => ("边界自相交", "the boundary crosses itself"),
            FaultKind::HoleOutside => {
                ("洞在多边形之外，或在另一个洞之中", "a hole lies outside its polygon or within another hole")
            }
            FaultKind::Overlap => ("几个部分相互重叠", "its parts overlap"),
            FaultKind::NoArea => ("边界没有围成面积", "a ring has no area"),
            FaultKind::TooComplex => ("边界过于密集，无法核对", "its borders are too crowded to be checked"),
        };
        text(format!("{zh}，位于 ({x:.7}, {y:.7})"), format!("{en} at ({x:.7}, {y:.7})"))
    });
    whole?;
    if let Some([x, y]) = check::shared_border(&rings) {
        return Err(text(
            format!("几个部分有共同的边，应合并为一个，位于 ({x:.7}, {y:.7})"),
            format!("two parts share an edge at ({x:.7}, {y:.7}); they are to be one"),
        ));
    }
    if let Some([x, y]) = check::split_ground(&rings) {
        return Err(text(
            format!("洞把多边形分成了几块，位于 ({x:.7}, {y:.7})"),
            format!("the holes cut the polygon apart at ({x:.7}, {y:.7})"),
        ));
    }
    if let Some(Coord { x, y }) = polygons
        .iter()
        .filter(|polygon| polygon.unsigned_area() < LEAST_AREA)
        .find_map(|polygon| polygon.exterior().0.first().copied())
    {
        return Err(text(
            format!("边界没有围成面积，位于 ({x:.7}, {y:.7})"),
            format!("a ring has no area at ({x:.7}, {y:.7})"),
        ));
    }
    Ok(())
}

/// The point by which a shape is placed: itself, the middle of a line, the centroid of polygons; the same by which
/// memory counts it.
pub(super) fn anchor(shape: &Geometry<f64>) -> Point {
    let point = |c: &Coord<f64>| Point::from_lonlat(c.x, c.y);
    match shape {
        Geometry::Point(at) => point(&at.0),
        Geometry::LineString(LineString(line)) => line.get(line.len() / 2).map(point).unwrap_or_default(),
        Geometry::MultiPolygon(polygons) => {
            let rings = polygons
                .iter()
                .map(|polygon| {
                    std::iter::once(polygon.exterior())
                        .chain(polygon.interiors())
                        .map(|ring| ring.0.iter().map(point).collect())
                        .collect()
                })
                .collect();
            Shape::polygons(rings).anchor()
        }
        _ => Point::default(),
    }
}

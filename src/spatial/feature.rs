//! One feature by itself: as it comes from the database, before it is packed.

use super::mercator::{Bounds, Point};

/// A property's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not known.
    Null,
    /// A whole number; days for dates and seconds for moments since 1970.
    Int(i64),
    /// A real number.
    Real(f32),
    /// A text.
    Text(Box<str>),
    /// True or false.
    Bool(bool),
}

/// A property's value, borrowed from wherever it is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ValueRef<'a> {
    /// Not known.
    Null,
    /// A whole number.
    Int(i64),
    /// A real number.
    Real(f32),
    /// A text.
    Text(&'a str),
    /// True or false.
    Bool(bool),
}

impl Value {
    /// The same value, borrowed.
    #[must_use]
    pub fn borrow(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Int(*value),
            Self::Real(value) => ValueRef::Real(*value),
            Self::Text(value) => ValueRef::Text(value),
            Self::Bool(value) => ValueRef::Bool(*value),
        }
    }
}

/// A shape in integer web-mercator.
///
/// A polygon's outer rings run clockwise on the screen (positive area with y to the south), holes the other way and
/// right behind the ring that they pierce. Rings are not closed: the first point isn't repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A point.
    Point(Point),
    /// One or more lines.
    Lines(Vec<Vec<Point>>),
    /// The rings of one or more polygons.
    Rings(Vec<Vec<Point>>),
}

impl Shape {
    /// Rings in their right direction: outer ones first of each polygon. Repeated points and rings without area go.
    ///
    /// `polygons` holds for each polygon its outer ring and its holes, closed or not.
    #[must_use]
    pub fn polygons(polygons: Vec<Vec<Vec<Point>>>) -> Self {
        let mut rings = Vec::new();
        for polygon in polygons {
            for (index, mut ring) in polygon.into_iter().enumerate() {
                ring.dedup();
                if ring.len() > 1 && ring.first() == ring.last() {
                    ring.pop();
                }
                let area = ring_area2(&ring);
                if ring.len() < 3 || area == 0 {
                    if index == 0 {
                        break;
                    }
                    continue;
                }
                if (area > 0) != (index == 0) {
                    ring.reverse();
                }
                rings.push(ring);
            }
        }
        Self::Rings(rings)
    }

    /// The box around the shape.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::Point(point) => Bounds::of(*point),
            Self::Lines(parts) | Self::Rings(parts) => {
                parts.iter().fold(Bounds::EMPTY, |bounds, part| bounds.union(Bounds::around(part)))
            }
        }
    }

    /// The one point by which the shape is counted in an area: itself, the middle of a line, the centroid of polygons.
    #[must_use]
    pub fn anchor(&self) -> Point {
        match self {
            Self::Point(point) => *point,
            Self::Lines(parts) => parts.first().and_then(|line| line.get(line.len() / 2)).copied().unwrap_or_default(),
            Self::Rings(rings) => centroid(rings),
        }
    }
}

/// One feature of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its stable id.
    pub id: i64,
    /// The service grid in which it stands; 0 when not placed yet.
    pub region: i64,
    /// Its shape.
    pub shape: Shape,
    /// Its properties, in the layer's order.
    pub values: Vec<Value>,
}

/// Twice the signed area of a ring; positive runs clockwise on the screen.
#[must_use]
pub fn ring_area2(ring: &[Point]) -> i128 {
    let Some(&last) = ring.last() else { return 0 };
    // Relative to one corner, so that products stay small.
    let origin = last;
    let mut area = 0_i128;
    let (mut px, mut py) = (0_i64, 0_i64);
    for point in ring {
        let (x, y) = (i64::from(point.x) - i64::from(origin.x), i64::from(point.y) - i64::from(origin.y));
        area += i128::from(px) * i128::from(y) - i128::from(x) * i128::from(py);
        (px, py) = (x, y);
    }
    area
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a centroid lies within the box of its ring; half a unit of rounding is meant"
)]
fn centroid(rings: &[Vec<Point>]) -> Point {
    let Some(origin) = rings.first().and_then(|ring| ring.first()).copied() else { return Point::default() };
    let (mut area, mut cx, mut cy) = (0.0, 0.0, 0.0);
    for ring in rings {
        let mut previous = ring[ring.len() - 1];
        for &point in ring {
            let (x0, y0) = (f64::from(previous.x) - f64::from(origin.x), f64::from(previous.y) - f64::from(origin.y));
            let (x1, y1) = (f64::from(point.x) - f64::from(origin.x), f64::from(point.y) - f64::from(origin.y));
            let cross = x0 * y1 - x1 * y0;
            area += cross;
            cx += (x0 + x1) * cross;
            cy += (y0 + y1) * cross;
            previous = point;
        }
    }
    if area == 0.0 {
        return origin;
    }
    Point {
        x: (f64::from(origin.x) + cx / (3.0 * area)).round() as u32,
        y: (f64::from(origin.y) + cy / (3.0 * area)).round() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(u32, u32)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn rings_turn_the_right_way_and_lose_their_closing_point() {
        let outer = ring(&[(0, 0), (0, 10), (10, 10), (10, 0), (0, 0)]);
        let hole = ring(&[(2, 2), (4, 2), (4, 4), (2, 4), (2, 2)]);
        let Shape::Rings(rings) = Shape::polygons(vec![vec![outer, hole]]) else { panic!() };
        assert_eq!(rings.iter().map(|r| ring_area2(r)).collect::<Vec<_>>(), [200, -8]);
    }

    #[test]
    fn a_polygon_without_area_takes_its_holes_along() {
        let flat = ring(&[(0, 0), (10, 0), (20, 0), (0, 0)]);
        assert_eq!(Shape::polygons(vec![vec![flat, ring(&[(2, 2), (4, 2), (4, 4)])]]), Shape::Rings(vec![]));
    }

    #[test]
    fn the_anchor_of_a_square_is_its_middle() {
        let square = Shape::polygons(vec![vec![ring(&[(0, 0), (10, 0), (10, 10), (0, 10)])]]);
        assert_eq!(square.anchor(), Point { x: 5, y: 5 });
    }
}

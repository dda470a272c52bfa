//! Integer web-mercator: longitude and latitude as two `u32`, 2^32 units around the world.
//!
//! A unit is 9.3 mm at the equator and 8.3 mm in Xinyu; going there and back moves a point by at most 4.2e-8 degrees.

use std::f64::consts::PI;

/// The mean radius by which EPSG:3857 draws the earth, in metres.
pub const EARTH_RADIUS_M: f64 = 6_378_137.0;
/// The northernmost latitude of the square web-mercator world.
pub const MAX_LATITUDE: f64 = 85.051_128_779_806_6;
const WORLD: f64 = 4_294_967_296.0;

/// A place in integer web-mercator: x grows east, y grows south, as tiles do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Point {
    /// Units east of longitude -180.
    pub x: u32,
    /// Units south of latitude 85.05.
    pub y: u32,
}

impl Point {
    /// From WGS 84 degrees. Places beyond the square world are moved to its edge.
    #[must_use]
    pub fn from_lonlat(lon: f64, lat: f64) -> Self {
        Self { x: to_unit((lon + 180.0) / 360.0), y: to_unit(mercator_y(lat)) }
    }

    /// To WGS 84 degrees: longitude, latitude.
    #[must_use]
    pub fn to_lonlat(self) -> (f64, f64) {
        let lon = (f64::from(self.x) + 0.5) / WORLD * 360.0 - 180.0;
        let y = PI * (1.0 - 2.0 * (f64::from(self.y) + 0.5) / WORLD);
        (lon, y.sinh().atan().to_degrees())
    }

    /// Metres on the ground for one unit at this place.
    #[must_use]
    pub fn metres_per_unit(self) -> f64 {
        let (_, lat) = self.to_lonlat();
        2.0 * PI * EARTH_RADIUS_M / WORLD * lat.to_radians().cos()
    }
}

/// The share of the square world's height north of a latitude: 0 at the top, 1 at the bottom.
fn mercator_y(lat: f64) -> f64 {
    let lat = lat.clamp(-MAX_LATITUDE, MAX_LATITUDE).to_radians();
    (1.0 - lat.tan().asinh() / PI) / 2.0
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, which is what is meant")]
fn to_unit(share: f64) -> u32 {
    (share * WORLD).floor() as u32
}

/// A box with closed sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// West side.
    pub min_x: u32,
    /// North side.
    pub min_y: u32,
    /// East side.
    pub max_x: u32,
    /// South side.
    pub max_y: u32,
}

impl Bounds {
    /// Holds nothing; the start of a union.
    pub const EMPTY: Self = Self { min_x: u32::MAX, min_y: u32::MAX, max_x: 0, max_y: 0 };
    /// Holds everything.
    pub const WORLD: Self = Self { min_x: 0, min_y: 0, max_x: u32::MAX, max_y: u32::MAX };

    /// The box of one point.
    #[must_use]
    pub const fn of(point: Point) -> Self {
        Self { min_x: point.x, min_y: point.y, max_x: point.x, max_y: point.y }
    }

    /// The box around points; empty without any.
    #[must_use]
    pub fn around(points: &[Point]) -> Self {
        points.iter().fold(Self::EMPTY, |bounds, point| bounds.union(Self::of(*point)))
    }

    /// A box from WGS 84 degrees: west, south, east, north.
    #[must_use]
    pub fn from_degrees([west, south, east, north]: [f64; 4]) -> Self {
        let (low, high) = (Point::from_lonlat(west, north), Point::from_lonlat(east, south));
        Self { min_x: low.x, min_y: low.y, max_x: high.x, max_y: high.y }
    }

    /// The box in WGS 84 degrees: west, south, east, north.
    #[must_use]
    pub fn to_degrees(self) -> [f64; 4] {
        let (west, north) = Point { x: self.min_x, y: self.min_y }.to_lonlat();
        let (east, south) = Point { x: self.max_x, y: self.max_y }.to_lonlat();
        [west, south, east, north]
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min_x: self.min_x.min(other.min_x),
            min_y: self.min_y.min(other.min_y),
            max_x: self.max_x.max(other.max_x),
            max_y: self.max_y.max(other.max_y),
        }
    }

    /// Whether the boxes share a point.
    #[must_use]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "which fails can't be foreseen: a wrong guess costs more than all"
    )]
    pub const fn meets(&self, other: &Self) -> bool {
        (self.min_x <= other.max_x)
            & (other.min_x <= self.max_x)
            & (self.min_y <= other.max_y)
            & (other.min_y <= self.max_y)
    }

    /// Whether the other box lies within this one.
    #[must_use]
    pub const fn holds(&self, other: &Self) -> bool {
        self.min_x <= other.min_x && self.min_y <= other.min_y && self.max_x >= other.max_x && self.max_y >= other.max_y
    }

    /// Whether the point lies within.
    #[must_use]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "which fails can't be foreseen: a wrong guess costs more than all"
    )]
    pub const fn contains(&self, point: Point) -> bool {
        (self.min_x <= point.x) & (point.x <= self.max_x) & (self.min_y <= point.y) & (point.y <= self.max_y)
    }

    /// The middle.
    #[must_use]
    pub const fn centre(&self) -> Point {
        Point { x: self.min_x.midpoint(self.max_x), y: self.min_y.midpoint(self.max_y) }
    }
}

/// Metres between two places given in degrees, on the sphere (within 0.5 % of the ellipsoid).
#[must_use]
pub fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat1, lat2) = (a.1.to_radians(), b.1.to_radians());
    let (dlat, dlon) = (lat2 - lat1, (b.0 - a.0).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat1.cos() * lat2.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn there_and_back_stays_within_a_ten_millionth_of_a_degree(lon in -180.0..180.0_f64, lat in -85.0..85.0_f64) {
            let (lon2, lat2) = Point::from_lonlat(lon, lat).to_lonlat();
            prop_assert!((lon - lon2).abs() < 5e-8 && (lat - lat2).abs() < 5e-8);
        }
    }

    #[test]
    fn the_world_is_a_square() {
        assert_eq!(Point::from_lonlat(-180.0, 86.0), Point { x: 0, y: 0 });
        assert_eq!(Point::from_lonlat(0.0, 0.0), Point { x: 1 << 31, y: 1 << 31 });
    }
}

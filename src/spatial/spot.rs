//! Places as whole numbers of degrees, for what must be exact.

/// A place on the 1e-7 degree lattice (about a centimetre).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Spot {
    /// Longitude in 1e-7 degrees.
    pub x: i32,
    /// Latitude in 1e-7 degrees.
    pub y: i32,
}

impl Spot {
    /// The nearest spot to a longitude and latitude.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "180 degrees are 1.8e9 units, which an i32 holds")]
    pub fn at(lon: f64, lat: f64) -> Self {
        Self { x: (lon * 1e7).round() as i32, y: (lat * 1e7).round() as i32 }
    }

    /// Longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        f64::from(self.x) / 1e7
    }

    /// Latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        f64::from(self.y) / 1e7
    }
}

//! Coordinate systems of China's maps, to WGS 84 and back.
//!
//! CGCS2000 (EPSG:4490) differs from WGS 84 by centimetres and is taken for the same, as GDAL does. GCJ-02 and BD-09 are
//! the public maps' shifted systems; their inverses are found by iteration, to below a millimetre.

use std::{f64::consts::PI, fmt, str::FromStr};

/// A coordinate system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crs {
    /// EPSG:4326, longitude and latitude.
    Wgs84,
    /// EPSG:4490, longitude and latitude.
    Cgcs2000,
    /// EPSG:3857, metres.
    WebMercator,
    /// CGCS2000 Gauss-Kruger, 3-degree zones: central meridian, and the zone number before the easting or 0.
    GaussKruger {
        /// Degrees east.
        meridian: u8,
        /// 25 to 45 where the easting carries it (EPSG:4513 to 4533), or 0 (EPSG:4534 to 4554).
        zone: u8,
    },
    /// 火星坐标系, of public maps in China.
    Gcj02,
    /// 百度坐标系.
    Bd09,
}

/// A coordinate system that isn't known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the coordinate system {0:?} is not known; there are EPSG:4326, 4490, 3857, 4513 to 4554, GCJ-02 and BD-09")]
pub struct UnknownCrs(pub String);

impl FromStr for Crs {
    type Err = UnknownCrs;

    fn from_str(text: &str) -> Result<Self, UnknownCrs> {
        let name = text.trim().to_ascii_uppercase().replace(['_', ' '], "-");
        match name.as_str() {
            "GCJ-02" | "GCJ02" => return Ok(Self::Gcj02),
            "BD-09" | "BD09" | "BD09LL" => return Ok(Self::Bd09),
            "WGS84" | "WGS-84" | "CRS84" => return Ok(Self::Wgs84),
            "CGCS2000" => return Ok(Self::Cgcs2000),
            _ => {}
        }
        let code = name.strip_prefix("EPSG:").unwrap_or(&name).parse::<u16>();
        Ok(match code {
            Ok(4326) => Self::Wgs84,
            Ok(4490) => Self::Cgcs2000,
            Ok(3857) => Self::WebMercator,
            Ok(code @ 4513..=4533) => {
                let zone = u8::try_from(code - 4513 + 25).unwrap_or(25);
                Self::GaussKruger { meridian: zone * 3, zone }
            }
            Ok(code @ 4534..=4554) => {
                Self::GaussKruger { meridian: u8::try_from((code - 4534 + 25) * 3).unwrap_or(75), zone: 0 }
            }
            _ => return Err(UnknownCrs(text.to_owned())),
        })
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wgs84 => f.write_str("EPSG:4326"),
            Self::Cgcs2000 => f.write_str("EPSG:4490"),
            Self::WebMercator => f.write_str("EPSG:3857"),
            Self::GaussKruger { meridian, zone: 0 } => write!(f, "EPSG:{}", 4534 + u16::from(meridian / 3) - 25),
            Self::GaussKruger { zone, .. } => write!(f, "EPSG:{}", 4513 + u16::from(*zone) - 25),
            Self::Gcj02 => f.write_str("GCJ-02"),
            Self::Bd09 => f.write_str("BD-09"),
        }
    }
}

impl Crs {
    /// A place of this system as WGS 84 longitude and latitude; none if it can't be one of it.
    #[must_use]
    pub fn to_wgs84(self, x: f64, y: f64) -> Option<(f64, f64)> {
        if !x.is_finite() || !y.is_finite() {
            return None;
        }
        let (lon, lat) = match self {
            Self::Wgs84 | Self::Cgcs2000 => (x, y),
            Self::WebMercator => (x / RADIUS * 180.0 / PI, (2.0 * (y / RADIUS).exp().atan() - PI / 2.0).to_degrees()),
            Self::GaussKruger { meridian, zone } => {
                let east = x - 500_000.0 - f64::from(zone) * 1e6;
                // Three degrees off the meridian are 330 km; further out it is another zone's or no easting at all.
                if east.abs() > 400_000.0 || !(0.0..=7_000_000.0).contains(&y) {
                    return None;
                }
                kruger_inverse(east, y, f64::from(meridian))
            }
            Self::Gcj02 => invert(x, y, gcj02),
            Self::Bd09 => {
                let (x, y) = bd09_to_gcj02(x, y);
                invert(x, y, gcj02)
            }
        };
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)).then_some((lon, lat))
    }

    /// A WGS 84 place in this system.
    #[must_use]
    pub fn from_wgs84(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::Wgs84 | Self::Cgcs2000 => (lon, lat),
            Self::WebMercator => (lon.to_radians() * RADIUS, lat.to_radians().tan().asinh() * RADIUS),
            Self::GaussKruger { meridian, zone } => {
                let (east, north) = kruger(lon, lat, f64::from(meridian));
                (east + 500_000.0 + f64::from(zone) * 1e6, north)
            }
            Self::Gcj02 => gcj02(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = gcj02(lon, lat);
                gcj02_to_bd09(lon, lat)
            }
        }
    }
}

const RADIUS: f64 = 6_378_137.0;
/// The ellipsoid of CGCS2000.
const FLATTENING: f64 = 1.0 / 298.257_222_101;

/// Krüger's series to the fourth power of the third flattening (Karney 2011): micrometres within a zone.
struct Series {
    radius: f64,
    forward: [f64; 4],
    back: [f64; 4],
}

fn series() -> Series {
    let n = FLATTENING / (2.0 - FLATTENING);
    let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
    Series {
        radius: RADIUS / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0),
        forward: [
            n / 2.0 - 2.0 * n2 / 3.0 + 5.0 * n3 / 16.0 + 41.0 * n4 / 180.0,
            13.0 * n2 / 48.0 - 3.0 * n3 / 5.0 + 557.0 * n4 / 1440.0,
            61.0 * n3 / 240.0 - 103.0 * n4 / 140.0,
            49_561.0 * n4 / 161_280.0,
        ],
        back: [
            n / 2.0 - 2.0 * n2 / 3.0 + 37.0 * n3 / 96.0 - n4 / 360.0,
            n2 / 48.0 + n3 / 15.0 - 437.0 * n4 / 1440.0,
            17.0 * n3 / 480.0 - 37.0 * n4 / 840.0,
            4_397.0 * n4 / 161_280.0,
        ],
    }
}

fn eccentricity() -> f64 {
    (FLATTENING * (2.0 - FLATTENING)).sqrt()
}

/// Metres east of the meridian and north of the equator.
fn kruger(lon: f64, lat: f64, meridian: f64) -> (f64, f64) {
    let (series, e) = (series(), eccentricity());
    let (lambda, sin) = ((lon - meridian).to_radians(), lat.to_radians().sin());
    // The tangent of the conformal latitude.
    let tan = (sin.atanh() - e * (e * sin).atanh()).sinh();
    let xi = tan.atan2(lambda.cos());
    let eta = (lambda.sin() / tan.hypot(lambda.cos())).asinh();
    let (mut north, mut east) = (xi, eta);
    for (index, coefficient) in (1_u8..).zip(series.forward) {
        let twice = 2.0 * f64::from(index);
        north += coefficient * (twice * xi).sin() * (twice * eta).cosh();
        east += coefficient * (twice * xi).cos() * (twice * eta).sinh();
    }
    (series.radius * east, series.radius * north)
}

fn kruger_inverse(east: f64, north: f64, meridian: f64) -> (f64, f64) {
    let (series, e) = (series(), eccentricity());
    let (xi, eta) = (north / series.radius, east / series.radius);
    let (mut xi0, mut eta0) = (xi, eta);
    for (index, coefficient) in (1_u8..).zip(series.back) {
        let twice = 2.0 * f64::from(index);
        xi0 -= coefficient * (twice * xi).sin() * (twice * eta).cosh();
        eta0 -= coefficient * (twice * xi).cos() * (twice * eta).sinh();
    }
    let conformal = (xi0.sin() / eta0.cosh()).asin();
    let isometric = conformal.tan().asinh();
    // The geographic latitude of an isometric one, by iteration; each step gains more than two digits.
    let mut sin = conformal.sin();
    for _ in 0..8 {
        sin = (isometric + e * (e * sin).atanh()).tanh();
    }
    (meridian + eta0.sinh().atan2(xi0.cos()).to_degrees(), sin.asin().to_degrees())
}

/// The shift applies within this box, which the public maps take for China.
fn shifted(lon: f64, lat: f64) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

fn gcj02(lon: f64, lat: f64) -> (f64, f64) {
    /// The ellipsoid of Krassovsky 1940, by which the shift is defined.
    const AXIS: f64 = 6_378_245.0;
    const SQUARE: f64 = 0.006_693_421_622_965_943;
    if !shifted(lon, lat) {
        return (lon, lat);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let waves = |v: f64| (20.0 * (6.0 * v * PI).sin() + 20.0 * (2.0 * v * PI).sin()) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + waves(x)
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + waves(x)
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let phi = lat.to_radians();
    let magic = 1.0 - SQUARE * phi.sin().powi(2);
    (
        lon + (east * 180.0) / (AXIS / magic.sqrt() * phi.cos() * PI),
        lat + (north * 180.0) / ((AXIS * (1.0 - SQUARE)) / (magic * magic.sqrt()) * PI),
    )
}

const BD: f64 = PI * 3_000.0 / 180.0;

fn gcj02_to_bd09(lon: f64, lat: f64) -> (f64, f64) {
    let reach = lon.hypot(lat) + 0.000_02 * (lat * BD).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * BD).cos();
    (reach * angle.cos() + 0.0065, reach * angle.sin() + 0.006)
}

fn bd09_to_gcj02(lon: f64, lat: f64) -> (f64, f64) {
    invert(lon, lat, gcj02_to_bd09)
}

/// The place that a shift moves to this one.
fn invert(x: f64, y: f64, shift: impl Fn(f64, f64) -> (f64, f64)) -> (f64, f64) {
    let (mut lon, mut lat) = (x, y);
    for _ in 0..30 {
        let (to_x, to_y) = shift(lon, lat);
        let (dx, dy) = (x - to_x, y - to_y);
        (lon, lat) = (lon + dx, lat + dy);
        if dx.abs() + dy.abs() < 1e-11 {
            break;
        }
    }
    (lon, lat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn gauss_kruger_agrees_with_proj() {
        for (code, lon, lat, x, y) in PROJ {
            let crs: Crs = code.parse().unwrap();
            let (east, north) = crs.from_wgs84(lon, lat);
            assert!((east - x).abs() < 1e-4 && (north - y).abs() < 1e-4, "{code}: {east} {north}");
            let (back_lon, back_lat) = crs.to_wgs84(x, y).unwrap();
            assert!((back_lon - lon).abs() < 1e-9 && (back_lat - lat).abs() < 1e-9, "{code}: {back_lon} {back_lat}");
        }
    }

    /// What `gdaltransform -s_srs EPSG:4326 -t_srs …` says.
    const PROJ: [(&str, f64, f64, f64, f64); 3] = [
        ("EPSG:4527", 117.2, 27.81, 39_519_706.793_555_6, 3_077_402.388_939_8),
        ("EPSG:4548", 117.2, 27.81, 519_706.793_555_636, 3_077_402.388_939_8),
        ("EPSG:4547", 114.93, 27.81, 591_638.772_945_254, 3_077_733.338_040_54),
    ];

    #[test]
    fn names_are_read_and_written() {
        for name in ["EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:4527", "EPSG:4548", "GCJ-02", "BD-09"] {
            assert_eq!(name.parse::<Crs>().unwrap().to_string(), name);
        }
        assert_eq!("4527".parse(), Ok(Crs::GaussKruger { meridian: 117, zone: 39 }));
        assert!("EPSG:9999".parse::<Crs>().is_err());
    }

    #[test]
    fn what_is_no_place_of_a_system_is_none() {
        assert_eq!("EPSG:4527".parse::<Crs>().unwrap().to_wgs84(114.9, 27.8), None);
        assert_eq!(Crs::Wgs84.to_wgs84(500_000.0, 3_000_000.0), None);
        assert_eq!(Crs::Wgs84.to_wgs84(f64::NAN, 27.8), None);
    }

    proptest! {
        #[test]
        fn every_system_goes_there_and_back(lon in 112.0..116.0_f64, lat in 20.0..45.0_f64) {
            for name in ["EPSG:4490", "EPSG:3857", "EPSG:4526", "EPSG:4547", "GCJ-02", "BD-09"] {
                let crs: Crs = name.parse().unwrap();
                let (x, y) = crs.from_wgs84(lon, lat);
                let (back_lon, back_lat) = crs.to_wgs84(x, y).unwrap();
                prop_assert!((back_lon - lon).abs() < 1e-8 && (back_lat - lat).abs() < 1e-8, "{} {} {}", name, back_lon - lon, back_lat - lat);
            }
        }
    }
}

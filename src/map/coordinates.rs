//! One place in the coordinate systems that a Chinese city works with.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::places::{PlaceQuery, wgs84};
use crate::{
    kernel::{
        actor::Actor,
        error::{Problem, Result},
        http::Query,
    },
    layers::READ_MAP,
    spatial::crs::Crs,
};

/// Longitude and latitude in degrees.
#[derive(Debug, Serialize, ToSchema)]
pub struct Degrees {
    /// Degrees east.
    lon: f64,
    /// Degrees north.
    lat: f64,
}

/// A place in its 3-degree zone of CGCS2000's Gauss-Kruger projection, in metres.
#[derive(Debug, Serialize, ToSchema)]
pub struct Projected {
    /// The zone, 25 to 45.
    zone: u8,
    /// Its central meridian, degrees east.
    meridian: u8,
    /// The system whose eastings carry the zone's number.
    crs: String,
    /// The system whose eastings don't.
    crs_plain: String,
    /// Metres north of the equator: x on Chinese maps.
    northing: f64,
    /// Metres east with the zone's number before them: y on Chinese maps.
    easting: f64,
    /// Metres east, 500,000 on the meridian.
    easting_plain: f64,
}

/// A place in every system.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coordinates {
    /// WGS 84 (EPSG:4326).
    wgs84: Degrees,
    /// CGCS2000 (EPSG:4490), taken for the same as WGS 84: they differ by centimetres.
    cgcs2000: Degrees,
    /// CGCS2000 projected; none outside of the zones of China.
    gauss_kruger: Option<Projected>,
    /// 火星坐标系, of public maps in China.
    gcj02: Degrees,
    /// 百度坐标系.
    bd09: Degrees,
}

/// The 3-degree zone in which a longitude lies, where China has one.
fn zone_of(lon: f64) -> Option<u8> {
    (25..=45).find(|zone| (lon - f64::from(zone * 3)).abs() <= 1.5)
}

/// Rounded to so many parts of a unit: far below what a system is known to.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn projected(lon: f64, lat: f64, zone: u8) -> Projected {
    let meridian = zone * 3;
    let (plain, numbered) = (Crs::GaussKruger { meridian, zone: 0 }, Crs::GaussKruger { meridian, zone });
    let (easting, northing) = plain.from_wgs84(lon, lat);
    let easting_plain = rounded(easting, 1e4);
    Projected {
        zone,
        meridian,
        crs: numbered.to_string(),
        crs_plain: plain.to_string(),
        northing: rounded(northing, 1e4),
        easting: rounded(easting_plain + f64::from(zone) * 1e6, 1e4),
        easting_plain,
    }
}

/// A place of one coordinate system in all of them.
#[utoipa::path(get, path = "/api/coordinates", tag = "map", params(PlaceQuery),
    responses((status = 200, body = Coordinates), (status = 400, description = "No such system, or no place in it", body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(super) async fn coordinates(actor: Actor, Query(query): Query<PlaceQuery>) -> Result<Json<Coordinates>> {
    actor.require(READ_MAP)?;
    let (lon, lat) = wgs84(&query)?;
    let degrees = |crs: Crs| {
        let (lon, lat) = crs.from_wgs84(lon, lat);
        Degrees { lon: rounded(lon, 1e9), lat: rounded(lat, 1e9) }
    };
    Ok(Json(Coordinates {
        wgs84: degrees(Crs::Wgs84),
        cgcs2000: degrees(Crs::Cgcs2000),
        gauss_kruger: zone_of(lon).map(|zone| projected(lon, lat, zone)),
        gcj02: degrees(Crs::Gcj02),
        bd09: degrees(Crs::Bd09),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_reaches_a_degree_and_a_half_from_its_meridian() {
        for (lon, zone) in
            [(75.0, Some(25)), (114.93, Some(38)), (115.51, Some(39)), (117.2, Some(39)), (136.6, None), (0.0, None)]
        {
            assert_eq!(zone_of(lon), zone, "{lon}");
        }
    }

    #[test]
    fn eastings_stand_with_and_without_their_zone() {
        let place = projected(114.93, 27.81, 38);
        assert_eq!((place.crs.as_str(), place.crs_plain.as_str()), ("EPSG:4526", "EPSG:4547"));
        assert!((place.easting_plain - 591_638.772_9).abs() < 1e-3 && (place.northing - 3_077_733.338).abs() < 1e-3);
        assert!((place.easting - 38_591_638.772_9).abs() < 1e-3);
    }
}

//! Coordinate systems as well-known text describes them (`.prj`, `FlatGeobuf`): the few that are known here.
//!
//! A datum tells a geographic system, not whatever else the text mentions: a local system may say how it is brought to
//! WGS 84.

use crate::spatial::crs::Crs;

/// Reads a system; an unknown one gives its name.
pub(super) fn read(wkt: &str) -> Result<Crs, String> {
    known(wkt).ok_or_else(|| {
        let name = quoted(wkt, "").unwrap_or(wkt).trim();
        name.chars().take(80).collect()
    })
}

/// The first quoted text behind a word.
fn quoted<'a>(wkt: &'a str, word: &str) -> Option<&'a str> {
    let rest = &wkt[wkt.find(word)? + word.len()..];
    rest.split('"').nth(1)
}

fn known(wkt: &str) -> Option<Crs> {
    let plain = wkt.to_ascii_uppercase().replace(['\n', '\r', '\t'], "");
    // Names may hold blanks, what stands around them needn't.
    let dense = plain.replace(' ', "");
    let datum = ["ENSEMBLE[", "DATUM["].into_iter().find_map(|word| quoted(&dense, word)).unwrap_or_default();
    let datum = datum.replace(['_', '-'], "");
    let chinese = datum.contains("2000") && (datum.contains("CHINA") || datum.contains("CGCS"));
    if dense.starts_with("GEOG") {
        let world = datum.contains("WGS84") || datum.contains("WGS1984") || datum.contains("WORLDGEODETICSYSTEM1984");
        return if chinese { Some(Crs::Cgcs2000) } else { world.then_some(Crs::Wgs84) };
    }
    if !dense.starts_with("PROJ") {
        return None;
    }
    if dense.contains("MERCATOR_AUXILIARY_SPHERE")
        || dense.contains("PSEUDO-MERCATOR")
        || dense.contains("POPULARVISUALISATION")
    {
        return Some(Crs::WebMercator);
    }
    // WKT 1 and WKT 2 call the same by other names.
    let parameter = |names: [&str; 2]| -> Option<f64> {
        let rest = names.into_iter().find_map(|name| {
            let name = format!("PARAMETER[\"{name}\",");
            dense.find(&name).map(|at| &dense[at + name.len()..])
        })?;
        rest[..rest.find([']', ','])?].parse().ok()
    };
    let meridian = parameter(["CENTRAL_MERIDIAN", "LONGITUDEOFNATURALORIGIN"])?;
    let easting = parameter(["FALSE_EASTING", "FALSEEASTING"])?;
    let is_kruger = ["GAUSS_KRUGER", "GAUSS-KRUGER", "TRANSVERSE_MERCATOR", "TRANSVERSEMERCATOR"];
    let is_kruger = is_kruger.into_iter().any(|name| dense.contains(name));
    if !chinese || !is_kruger || meridian % 3.0 != 0.0 || !(75.0..=135.0).contains(&meridian) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 75 and 135, as was just seen")]
    let degrees = meridian as u8;
    if (easting - 500_000.0).abs() < 0.5 {
        return Some(Crs::GaussKruger { meridian: degrees, zone: 0 });
    }
    let zone = degrees / 3;
    ((easting - 500_000.0 - f64::from(zone) * 1e6).abs() < 0.5).then_some(Crs::GaussKruger { meridian: degrees, zone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datum_tells_a_geographic_system_and_nothing_else_does() {
        for (wkt, expected) in [
            ("GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]]]", Ok(Crs::Wgs84)),
            ("GEOGCS[\"GCS_WGS_1984\", DATUM[\"D_WGS_1984\"]]", Ok(Crs::Wgs84)),
            ("GEOGCRS[\"WGS 84\",ENSEMBLE[\"World Geodetic System 1984 ensemble\"]]", Ok(Crs::Wgs84)),
            ("GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\"]]", Ok(Crs::Cgcs2000)),
            (
                "GEOGCS[\"Beijing 1954\",DATUM[\"Beijing_1954\",TOWGS84[15.8,-154.4,-82.3,0,0,0,0]]]",
                Err("Beijing 1954".to_owned()),
            ),
            ("GEOGCS[\"NZGD2000\",DATUM[\"New_Zealand_Geodetic_Datum_2000\"]]", Err("NZGD2000".to_owned())),
            (
                "BOUNDCRS[SOURCECRS[GEOGCRS[\"Local\",DATUM[\"Local\"]]],TARGETCRS[GEOGCRS[\"WGS 84\",DATUM[\"WGS 1984\"]]]]",
                Err("Local".to_owned()),
            ),
            (
                "PROJCS[\"CGCS2000 / 3-degree Gauss-Kruger CM 114E\",GEOGCS[\"x\",DATUM[\"China_2000\"]],\
                 PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"central_meridian\",114],PARAMETER[\"false_easting\",500000]]",
                Ok(Crs::GaussKruger { meridian: 114, zone: 0 }),
            ),
            (
                "PROJCRS[\"x\",BASEGEOGCRS[\"x\",DATUM[\"China 2000\"]],CONVERSION[\"x\",METHOD[\"Transverse Mercator\"],\
                 PARAMETER[\"Longitude of natural origin\",114,ANGLEUNIT[\"degree\",0.0174]],\
                 PARAMETER[\"False easting\",38500000,LENGTHUNIT[\"metre\",1]]]]",
                Ok(Crs::GaussKruger { meridian: 114, zone: 38 }),
            ),
            ("", Err(String::new())),
        ] {
            assert_eq!(read(wkt), expected, "{wkt}");
        }
    }
}

//! Areas as readers send them: `GeoJSON` polygons, bounded and checked, never repaired.

use serde_json::Value;

use crate::kernel::text::{Text, text};

/// Polygons, each a list of rings, each a list of longitude and latitude.
pub type Polygons = Vec<Vec<Vec<[f64; 2]>>>;

/// Reads a `Polygon` or `MultiPolygon` in WGS 84 and checks it.
///
/// # Errors
/// What is wrong, and at which place.
pub fn polygons(kind: &str, coordinates: &[Value], most: usize) -> Result<Polygons, Text> {
    let mut left = most;
    let polygons = match kind {
        "Polygon" => vec![rings(coordinates, &mut left, most)?],
        "MultiPolygon" => coordinates
            .iter()
            .map(|polygon| rings(polygon.as_array().ok_or_else(not_rings)?, &mut left, most))
            .collect::<Result<_, _>>()?,
        other => {
            return Err(text(
                format!("类型应为 Polygon 或 MultiPolygon，而不是“{other}”。"),
                format!("the type has to be Polygon or MultiPolygon, not {other:?}."),
            ));
        }
    };
    if polygons.is_empty() {
        return Err(text("没有任何多边形。", "it holds no polygon."));
    }
    Ok(polygons)
}

fn not_rings() -> Text {
    text("coordinates 的层次不对。", "coordinates aren't nested as the type wants.")
}

fn rings(rings: &[Value], left: &mut usize, most: usize) -> Result<Vec<Vec<[f64; 2]>>, Text> {
    if rings.is_empty() {
        return Err(text("多边形没有边界。", "a polygon has no ring."));
    }
    rings
        .iter()
        .map(|ring| {
            let ring = ring.as_array().ok_or_else(not_rings)?;
            if ring.len() > *left {
                return Err(text(format!("顶点最多 {most} 个。"), format!("it has more than {most} vertices.")));
            }
            *left -= ring.len();
            let points: Vec<[f64; 2]> = ring.iter().map(position).collect::<Result<_, _>>()?;
            match points.as_slice() {
                [[x, y], .., [to_x, to_y]] if points.len() >= 4 && (x, y) == (to_x, to_y) => Ok(points),
                [] | [_] | [_, _] | [_, _, _] => Err(text(
                    "每条边界至少有 4 个点（首尾相同）。",
                    "a ring has at least 4 positions, the last one like the first.",
                )),
                [[lon, lat], ..] => Err(text(
                    format!("从 ({lon}, {lat}) 开始的边界没有闭合。"),
                    format!("the ring that starts at ({lon}, {lat}) is not closed."),
                )),
            }
        })
        .collect()
}

fn position(value: &Value) -> Result<[f64; 2], Text> {
    let numbers = value.as_array().filter(|numbers| numbers.len() >= 2).ok_or_else(not_rings)?;
    let (Some(lon), Some(lat)) = (numbers[0].as_f64(), numbers[1].as_f64()) else { return Err(not_rings()) };
    if !(-180.0..=180.0).contains(&lon) || !(-85.0..=85.0).contains(&lat) {
        return Err(text(
            format!("点 ({lon}, {lat}) 不是经纬度（WGS 84）。"),
            format!("({lon}, {lat}) is not a longitude and latitude (WGS 84)."),
        ));
    }
    Ok([lon, lat])
}

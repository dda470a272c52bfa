//! The figures of a run as a section of Markdown: what docs/performance.md is put together from.

use serde_json::{Map, Value};

/// A section of what was measured, on what.
pub(super) fn section(what: &str, machine: &Value, figures: &Value) -> String {
    let said = |key: &str| machine[key].as_str().map_or_else(|| machine[key].to_string(), str::to_owned);
    let mut out = format!(
        "## gridhall bench {what}\n\n{} cores, version {}{}, {}.\n\n",
        said("cores"),
        said("version"),
        if machine["optimised"] == true { "" } else { ", NOT optimised" },
        said("at")
    );
    match figures {
        Value::Array(rows) => out += &table(rows),
        Value::Object(fields) => {
            for (name, rows) in fields.iter().filter_map(|(name, value)| Some((name, value.as_array()?))) {
                out += &format!("{}\n\n{}\n", spoken(name), table(rows));
            }
            out += &list(fields);
        }
        _ => {}
    }
    out
}

/// Rows of the same fields; what lies deeper has a column of its own.
fn table(rows: &[Value]) -> String {
    let flat: Vec<Vec<(String, String)>> = rows.iter().map(|row| columns("", row)).collect();
    let Some(first) = flat.first() else { return String::new() };
    let line = |cells: Vec<&str>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(first.iter().map(|(name, _)| name.as_str()).collect());
    out += &line(first.iter().map(|(_, value)| if value.parse::<f64>().is_ok() { "---:" } else { "---" }).collect());
    for row in &flat {
        out += &line(row.iter().map(|(_, value)| value.as_str()).collect());
    }
    out
}

fn columns(above: &str, value: &Value) -> Vec<(String, String)> {
    let Value::Object(fields) = value else { return vec![(spoken(above), figure(value))] };
    let named = |name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}_{name}") };
    fields.iter().flat_map(|(name, value)| columns(&named(name), value)).collect()
}

fn list(fields: &Map<String, Value>) -> String {
    let single = fields.iter().filter(|(_, value)| !value.is_array());
    let rows = single.map(|(name, value)| format!("| {} | {} |\n", spoken(name), figure(value)));
    let rows: String = rows.collect();
    if rows.is_empty() { rows } else { format!("| figure | value |\n| --- | ---: |\n{rows}") }
}

fn spoken(name: &str) -> String {
    name.replace("_per_s", "/s").replace('_', " ")
}

/// A figure with three digits that say something.
fn figure(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().unwrap_or_default();
            match number.abs() {
                0.0 => "0".to_owned(),
                size if size < 1.0 => format!("{number:.3}"),
                size if size < 10.0 => format!("{number:.2}"),
                size if size < 100.0 => format!("{number:.1}"),
                _ => format!("{number:.0}"),
            }
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_become_tables() {
        let machine = json!({"cores": 2, "version": "1.0", "optimised": true, "at": "2026-11-30T08:00:00Z"});
        let rows = json!([{"layer": "road", "made_ms": 1.2345, "beside_per_s": {"other": 1234.5}}]);
        assert_eq!(
            section("tiles", &machine, &rows),
            "## gridhall bench tiles\n\n2 cores, version 1.0, 2026-11-30T08:00:00Z.\n\n\
             | beside/s other | layer | made ms |\n| ---: | --- | ---: |\n| 1234 | road | 1.23 |\n"
        );
        let fields = json!({"queries": [{"ratio": 0.5}], "worst": 12});
        let written = section("rls", &machine, &fields);
        assert!(
            written.ends_with(
                "queries\n\n| ratio |\n| ---: |\n| 0.500 |\n\n| figure | value |\n| --- | ---: |\n| worst | 12 |\n"
            ),
            "{written}"
        );
    }
}

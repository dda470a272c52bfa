//! The style documents: the regions' own part, and in its slots what the layers of the modules bring.

use serde_json::Value;

use crate::layers::LayerDef;

const STYLES: &[(&str, &str)] =
    &[("desk-light", include_str!("desk-light.json")), ("wall-dark", include_str!("wall-dark.json"))];

/// The style documents by name, with `{origin}` where the server's address goes.
pub struct Styles(Vec<(&'static str, String)>);

impl Styles {
    /// The styles with all that the layers bring to them.
    #[must_use]
    pub fn new<'a>(layers: impl Iterator<Item = &'a LayerDef>) -> Self {
        let parts: Vec<(&str, Value)> =
            layers.filter_map(|def| Some((def.name, serde_json::from_str(def.style?).ok()?))).collect();
        Self(STYLES.iter().map(|&(name, base)| (name, composed(name, base, &parts))).collect())
    }

    /// The document of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, style)| style.as_str())
    }
}

/// A style of the regions' own part and those of layers, in the order of the layers within each slot.
fn composed(name: &str, base: &str, parts: &[(&str, Value)]) -> String {
    let mut style: Value = serde_json::from_str(base).unwrap_or_default();
    for (layer, part) in parts {
        style["sources"][*layer] = part[name]["source"].clone();
    }
    let filling = |slot: &Value| {
        let layers = parts.iter().filter_map(|(_, part)| part[name]["layers"].as_array()).flatten();
        layers.filter(|layer| layer["slot"] == *slot).map(|layer| layer["layer"].clone()).collect::<Vec<_>>()
    };
    if let Value::Array(layers) = style["layers"].take() {
        let layers = layers.into_iter().flat_map(|layer| match layer.get("slot") {
            Some(slot) => filling(slot),
            None => vec![layer],
        });
        style["layers"] = layers.collect();
    }
    style.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_layers_bring_goes_into_its_slot_in_their_order() {
        let base =
            r#"{"sources": {}, "layers": [{"id": "below"}, {"slot": "things"}, {"id": "above"}, {"slot": "none"}]}"#;
        let part = |id: &str| serde_json::json!({ "face": { "source": { "type": id }, "layers": [{ "slot": "things", "layer": { "id": id } }] } });
        let style = composed("face", base, &[("second", part("b")), ("first", part("a"))]);
        let style: Value = serde_json::from_str(&style).unwrap_or_default();
        let ids: Vec<&str> =
            style["layers"].as_array().into_iter().flatten().filter_map(|l| l["id"].as_str()).collect();
        assert_eq!(ids, ["below", "b", "a", "above"]);
        assert_eq!(style["sources"]["first"]["type"], "a");
    }
}

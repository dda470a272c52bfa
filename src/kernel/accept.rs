//! What a client would rather have, by the weights that it gives (RFC 9110, 12.4.2).

use axum::http::{HeaderMap, header};

/// The parts of a header of preferences in their order: each in small letters, with its weight in thousandths.
pub fn weighed(preferences: &str) -> impl Iterator<Item = (String, u16)> {
    preferences.split(',').map(|part| {
        let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
        (name.trim().to_ascii_lowercase(), weight(parameters))
    })
}

/// The weight among a part's parameters, in thousandths; what has none weighs most.
#[must_use]
pub fn weight(parameters: &str) -> u16 {
    let Some(text) =
        parameters.split(';').find_map(|each| each.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('='))
    else {
        return 1000;
    };
    let weight: f32 = text.trim().parse().unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let thousandths = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
    thousandths
}

/// Whether a client would rather have a page than JSON: by the weight of the closest range that speaks of each. Where both
/// weigh the same it is the one that is named, then the one that is named first.
#[must_use]
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ranges: Vec<(String, u16)> = weighed(accept).collect();
    let closest = |kinds: [&str; 2]| {
        let closeness = |range: &str| match range {
            "*/*" => Some(0),
            _ if kinds.contains(&range) => Some(2),
            _ => range.strip_suffix('*').filter(|group| kinds.iter().any(|kind| kind.starts_with(group))).map(|_| 1),
        };
        let fitting = ranges.iter().enumerate();
        fitting.filter_map(|(at, (range, weight))| Some((closeness(range)?, *weight, std::cmp::Reverse(at)))).max()
    };
    let html = closest(["text/html", "application/xhtml+xml"]);
    let json = closest(["application/json", "application/geo+json"]);
    match (html, json) {
        (Some((html, html_weight, html_at)), Some((json, json_weight, json_at))) => {
            html_weight > json_weight || (html_weight == json_weight && (html, html_at) > (json, json_at))
        }
        (Some((_, weight, _)), None) => weight > 0,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_given_to_whom_it_weighs_more() {
        for (accept, html) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("text/html", true),
            ("text/html, application/json", true),
            ("TEXT/HTML; Q=0.9, application/json; q=0.5", true),
            ("text/html, */*", true),
            ("text/*, application/json;q=0.2", true),
            ("text/html;q=0.1,application/json", false),
            ("application/json, text/html", false),
            ("application/geo+json, text/html;q=0.9", false),
            ("*/*", false),
            ("application/*", false),
            ("text/html;q=0", false),
            ("text/html;q=0, */*", false),
            ("", false),
        ] {
            let headers = [(header::ACCEPT, accept.parse().unwrap())].into_iter().collect();
            assert_eq!(prefers_html(&headers), html, "{accept}");
        }
        assert!(!prefers_html(&HeaderMap::new()));
    }
}

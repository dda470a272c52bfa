//! Parameters of a question, as systems and browsers send them.

use std::collections::HashMap;

/// The longest question.
const LONGEST: usize = 4_000;

/// Parameters of a query, each said once.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(super) fn read(query: &str) -> Option<Self> {
        if query.len() > LONGEST {
            return None;
        }
        let mut said = HashMap::new();
        for (name, value) in reqwest::Url::parse(&format!("http://x/?{query}")).ok()?.query_pairs() {
            if said.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(said))
    }

    /// What was said, as it can be said again.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

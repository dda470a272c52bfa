//! What is known about a resource beside itself: when it was made and changed, its address, its version.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::schema::Resource;

/// What is known about a resource.
pub(super) struct Meta {
    pub(super) resource: &'static Resource,
    pub(super) id: i64,
    pub(super) created: DateTime<Utc>,
    pub(super) changed: DateTime<Utc>,
}

impl Meta {
    /// Sets id and meta; the version is a digest of all that is shown, so that whoever changed it doesn't matter.
    pub(super) fn put(&self, of: &mut Map<String, Value>, base: &str) {
        let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        of.insert("id".to_owned(), self.id.to_string().into());
        let shown = Value::Object(of.clone()).to_string().replace(base, "");
        let version = xxhash_rust::xxh3::xxh3_64(format!("{shown}{}", self.changed).as_bytes());
        let meta = json!({
            "resourceType": self.resource.name,
            "created": time(self.created),
            "lastModified": time(self.changed),
            "location": format!("{base}{}/{}", self.resource.endpoint, self.id),
            "version": format!("W/\"{version:016x}\""),
        });
        of.insert("meta".to_owned(), meta);
    }
}

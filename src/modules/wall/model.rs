//! Pictures, scenes and screens.

use crate::kernel::permission::Permission;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Map, Value};
use utoipa::{
    ToSchema,
    openapi::schema::{Array, ArrayBuilder, ObjectBuilder, SchemaType, Type},
};

/// Directs the wall.
pub(super) const DIRECT_WALL: Permission = Permission::new("wall.direct", "导播大屏", "Direct the wall");

/// Positions of longitude and latitude, as the `OpenAPI` document says them.
fn line() -> Array {
    let number =
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number)).minimum(Some(-180.0)).maximum(Some(180.0));
    let position = ArrayBuilder::new().items(number).min_items(Some(2)).max_items(Some(2));
    ArrayBuilder::new().items(position).description(Some("A line drawn over the map: longitude and latitude.")).build()
}

/// Reads an object and nothing else: a list of its fields would be taken for it, and an empty one for one without fields.
fn object<'de, D: Deserializer<'de>>(from: D) -> Result<Picture, D::Error> {
    let fields = Map::<String, Value>::deserialize(from)?;
    serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom)
}

/// Where the map looks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct View {
    /// Longitude of the middle, WGS 84.
    #[schema(minimum = -180, maximum = 180)]
    pub(super) lon: f64,
    /// Latitude of the middle.
    #[schema(minimum = -85, maximum = 85)]
    pub(super) lat: f64,
    /// Zoom, 0 to 22.
    #[schema(minimum = 0, maximum = 22)]
    pub(super) zoom: f64,
    /// Degrees from straight down, 0 to 80.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 80)]
    pub(super) pitch: f64,
    /// Degrees clockwise from north.
    #[serde(default)]
    #[schema(minimum = -360, maximum = 360)]
    pub(super) bearing: f64,
}

/// A place that everybody should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Spotlight {
    /// Longitude, WGS 84.
    #[schema(minimum = -180, maximum = 180)]
    pub(super) lon: f64,
    /// Latitude.
    #[schema(minimum = -85, maximum = 85)]
    pub(super) lat: f64,
    /// What it is, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub(super) label: String,
}

/// What a wall shows: all of it can be left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Picture {
    /// What the scene is about: overview, population, cases, emergency or night.
    pub(super) theme: Option<String>,
    /// The region that the panels count, by its 15-digit code.
    pub(super) region: Option<i64>,
    /// Where the map looks; the region when not given.
    pub(super) view: Option<View>,
    /// The figure that colours the regions, by the key that the wall knows it by.
    pub(super) figure: Option<String>,
    /// What the map shows beside the regions: heat, case, building, road, component, organisation, person; as the theme
    /// has it when not given.
    pub(super) layers: Option<Vec<String>>,
    /// The panels that are shown: key, hours, days, population, ontime, ranking, stream, categories, channels; as many
    /// as the screen has room for when not given.
    pub(super) panels: Option<Vec<String>>,
    /// The moment that is replayed; now when not given.
    pub(super) at: Option<DateTime<Utc>>,
    /// A place that everybody should look at.
    pub(super) spotlight: Option<Spotlight>,
    /// A line drawn over the map: longitude and latitude.
    #[schema(schema_with = line)]
    pub(super) line: Vec<[f64; 2]>,
    /// A message across the wall, at most 200 characters.
    #[schema(max_length = 200)]
    pub(super) message: String,
    /// Seconds after which the next scene follows; 0 stays.
    #[schema(maximum = 65_535)]
    pub(super) cycle_s: u16,
}

/// A picture that was saved.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Scene {
    /// Its id.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: String,
    /// Its place in the order in which scenes are cycled.
    pub(super) position: i32,
    /// What it shows.
    pub(super) picture: Picture,
    /// Who saved it last.
    pub(super) updated_by: String,
    /// When.
    pub(super) updated_at: DateTime<Utc>,
}

/// A scene as it is saved.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SceneDraft {
    /// Its name, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    /// Its place in the order.
    #[serde(default)]
    pub(super) position: i32,
    /// What it shows.
    #[serde(deserialize_with = "object")]
    pub(super) picture: Picture,
}

/// A screen of a wall.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Screen {
    /// Its id.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: String,
    /// Of screens that act as one picture: which from the left, from 1.
    pub(super) place: i16,
    /// Of how many.
    pub(super) places: i16,
    /// What it shows.
    pub(super) picture: Picture,
    /// Grows with each picture.
    pub(super) version: i64,
    /// How many browsers follow it now.
    pub(super) connected: usize,
    /// Until when it stays signed in; nothing where it has ended, with its maker's rights or a year after it was renewed.
    pub(super) until: Option<DateTime<Utc>>,
}

/// A screen as it is set up.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ScreenDraft {
    /// Its name, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    /// Of screens that act as one picture: which from the left, from 1.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 8)]
    pub(super) place: i16,
    /// Of how many, at most 8.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 8)]
    pub(super) places: i16,
}

const fn one() -> i16 {
    1
}

/// A new screen with the address that opens it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OpenedScreen {
    /// The screen.
    pub(super) screen: Screen,
    /// Opens it once, within a day; told only here.
    pub(super) address: String,
}

/// A screen that was renewed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RenewedScreen {
    /// Opens it once, within a day; told only here.
    pub(super) address: String,
}

/// What screens are to show.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Direction {
    /// The screens, by id; all in scope when empty.
    #[serde(default)]
    pub(super) screens: Vec<i64>,
    /// What they are to show.
    #[serde(deserialize_with = "object")]
    pub(super) picture: Picture,
}

/// What a screen shows, as it is told to it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Shown {
    /// Grows with each picture.
    pub(super) version: i64,
    /// Of screens that act as one picture: which from the left, from 1.
    pub(super) place: i16,
    /// Of how many.
    pub(super) places: i16,
    /// What it shows.
    pub(super) picture: Picture,
}

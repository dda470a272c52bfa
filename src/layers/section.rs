//! What an area's statistics say of a layer. The module that brings the layer declares it, so that statistics, reports and
//! choropleths know no layer by name.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    kernel::codes::CodeTable,
    spatial::count::{Key, Tallies},
};

/// A layer's section of an area's statistics.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its key in the answer.
    pub name: &'static str,
    /// What it says, in a sentence of the API's description.
    pub about: &'static str,
    /// The type of its answer.
    pub schema: SectionSchema,
    /// The answer.
    pub answer: fn(&Tallies) -> Value,
    /// Its single figures, as reports list them.
    pub totals: &'static [Total],
    /// Its figures by code, as reports list them.
    pub breakdowns: &'static [Breakdown],
    /// What a choropleth of regions may show of it.
    pub measures: &'static [Measure],
}

impl Section {
    /// A section whose answer is made of the layer's tallies.
    #[must_use]
    pub const fn of<T>(name: &'static str, about: &'static str) -> Self
    where
        T: for<'a> From<&'a Tallies> + Serialize + ToSchema,
    {
        Self {
            name,
            about,
            schema: SectionSchema::of::<T>(),
            answer: |tallies| serde_json::to_value(T::from(tallies)).unwrap_or_default(),
            totals: &[],
            breakdowns: &[],
            measures: &[],
        }
    }
}

/// The type of a section's answer, for the API's description.
#[derive(Clone, Copy, Debug)]
pub struct SectionSchema {
    /// Its name among the schemas.
    pub name: fn() -> Cow<'static, str>,
    /// Itself.
    pub schema: fn() -> RefOr<Schema>,
    /// Adds the schemas that it refers to.
    pub referred: fn(&mut Vec<(String, RefOr<Schema>)>),
}

impl SectionSchema {
    const fn of<T: ToSchema>() -> Self {
        Self { name: T::name, schema: <T as PartialSchema>::schema, referred: T::schemas }
    }
}

/// A figure: how many, or how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// How many.
    Count(u64),
    /// How much, and the digits behind the point that it is written with.
    Real(f64, u8),
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::Count(count) => serializer.serialize_u64(count),
            Self::Real(real, _) => serializer.serialize_f64(real),
        }
    }
}

/// A single figure of a section.
#[derive(Clone, Copy, Debug)]
pub struct Total {
    /// Its name among the properties of a `GeoJSON` feature.
    pub name: &'static str,
    /// What people call it, with its unit: Chinese, English.
    pub title: (&'static str, &'static str),
    /// The figure.
    pub of: fn(&Tallies) -> Amount,
}

/// Figures of a section by code.
#[derive(Clone, Copy, Debug)]
pub struct Breakdown {
    /// What people call it: Chinese, English.
    pub title: (&'static str, &'static str),
    /// The table that names the codes; none where they name themselves.
    pub codes: Option<&'static CodeTable>,
    /// The figures, each with its code.
    pub of: fn(&Tallies) -> Vec<(String, Amount)>,
}

/// A figure of each region, counted over the features that stand there.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its key in the answer.
    pub name: &'static str,
    /// What it is, in a sentence of the API's description.
    pub about: &'static str,
    /// The real property that is summed; nothing where features are counted.
    pub sum: Option<&'static str>,
}

/// How many of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ByCode {
    /// The code; empty where it isn't known.
    pub code: String,
    /// How many.
    pub count: u64,
}

/// The codes of one dimension of a tally, the most frequent first; features without a code are left out.
#[must_use]
pub fn by_code(tallies: &Tallies, dimension: usize) -> Vec<ByCode> {
    let bins = tallies.dimensions.get(dimension).into_iter().flatten();
    let mut codes: Vec<ByCode> = bins
        .filter(|(key, _)| **key != Key::Null)
        .map(|(key, count)| ByCode { code: code_of(key), count: count.count })
        .collect();
    most_frequent_first(&mut codes);
    codes
}

/// Orders codes by how many there are, the most frequent first.
pub fn most_frequent_first(codes: &mut [ByCode]) {
    codes.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
}

/// Counts by code, as a breakdown gives them.
#[must_use]
pub fn amounts(codes: Vec<ByCode>) -> Vec<(String, Amount)> {
    codes.into_iter().map(|by| (by.code, Amount::Count(by.count))).collect()
}

/// A key of a tally as a code is written.
#[must_use]
pub fn code_of(key: &Key) -> String {
    match key {
        Key::Text(text) => text.to_string(),
        Key::Int(number) => number.to_string(),
        Key::Null => String::new(),
    }
}

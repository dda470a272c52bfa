//! Records of people, masked, and the values behind the masks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    kernel::{
        masked::{Cleared, Masked, MaskedField},
        permission::Permission,
    },
    layers::{RegionPath, RegionRef},
};

/// Sees people.
pub const READ_PEOPLE: Permission = Permission::new("person.read", "查看人口", "See people");
/// Imports and changes archives.
pub(super) const WRITE_ARCHIVES: Permission =
    Permission::new("directory.write", "导入与修改档案", "Import and change archives");

/// A household, by its number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonHousehold)]
pub(super) struct Household {
    /// Its id.
    pub(super) id: i64,
    /// 户号.
    pub(super) number: String,
}

/// The building in which somebody lives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonBuilding)]
pub(super) struct Building {
    /// Its id.
    pub(super) id: i64,
    /// Its name.
    pub(super) name: String,
    /// Its address.
    pub(super) address: String,
}

/// A person, as who may see people sees them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonRecord {
    /// The id.
    pub(super) id: i64,
    /// 姓名.
    pub(super) name: String,
    /// GB/T 2261.1: 1 male, 2 female, 9 not said, 0 unknown.
    pub(super) sex: i16,
    /// Years, as of today in China.
    pub(super) age: i32,
    /// The day of birth: only the year is shown, since the rest is a part of the identity number.
    #[schema(value_type = Option<MaskedField>)]
    pub(super) birth: Option<Masked<String>>,
    /// 公民身份号码, GB 11643.
    #[schema(value_type = Option<MaskedField>)]
    pub(super) citizen_id: Option<Masked<String>>,
    /// The telephone.
    #[schema(value_type = Option<MaskedField>)]
    pub(super) phone: Option<Masked<String>>,
    /// 实有人口类别 RP01 to RP08.
    #[schema(value_type = Option<MaskedField>)]
    pub(super) category: Option<Masked<String>>,
    /// 服务对象 SV01 ...; nothing for who has none, and for one that only named officers may know of.
    #[schema(value_type = Option<MaskedField>)]
    pub(super) service: Option<Masked<String>>,
    /// GB/T 3304.
    pub(super) ethnic: String,
    /// Relation to the head of the household, GB/T 4761.
    pub(super) relation: String,
    /// The household.
    pub(super) household: Option<Household>,
    /// Where they live.
    pub(super) building: Option<Building>,
    /// The room's number.
    pub(super) room: Option<String>,
    /// The code of the grid; 0 outside every grid.
    pub(super) region: i64,
    /// From the city down to the grid.
    #[schema(value_type = Vec<RegionRef>)]
    pub(super) path: RegionPath,
    /// Longitude, WGS 84.
    pub(super) lon: f64,
    /// Latitude, WGS 84.
    pub(super) lat: f64,
    /// When the record was last changed.
    pub(super) updated_at: DateTime<Utc>,
}

/// A field that can be unmasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum SensitiveField {
    Birth,
    CitizenId,
    Phone,
    Category,
    Service,
}

impl SensitiveField {
    pub(super) const ALL: [Self; 5] = [Self::Birth, Self::CitizenId, Self::Phone, Self::Category, Self::Service];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::CitizenId => "citizen_id",
            Self::Phone => "phone",
            Self::Category => "category",
            Self::Service => "service",
        }
    }
}

/// The plain values of the fields of one person.
pub(super) struct Plain {
    pub(super) region: i64,
    pub(super) birth: Option<Masked<String>>,
    pub(super) citizen_id: Option<Masked<String>>,
    pub(super) phone: Option<Masked<String>>,
    pub(super) category: Option<Masked<String>>,
    pub(super) service: Option<Masked<String>>,
}

impl Plain {
    pub(super) fn reveal(&mut self, field: SensitiveField, cleared: &Cleared) -> Option<String> {
        let value = match field {
            SensitiveField::Birth => &mut self.birth,
            SensitiveField::CitizenId => &mut self.citizen_id,
            SensitiveField::Phone => &mut self.phone,
            SensitiveField::Category => &mut self.category,
            SensitiveField::Service => &mut self.service,
        };
        value.take()?.reveal(cleared)
    }
}

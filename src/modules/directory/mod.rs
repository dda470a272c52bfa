//! 辖区档案: the archives of people, buildings, organisations, components and roads.
//!
//! In the hands of grid workers and community staff. Items follow GB/T 31000, components GB/T 30428.2.

mod api;
mod codes;
mod layers;
mod model;
mod people;
mod search;
mod sections;
mod store;

use self::model::WRITE_ARCHIVES;
pub use self::{codes::CATEGORIES, model::READ_PEOPLE};
use super::{Module, Object, Page};
use crate::{
    kernel::{
        codes::UNMASK_PURPOSES,
        permission::{SEE_SENSITIVE, SEE_SPECIAL},
    },
    map::permissions::{APPROVE_EXPORT, EXPORT},
};

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        layers: layers::LAYERS,
        permissions: &[READ_PEOPLE, SEE_SENSITIVE, SEE_SPECIAL, EXPORT, APPROVE_EXPORT, WRITE_ARCHIVES],
        codes: const {
            &[
                &codes::CATEGORIES,
                &codes::ORGANISATION_TYPES,
                &codes::BUILDING_USES,
                &codes::RESIDENCE_CATEGORIES,
                &codes::SERVICE_CATEGORIES,
                &codes::SPECIAL_CATEGORIES,
                &codes::ETHNIC_GROUPS,
                &codes::RELATIONS,
                &codes::COMPONENT_STATES,
                &codes::ROAD_CLASSES,
                &UNMASK_PURPOSES,
            ]
        },
        objects: const {
            &[
                Object::new("building", ("建筑", "Building")).on_layer("building"),
                Object::new("person", ("人口", "Person")).on_layer("person").with_page("/people/{id}"),
                Object::new("organisation", ("单位", "Organisation")).on_layer("organisation"),
                Object::new("component", ("部件", "Component")).on_layer("component"),
            ]
        },
        pages: const {
            &[Page { path: "/people", title: ("人口档案", "People"), permission: Some(READ_PEOPLE), place: None }]
        },
        search: Some(search::SOURCE),
        routes: |server, _| api::routes(server),
        ..Module::new("directory", ("辖区档案", "Archives"))
    }
}

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
use super::{Figure, FigureKind, Group, Module, Object, Page, Term};
use crate::{
    kernel::{
        codes::UNMASK_PURPOSES,
        permission::{SEE_SENSITIVE, SEE_SPECIAL},
        text::Title,
    },
    map::permissions::{APPROVE_EXPORT, EXPORT},
};

const PEOPLE: Term = Term::measure("people.total");
const GROUND: Term = Term::measure("area_m2");
/// Square kilometres to a square metre.
const KM2: f64 = 1e-6;

/// What regions may be coloured by. Shares of the old and the young are counted as the census does.
const FIGURES: &[Figure] = &[
    Figure::count("density", ("人口密度", "Population density"), ("人/平方公里", "people/km²"), "sea", PEOPLE)
        .over(FigureKind::Rate, GROUND.times(KM2))
        .of_people(),
    Figure::count("people", ("人口", "People"), ("人", "people"), "sea", PEOPLE).of_people(),
    Figure::count(
        "households",
        ("户数", "Households"),
        ("户", "households"),
        "sea",
        Term::measure("people.households"),
    )
    .of_people(),
    Figure::count(
        "elderly",
        ("60 岁及以上占比", "Share aged 60 and over"),
        SHARE,
        "plum",
        Term::measure("people.elderly"),
    )
    .over(FigureKind::Share, PEOPLE)
    .of_people(),
    Figure::count("children", ("15 岁以下占比", "Share under 15"), SHARE, "moss", Term::measure("people.children"))
        .over(FigureKind::Share, PEOPLE)
        .of_people(),
    Figure::count(
        "migrants",
        ("流动人口占比", "Share registered elsewhere"),
        SHARE,
        "plum",
        Term::measure("people.migrants"),
    )
    .over(FigureKind::Share, PEOPLE)
    .of_people(),
    Figure::count("buildings", ("建筑", "Buildings"), ("栋", "buildings"), "sea", Term::measure("buildings")),
    Figure::count(
        "floorArea",
        ("容积率", "Floor area ratio"),
        ("建筑面积/占地", "floor area/ground"),
        "plum",
        Term::measure("floor_area_m2"),
    )
    .over(FigureKind::Rate, GROUND),
    Figure::count(
        "organisations",
        ("单位", "Organisations"),
        ("家", "organisations"),
        "moss",
        Term::measure("organisations"),
    ),
];
const SHARE: Title = ("占比", "share");

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
                &codes::SEXES,
                &codes::COMPONENT_STATES,
                &codes::ROAD_CLASSES,
                &UNMASK_PURPOSES,
            ]
        },
        objects: const {
            &[
                Object::new("building", ("建筑", "Building")).on_layer("building"),
                Object::new("person", ("人员", "Person")).on_layer("person").with_page("/people/{id}"),
                Object::new("organisation", ("单位", "Organisation")).on_layer("organisation"),
                Object::new("component", ("部件", "Component")).on_layer("component"),
            ]
        },
        pages: const {
            &[
                Page::new("/people", ("人口档案", "People")).needs(&[READ_PEOPLE]),
                Page::new("/people/exports", ("明文导出", "Exports of plain values"))
                    .needs(&[EXPORT, APPROVE_EXPORT])
                    .in_group(Group::Archive, 60),
            ]
        },
        figures: FIGURES,
        search: Some(search::SOURCE),
        routes: |server, _| api::routes(server),
        ..Module::new("directory", ("辖区档案", "Archives"))
    }
}

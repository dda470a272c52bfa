//! What a map layer is: a view in the schema `layer`, how it is drawn from afar, and the table behind it.

use super::{cell::Cell, section::Section};
use crate::{
    kernel::{codes::CodeTable, permission::Permission},
    spatial::{column::ColumnKind, tile::PartTest},
};

/// Sees the map and its layers, but for those that take more.
pub const READ_MAP: Permission = Permission::new("map.read", "查看地图", "See the map");

/// A layer of the map. Modules declare them; `src/app.rs` lists the modules.
#[derive(Clone, Copy, Debug)]
pub struct LayerDef {
    /// The layer's name in addresses and the view's name in the schema `layer`.
    pub name: &'static str,
    /// What people call it: Chinese, English.
    pub title: (&'static str, &'static str),
    /// The geometry that the view gives.
    pub geometry: Geometry,
    /// What becomes of its features below zoom 15.
    pub far: Far,
    /// The view's columns behind `id`, `region` and `geom`, in the view's order.
    pub properties: &'static [Property],
    /// What its features are counted by, in the order of a tally's dimensions.
    pub counted_by: &'static [CountedBy],
    /// The property that is summed for each bin of the first of those.
    pub measure: Option<&'static str>,
    /// Whether its features are residents: who may not read them is told of them by the published table alone, whoever reads
    /// them is kept in the audit, and their names begin with a surname.
    pub residents: bool,
    /// Whether a place is told which of its features it lies in.
    pub encloses: bool,
    /// What an area's statistics say of it.
    pub section: Option<&'static Section>,
    /// Its part of the map's styles, as `web/styles/build.mjs` writes it.
    pub style: Option<&'static str>,
    /// The layers among which it stands in the map's legend, from the topmost down, and its place there.
    pub stacked: (LayerGroup, u8),
    /// What it is drawn in, by the palette's name for it.
    pub colour: &'static str,
    /// Parts of it that tiles show by themselves, at `/tiles/<layer>.<part>`. The map begins with the first of them.
    pub parts: &'static [PartDef],
    /// Whether the map shows it until somebody chooses; what would cover everything else waits to be asked for.
    pub shown_at_first: bool,
    /// The permission that a reader must hold.
    pub permission: Permission,
    /// The permission that importing into it takes.
    pub write: Permission,
    /// The table that import fills and export reads.
    pub table: &'static Table,
}

impl LayerDef {
    /// A layer whose readers see the map, of no properties, neither counted nor drawn.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: (&'static str, &'static str),
        (geometry, far): (Geometry, Far),
        write: Permission,
        table: &'static Table,
    ) -> Self {
        Self {
            name,
            title,
            geometry,
            far,
            properties: &[],
            counted_by: &[],
            measure: None,
            residents: false,
            encloses: false,
            section: None,
            style: None,
            stacked: (LayerGroup::Ground, u8::MAX),
            colour: "muted",
            parts: &[],
            shown_at_first: true,
            permission: READ_MAP,
            write,
            table,
        }
    }
}

/// A part of a layer: the features whose properties pass every test.
#[derive(Clone, Copy, Debug)]
pub struct PartDef {
    /// Its name in addresses.
    pub name: &'static str,
    /// What people call it: Chinese, English.
    pub title: (&'static str, &'static str),
    /// The tests, each of a property.
    pub tests: &'static [(&'static str, PartTest)],
}

/// Layers that belong together, in the order in which they lie on each other, from the topmost down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerGroup {
    /// What happens, and what it happens to.
    Affairs,
    /// Who lives and works here.
    Society,
    /// Regions.
    Divisions,
    /// What stands on the ground.
    Ground,
}

impl LayerGroup {
    /// Its name in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Affairs => "affairs",
            Self::Society => "society",
            Self::Divisions => "divisions",
            Self::Ground => "ground",
        }
    }
}

/// One thing that the features of a layer are counted by.
#[derive(Clone, Copy, Debug)]
pub enum CountedBy {
    /// The value of a property.
    Value(&'static str),
    /// The value of a property that holds codes of a table.
    Code(&'static str, &'static CodeTable),
    /// Five-year age bands and sex, by the properties that hold the day of birth and the sex.
    AgeSex {
        /// The day of birth.
        birth: &'static str,
        /// The sex, GB/T 2261.1.
        sex: &'static str,
    },
    /// The month of a moment, in China's time.
    Month(&'static str),
}

/// The geometry of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// One point a feature.
    Point,
    /// One line a feature.
    Line,
    /// One or more polygons a feature.
    Polygon,
}

/// How a layer is thinned below zoom 15, so that no tile grows past its bound and nothing is lost silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// Every feature, its outline simplified to the pixel (regions).
    Simplify,
    /// Polygons simplified; those below a pixel are merged into cells that say how many they stand for (`count`).
    MergeSmall,
    /// Points aggregated into cells with `count`.
    Cluster,
    /// Lines simplified, the lesser classes left out by zoom. The property holds the class.
    ByClass,
}

/// One property of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its column in the view and its key in tiles.
    pub name: &'static str,
    /// Its type.
    pub kind: ColumnKind,
    /// Whether tiles and the OGC API give it to a reader of the layer, or only statistics count by it.
    pub shown: bool,
    /// Whether tiles give it from zoom 15 up alone: what nobody can read from afar.
    pub near: bool,
    /// What people call it; by its name where it has none.
    pub title: Option<(&'static str, &'static str)>,
    /// The table that names its values.
    pub codes: Option<&'static CodeTable>,
}

impl Property {
    const fn new(name: &'static str, kind: ColumnKind) -> Self {
        Self { name, kind, shown: true, near: false, title: None, codes: None }
    }

    /// The same, as people call it.
    #[must_use]
    pub const fn titled(mut self, zh: &'static str, en: &'static str) -> Self {
        self.title = Some((zh, en));
        self
    }

    /// The same, whose values a table names.
    #[must_use]
    pub const fn of(mut self, codes: &'static CodeTable) -> Self {
        self.codes = Some(codes);
        self
    }
}

/// Shorthand for a property that readers see.
#[must_use]
pub const fn shown(name: &'static str, kind: ColumnKind) -> Property {
    Property::new(name, kind)
}

/// Shorthand for a property that readers see, and tiles give from zoom 15 up.
#[must_use]
pub const fn near(name: &'static str, kind: ColumnKind) -> Property {
    Property { near: true, ..Property::new(name, kind) }
}

/// Shorthand for a property that is only counted.
#[must_use]
pub const fn counted(name: &'static str, kind: ColumnKind) -> Property {
    Property { shown: false, ..Property::new(name, kind) }
}

/// A table that import fills: beside the columns here each has `id`, `region`, `geom`, `external_id` and `source`.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The table's name in the schema `public`.
    pub name: &'static str,
    /// The columns that a file may fill.
    pub columns: &'static [TableColumn],
    /// What one column tells of others.
    pub rule: Option<Rule>,
}

/// What one column tells of others: an identity number of a birthday.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The column that tells.
    pub from: &'static str,
    /// The columns that it fills where they are empty, and must agree with where they aren't.
    pub fills: &'static [&'static str],
    /// What the columns of `fills` have to be, in their order; nothing for a value that tells nothing.
    pub tell: fn(&str) -> Vec<Cell<'static>>,
}

/// A column that a file may fill.
#[derive(Clone, Copy, Debug)]
pub struct TableColumn {
    /// The column's name.
    pub name: &'static str,
    /// The headings that are understood without a mapping, beside the name: Chinese terms of the standards.
    pub aliases: &'static [&'static str],
    /// What is read into it.
    pub kind: TableKind,
    /// Whether a row without it is refused.
    pub required: bool,
    /// Whether export leaves it out for readers without clearance (identity numbers, telephones). A table with such a
    /// column has two views, `<name>_masked` and `<name>_plain`, by which the application reads it.
    pub sensitive: bool,
}

/// What a table's column takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TableKind {
    /// Text of at most so many characters.
    Text(u16),
    /// A whole number within bounds.
    Int(i64, i64),
    /// A number within bounds.
    Real(f64, f64),
    /// A date: 2024-05-01, 2024/5/1 or 20240501.
    Date,
    /// A moment: RFC 3339, or local time (Asia/Shanghai) without an offset.
    Time,
    /// A sex, GB/T 2261.1: its code, or 男, 女.
    Sex,
    /// One of these codes.
    Code(&'static [&'static str]),
    /// A code of a table, or a name that only one code of it has.
    CodeTable(&'static CodeTable),
    /// A citizen identity number, GB 11643.
    CitizenId,
    /// A unified social credit code, GB 32100.
    CreditCode,
}

/// Shorthand for a column of a [`Table`].
#[must_use]
pub const fn column(name: &'static str, aliases: &'static [&'static str], kind: TableKind) -> TableColumn {
    TableColumn { name, aliases, kind, required: false, sensitive: false }
}

impl TableColumn {
    /// The same column, required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same column, left out of exports without clearance.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }
}

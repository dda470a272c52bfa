//! What a module declares.

use axum::Router;
use utoipa_axum::router::OpenApiRouter;

use super::identity::Approval;
use crate::{
    kernel::{codes::CodeTable, jobs::JobKind, messages::MessageKind, permission::Permission, text::Title},
    layers::LayerDef,
    map::{Server, search::SearchSource},
    records::{form::FormDef, list::ListDef},
};

/// A module of the product, as `src/app.rs` lists it: what the floors below and the web must know of it, as plain data.
#[derive(Clone, Copy)]
pub struct Module {
    /// Its folder's name.
    pub name: &'static str,
    /// What people call it.
    pub title: Title,
    /// The permissions it declares.
    pub permissions: &'static [Permission],
    /// The code tables it brings.
    pub codes: &'static [&'static CodeTable],
    /// The map layers it brings.
    pub layers: &'static [LayerDef],
    /// The kinds of things that it keeps, as the audit and the map name them.
    pub objects: &'static [Object],
    /// The pages of the web that are its own.
    pub pages: &'static [Page],
    /// The figures of regions that it tells.
    pub figures: &'static [Figure],
    /// The addresses it answers; it is given what all modules of the server declare.
    pub routes: fn(&Server, &'static [Module]) -> OpenApiRouter<Server>,
    /// Those of its addresses that other sites' pages may send to.
    pub open_to_sites: &'static [&'static str],
    /// What it serves at the port where browsers are asked for a certificate; at most one module has such.
    pub certificate_port: Option<fn(&Server) -> Router>,
    /// What it contributes to the search.
    pub search: Option<SearchSource>,
    /// The lists that it answers.
    pub lists: &'static [&'static ListDef],
    /// The forms that people fill in for it.
    pub forms: &'static [&'static FormDef],
    /// The kinds of its background work.
    pub jobs: &'static [JobKind],
    /// The kinds of messages that it tells.
    pub messages: &'static [MessageKind],
    /// The requests that it carries out once another administrator has agreed.
    pub approvals: &'static [Approval],
}

impl Module {
    /// A module that has nothing yet: modules name what they have, and take the rest from here.
    #[must_use]
    pub fn new(name: &'static str, title: Title) -> Self {
        Self {
            name,
            title,
            permissions: &[],
            codes: &[],
            layers: &[],
            objects: &[],
            pages: &[],
            figures: &[],
            routes: |_, _| OpenApiRouter::new(),
            open_to_sites: &[],
            certificate_port: None,
            search: None,
            lists: &[],
            forms: &[],
            jobs: &[],
            messages: &[],
            approvals: &[],
        }
    }
}

/// A kind of thing that a module keeps. An entry of the audit names one by kind and id: `account 12`.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Its kind in the audit, and in links to it. The function `name_of_<kind>` in SQL says what one is called; residents
    /// have none, so that the audit never names them.
    pub kind: &'static str,
    /// What people call the kind.
    pub title: Title,
    /// The layer in which it stands on the map.
    pub layer: Option<&'static str>,
    /// The page of one, with `{id}` in place of its id.
    pub page: Option<&'static str>,
}

impl Object {
    /// A kind that stands on no map and has no page.
    #[must_use]
    pub const fn new(kind: &'static str, title: Title) -> Self {
        Self { kind, title, layer: None, page: None }
    }

    /// The same, standing in a layer of its name or another.
    #[must_use]
    pub const fn on_layer(mut self, layer: &'static str) -> Self {
        self.layer = Some(layer);
        self
    }

    /// The same, with a page.
    #[must_use]
    pub const fn with_page(mut self, page: &'static str) -> Self {
        self.page = Some(page);
        self
    }
}

/// A group of the web's navigation, in the order in which it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// 工作台: what waits for one, and what one was told.
    Desk,
    /// 一张图: the map and what is chosen on it.
    Map,
    /// 事件处置.
    Cases,
    /// 网格工作.
    Grid,
    /// 基础档案.
    Archive,
    /// 便民服务.
    Services,
    /// 考核报表.
    Reports,
    /// 指挥: walls and who directs them.
    Command,
    /// 系统: people, rights, certificates, connected systems, audit.
    System,
}

impl Group {
    /// All groups in their order.
    pub const ALL: [Self; 9] = [
        Self::Desk,
        Self::Map,
        Self::Cases,
        Self::Grid,
        Self::Archive,
        Self::Services,
        Self::Reports,
        Self::Command,
        Self::System,
    ];

    /// Its name in the manifest.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Map => "map",
            Self::Cases => "cases",
            Self::Grid => "grid",
            Self::Archive => "archive",
            Self::Services => "services",
            Self::Reports => "reports",
            Self::Command => "command",
            Self::System => "system",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> Title {
        match self {
            Self::Desk => ("工作台", "Desk"),
            Self::Map => ("一张图", "Map"),
            Self::Cases => ("事件处置", "Cases"),
            Self::Grid => ("网格工作", "Grid work"),
            Self::Archive => ("基础档案", "Archives"),
            Self::Services => ("便民服务", "Services"),
            Self::Reports => ("考核报表", "Reports"),
            Self::Command => ("指挥", "Command"),
            Self::System => ("系统", "System"),
        }
    }
}

/// A page of the web.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Where it opens; below it, it finds its way by itself.
    pub path: &'static str,
    /// What people call it.
    pub title: Title,
    /// Who holds one of these may open it; none where everybody who is signed in may, or strangers too.
    pub permissions: &'static [Permission],
    /// Its group in the navigation, and its place there, the least first; none where one doesn't go to it by themselves.
    pub place: Option<(Group, u8)>,
    /// Whether a phone's navigation leads to it.
    pub on_phones: bool,
}

impl Page {
    /// A page that everybody may open and that stands in no navigation.
    #[must_use]
    pub const fn new(path: &'static str, title: Title) -> Self {
        Self { path, title, permissions: &[], place: None, on_phones: true }
    }

    /// The same, for who holds one of these permissions.
    #[must_use]
    pub const fn needs(mut self, permissions: &'static [Permission]) -> Self {
        self.permissions = permissions;
        self
    }

    /// The same, in a group of the navigation.
    #[must_use]
    pub const fn in_group(mut self, group: Group, place: u8) -> Self {
        self.place = Some((group, place));
        self
    }

    /// The same, made for screens that no phone has.
    #[must_use]
    pub const fn not_on_phones(mut self) -> Self {
        self.on_phones = false;
        self
    }
}

/// A figure of regions: what a choropleth, a ranking or a wall may show of each. It is a sum of an answer, or such a sum
/// over another: nothing over nothing is no figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in addresses.
    pub key: &'static str,
    /// What people call it.
    pub title: Title,
    /// What it is counted in.
    pub unit: Title,
    /// How it is read.
    pub kind: FigureKind,
    /// The shades that it is drawn in, by the palette's name for them.
    pub scale: &'static str,
    /// What is counted.
    pub numerator: Term,
    /// What that is divided by.
    pub denominator: Option<Term>,
    /// Whether it is of people, so that it is there for those alone to whom the server tells how many there are.
    pub of_people: bool,
    /// Whether it is of what happened within a period, and not of what stands now.
    pub of_period: bool,
}

/// How a figure is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// A whole number.
    Count,
    /// A density, a mean or a rate.
    Rate,
    /// A part of one.
    Share,
}

/// A sum that an answer tells of each region.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// The answer.
    pub from: FigureSource,
    /// Where it stands in the answer's row of a region, with dots between the steps: `people.total`.
    pub path: &'static str,
    /// What it is multiplied by.
    pub times: f64,
}

/// An answer that tells of each region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureSource {
    /// `/api/measures`: what the archives hold.
    Measures,
    /// `/api/cases/by-region`: how cases stand and stood.
    Cases,
}

impl Term {
    /// A sum of the archives.
    #[must_use]
    pub const fn measure(path: &'static str) -> Self {
        Self { from: FigureSource::Measures, path, times: 1.0 }
    }

    /// A sum of cases.
    #[must_use]
    pub const fn cases(path: &'static str) -> Self {
        Self { from: FigureSource::Cases, path, times: 1.0 }
    }

    /// The same, multiplied.
    #[must_use]
    pub const fn times(mut self, times: f64) -> Self {
        self.times = times;
        self
    }
}

impl Figure {
    /// A count of things.
    #[must_use]
    pub const fn count(key: &'static str, title: Title, unit: Title, scale: &'static str, numerator: Term) -> Self {
        Self {
            key,
            title,
            unit,
            kind: FigureKind::Count,
            scale,
            numerator,
            denominator: None,
            of_people: false,
            of_period: false,
        }
    }

    /// The same, over something else.
    #[must_use]
    pub const fn over(mut self, kind: FigureKind, denominator: Term) -> Self {
        self.kind = kind;
        self.denominator = Some(denominator);
        self
    }

    /// The same, of people.
    #[must_use]
    pub const fn of_people(mut self) -> Self {
        self.of_people = true;
        self
    }

    /// The same, of a period.
    #[must_use]
    pub const fn of_period(mut self) -> Self {
        self.of_period = true;
        self
    }
}

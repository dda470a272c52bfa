//! The attributes that are kept, as tables: what a body is read by, what a filter may name, what `/Schemas` tells.

/// What an attribute holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Text,
    Boolean,
    Moment,
    /// A whole number; only where the server describes itself.
    Integer,
    /// An address of one of these kinds of resources.
    Reference(&'static [&'static str]),
    Complex(&'static [Attribute]),
}

/// An attribute of RFC 7643, section 7.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the characteristics that the RFC gives an attribute")]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) kind: Kind,
    pub(super) many: bool,
    pub(super) required: bool,
    pub(super) case_exact: bool,
    pub(super) read_only: bool,
    /// Set with the value that it belongs to, and not changed by itself.
    pub(super) immutable: bool,
    pub(super) unique: bool,
    pub(super) values: &'static [&'static str],
    /// At most so many characters.
    pub(super) most: usize,
}

pub(super) const fn text(name: &'static str, about: &'static str) -> Attribute {
    Attribute {
        name,
        about,
        kind: Kind::Text,
        many: false,
        required: false,
        case_exact: false,
        read_only: false,
        immutable: false,
        unique: false,
        values: &[],
        most: 120,
    }
}

pub(super) const fn complex(name: &'static str, about: &'static str, parts: &'static [Attribute]) -> Attribute {
    Attribute { kind: Kind::Complex(parts), ..text(name, about) }
}

const PRIMARY: Attribute = Attribute { kind: Kind::Boolean, ..text("primary", "Whether it is the preferred one.") };

const NAME: &[Attribute] = &[
    Attribute { most: 60, ..text("formatted", "The whole name, as it is shown.") },
    Attribute { most: 60, ..text("familyName", "The family name.") },
    Attribute { most: 60, ..text("givenName", "The given name.") },
];
const EMAIL: &[Attribute] = &[
    text("value", "The mail address."),
    Attribute { values: &["work", "home", "other"], ..text("type", "What it is for.") },
    PRIMARY,
];
const PHONE: &[Attribute] = &[
    Attribute { most: 30, ..text("value", "The telephone number.") },
    Attribute { values: &["work", "home", "mobile", "fax", "pager", "other"], ..text("type", "What it is for.") },
    PRIMARY,
];
const GROUPS: &[Attribute] = &[
    Attribute { read_only: true, ..text("value", "The agency's id.") },
    Attribute { read_only: true, kind: Kind::Reference(&["Group"]), ..text("$ref", "The agency's address.") },
    Attribute { read_only: true, ..text("display", "The agency's name.") },
    Attribute { read_only: true, values: &["direct"], ..text("type", "How the person belongs to it.") },
];
const MEMBERS: &[Attribute] = &[
    Attribute { immutable: true, ..text("value", "The person's id.") },
    Attribute { immutable: true, kind: Kind::Reference(&["User"]), ..text("$ref", "The person's address.") },
    Attribute { immutable: true, values: &["User"], ..text("type", "What the member is.") },
    Attribute { read_only: true, ..text("display", "The person's name.") },
];

const USER_ATTRIBUTES: &[Attribute] = &[
    Attribute {
        required: true,
        unique: true,
        most: 64,
        ..text("userName", "The login: 2 to 64 of a to z, digits and . _ @ + -; capitals are taken for small letters.")
    },
    complex("name", "The person's name.", NAME),
    Attribute { most: 60, ..text("displayName", "The name to show; without it name.formatted is shown.") },
    text("nickName", "How the person is called."),
    text("title", "The person's title at the office platform; it gives no rights."),
    text("userType", "How the person is employed; it gives no rights."),
    Attribute { kind: Kind::Boolean, ..text("active", "Whether the account may be used.") },
    Attribute { many: true, ..complex("emails", "Mail addresses.", EMAIL) },
    Attribute { many: true, ..complex("phoneNumbers", "Telephones.", PHONE) },
    Attribute { many: true, read_only: true, ..complex("groups", "The agency to which the person belongs.", GROUPS) },
];
const ENTERPRISE_ATTRIBUTES: &[Attribute] = &[
    text("employeeNumber", "The person's number at the office platform."),
    text("costCenter", "The cost centre."),
    text("organization", "The organisation's name."),
    text("division", "The division's name."),
    Attribute {
        case_exact: true,
        most: 40,
        ..text(DEPARTMENT, "部门编码: the code of the agency to which the person belongs.")
    },
];
const GROUP_ATTRIBUTES: &[Attribute] = &[
    Attribute { required: true, most: 80, ..text("displayName", "The agency's name.") },
    Attribute { many: true, ..complex("members", "The people who belong to it; each belongs to one agency.", MEMBERS) },
];
const META: &[Attribute] = &[
    Attribute { read_only: true, case_exact: true, ..text("resourceType", "What it is.") },
    Attribute { read_only: true, kind: Kind::Moment, ..text("created", "When it was made.") },
    Attribute { read_only: true, kind: Kind::Moment, ..text("lastModified", "When it was changed last.") },
    Attribute { read_only: true, case_exact: true, ..text("location", "Its address.") },
    Attribute { read_only: true, case_exact: true, ..text("version", "Its version.") },
];
/// What every resource has, and no schema tells.
const COMMON: &[Attribute] = &[
    Attribute { read_only: true, case_exact: true, many: true, ..text("schemas", "The schemas.") },
    Attribute { read_only: true, case_exact: true, ..text("id", "The id.") },
    Attribute { case_exact: true, most: 120, ..text("externalId", "The id at the office platform.") },
    Attribute { read_only: true, ..complex("meta", "About the resource.", META) },
];

pub(super) const DEPARTMENT: &str = "department";
pub(super) const ENTERPRISE_URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A schema: its name in the world and its attributes.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) urn: &'static str,
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) attributes: &'static [Attribute],
}

pub(super) static ENTERPRISE: Schema = Schema {
    urn: ENTERPRISE_URN,
    name: "EnterpriseUser",
    about: "What the office platform tells of people of the city's agencies",
    attributes: ENTERPRISE_ATTRIBUTES,
};

/// A kind of resource.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) name: &'static str,
    pub(super) endpoint: &'static str,
    pub(super) schema: Schema,
    pub(super) extension: Option<&'static Schema>,
}

pub(super) static USER: Resource = Resource {
    name: "User",
    endpoint: "/Users",
    schema: Schema {
        urn: "urn:ietf:params:scim:schemas:core:2.0:User",
        name: "User",
        about: "The account of a person",
        attributes: USER_ATTRIBUTES,
    },
    extension: Some(&ENTERPRISE),
};
pub(super) static GROUP: Resource = Resource {
    name: "Group",
    endpoint: "/Groups",
    schema: Schema {
        urn: "urn:ietf:params:scim:schemas:core:2.0:Group",
        name: "Group",
        about: "An agency; externalId is its 部门编码",
        attributes: GROUP_ATTRIBUTES,
    },
    extension: None,
};

/// What RFC 7643 knows and is not kept: it is taken and passed over, and has no value in a filter.
const NOT_KEPT: &[&str] = &[
    "profileUrl",
    "preferredLanguage",
    "locale",
    "timezone",
    "addresses",
    "ims",
    "photos",
    "manager",
    "honorificPrefix",
    "honorificSuffix",
    "middleName",
];
/// What SCIM may not touch: a change that names it is refused, and in a whole resource it is passed over.
const PROTECTED: &[&str] = &["password", "roles", "entitlements", "x509Certificates"];

/// Where a name leads in a resource.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    /// An attribute, of the extension or not, and the part of it that is named.
    Attribute { extension: bool, attribute: &'static Attribute, part: Option<&'static Attribute> },
    /// The whole extension.
    Extension,
    /// Known to the RFC, not kept here.
    NotKept,
    /// Not for SCIM to change.
    Protected,
}

fn among(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

fn listed(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// What follows a schema's name and a colon; the empty text when there is nothing but the schema.
fn after<'a>(urn: &str, name: &'a str) -> Option<&'a str> {
    let head = name.get(..urn.len()).filter(|head| head.eq_ignore_ascii_case(urn))?;
    let rest = &name[head.len()..];
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(':') }
}

impl Attribute {
    pub(super) const fn parts(&self) -> &'static [Self] {
        match self.kind {
            Kind::Complex(parts) => parts,
            _ => &[],
        }
    }

    /// A part of it by name, whatever the capitals.
    pub(super) fn part(&self, name: &str) -> Option<&'static Self> {
        among(self.parts(), name)
    }
}

impl Resource {
    /// Where a name such as `emails.value` leads, with its schema before it or not; nothing for what nobody knows.
    pub(super) fn find(&self, name: &str) -> Option<Found> {
        if let Some(extension) = self.extension
            && let Some(rest) = after(extension.urn, name)
        {
            return if rest.is_empty() {
                Some(Found::Extension)
            } else {
                Self::lookup(rest, |name| among(extension.attributes, name), true)
            };
        }
        let name = after(self.schema.urn, name).unwrap_or(name);
        Self::lookup(name, |name| among(COMMON, name).or_else(|| among(self.schema.attributes, name)), false)
    }

    fn lookup(name: &str, among: impl Fn(&str) -> Option<&'static Attribute>, extension: bool) -> Option<Found> {
        let (name, part) = name.split_once('.').map_or((name, None), |(name, part)| (name, Some(part)));
        if listed(PROTECTED, name) {
            return Some(Found::Protected);
        }
        if listed(NOT_KEPT, name) {
            return Some(Found::NotKept);
        }
        let attribute = among(name)?;
        let Some(part) = part else { return Some(Found::Attribute { extension, attribute, part: None }) };
        if listed(NOT_KEPT, part) {
            return Some(Found::NotKept);
        }
        Some(Found::Attribute { extension, attribute, part: Some(attribute.part(part)?) })
    }
}

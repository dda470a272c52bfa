//! The schemas of what the server tells of itself (RFC 7643, section 8.7.2).

use super::schema::{Attribute, Kind, Schema, complex, text};

const fn told(name: &'static str, about: &'static str) -> Attribute {
    Attribute { read_only: true, required: true, ..text(name, about) }
}

const fn flag(name: &'static str, about: &'static str) -> Attribute {
    Attribute { kind: Kind::Boolean, ..told(name, about) }
}

const fn number(name: &'static str, about: &'static str) -> Attribute {
    Attribute { kind: Kind::Integer, ..told(name, about) }
}

const fn address(name: &'static str, about: &'static str) -> Attribute {
    Attribute { kind: Kind::Reference(&["external"]), case_exact: true, required: false, ..told(name, about) }
}

const fn urn(name: &'static str, about: &'static str) -> Attribute {
    Attribute { kind: Kind::Reference(&["uri"]), case_exact: true, ..told(name, about) }
}

const fn parts(name: &'static str, about: &'static str, parts: &'static [Attribute]) -> Attribute {
    Attribute { read_only: true, required: true, ..complex(name, about, parts) }
}

const fn list(attribute: Attribute) -> Attribute {
    Attribute { many: true, ..attribute }
}

const fn optional(attribute: Attribute) -> Attribute {
    Attribute { required: false, ..attribute }
}

const SUPPORTED: &[Attribute] = &[flag("supported", "Whether it is supported.")];
const BULK: &[Attribute] = &[
    flag("supported", "Whether it is supported."),
    number("maxOperations", "How many operations at once."),
    number("maxPayloadSize", "How many bytes at once."),
];
const FILTER: &[Attribute] =
    &[flag("supported", "Whether it is supported."), number("maxResults", "How many resources a page has at most.")];
const SCHEMES: &[Attribute] = &[
    told("type", "The kind of the scheme."),
    told("name", "The scheme's name."),
    told("description", "What the scheme is."),
    address("specUri", "Where the scheme is specified."),
    address("documentationUri", "Where its use is told."),
];
const CONFIG: &[Attribute] = &[
    address("documentationUri", "Where the service is told."),
    parts("patch", "PATCH.", SUPPORTED),
    parts("bulk", "Bulk operations.", BULK),
    parts("filter", "Filters.", FILTER),
    parts("changePassword", "Changing passwords.", SUPPORTED),
    parts("sort", "Sorting.", SUPPORTED),
    parts("etag", "Versions.", SUPPORTED),
    list(parts("authenticationSchemes", "How clients show who they are.", SCHEMES)),
];

const EXTENSIONS: &[Attribute] =
    &[urn("schema", "The extension's schema."), flag("required", "Whether a resource has to have it.")];
const RESOURCE_TYPE: &[Attribute] = &[
    optional(told("id", "The id.")),
    told("name", "The name."),
    optional(told("description", "What it is.")),
    urn("endpoint", "Where its resources lie."),
    urn("schema", "Its schema."),
    optional(list(parts("schemaExtensions", "What extends it.", EXTENSIONS))),
];

const TRAITS: &[Attribute] = &[
    told("name", "The name."),
    told("type", "The kind of its values."),
    flag("multiValued", "Whether it has several."),
    optional(told("description", "What it is.")),
    flag("required", "Whether it has to be there."),
    optional(list(told("canonicalValues", "Values that are suggested."))),
    optional(flag("caseExact", "Whether capitals matter.")),
    optional(told("mutability", "Whether it may be changed.")),
    optional(told("returned", "When it is shown.")),
    optional(told("uniqueness", "Whether no two have one value.")),
    optional(list(told("referenceTypes", "What it may refer to."))),
];
const ATTRIBUTES: &[Attribute] = &[
    TRAITS[0],
    TRAITS[1],
    TRAITS[2],
    TRAITS[3],
    TRAITS[4],
    TRAITS[5],
    TRAITS[6],
    TRAITS[7],
    TRAITS[8],
    TRAITS[9],
    TRAITS[10],
    optional(list(parts("subAttributes", "Its parts.", TRAITS))),
];
const SCHEMA: &[Attribute] = &[
    told("id", "The URN."),
    optional(told("name", "The name.")),
    optional(told("description", "What it is.")),
    list(parts("attributes", "What resources of it hold.", ATTRIBUTES)),
];

/// The schemas of what the server tells of itself.
pub(super) static SCHEMAS: &[Schema] = &[
    Schema {
        urn: "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
        name: "ServiceProviderConfig",
        about: "What the server supports",
        attributes: CONFIG,
    },
    Schema {
        urn: "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
        name: "ResourceType",
        about: "A kind of resource",
        attributes: RESOURCE_TYPE,
    },
    Schema {
        urn: "urn:ietf:params:scim:schemas:core:2.0:Schema",
        name: "Schema",
        about: "What a kind of resource holds",
        attributes: SCHEMA,
    },
];

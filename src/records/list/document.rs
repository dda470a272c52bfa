//! A list in the document of the API.

use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type},
    },
};

use super::{
    definition::{FilterKind, ListType},
    query::ListQuery,
};

fn of(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

fn parameter(name: &str, about: impl Into<String>, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about.into()))
        .schema(Some(schema))
        .build()
}

/// The database keeps no NUL in a text.
const NO_NUL: &str = r"^[^\u0000]*$";

fn schema(kind: FilterKind) -> ObjectBuilder {
    match kind {
        FilterKind::Text(most) => of(Type::String).max_length(Some(most)).pattern(Some(NO_NUL)),
        FilterKind::Formed(most, example) => {
            of(Type::String).max_length(Some(most)).pattern(Some(NO_NUL)).examples([example])
        }
        FilterKind::OneOf(words) => of(Type::String).enum_values(Some(words.iter().copied().chain([""]))),
        FilterKind::Texts(_) => of(Type::String).pattern(Some(NO_NUL)),
        FilterKind::Integer => of(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64))),
        FilterKind::Boolean => of(Type::Boolean),
        FilterKind::Time => of(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))),
        FilterKind::Box => {
            of(Type::String).pattern(Some(r"^(-?[0-9]{1,3}(\.[0-9]{1,12})?(,-?[0-9]{1,3}(\.[0-9]{1,12})?){3})?$"))
        }
        FilterKind::Region => of(Type::String)
            .pattern(Some("^([1-9][0-9]{3}|[1-9][0-9]{5}|[1-9][0-9]{8}|[1-9][0-9]{11}|[1-9][0-9]{14})?$")),
    }
}

/// What an order looks like: up to three of the columns.
fn order_pattern(sortable: &[&str]) -> String {
    let one = format!("-?({})", sortable.join("|"));
    format!("^({one}(,{one}){{0,2}})?$")
}

impl<L: ListType> IntoParams for ListQuery<L> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let list = L::LIST;
        let sortable: Vec<&str> =
            list.columns.iter().filter(|column| column.sorts.is_some()).map(|column| column.name).collect();
        let filters = list.filters.iter().map(|filter| parameter(filter.name, filter.about, schema(filter.kind)));
        let (usual, most) = list.page;
        let order = format!(
            "The columns to sort by, up to three with commas between them, `-` before one that goes backwards: {}. `{}` \
             when not given.",
            sortable.join(", "),
            if list.sort.is_empty() { "id" } else { list.sort }
        );
        filters
            .chain([
                parameter("sort", order, of(Type::String).pattern(Some(order_pattern(&sortable)))),
                parameter(
                    "after",
                    "What the page before gave as `next`.",
                    of(Type::String).pattern(Some("^[A-Za-z0-9_-]*$")),
                ),
                parameter(
                    "limit",
                    format!("Rows of a page, 1 to {most}; {usual} when not given."),
                    of(Type::Integer)
                        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
                        .minimum(Some(1))
                        .maximum(Some(most)),
                ),
                parameter("count", "Whether the answer says how many rows there are in all.", of(Type::Boolean)),
                parameter(
                    "format",
                    format!("`csv` or `xlsx` for a file of all pages, at most {} rows.", list.most),
                    of(Type::String).enum_values(Some(["json", "csv", "xlsx"])),
                ),
            ])
            .collect()
    }
}

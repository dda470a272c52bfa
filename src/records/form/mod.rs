//! Forms as data: a JSON Schema (2020-12) that says what may be filled in, and a layout that says how it is asked for.
//!
//! A form ships as a JSON file of its module. The web draws it from its layout and checks it by its schema while it is filled
//! in; the server checks what arrives by the same schema, tells all faults at once, each at its field, and only then reads it
//! into a type. What no schema can say (whether a thing is there, whether it is the actor's) the handler says.
//!
//! Schemas keep to what both sides read alike: `type`, `required`, `enum`, `minLength`, `maxLength`, `minimum`, `maximum`,
//! `minItems`, `maxItems`, `uniqueItems`, `items`, `pattern` without look-around, and `format` as a hint.

mod definition;
mod fault;
mod filled;

pub use self::{
    definition::{FieldKind, FormDef, FormDocument, FormField, FormTitle},
    filled::{Filled, FormType},
};

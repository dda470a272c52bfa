//! What a list is.

use crate::kernel::{codes::CodeTable, text::Title};

/// A list that a module declares.
#[derive(Debug)]
pub struct ListDef {
    /// Its name: in the audit of files that are taken along, and in those files' names.
    pub name: &'static str,
    /// What people call it.
    pub title: Title,
    /// `select … from …` without an order: the columns by their names, and `id`, a number that no two rows share.
    pub rows: &'static str,
    /// Its columns, in the order in which a file has them.
    pub columns: &'static [ListColumn],
    /// By what it may be narrowed.
    pub filters: &'static [ListFilter],
    /// How it is sorted when nothing is said: `-created_at,name`.
    pub sort: &'static str,
    /// Rows of a page when nothing is said, and at most.
    pub page: (i64, i64),
    /// Rows of a file at most.
    pub most: i64,
}

impl ListDef {
    /// A list of pages of 100 rows, at most 500, and files of at most 10,000, sorted by id.
    #[must_use]
    pub const fn new(name: &'static str, title: Title, rows: &'static str, columns: &'static [ListColumn]) -> Self {
        Self { name, title, rows, columns, filters: &[], sort: "", page: (100, 500), most: 10_000 }
    }

    /// A column by its name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static ListColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A column of a list.
#[derive(Debug)]
pub struct ListColumn {
    /// Its name in the rows' SQL and in the answer's items.
    pub name: &'static str,
    /// The heading of a file.
    pub title: Title,
    /// The type in SQL by which it is compared, for a column that the list may be sorted by. Never of a masked column.
    pub sorts: Option<&'static str>,
    /// The collation by which it is compared, as SQL.
    pub collation: &'static str,
    /// What its codes are called in a file.
    pub codes: Option<&'static CodeTable>,
}

impl ListColumn {
    /// A column that a list isn't sorted by.
    #[must_use]
    pub const fn new(name: &'static str, title: Title) -> Self {
        Self { name, title, sorts: None, collation: "", codes: None }
    }

    /// The same, and the list may be sorted by it: as this type in SQL.
    #[must_use]
    pub const fn sorted(mut self, sql_type: &'static str) -> Self {
        self.sorts = Some(sql_type);
        self
    }

    /// The same for names of people and things: Chinese ones stand in the order of their pinyin.
    #[must_use]
    pub const fn sorted_by_name(mut self) -> Self {
        self.sorts = Some("text");
        self.collation = " collate \"zh-x-icu\"";
        self
    }

    /// The same, with names for its codes.
    #[must_use]
    pub const fn coded(mut self, codes: &'static CodeTable) -> Self {
        self.codes = Some(codes);
        self
    }
}

/// What a filter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// A text of at most so many characters.
    Text(usize),
    /// A text of at most so many characters whose form the handler checks, and an example of it.
    Formed(usize, &'static str),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Several texts with commas between them: at most so many.
    Texts(usize),
    /// A whole number.
    Integer,
    /// true or false.
    Boolean,
    /// A moment, RFC 3339.
    Time,
    /// A region's code, short or full: its first and its last code of 15 digits.
    Region,
    /// A box on the map, WGS 84: least longitude and latitude, then the greatest.
    Box,
}

/// A way to narrow a list.
#[derive(Debug)]
pub struct ListFilter {
    /// Its name in an address.
    pub name: &'static str,
    /// What it takes.
    pub kind: FilterKind,
    /// A condition over the list's columns, with `{}` wherever the value stands: of a region an array of two numbers, of a
    /// box one of four, of several texts an array of them. Empty where the handler reads the value by itself.
    pub condition: &'static str,
    /// What it means, for the document of the API.
    pub about: &'static str,
}

impl ListFilter {
    /// A filter by a condition.
    #[must_use]
    pub const fn new(name: &'static str, kind: FilterKind, condition: &'static str, about: &'static str) -> Self {
        Self { name, kind, condition, about }
    }
}

/// What names a list in the type of a handler's arguments.
pub trait ListType: Send + Sync + 'static {
    /// The list.
    const LIST: &'static ListDef;
}

//! The floors of ARCHITECTURE.md: a file uses its own floor and the floors below, never one above; modules use only
//! what those before them show; and no files import each other in a circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The floor of a path in the crate, by its first part.
fn floor(part: &str) -> Option<u8> {
    match part {
        "spatial" => Some(0),
        "kernel" => Some(1),
        "layers" => Some(2),
        "map" | "records" | "flow" => Some(3),
        "modules" => Some(4),
        "app" | "manifest" | "metrics" | "openapi" => Some(5),
        "demo" | "bench" => Some(6),
        "cli" | "main" => Some(7),
        _ => None,
    }
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// One path that a file uses: its parts, and whether the file hands it on (`pub use`).
#[derive(Debug, PartialEq, Eq)]
struct Used {
    parts: Vec<String>,
    is_handed_on: bool,
}

/// Opens the braces of a `use`: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn opened(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut depth, mut start, mut paths) = (0, 0, Vec::new());
    let mut part = |text: &str| {
        paths.extend(opened(text).into_iter().filter(|path| !path.is_empty()).map(|path| format!("{head}{path}")));
    };
    for (index, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                part(&group[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    part(&group[start..]);
    paths
}

/// Every path that a text uses: in `use`, and written out from `crate`, `super` or `self`.
fn used(text: &str) -> Vec<Used> {
    let mut plain = String::new();
    // Comments and the tests below the code aren't the code.
    for line in text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().lines() {
        let mut line = line.split("//").next().unwrap_or_default().to_owned();
        // Who may see an item is no import: `pub(in crate::demo)`.
        while let Some((at, length)) = line.find("pub(in ").and_then(|at| Some((at, line[at..].find(')')?))) {
            line.replace_range(at..=at + length, "pub");
        }
        plain += &line;
        plain.push('\n');
    }
    let mut found = Vec::new();
    let mut rest = String::new();
    for statement in plain.split_inclusive(';') {
        let at = statement.match_indices("use ").map(|(at, _)| at).find(|&at| {
            let before = statement[..at].rsplit('\n').next().unwrap_or_default().trim();
            before.is_empty() || (before.starts_with("pub") && !before.contains(' ') || before.ends_with(')'))
        });
        match at.filter(|_| statement.ends_with(';')) {
            Some(at) => {
                let is_handed_on = statement[..at].rsplit('\n').next().unwrap_or_default().trim().starts_with("pub");
                let tree: String =
                    statement[at + 4..statement.len() - 1].split_whitespace().collect::<Vec<_>>().join(" ");
                for path in opened(&tree) {
                    let parts = path.split("::").map(|part| part.trim().to_owned()).collect();
                    found.push(Used { parts, is_handed_on });
                }
                rest += &statement[..at];
            }
            None => rest += statement,
        }
    }
    for start in ["crate::", "super::", "self::", "gridhall_spatial::", "gridhall_land::"] {
        for (at, _) in rest.match_indices(start) {
            let is_whole = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            let path: String = rest[at..].chars().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
            if is_whole {
                let parts = path.trim_end_matches(':').split("::").map(str::to_owned).collect();
                found.push(Used { parts, is_handed_on: false });
            }
        }
    }
    found
}

/// The folders that are crates of their own.
const SPATIAL: &[&str] = &["spatial"];
const LAND: &[&str] = &["demo", "land"];

fn folder(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// The root of the crate in which a module stands.
fn crate_of(module: &[String]) -> Vec<String> {
    let roots = [SPATIAL, LAND].into_iter().map(folder);
    roots.into_iter().find(|root| module.starts_with(root)).unwrap_or_default()
}

/// The crates' files by the path of their module.
struct Sources {
    files: BTreeMap<Vec<String>, (PathBuf, Vec<Used>)>,
}

impl Sources {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut paths = Vec::new();
        sources(&root, &mut paths);
        assert!(paths.len() > 30, "the sources were not found");
        let files = paths.into_iter().map(|path| {
            let inner = path.strip_prefix(&root).unwrap().to_owned();
            let mut module: Vec<String> =
                inner.iter().map(|part| part.to_string_lossy().trim_end_matches(".rs").to_owned()).collect();
            if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                module.pop();
            }
            (module, (inner, used(&fs::read_to_string(&path).unwrap())))
        });
        Self { files: files.collect() }
    }

    /// The module in which a path ends, and what is named in it.
    fn end<'a>(&self, from: &[String], path: &'a [String]) -> Option<(Vec<String>, &'a [String])> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (crate_of(from), &path[1..]),
            "gridhall_spatial" => (folder(SPATIAL), &path[1..]),
            "gridhall_land" => (folder(LAND), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                (from[..from.len().checked_sub(ups)?].to_vec(), &path[ups..])
            }
            first => {
                let child: Vec<String> = from.iter().cloned().chain([first.to_owned()]).collect();
                self.files.contains_key(&child).then(|| (from.to_vec(), path))?
            }
        };
        while let Some((first, others)) = rest.split_first() {
            let next: Vec<String> = at.iter().cloned().chain([first.clone()]).collect();
            if !self.files.contains_key(&next) {
                break;
            }
            (at, rest) = (next, others);
        }
        Some((at, rest))
    }

    /// The module of the file that defines what a path names, through whatever hands it on.
    fn definition(&self, from: &[String], path: &[String], depth: u8) -> Option<Vec<String>> {
        let (at, rest) = self.end(from, path)?;
        let handed_on = rest.first().filter(|_| depth > 0).and_then(|name| {
            let (_, uses) = &self.files[&at];
            uses.iter().filter(|used| used.is_handed_on).find(|used| used.parts.last() == Some(name))
        });
        match handed_on {
            Some(used) => self.definition(&at, &used.parts, depth - 1),
            None => self.files.contains_key(&at).then_some(at),
        }
    }

    /// Which files each file imports from. What a `mod.rs` hands on isn't its own.
    fn imports(&self) -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
        let imports = self.files.iter().map(|(module, (path, uses))| {
            let is_contents = path.ends_with("mod.rs");
            let own = uses.iter().filter(|used| !(is_contents && used.is_handed_on));
            let from = own.filter_map(|used| self.definition(module, &used.parts, 5));
            (module.clone(), from.filter(|other| other != module).collect())
        });
        imports.collect()
    }
}

#[test]
fn nothing_reaches_upward() {
    let sources = Sources::read();
    let order: Vec<&str> = gridhall::app::modules().iter().map(|module| module.name).collect();
    let mut wrong = Vec::new();
    for (module, (path, uses)) in &sources.files {
        let Some(first) = module.first() else { continue };
        let own = floor(first).unwrap_or_else(|| panic!("{} stands on no floor", path.display()));
        for used in uses {
            let Some((at, rest)) = sources.end(module, &used.parts) else { continue };
            let other = at.iter().chain(rest).cloned().collect::<Vec<_>>();
            let Some(there) = other.first().and_then(|first| floor(first)) else { continue };
            if there > own {
                wrong.push(format!("{} (floor {own}) uses {} (floor {there})", path.display(), other.join("::")));
            }
            let next_door =
                first == "modules" && other[0] == "modules" && module.len() > 1 && other.get(1) != module.get(1);
            if next_door && other.get(1).is_some_and(|name| name.starts_with(char::is_lowercase)) {
                // What a module's `mod.rs` shows may be used by those that stand after it in `app.rs`.
                let place = |name: &str| order.iter().position(|known| *known == name);
                // What every module declares is described before all of them.
                let is_before = place(&module[1]).is_none_or(|own| place(&other[1]).is_some_and(|there| there < own));
                let is_public = at.len() == 2 && rest.len() <= 1 && is_before;
                if !is_public {
                    wrong.push(format!("{} uses {} of the module {}", path.display(), rest.join("::"), other[1]));
                }
            }
        }
        if first == "spatial" {
            let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)).unwrap();
            for forbidden in ["sqlx::", "axum::", "tokio::", "SystemTime", "Instant::now", "Utc::now"] {
                if text.contains(forbidden) {
                    wrong.push(format!("{} knows {forbidden}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut imports = Sources::read().imports();
    assert!(imports.values().map(BTreeSet::len).sum::<usize>() > 500, "the imports were not found");
    // A file that imports from none that is left is on no circle, nor is one that none imports from.
    loop {
        let before = imports.len();
        let left: BTreeSet<Vec<String>> = imports.keys().cloned().collect();
        imports.retain(|_, from| from.iter().any(|other| left.contains(other)));
        let imported: BTreeSet<Vec<String>> = imports.values().flatten().cloned().collect();
        imports.retain(|module, _| imported.contains(module));
        if imports.len() == before {
            break;
        }
    }
    let left: BTreeSet<&Vec<String>> = imports.keys().collect();
    let edges = imports.iter().flat_map(|(module, from)| {
        from.iter()
            .filter(|other| left.contains(other))
            .map(|other| format!("{} → {}", module.join("::"), other.join("::")))
    });
    assert!(left.is_empty(), "between these files there is a circle:\n{}", edges.collect::<Vec<_>>().join("\n"));
}

/// What a floor may say though a layer of a module is called the same: file, word.
const OTHER_MEANINGS: [(&str, &str); 2] = [
    // What sensitive data is asked for: a case is handled.
    ("src/kernel/codes.rs", "case"),
    // The heading of a file's column that names a building by its external id.
    ("src/map/transfer/mapping.rs", "building"),
];

/// The floors below the modules know no layer and no table of theirs by name; and the layers know nothing of what is made of
/// them: not the tiles, not HTTP.
#[test]
fn no_floor_below_names_what_modules_bring() {
    let layers = gridhall::app::layers(gridhall::app::modules());
    let names: BTreeSet<&str> = layers
        .iter()
        .flat_map(|layer| [layer.name, layer.table.name])
        .filter(|name| !["county", "street", "community", "grid", "region"].contains(name))
        .collect();
    assert!(names.len() > 5);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["kernel", "layers", "map", "records"] {
        let mut files = Vec::new();
        sources(&root.join("src").join(folder), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(root).unwrap().display().to_string();
            let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let known = names.iter().filter(|name| !OTHER_MEANINGS.contains(&(path.as_str(), **name)));
            let literals = known.map(|name| format!("\"{name}\""));
            let above = if folder == "layers" { &["axum::", "crate::map", "crate::modules"][..] } else { &[] };
            for word in literals.chain(above.iter().map(|word| (*word).to_owned())) {
                if shipped.contains(&word) {
                    wrong.push(format!("{path} knows {word}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Beside the `store.rs` files (and folders), these may hold SQL, and why.
const OTHER_SQL: [(&str, &str); 23] = [
    ("src/kernel/auth/mod.rs", "sessions, before there is an actor"),
    ("src/kernel/auth/tokens.rs", "tokens, before there is an actor"),
    ("src/kernel/db/application.rs", "the roles of the database"),
    ("src/kernel/db/cluster.rs", "the private cluster"),
    ("src/kernel/db/connections.rs", "the pool"),
    ("src/kernel/db/copy.rs", "COPY"),
    ("src/kernel/db/lease.rs", "begins and ends transactions"),
    ("src/kernel/db/owner.rs", "migrations"),
    ("src/kernel/db/scope.rs", "the scope of a transaction"),
    ("src/layers/follow.rs", "the change feed"),
    ("src/layers/load.rs", "every view of the schema layer"),
    ("src/layers/regions.rs", "the tree of regions"),
    ("src/map/transfer/export.rs", "any table that has a layer"),
    ("src/map/transfer/import/mod.rs", "any table that has a layer"),
    ("src/map/transfer/region_import.rs", "regions with their history"),
    ("src/records/list/rows.rs", "lists, of constants that stand in the stores"),
    ("src/cli/backup.rs", "reads one point of everything"),
    ("src/cli/doctor.rs", "compares memory with the database"),
    ("src/cli/run.rs", "as the owner, before the server serves"),
    ("src/demo/administration.rs", "the made city"),
    ("src/demo/living.rs", "the made city"),
    ("src/demo/mod.rs", "the made city"),
    ("src/bench/", "measures PostGIS beside the program"),
];

#[test]
fn sql_stands_in_the_stores() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(root).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        let shipped = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let has_sql = ["query!(", "query_as!(", "query_scalar!(", "sqlx::query", "raw_sql(", "copy_in"]
            .iter()
            .any(|word| shipped.contains(word));
        let is_store = path.ends_with("/store.rs") || path.contains("/store/");
        if has_sql && !is_store && !OTHER_SQL.iter().any(|(known, _)| path.starts_with(known)) {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "SQL outside the stores: {}", wrong.join(", "));
}

#[test]
fn the_test_itself_sees_groups_and_what_is_handed_on() {
    let text = "//! use nothing::here;\nuse crate::{\n kernel::{actor::Actor, db::Db as Database},\n map::Map,\n};\n\
                pub(crate) use store::{Row, rows};\nlet x = crate::app::layers();\nlet y = super::super::z;";
    let found: Vec<String> = used(text).iter().map(|used| used.parts.join("::")).collect();
    assert_eq!(
        found,
        [
            "crate::kernel::actor::Actor",
            "crate::kernel::db::Db",
            "crate::map::Map",
            "store::Row",
            "store::rows",
            "crate::app::layers",
            "super::super::z"
        ]
    );
    assert_eq!(used(text).iter().filter(|used| used.is_handed_on).count(), 2);
}

/// Type names that are declared more than once, and by how many. Each is to become one with a meaning of its own: the list may
/// grow shorter and not longer.
const SAME_NAMES: [(&str, usize); 51] = [
    ("Account", 2),
    ("Answer", 2),
    ("Asked", 2),
    ("Authority", 2),
    ("Building", 2),
    ("Cases", 2),
    ("Cell", 3),
    ("Change", 2),
    ("City", 2),
    ("Code", 2),
    ("Column", 2),
    ("Connections", 2),
    ("Counted", 2),
    ("Entry", 2),
    ("Export", 2),
    ("Fault", 3),
    ("Form", 2),
    ("Found", 2),
    ("Geometry", 2),
    ("Given", 2),
    ("Hash", 3),
    ("Household", 2),
    ("Invited", 2),
    ("Key", 4),
    ("Kind", 4),
    ("Known", 2),
    ("Lattice", 2),
    ("Level", 2),
    ("Network", 2),
    ("Outcome", 3),
    ("Person", 3),
    ("Place", 2),
    ("Plan", 2),
    ("Reader", 4),
    ("Refusal", 3),
    ("Result", 3),
    ("Row", 2),
    ("Rows", 3),
    ("Rule", 3),
    ("Schema", 2),
    ("Shown", 2),
    ("Signed", 2),
    ("Summary", 2),
    ("Table", 2),
    ("Target", 2),
    ("Tiles", 2),
    ("Token", 3),
    ("Trusted", 2),
    ("Turn", 2),
    ("View", 2),
    ("Worker", 2),
];

#[test]
fn a_type_name_means_one_thing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut declared: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for line in text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let words = match words.as_slice() {
                [first, rest @ ..] if first.starts_with("pub") => rest,
                words => words,
            };
            // An associated type is indented and names nothing of its own.
            let kinds: &[&str] =
                if line.starts_with(' ') { &["struct", "enum", "trait"] } else { &["struct", "enum", "trait", "type"] };
            if let [kind, name, ..] = words
                && kinds.contains(kind)
            {
                let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
                *declared.entry(name).or_default() += 1;
            }
        }
    }
    assert!(declared.len() > 400, "the types were not found");
    let several: Vec<(&str, usize)> =
        declared.iter().filter(|(_, times)| **times > 1).map(|(name, times)| (name.as_str(), *times)).collect();
    assert_eq!(several, SAME_NAMES, "a name with several meanings, or one that is cured: take it off the list");
}

//! The floors of ARCHITECTURE.md: a file uses its own floor's shared parts and the floors below, never one above;
//! and modules don't use one another.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The floor of a path in the crate, by its first part.
fn floor(part: &str) -> Option<u8> {
    match part {
        "spatial" => Some(0),
        "kernel" => Some(1),
        "map" | "flow" => Some(2),
        "modules" => Some(3),
        "app" | "openapi" => Some(4),
        "cli" | "main" => Some(5),
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

/// The paths that `crate::` stands before, with their first two parts; braces are opened.
fn used(text: &str) -> Vec<(String, String)> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            // The parts of the group that stand at its own depth.
            let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
            for (index, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => {
                        parts.push(&group[start..index]);
                        break;
                    }
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        parts.push(&group[start..index]);
                        start = index + 1;
                    }
                    _ => {}
                }
            }
            for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
                let first = word(part);
                let second =
                    part.strip_prefix(&first).and_then(|rest| rest.strip_prefix("::")).map(word).unwrap_or_default();
                found.push((first, second));
            }
        } else {
            let first = word(rest);
            let second =
                rest.strip_prefix(&first).and_then(|rest| rest.strip_prefix("::")).map(word).unwrap_or_default();
            found.push((first, second));
        }
    }
    found
}

#[test]
fn nothing_reaches_upward() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 30, "the sources were not found");
    let mut wrong = Vec::new();
    for file in files {
        let inner = file.strip_prefix(&root).unwrap();
        let parts: Vec<String> =
            inner.iter().map(|part| part.to_string_lossy().trim_end_matches(".rs").to_owned()).collect();
        if parts[0] == "lib" {
            continue;
        }
        let own = floor(&parts[0]).unwrap_or_else(|| panic!("{} stands on no floor", inner.display()));
        let text = fs::read_to_string(&file).unwrap();
        for (first, second) in used(&text) {
            let Some(other) = floor(&first) else { continue };
            if other > own {
                wrong.push(format!("{} (floor {own}) uses {first} (floor {other})", inner.display()));
            }
            let next_door = parts[0] == "modules" && first == "modules" && parts.len() > 2 && second != parts[1];
            if next_door && second.chars().next().is_some_and(char::is_lowercase) {
                wrong.push(format!("{} uses the module {second}", inner.display()));
            }
        }
        if parts[0] == "spatial" {
            for forbidden in ["sqlx::", "axum::", "tokio::", "SystemTime", "Instant::now", "Utc::now"] {
                if text.contains(forbidden) {
                    wrong.push(format!("{} knows {forbidden}", inner.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_test_itself_sees_groups() {
    let text = "use crate::{\n kernel::{actor::Actor, db::Db},\n map::Map,\n modules::cases::api,\n};\nlet x = crate::app::layers();";
    let found: Vec<String> = used(text).into_iter().map(|(a, b)| format!("{a}.{b}")).collect();
    assert_eq!(found, ["kernel.", "map.Map", "modules.cases", "app.layers"]);
}

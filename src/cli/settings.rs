//! `gridhall.toml`: what stands in it need not be said on the command line, which goes before it, as the environment does.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use clap::{ArgMatches, Command, parser::ValueSource};
use serde::Deserialize;

/// The file's name in the data folder.
pub(super) const NAME: &str = "gridhall.toml";
/// The commands that take these settings.
const COMMANDS: [&str; 2] = ["serve", "demo"];

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    database: DatabaseSection,
    server: ServerSection,
    map: MapSection,
    audit: AuditSection,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DatabaseSection {
    url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServerSection {
    listen: Option<String>,
    public_url: Option<String>,
    tls_cert: Option<String>,
    tls_key: Option<String>,
    certificate_listen: Option<String>,
    trust_proxy: Option<Vec<String>>,
    requests_per_second: Option<u32>,
    connections: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MapSection {
    basemaps: Option<String>,
    tile_cache: Option<u32>,
    approval: Option<String>,
    author: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AuditSection {
    anchor: Option<String>,
    trust: Option<Vec<String>>,
    anchor_url: Option<String>,
}

/// A setting.
struct FileSetting {
    /// Its section and key.
    name: &'static str,
    /// The option of the command line that it stands for.
    option: &'static str,
    /// What the file says.
    values: Option<Vec<String>>,
}

/// What the settings file says.
pub(super) struct Settings {
    /// Where it lies, if there is one.
    path: Option<PathBuf>,
    settings: Vec<FileSetting>,
}

impl Settings {
    /// Reads the file that is named, or that of the data folder, if it is there.
    pub(super) fn read(named: Option<&Path>, data: &Path) -> Result<Self> {
        let usual = data.join(NAME);
        let path = named.map(Path::to_owned).or_else(|| usual.exists().then_some(usual));
        let file = match &path {
            Some(path) => {
                let text = std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
                Self::parse(&text).with_context(|| format!("{} can't be used", path.display()))?
            }
            None => File::default(),
        };
        Ok(Self { path, settings: settings(file) })
    }

    fn parse(text: &str) -> Result<File> {
        toml::from_str(text).map_err(|error| anyhow!("{error}"))
    }

    /// The command line, whose defaults are those of the file.
    fn apply(&self, mut command: Command) -> Command {
        for FileSetting { option, values, .. } in &self.settings {
            let Some(values) = values else { continue };
            let set = |command: Command| command.mut_arg(option, |arg| arg.default_values(values.clone()));
            if *option == "database_url" {
                command = set(command);
            } else {
                for name in COMMANDS {
                    command = command.mut_subcommand(name, set);
                }
            }
        }
        command
    }

    /// Reads the command line, with the file behind it.
    pub(super) fn matches(&self, command: Command, arguments: &[impl AsRef<OsStr>]) -> Result<ArgMatches> {
        let command = self.apply(command);
        let matches = command.try_get_matches_from(arguments.iter().map(AsRef::as_ref));
        matches.map_err(|error| match &self.path {
            Some(path) => anyhow!("{} can't be used: {error}", path.display()),
            None => anyhow!("{error}"),
        })
    }

    /// What each setting is, and who says so.
    pub(super) fn report(&self, command: Command) -> Result<String> {
        let matches = self.matches(command, &["gridhall", COMMANDS[0]])?;
        let Some(served) = matches.subcommand_matches(COMMANDS[0]) else { bail!("there is no such command") };
        let mut said = match &self.path {
            Some(path) => format!("{} can be used.\n", path.display()),
            None => format!("There is no {NAME} in the data folder.\n"),
        };
        for FileSetting { name, option, values } in &self.settings {
            let value: Vec<String> = served
                .get_raw(option)
                .into_iter()
                .flatten()
                .map(|value| value.to_string_lossy().into_owned())
                .collect();
            let value = match value.as_slice() {
                [] => "-".to_owned(),
                // It holds a password.
                _ if *option == "database_url" => "(set)".to_owned(),
                several => several.join(","),
            };
            let by = match served.value_source(option) {
                Some(ValueSource::CommandLine) => "the command line",
                Some(ValueSource::EnvVariable) => "the environment",
                Some(_) if values.is_some() => "the file",
                _ => "the default",
            };
            said += &format!("  {name} = {value}  ({by})\n");
        }
        Ok(said)
    }
}

fn settings(file: File) -> Vec<FileSetting> {
    let File { database, server, map, audit } = file;
    let one =
        |name, option, value: Option<String>| FileSetting { name, option, values: value.map(|value| vec![value]) };
    let number = |value: Option<u32>| value.map(|value| value.to_string());
    vec![
        one("database.url", "database_url", database.url),
        one("server.listen", "listen", server.listen),
        one("server.public_url", "public_url", server.public_url),
        one("server.tls_cert", "tls_cert", server.tls_cert),
        one("server.tls_key", "tls_key", server.tls_key),
        one("server.certificate_listen", "certificate_listen", server.certificate_listen),
        FileSetting { name: "server.trust_proxy", option: "trust_proxy", values: server.trust_proxy },
        one("server.requests_per_second", "requests_per_second", number(server.requests_per_second)),
        one("server.connections", "connections", number(server.connections)),
        one("map.basemaps", "basemaps", map.basemaps),
        one("map.tile_cache", "tile_cache", number(map.tile_cache)),
        one("map.approval", "approval", map.approval),
        one("map.author", "author", map.author),
        one("audit.anchor", "audit_anchor", audit.anchor),
        FileSetting { name: "audit.trust", option: "audit_trust", values: audit.trust },
        one("audit.anchor_url", "audit_anchor_url", audit.anchor_url),
    ]
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn read(text: &str) -> Result<Settings> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(NAME), text).unwrap();
        Settings::read(None, folder.path())
    }

    #[test]
    fn the_file_stands_behind_the_command_line() {
        let settings = read(
            "[server]\nlisten = \"127.0.0.1:1\"\nconnections = 7\ntrust_proxy = [\"10.0.0.1\", \"10.1.0.0/16\"]\n",
        )
        .unwrap();
        let of = |arguments: &[&str], option: &str| {
            let matches = settings.matches(Cli::command(), arguments).unwrap();
            let served = matches.subcommand_matches(arguments[1]).unwrap();
            let raw = served.get_raw(option).into_iter().flatten();
            raw.map(|value| value.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        for command in COMMANDS {
            assert_eq!(of(&["gridhall", command], "listen"), ["127.0.0.1:1"]);
            assert_eq!(of(&["gridhall", command], "trust_proxy"), ["10.0.0.1", "10.1.0.0/16"]);
            assert_eq!(of(&["gridhall", command, "--listen", "127.0.0.1:2"], "listen"), ["127.0.0.1:2"]);
        }
        let report = settings.report(Cli::command()).unwrap();
        assert!(report.contains("server.connections = 7  (the file)"), "{report}");
        assert!(report.contains("map.tile_cache = 256  (the default)"), "{report}");
    }

    #[test]
    fn every_setting_is_an_option_of_the_commands() {
        let command = Cli::command();
        for name in COMMANDS {
            let served = command.find_subcommand(name).unwrap();
            for setting in settings(File::default()) {
                let known = served.get_arguments().chain(command.get_arguments());
                assert!(known.into_iter().any(|arg| arg.get_id() == setting.option), "{}", setting.name);
            }
        }
    }

    #[test]
    fn what_is_wrong_in_the_file_is_said_with_its_place() {
        for (text, said) in [
            ("[server]\nlisten = \"127.0.0.1:1\"\nlisen = 2\n", "line 3"),
            ("[sever]\n", "unknown field `sever`"),
            ("[server]\nconnections = \"many\"\n", "line 2"),
            ("[server", "line 1"),
        ] {
            let fault = read(text).map(drop).unwrap_err();
            assert!(format!("{fault:#}").contains(said), "{fault:#}");
        }
        let settings = read("[server]\nlisten = \"nowhere\"\n").unwrap();
        let fault = settings.report(Cli::command()).unwrap_err().to_string();
        assert!(fault.contains("gridhall.toml can't be used") && fault.contains("--listen"), "{fault}");
        assert!(Settings::read(Some(Path::new("/nowhere/gridhall.toml")), Path::new("/nowhere")).is_err());
    }
}

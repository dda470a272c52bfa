//! The commands.

mod account;
mod audit;
mod authority;
mod backup;
mod doctor;
mod edge;
mod jobs;
mod run;
mod settings;
mod token;
mod transfer;

use std::{ffi::OsString, io::IsTerminal, path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{
    bench,
    kernel::{config::Config, db::Database},
};

/// 网格化社区治理服务 · The grid-management server of a city.
#[derive(Parser)]
#[command(name = "gridhall", version, about)]
struct Cli {
    #[command(flatten)]
    config: Config,
    /// The file of settings; gridhall.toml in the data folder, if it is there.
    #[arg(long, env = "GRIDHALL_SETTINGS", value_name = "FILE", global = true)]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the map and all modules.
    Serve(run::Serve),
    /// Make a demo city, if there is none yet, and serve it.
    Demo(run::Demo),
    /// Bring the database's schema up to date.
    Migrate,
    /// Make, list and revoke API tokens.
    #[command(subcommand)]
    Token(token::Token),
    /// The three administrators, and whoever else is let in from the console.
    #[command(subcommand)]
    Account(account::Account),
    /// Whose certificates sign people in.
    #[command(subcommand)]
    Authority(authority::Authority),
    /// The database by itself.
    #[command(subcommand)]
    Db(DbCommand),
    /// Take a file into a layer: checked, placed, all in one transaction.
    Import(transfer::Import),
    /// Write a layer to a file.
    Export(transfer::Export),
    /// Check the installation: versions, migrations, indexes, disk, and memory against the database.
    Doctor,
    /// Back up database, files, keys and settings as one point, also while the server runs.
    Backup(backup::Backup),
    /// Bring a backup back, into a new data folder.
    Restore(backup::Restore),
    /// Check the audit's chain of seals, and archive what is old.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Background work that was given up: what went wrong, and another try.
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Measure, as ratios in one run.
    Bench(bench::Bench),
    /// The settings: what they are, and who says so.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Subcommand)]
enum DbCommand {
    /// Print the owner's connection, for psql and QGIS.
    Url,
    /// Run the private cluster without the server, until it is told to stop.
    Run,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Check gridhall.toml, and list every setting with its value.
    Check,
}

/// Reads the command line, and the settings behind it.
fn read() -> Result<(Cli, settings::Settings)> {
    // What is wrong with the command line ends the program here, with its usage.
    let first = Cli::parse();
    let settings = settings::Settings::read(first.settings.as_deref(), &first.config.data)?;
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let matches = settings.matches(Cli::command(), &arguments)?;
    Ok((Cli::from_arg_matches(&matches)?, settings))
}

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let (cli, settings) = match read() {
        Ok(read) => read,
        Err(error) => {
            eprintln!("gridhall: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("GRIDHALL_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn")),
        )
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("gridhall: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli, &settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gridhall: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli, settings: &settings::Settings) -> Result<()> {
    match cli.command {
        Command::Serve(args) => run::serve(&cli.config, args).await,
        Command::Demo(args) => run::demo(&cli.config, args).await,
        Command::Migrate => Database::open(&cli.config).await?.close().await,
        Command::Token(command) => token::run(&cli.config, command).await,
        Command::Account(command) => account::run(&cli.config, command).await,
        Command::Authority(command) => authority::run(&cli.config, command).await,
        Command::Db(DbCommand::Url) => {
            let database = Database::open(&cli.config).await?;
            println!("{}", database.url());
            if database.runs_cluster() {
                eprintln!("note: the database runs only while gridhall does: gridhall serve, or gridhall db run");
            }
            database.close().await
        }
        Command::Db(DbCommand::Run) => {
            let database = Database::open(&cli.config).await?;
            println!("{}", database.url());
            run::told_to_stop().await;
            database.close().await
        }
        Command::Import(args) => transfer::import(&cli.config, args).await,
        Command::Export(args) => transfer::export(&cli.config, args).await,
        Command::Doctor => doctor::run(&cli.config).await,
        Command::Backup(args) => backup::backup(&cli.config, args).await,
        Command::Restore(args) => backup::restore(&cli.config, args).await,
        Command::Audit(command) => audit::run(&cli.config, command).await,
        Command::Jobs(command) => jobs::run(&cli.config, command).await,
        Command::Bench(args) => bench::run(&cli.config, args).await,
        Command::Config(ConfigCommand::Check) => {
            print!("{}", settings.report(Cli::command())?);
            Ok(())
        }
        Command::Openapi => {
            println!("{}", run::openapi()?);
            Ok(())
        }
    }
}

//! Where the program finds and keeps things: given on the command line or in the environment.

use std::path::PathBuf;

use clap::Args;

/// The data folder and the database.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// The folder for the private database and all files.
    #[arg(long, env = "GRIDHALL_DATA", default_value = "./gridhall-data", global = true)]
    pub data: PathBuf,
    /// A PostgreSQL with PostGIS to use in place of the private one (the owner's connection).
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
}

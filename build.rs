//! Compiles the migrations and the web into the program.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    // The server builds without the web too; its pages then say how to build them.
    let dist = Path::new("web/dist");
    if !dist.exists() {
        fs::create_dir_all(dist).expect("web/dist can be made");
    }
    // A build for development reads the web's files as it runs.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=web/dist");
    }
}

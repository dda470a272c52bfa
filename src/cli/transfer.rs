//! `gridhall import` and `gridhall export`: files in and out from the console, as the owner.

use std::{fs, io::IsTerminal, path::PathBuf, time::Instant};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use clap::Args;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use sqlx::Connection;

use crate::{
    app,
    kernel::{
        config::Config,
        db::{self, AuditEntry, Database},
        error::Error,
        text::Language,
    },
    layers::LayerDef,
    map::transfer::{self, Format, Options, Selection},
    spatial::{crs::Crs, region::RegionCode},
};

/// By which the audit names who works at the console.
const CONSOLE: &str = "console";

#[derive(Args)]
pub(super) struct Import {
    /// county, street, community, grid, or a layer of a module: building, person, case ...
    layer: String,
    /// `FlatGeobuf`, `GeoJSON`, newline-delimited `GeoJSON`, zipped Shapefile or CSV.
    file: PathBuf,
    /// fgb, geojson, geojsonseq, shapefile or csv; told from the content without it.
    #[arg(long)]
    format: Option<Format>,
    /// EPSG:4326, EPSG:4490, EPSG:3857, EPSG:4513 to 4554, GCJ-02 or BD-09; goes before what the file says.
    #[arg(long)]
    crs: Option<Crs>,
    /// A heading of the file and the field that it means: 姓名=name. May be given more than once.
    #[arg(long, value_name = "HEADING=FIELD")]
    map: Vec<String>,
    /// Read, check and place, and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take all rows or none.
    #[arg(long)]
    strict: bool,
    /// Where the refused rows are listed; FILE.refused.csv without it.
    #[arg(long)]
    refused: Option<PathBuf>,
    /// For regions: the first day on which the boundaries hold; today without it.
    #[arg(long)]
    valid_from: Option<NaiveDate>,
    /// For regions: siblings that the file doesn't name end on that day.
    #[arg(long)]
    replace: bool,
}

#[derive(Args)]
pub(super) struct Export {
    /// county, street, community, grid, or a layer of a module: building, person, case ...
    layer: String,
    /// Where to write; its ending tells the format: .fgb, .geojson, .geojsonl or .csv.
    file: PathBuf,
    /// fgb, geojson, geojsonseq or csv, where the ending doesn't tell.
    #[arg(long)]
    format: Option<Format>,
    /// Only the records of a region.
    #[arg(long)]
    region: Option<RegionCode>,
    /// Only what meets a box: west,south,east,north in WGS 84 degrees.
    #[arg(long, value_delimiter = ',', num_args = 1, allow_hyphen_values = true)]
    bbox: Option<Vec<f64>>,
    /// Also identity numbers, telephones and what else only cleared readers see.
    #[arg(long, requires = "purpose")]
    sensitive: bool,
    /// What sensitive fields are exported for; the audit keeps it.
    #[arg(long, value_parser = purpose)]
    purpose: Option<String>,
}

/// A purpose that says something.
fn purpose(text: &str) -> Result<String, String> {
    let length = text.trim().chars().count();
    let says = (1..=200).contains(&length) && text.chars().any(char::is_alphanumeric);
    if says { Ok(text.trim().to_owned()) } else { Err("a purpose has 1 to 200 characters".to_owned()) }
}

fn layer(name: &str) -> Result<&'static LayerDef> {
    let layers = app::layers(app::modules());
    layers.iter().copied().find(|def| def.name == name).with_context(|| {
        let names: Vec<&str> = layers.iter().map(|def| def.name).collect();
        format!("there is no layer {name:?}; there are {}", names.join(", "))
    })
}

/// An error as the console says it: in both languages, the whole list.
fn say(error: &Error) -> anyhow::Error {
    let (zh, en) = (error.problem(Language::Chinese, None), error.problem(Language::English, None));
    let mut lines = vec![zh.detail.unwrap_or(zh.title), en.detail.unwrap_or(en.title)];
    lines.extend(en.errors.into_iter().take(10).map(|field| format!("  {}", field.detail)));
    if let Error::Internal(inner) = error {
        lines = vec![format!("{inner:#}")];
    }
    anyhow::anyhow!(lines.join("\n"))
}

pub(super) async fn import(config: &Config, args: Import) -> Result<()> {
    let def = layer(&args.layer)?;
    let total = fs::metadata(&args.file).with_context(|| format!("{} can't be read", args.file.display()))?.len();
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let map = args.map.iter().map(|pair| {
        let (heading, field) =
            pair.rsplit_once('=').with_context(|| format!("--map {pair:?} has to be HEADING=FIELD"))?;
        Ok((heading.trim().to_owned(), field.trim().to_owned()))
    });
    let options = Options {
        name,
        format: args.format,
        crs: args.crs,
        map: map.collect::<Result<_>>()?,
        dry_run: args.dry_run,
        strict: args.strict,
        scoped: false,
        owner: true,
        valid_from: args.valid_from,
        replace: args.replace,
        today: crate::kernel::time::day(chrono::Utc::now()),
    };
    let database = Database::open(config).await?;
    let done = take(&database, def, &args, &options, total).await;
    database.close().await?;
    done
}

async fn take(database: &Database, def: &'static LayerDef, args: &Import, options: &Options, total: u64) -> Result<()> {
    let bar = ProgressBar::new(total);
    bar.set_style(ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}  {elapsed}")?);
    let started = Instant::now();
    let mut conn = database.owner().await?;
    let mut tx = conn.begin().await?;
    let imported = transfer::import(&mut tx, def, &args.file, options, &|progress| {
        bar.set_position(progress.bytes.0);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a speed for the eye"
        )]
        let speed = (progress.rows as f64 / started.elapsed().as_secs_f64().max(0.001)) as u64;
        bar.set_message(format!("{} rows, {}/s", HumanCount(progress.rows), HumanCount(speed)));
    })
    .await;
    let report = match imported {
        Ok(report) => report,
        Err(error) => {
            bar.finish_and_clear();
            tx.rollback().await.ok();
            return Err(say(&error));
        }
    };
    let failure = report.failure(options.strict);
    if options.dry_run || failure.is_some() {
        tx.rollback().await?;
    } else {
        db::write_audit(&mut tx, CONSOLE, report.audit(def.name, options)).await?;
        tx.commit().await?;
    }
    bar.finish_and_clear();
    conn.close().await.ok();
    print(&report, options, started.elapsed().as_secs_f64(), total);
    if report.refused > 0 {
        let path = args.refused.clone().unwrap_or_else(|| {
            let mut path = args.file.clone().into_os_string();
            path.push(".refused.csv");
            path.into()
        });
        fs::write(&path, report.refusals_csv()).with_context(|| format!("{} can't be written", path.display()))?;
        println!("  拒收清单 / refused rows   {}", path.display());
    }
    if failure.is_some() {
        bail!("没有导入任何内容 / nothing was taken");
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a speed for the eye")]
fn print(report: &transfer::Report, options: &Options, seconds: f64, total: u64) {
    let format = report.format.map(|format| format.to_string()).unwrap_or_default();
    let encoding = report.encoding.map(|encoding| format!(" ({encoding})")).unwrap_or_default();
    let crs = report.crs.map(|crs| crs.to_string()).unwrap_or_default();
    println!("  {format}{encoding}, {crs}, {}", HumanBytes(total));
    let columns: Vec<String> = report
        .columns
        .iter()
        .map(|(heading, field)| if heading == field { field.clone() } else { format!("{heading}→{field}") })
        .collect();
    println!("  字段 / fields            {}", columns.join(", "));
    if !report.ignored.is_empty() {
        println!("  忽略 / passed over       {}", report.ignored.join(", "));
    }
    println!("  行数 / rows              {}", HumanCount(report.rows));
    println!("  新增 / new               {}", HumanCount(report.inserted));
    println!("  更新 / changed           {}", HumanCount(report.updated));
    println!("  未落格 / in no grid      {}", HumanCount(report.unplaced));
    println!("  拒收 / refused           {}", HumanCount(report.refused));
    println!("  用时 / time              {seconds:.1} s, {:.0} rows/s", report.rows as f64 / seconds.max(0.001));
    for refusal in report.refusals.iter().take(5) {
        println!("    {}", refusal.say(Language::English));
    }
    if options.dry_run {
        println!("  试运行，没有写入任何内容 / a dry run: nothing was stored");
    }
}

pub(super) async fn export(config: &Config, args: Export) -> Result<()> {
    let def = layer(&args.layer)?;
    let ending = args.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let format = match args.format {
        Some(format) => format,
        None => ending.parse().map_err(|_| {
            anyhow::anyhow!(
                "the ending of {} tells no format; say --format fgb, geojson, geojsonseq or csv",
                args.file.display()
            )
        })?,
    };
    let bbox = match args.bbox.as_deref() {
        None => None,
        Some(&[west, south, east, north]) => Some([west, south, east, north]),
        Some(_) => bail!("--bbox takes four numbers: west,south,east,north"),
    };
    let selection = Selection { region: args.region, bbox, sensitive: args.sensitive, owner: true };
    let database = Database::open(config).await?;
    let result = write(&database, def, format, selection, &args).await;
    database.close().await?;
    let records = result?;
    if std::io::stderr().is_terminal() {
        eprintln!("  {} → {}", HumanCount(records), args.file.display());
    } else {
        eprintln!("{records} records");
    }
    Ok(())
}

async fn write(
    database: &Database,
    def: &'static LayerDef,
    format: Format,
    selection: Selection,
    args: &Export,
) -> Result<u64> {
    let path = args.file.as_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    // Written beside and put in place when it is whole.
    let file =
        tempfile::NamedTempFile::new_in(folder).with_context(|| format!("{} can't be written", folder.display()))?;
    let mut conn = database.owner().await?;
    let mut tx = conn.begin().await?;
    let handle = file.reopen()?;
    let written = transfer::export(&mut tx, def, format, selection, handle).await.map_err(|error| say(&error))?;
    let entry = AuditEntry {
        action: "export",
        object: def.name.to_owned(),
        region: selection.region.map_or(0, RegionCode::get),
        detail: serde_json::json!({
            "format": format.to_string(), "records": written.records, "bbox": selection.bbox, "sensitive": selection.sensitive,
            "purpose": args.purpose,
        }),
    };
    db::write_audit(&mut tx, CONSOLE, entry).await?;
    tx.commit().await?;
    conn.close().await.ok();
    file.persist(path).with_context(|| format!("{} can't be written", path.display()))?;
    Ok(written.records)
}

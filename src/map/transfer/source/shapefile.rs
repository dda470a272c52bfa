//! Zipped Shapefiles: `.shp` and `.dbf`, with `.prj` and `.cpg` where they are.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, Write},
};

use zip::ZipArchive;

use super::{Meter, Record, Source, dbf::Table, encoding, shp::Shapes, unreadable, wkt_crs};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

/// The bytes that an archive may unpack to.
const MAX_UNPACKED: u64 = 4 << 30;
/// How many times its own size an archive may unpack to, beyond the first [`FREE`] bytes.
const MAX_RATIO: u64 = 200;
const FREE: u64 = 64 << 20;

pub(super) struct Reader {
    shapes: Shapes,
    table: Table,
    crs: Option<Result<Crs, String>>,
    row: usize,
    /// Bytes of the archive for each record, to show how far it is.
    share: f64,
    meter: Meter,
}

impl Reader {
    pub(super) fn open(file: File, meter: &Meter) -> Result<Self, Text> {
        let packed = file.metadata().map_err(|error| unreadable(&error))?.len();
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
        let mut unpacked = 0;
        let shp = part(&mut archive, "shp", packed, &mut unpacked)?;
        let dbf = part(&mut archive, "dbf", packed, &mut unpacked)?;
        let (Some(shp), Some(dbf)) = (shp, dbf) else {
            return Err(text(
                "压缩包里没有 .shp 和 .dbf：应为打包的 Shapefile。",
                "The archive has no .shp and .dbf: it has to be a zipped Shapefile.",
            ));
        };
        let mut note = |ending| -> Result<String, Text> {
            let Some(file) = part(&mut archive, ending, packed, &mut unpacked)? else { return Ok(String::new()) };
            let mut note = Vec::new();
            file.take(1 << 16).read_to_end(&mut note).map_err(|error| unreadable(&error))?;
            Ok(String::from_utf8_lossy(&note).trim().to_owned())
        };
        let (page, projection) = (note("cpg")?, note("prj")?);
        let shapes = Shapes::open(shp)?;
        let table = Table::open(dbf, &page)?;
        let (count, there) = (shapes.count, table.deleted.len());
        if there != count {
            return Err(text(
                format!("文件不完整：.shp 有 {count} 条，.dbf 有 {there} 条。"),
                format!("The file is cut: the .shp has {count} records, the .dbf {there}."),
            ));
        }
        let crs = (!projection.is_empty()).then(|| wkt_crs::read(&projection));
        #[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
        let share = packed as f64 / count.max(1) as f64;
        Ok(Self { shapes, table, crs, row: 0, share, meter: meter.clone() })
    }
}

/// Unpacks the one file with an ending, within bounds.
fn part(
    archive: &mut ZipArchive<BufReader<File>>,
    ending: &str,
    packed: u64,
    unpacked: &mut u64,
) -> Result<Option<File>, Text> {
    let names: Vec<String> =
        archive.file_names_raw().map(|name| String::from_utf8_lossy(name).to_ascii_lowercase()).collect();
    let ending_with = format!(".{ending}");
    let mut found = (0..names.len())
        .filter(|&index| names[index].ends_with(&ending_with) && !names[index].starts_with("__macosx/"));
    let Some(index) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(text(
            format!("压缩包里有几个 .{ending}：一次只导入一个图层。"),
            format!("The archive holds more than one .{ending}: import one layer at a time."),
        ));
    }
    let entry = archive.by_index(index).map_err(|error| broken(&error))?;
    let bomb = || text("压缩包解开后过大，拒收。", "The archive unpacks to far more than its size; it is refused.");
    if entry.size() > MAX_UNPACKED {
        return Err(bomb());
    }
    let mut file = tempfile::tempfile().map_err(|error| unreadable(&error))?;
    let mut entry = entry;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = entry.read(&mut buffer).map_err(|error| broken_entry(&error))?;
        if count == 0 {
            break;
        }
        *unpacked += count as u64;
        if *unpacked > MAX_UNPACKED || *unpacked > FREE.max(packed.saturating_mul(MAX_RATIO)) {
            return Err(bomb());
        }
        file.write_all(&buffer[..count]).map_err(|error| unreadable(&error))?;
    }
    file.rewind().map_err(|error| unreadable(&error))?;
    Ok(Some(file))
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.table.names
    }

    fn is_cut(&self, attribute: usize) -> bool {
        self.table.cut[attribute]
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        self.crs.clone()
    }

    fn encoding(&self) -> Option<&'static str> {
        Some(encoding::name(self.table.encoding))
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        record.clear(self.table.names.len());
        loop {
            let Some(&deleted) = self.table.deleted.get(self.row) else { return Ok(false) };
            self.row += 1;
            record.row = self.row as u64;
            record.shape = self.shapes.next().map_err(|error| unreadable(&error))?;
            if !deleted {
                break;
            }
            self.table.skip().map_err(|error| unreadable(&error))?;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share for a progress bar"
        )]
        self.meter.set((self.row as f64 * self.share) as u64);
        self.table.read(record).map_err(|error| unreadable(&error))?;
        Ok(true)
    }
}

fn broken(error: &zip::result::ZipError) -> Text {
    text(format!("压缩包有误：{error}"), format!("The archive is wrong: {error}."))
}

fn broken_entry(error: &io::Error) -> Text {
    text(format!("压缩包内容有误：{error}"), format!("The archive's content is wrong: {error}."))
}

//! `FlatGeobuf`.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

use flatgeobuf::{
    FallibleStreamingIterator, FeatureIter, FgbFeature, FgbReader, packed_r_tree::PackedRTree,
    reader_trait::NotSeekable,
};
use geozero::{ColumnValue, FeatureProperties, PropertyProcessor, ToGeo};

use super::{Counted, MAX_RECORD, Meter, Record, Source, number_text, too_long, unreadable};
use crate::{
    kernel::text::{Text, text},
    spatial::crs::Crs,
};

pub(super) struct Reader {
    features: FeatureIter<BufReader<Counted<File>>, NotSeekable>,
    attributes: Vec<String>,
    crs: Option<Result<Crs, String>>,
    row: u64,
    count: u64,
}

impl Reader {
    pub(super) fn open(mut file: File, meter: &Meter) -> Result<Self, Text> {
        let length = file.metadata().map_err(|error| unreadable(&error))?.len();
        let mut again = file.try_clone().map_err(|error| unreadable(&error))?;
        let (begin, declared) = {
            let reader = FgbReader::open(BufReader::new(&mut again)).map_err(|error| broken(&error))?;
            let header = reader.header();
            let (count, node) = (header.features_count(), header.index_node_size());
            // A feature takes more than 16 bytes: a count beyond that is made up.
            if node == 1 || count > length / 16 {
                return Err(text("FlatGeobuf 文件头有误。", "The FlatGeobuf header is wrong."));
            }
            let index = if node == 0 || count == 0 {
                0
            } else {
                PackedRTree::index_size(usize::try_from(count).unwrap_or(usize::MAX), node) as u64
            };
            drop(reader);
            let mut size = [0; 4];
            again.seek(SeekFrom::Start(8)).map_err(|error| unreadable(&error))?;
            again.read_exact(&mut size).map_err(|error| unreadable(&error))?;
            (12 + u64::from(u32::from_le_bytes(size)) + index, count)
        };
        let count = survey(&mut file, begin, length)?;
        if declared != 0 && declared != count {
            return Err(text(
                format!("文件不完整：应有 {declared} 个要素，只有 {count} 个。"),
                format!("The file is cut: it should hold {declared} features and holds {count}."),
            ));
        }
        file.rewind().map_err(|error| unreadable(&error))?;
        let counted = Counted { inner: file, meter: meter.clone() };
        let reader = FgbReader::open(BufReader::with_capacity(1 << 17, counted)).map_err(|error| broken(&error))?;
        let header = reader.header();
        let attributes =
            header.columns().map(|columns| columns.iter().map(|column| column.name().to_owned()).collect());
        let crs = header.crs().filter(|crs| crs.code() != 0).map(|crs| {
            let code = crs.code().to_string();
            code.parse().map_err(|_| format!("EPSG:{code}"))
        });
        let features = reader.select_all_seq().map_err(|error| broken(&error))?;
        Ok(Self { features, attributes: attributes.unwrap_or_default(), crs, row: 0, count })
    }
}

/// Goes from length to length through the features, so that none is longer than may be or than the file.
fn survey(file: &mut File, begin: u64, length: u64) -> Result<u64, Text> {
    let (mut at, mut count) = (begin, 0);
    let mut input = BufReader::new(file);
    input.seek(SeekFrom::Start(at)).map_err(|error| unreadable(&error))?;
    while at < length {
        count += 1;
        let mut size = [0; 4];
        input.read_exact(&mut size).map_err(|error| unreadable(&error))?;
        let size = u64::from(u32::from_le_bytes(size));
        if size > MAX_RECORD as u64 {
            return Err(too_long(count));
        }
        at += 4 + size;
        if at > length {
            return Err(text(
                format!("文件不完整：在第 {count} 个要素处中断。"),
                format!("The file is cut: it ends in feature {count}."),
            ));
        }
        input.seek_relative(i64::try_from(size).unwrap_or(i64::MAX)).map_err(|error| unreadable(&error))?;
    }
    Ok(count)
}

impl Source for Reader {
    fn attributes(&self) -> &[String] {
        &self.attributes
    }

    fn crs(&self) -> Option<Result<Crs, String>> {
        self.crs.clone()
    }

    fn next(&mut self, record: &mut Record) -> Result<bool, Text> {
        record.clear(self.attributes.len());
        if self.row == self.count {
            return Ok(false);
        }
        self.row += 1;
        record.row = self.row;
        let row = self.row;
        let feature: &FgbFeature = match self.features.next() {
            Ok(Some(feature)) => feature,
            Ok(None) => return Ok(false),
            Err(error) => return Err(broken(&error)),
        };
        if feature.geometry().is_some() {
            record.shape = Some(
                feature
                    .to_geo()
                    .map_err(|error| text(format!("几何有误：{error}"), format!("the geometry is wrong: {error}"))),
            );
        }
        feature.process_properties(&mut Values(&mut record.values)).map_err(|error| {
            text(
                format!("第 {row} 个要素的属性有误：{error}"),
                format!("The properties of feature {row} are wrong: {error}."),
            )
        })?;
        Ok(true)
    }
}

fn broken(error: &flatgeobuf::Error) -> Text {
    text(format!("FlatGeobuf 文件有误：{error}"), format!("The FlatGeobuf file is wrong: {error}."))
}

struct Values<'a>(&'a mut Vec<String>);

impl PropertyProcessor for Values<'_> {
    fn property(&mut self, index: usize, _: &str, value: &ColumnValue<'_>) -> geozero::error::Result<bool> {
        if let Some(place) = self.0.get_mut(index) {
            match value {
                ColumnValue::Double(value) => *place = number_text(*value),
                ColumnValue::Float(value) => *place = value.to_string(),
                ColumnValue::String(value) | ColumnValue::Json(value) | ColumnValue::DateTime(value) => {
                    value.trim().clone_into(place);
                }
                ColumnValue::Binary(_) => {}
                other => *place = other.to_string(),
            }
        }
        Ok(false)
    }
}

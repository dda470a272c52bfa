//! A plain reader of vector tiles for the tests, written from the specification and apart from the writer.

/// A feature of a tile.
#[derive(Debug)]
pub(crate) struct Feature {
    pub(crate) id: Option<u64>,
    pub(crate) kind: u64,
    pub(crate) tags: Vec<u64>,
    pub(crate) geometry: Vec<u64>,
}

/// A layer of a tile.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) version: u64,
    pub(crate) extent: u64,
    pub(crate) keys: Vec<String>,
    pub(crate) values: usize,
    /// Those of the values that are whole numbers.
    pub(crate) numbers: Vec<Option<i64>>,
    pub(crate) features: Vec<Feature>,
}

impl Layer {
    /// The whole number that a feature has under a key.
    pub(crate) fn number(&self, feature: &Feature, key: &str) -> Option<i64> {
        feature.tags.chunks(2).find_map(|pair| {
            let [name, value] = [pair[0], pair[1]].map(|at| usize::try_from(at).unwrap());
            if self.keys[name] == key { self.numbers[value] } else { None }
        })
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn varint(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = self.0[0];
            self.0 = &self.0[1..];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return value;
            }
            shift += 7;
        }
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = usize::try_from(self.varint()).unwrap();
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        bytes
    }

    fn packed(bytes: &'a [u8]) -> Vec<u64> {
        let (mut reader, mut values) = (Reader(bytes), Vec::new());
        while !reader.0.is_empty() {
            values.push(reader.varint());
        }
        values
    }

    /// The number of the next field and its type.
    fn field(&mut self) -> Option<(u64, u64)> {
        (!self.0.is_empty()).then(|| self.varint()).map(|key| (key >> 3, key & 7))
    }
}

/// Reads a tile.
pub(crate) fn read(tile: &[u8]) -> Vec<Layer> {
    let (mut reader, mut layers) = (Reader(tile), Vec::new());
    while let Some((3, 2)) = reader.field() {
        let mut inner = Reader(reader.bytes());
        let mut layer = Layer { version: 1, extent: 4096, ..Layer::default() };
        while let Some(field) = inner.field() {
            match field {
                (1, 2) => layer.name = String::from_utf8(inner.bytes().to_vec()).unwrap(),
                (2, 2) => layer.features.push(feature(inner.bytes())),
                (3, 2) => layer.keys.push(String::from_utf8(inner.bytes().to_vec()).unwrap()),
                (4, 2) => {
                    let mut value = Reader(inner.bytes());
                    layer.numbers.push(match value.field() {
                        Some((4 | 5, 0)) => i64::try_from(value.varint()).ok(),
                        Some((6, 0)) => i64::try_from(value.varint()).ok().map(|zigzag| (zigzag >> 1) ^ -(zigzag & 1)),
                        _ => None,
                    });
                    layer.values += 1;
                }
                (5, 0) => layer.extent = inner.varint(),
                (15, 0) => layer.version = inner.varint(),
                other => panic!("a layer with field {other:?}"),
            }
        }
        layers.push(layer);
    }
    layers
}

fn feature(bytes: &[u8]) -> Feature {
    let mut reader = Reader(bytes);
    let mut feature = Feature { id: None, kind: 0, tags: Vec::new(), geometry: Vec::new() };
    while let Some(field) = reader.field() {
        match field {
            (1, 0) => feature.id = Some(reader.varint()),
            (2, 2) => feature.tags = Reader::packed(reader.bytes()),
            (3, 0) => feature.kind = reader.varint(),
            (4, 2) => feature.geometry = Reader::packed(reader.bytes()),
            other => panic!("a feature with field {other:?}"),
        }
    }
    feature
}

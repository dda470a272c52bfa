//! The key that signs seals, and the file outside the database in which their heads are anchored: both in the data
//! folder, so that who holds only the database can't make a chain that holds.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::chain::{Seal, hex};

const KEY: &str = "audit-seal.key";
const PUBLIC: &str = "audit-seal.pub";
const ANCHOR: &str = "audit-anchor.log";

/// The key of a data folder.
#[derive(Clone)]
pub struct SealKey(SigningKey);

impl SealKey {
    /// The key of a data folder; made where there is none.
    ///
    /// # Errors
    /// When it can't be read or written, or isn't one.
    pub fn open(data: &Path) -> Result<Self> {
        fs::create_dir_all(data).with_context(|| format!("can't make the data folder {}", data.display()))?;
        let path = data.join(KEY);
        if let Some(key) = Self::read(&path)? {
            return Ok(key);
        }
        let key = SigningKey::from_bytes(&rand::random());
        // Another process may make one at the same moment: whoever is first wins.
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                writeln!(file, "{}", hex::encode(&key.to_bytes()))?;
                file.sync_all()?;
                let key = Self(key);
                fs::write(data.join(PUBLIC), format!("{}\n", hex::encode(&key.public())))?;
                Ok(key)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Self::read(&path)?.with_context(|| format!("{} can't be read", path.display()))
            }
            Err(error) => Err(error).with_context(|| format!("can't write {}", path.display())),
        }
    }

    fn read(path: &Path) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("can't read {}", path.display())),
        };
        let bytes = hex::decode(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let bytes = bytes.with_context(|| format!("{} doesn't hold a key of 64 hexadecimal digits", path.display()))?;
        Ok(Some(Self(SigningKey::from_bytes(&bytes))))
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// The public keys whose signatures are believed.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    /// The key of this data folder; each of its seals is anchored here.
    own: Option<VerifyingKey>,
    /// Those of other servers and of former keys, whose seals are anchored elsewhere.
    others: Vec<VerifyingKey>,
}

impl Trusted {
    /// The key of a data folder, and those of files that hold one each.
    ///
    /// # Errors
    /// When a file can't be read or holds no key.
    pub fn open(data: &Path, files: &[PathBuf]) -> Result<Self> {
        let own = SealKey::read(&data.join(KEY))?.map(|key| key.0.verifying_key());
        let mut trusted = Self { own, others: Vec::new() };
        for file in files {
            let text = fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
            let bytes = hex::decode(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
            trusted.others.push(key.with_context(|| format!("{} holds no public key", file.display()))?);
        }
        Ok(trusted)
    }

    /// Whether a trusted key signed this.
    #[must_use]
    pub fn signed(&self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else { return false };
        let mut known = self.own.iter().chain(&self.others);
        known.any(|known| known.as_bytes() == key && known.verify_strict(message, &signature).is_ok())
    }

    /// Whether a key is that of this data folder.
    #[must_use]
    pub fn is_own(&self, key: &[u8]) -> bool {
        self.own.is_some_and(|own| own.as_bytes() == key)
    }
}

/// The file to which every seal is appended, one JSON line each.
#[derive(Clone, Debug)]
pub struct Anchor(PathBuf);

impl Anchor {
    /// The file that is named, or the one of the data folder.
    #[must_use]
    pub fn of(data: &Path, file: Option<&Path>) -> Self {
        Self(file.map_or_else(|| data.join(ANCHOR), Path::to_owned))
    }

    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Every seal that was anchored.
    ///
    /// # Errors
    /// When the file can't be read, or a line in it isn't a seal's.
    pub fn read(&self) -> Result<Vec<Seal>> {
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(|| format!("can't read {}", self.0.display())),
        };
        let mut seals = Vec::new();
        for (index, line) in BufReader::new(file).lines().enumerate() {
            let line = line.with_context(|| format!("can't read {}", self.0.display()))?;
            match serde_json::from_str(&line) {
                Ok(seal) => seals.push(seal),
                Err(error) => bail!("{}, line {}: {error}", self.0.display(), index + 1),
            }
        }
        Ok(seals)
    }

    /// Appends seals and has the disk keep them.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn append(&self, seals: &[Seal]) -> Result<()> {
        let mut lines = Vec::new();
        for seal in seals {
            serde_json::to_writer(&mut lines, seal)?;
            lines.push(b'\n');
        }
        let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.0);
        let mut file = opened.with_context(|| format!("can't write {}", self.0.display()))?;
        // A line that was cut off by a full disk would make every later one unreadable.
        let before = file.metadata()?.len();
        if let Err(error) = file.write_all(&lines).and_then(|()| file.sync_data()) {
            file.set_len(before).ok();
            return Err(error).with_context(|| format!("can't write {}", self.0.display()));
        }
        Ok(())
    }

    /// Checks that the file can be written.
    ///
    /// # Errors
    /// When it can't.
    pub fn check(&self) -> Result<()> {
        self.append(&[])?;
        ensure!(self.0.is_file(), "{} is no file", self.0.display());
        Ok(())
    }
}

//! The private cluster: a `PostgreSQL` with `PostGIS` in the data folder, whose parent is this program.

use std::{
    fs::{self, File, TryLockError},
    io::Write,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// What to type when the database programs are missing.
pub const INSTALL: &str = "apt-get install -y postgresql-15 postgresql-15-postgis-3";
/// The account to which the program steps down when it runs as root; Debian's package makes it.
const ACCOUNT: &str = "postgres";
/// A Unix socket's path has at most 107 bytes, and its file name takes 19.
const LONGEST_SOCKET_FOLDER: usize = 85;
const DATABASE: &str = "gridhall";
const READY_WITHIN: Duration = Duration::from_mins(2);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// A cluster that runs; it stops with [`Cluster::stop`].
pub struct Cluster {
    place: Arc<ClusterPaths>,
    /// Held as long as this process runs the cluster; without it another process does.
    lock: Option<File>,
    stopping: Arc<AtomicBool>,
    postmaster: Arc<AtomicI32>,
    supervisor: Option<tokio::task::JoinHandle<()>>,
}

/// Where the cluster's parts are.
struct ClusterPaths {
    bin: PathBuf,
    pg: PathBuf,
    socket: PathBuf,
    log: PathBuf,
    account: Option<User>,
}

impl Cluster {
    /// Starts the cluster of a data folder, making it first where there is none.
    ///
    /// When another process already runs it, this one uses it as a client and leaves it running.
    ///
    /// # Errors
    /// When `PostgreSQL` or `PostGIS` isn't installed (the message says what to install), when the folder can't be
    /// used, or when the cluster doesn't come up.
    pub async fn open(data: &Path) -> Result<Self> {
        let bin = find_programs()?;
        fs::create_dir_all(data).with_context(|| format!("can't make the data folder {}", data.display()))?;
        let data = data.canonicalize().context("the data folder can't be reached")?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(data.join("gridhall.lock"))
            .with_context(|| format!("can't write in {}", data.display()))?;
        let lock = match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(error)) => return Err(error).context("can't lock the data folder"),
        };
        let place = Arc::new(ClusterPaths::find(bin, &data)?);
        let mut cluster = Self { place, stopping: Arc::default(), postmaster: Arc::default(), supervisor: None, lock };
        if cluster.lock.is_some() {
            let place = cluster.place.clone();
            tokio::task::spawn_blocking(move || place.prepare()).await??;
            cluster.supervise()?;
        }
        cluster.place.wait_until_ready(&cluster.postmaster, cluster.lock.is_some()).await?;
        Ok(cluster)
    }

    /// Whether this process runs the cluster, and not another.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.lock.is_some()
    }

    /// A connection as one of the cluster's roles: `postgres`, `gridhall_owner` or `gridhall_server`.
    #[must_use]
    pub fn connection(&self, role: &str, database: &str) -> PgConnectOptions {
        self.place.connection(role, database)
    }

    /// The product's database as the owner, as an address for psql and QGIS.
    #[must_use]
    pub fn owner_url(&self) -> String {
        let host = percent_encoding::utf8_percent_encode(
            self.place.socket.to_str().unwrap_or_default(),
            percent_encoding::NON_ALPHANUMERIC,
        );
        format!("postgresql://gridhall_owner@{host}/{DATABASE}")
    }

    /// The name of the product's database.
    #[must_use]
    pub const fn database() -> &'static str {
        DATABASE
    }

    fn supervise(&mut self) -> Result<()> {
        let mut child = self.place.spawn()?;
        self.postmaster.store(child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or(0), Ordering::SeqCst);
        let (place, stopping, postmaster) = (self.place.clone(), self.stopping.clone(), self.postmaster.clone());
        self.supervisor = Some(tokio::spawn(async move {
            let mut pause = Duration::from_millis(100);
            let mut started = Instant::now();
            loop {
                let ended = child.wait().await;
                postmaster.store(0, Ordering::SeqCst);
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                if started.elapsed() > Duration::from_mins(1) {
                    pause = Duration::from_millis(100);
                }
                tracing::error!(?ended, "PostgreSQL ended by itself; starting it again");
                // What a killed postmaster leaves behind needs a moment to notice; until then a start is refused.
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(2));
                started = Instant::now();
                match place.spawn() {
                    Ok(next) => {
                        child = next;
                        let id = child.id().and_then(|id| i32::try_from(id).ok()).unwrap_or(0);
                        postmaster.store(id, Ordering::SeqCst);
                    }
                    Err(error) => tracing::error!(%error, "PostgreSQL can't be started"),
                }
            }
        }));
        Ok(())
    }

    /// Stops the cluster cleanly, if this process runs it.
    ///
    /// # Errors
    /// When it doesn't stop in time.
    pub async fn stop(mut self) -> Result<()> {
        self.stopping.store(true, Ordering::SeqCst);
        let Some(supervisor) = self.supervisor.take() else { return Ok(()) };
        let postmaster = self.postmaster.load(Ordering::SeqCst);
        if postmaster > 0 {
            // SIGINT is the fast shutdown: running statements end, everything is written.
            kill(Pid::from_raw(postmaster), Signal::SIGINT).ok();
            tokio::time::timeout(STOPPED_WITHIN, supervisor).await.context("PostgreSQL didn't stop in time")??;
        } else {
            supervisor.abort();
        }
        Ok(())
    }
}

impl Drop for Cluster {
    /// A cluster that wasn't stopped (an error on the way) isn't left running without a parent.
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let postmaster = self.postmaster.load(Ordering::SeqCst);
        if self.supervisor.is_some() && postmaster > 0 {
            kill(Pid::from_raw(postmaster), Signal::SIGINT).ok();
        }
    }
}

impl ClusterPaths {
    fn find(bin: PathBuf, data: &Path) -> Result<Self> {
        let account = if geteuid().is_root() {
            let account = User::from_name(ACCOUNT)?;
            ensure!(
                account.is_some(),
                "PostgreSQL doesn't run as root and there is no account \"{ACCOUNT}\" to step down to. Install it: {INSTALL}"
            );
            account
        } else {
            None
        };
        let link = data.join("database");
        let base = match (&account, fs::read_link(&link)) {
            (_, Ok(target)) => target,
            // A folder like /root lets no other account through; the cluster then lives where it can, behind a link.
            (Some(account), Err(_)) if !link.exists() && !can_pass(data, account) => {
                let target = Path::new("/var/lib/gridhall").join(format!("{:016x}", rand::random::<u64>()));
                fs::create_dir_all(&target).with_context(|| format!("can't make {}", target.display()))?;
                symlink(&target, &link).context("can't link to the database's folder")?;
                tracing::info!(folder = %target.display(), "the account {ACCOUNT} can't reach the data folder; the database lies here");
                target
            }
            _ => link,
        };
        fs::create_dir_all(&base)?;
        if let Some(account) = &account {
            chown(&base, Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
        }
        let mut socket = base.join("run");
        if socket.as_os_str().len() > LONGEST_SOCKET_FOLDER {
            let short = xxhash_rust::xxh3::xxh3_64(base.as_os_str().as_encoded_bytes());
            socket = std::env::temp_dir().join(format!("gridhall-{short:016x}"));
        }
        Ok(Self { bin, pg: base.join("pg"), socket, log: base.join("postgresql.log"), account })
    }

    fn connection(&self, role: &str, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .username(role)
            .database(database)
            .application_name("gridhall")
            .log_slow_statements(tracing::log::LevelFilter::Debug, Duration::from_secs(5))
    }

    /// A command that runs as the account to step down to.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        if let Some(account) = &self.account {
            command.uid(account.uid.as_raw()).gid(account.gid.as_raw());
        }
        command.current_dir("/").env_clear().env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
        command
    }

    fn prepare(&self) -> Result<()> {
        self.end_orphan()?;
        if !self.pg.join("PG_VERSION").exists() {
            self.init()?;
        }
        fs::create_dir_all(&self.socket)?;
        // The account checks of the connection are what guards; the socket itself may be reached.
        fs::set_permissions(&self.socket, fs::Permissions::from_mode(0o755))?;
        if let Some(account) = &self.account {
            chown(&self.socket, Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
        }
        self.write_as_account("gridhall.conf", &self.settings())?;
        self.write_as_account("pg_hba.conf", "local all all peer map=gridhall\n")?;
        let current = User::from_uid(geteuid())?.map_or_else(|| "root".to_owned(), |user| user.name);
        let mut map = String::new();
        for account in [current.as_str(), ACCOUNT] {
            for role in ["postgres", "gridhall_owner", "gridhall_server"] {
                map += &format!("gridhall {account} {role}\n");
            }
        }
        self.write_as_account("pg_ident.conf", &map)
    }

    fn init(&self) -> Result<()> {
        // Made aside and renamed, so that a broken start leaves nothing that looks whole.
        let new = self.pg.with_extension("new");
        if new.exists() {
            fs::remove_dir_all(&new)?;
        }
        let made = self
            .command("initdb")
            .arg("-D")
            .arg(&new)
            .args(["-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer", "--no-sync"])
            .output()
            .context("initdb can't be started")?;
        ensure!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim());
        let mut conf = File::options().append(true).open(new.join("postgresql.conf"))?;
        writeln!(conf, "include 'gridhall.conf'")?;
        fs::rename(&new, &self.pg)?;
        Ok(())
    }

    /// Sized to the machine: an eighth of its memory is shared, half is taken for cached.
    fn settings(&self) -> String {
        let total = memory_mib().unwrap_or(4096);
        let shared = (total / 8).clamp(128, 2048);
        // Whoever makes an index works on it with those who help them: more than there are cores get in each other's way.
        let helpers =
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get).saturating_sub(1).clamp(1, 4);
        let socket = self.socket.display().to_string().replace('\'', "''");
        format!(
            "# Written by gridhall at every start.\n\
             listen_addresses = ''\n\
             unix_socket_directories = '{socket}'\n\
             max_connections = 100\n\
             shared_buffers = '{shared}MB'\n\
             effective_cache_size = '{}MB'\n\
             maintenance_work_mem = '256MB'\n\
             max_parallel_maintenance_workers = {helpers}\n\
             work_mem = '16MB'\n\
             max_wal_size = '4GB'\n\
             random_page_cost = 1.1\n\
             jit = off\n\
             idle_in_transaction_session_timeout = '10min'\n\
             timezone = 'UTC'\n\
             log_timezone = 'UTC'\n\
             cluster_name = 'gridhall'\n",
            total / 2
        )
    }

    fn write_as_account(&self, name: &str, text: &str) -> Result<()> {
        let path = self.pg.join(name);
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        if let Some(account) = &self.account {
            chown(&path, Some(account.uid.as_raw()), Some(account.gid.as_raw()))?;
        }
        Ok(())
    }

    /// Ends a postmaster that a crash of this program left behind, so that it gets a parent again.
    fn end_orphan(&self) -> Result<()> {
        let Ok(file) = fs::read_to_string(self.pg.join("postmaster.pid")) else { return Ok(()) };
        let Some(pid) = file.lines().next().and_then(|line| line.trim().parse::<i32>().ok()) else { return Ok(()) };
        // The number may have gone to another program since.
        let is_it = || fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| same_folder(&cwd, &self.pg));
        if !is_it() {
            return Ok(());
        }
        tracing::warn!(pid, "a PostgreSQL was left running; taking it over");
        for (signal, patience) in [(Signal::SIGINT, STOPPED_WITHIN), (Signal::SIGQUIT, Duration::from_secs(10))] {
            kill(Pid::from_raw(pid), signal).ok();
            let since = Instant::now();
            while since.elapsed() < patience {
                if !is_it() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        bail!("the PostgreSQL that was left running (process {pid}) doesn't stop")
    }

    fn spawn(&self) -> Result<tokio::process::Child> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = self.command("postgres");
        // A group of its own: Ctrl-C in the terminal is for this program, which then stops the database in order.
        command.arg("-D").arg(&self.pg).process_group(0).stdout(log.try_clone()?).stderr(log);
        tokio::process::Command::from(command).spawn().context("postgres can't be started")
    }

    async fn wait_until_ready(&self, postmaster: &AtomicI32, ours: bool) -> Result<()> {
        let since = Instant::now();
        loop {
            let error = match self.connection("postgres", "postgres").connect().await {
                Ok(connection) => {
                    connection.close().await.ok();
                    return Ok(());
                }
                Err(error) => error,
            };
            let ended = ours && postmaster.load(Ordering::SeqCst) == 0 && since.elapsed() > Duration::from_secs(5);
            if ended || since.elapsed() > READY_WITHIN {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                let lines: Vec<&str> = log.lines().rev().take(5).collect();
                let last = lines.into_iter().rev().collect::<Vec<_>>().join("\n  ");
                bail!("PostgreSQL doesn't come up: {error}\n  {last}\n  (the whole log: {})", self.log.display());
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }
}

/// The folder of `initdb` and `postgres`, version 15 or later, with `PostGIS` beside it.
pub(super) fn find_programs() -> Result<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("GRIDHALL_PG_BIN").map(PathBuf::from).into_iter().collect();
    if folders.is_empty() {
        for version in (15..=20).rev() {
            folders.push(format!("/usr/lib/postgresql/{version}/bin").into());
        }
        folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    }
    let mut without_postgis = None;
    for folder in folders {
        if !folder.join("initdb").is_file() || !folder.join("postgres").is_file() {
            continue;
        }
        let shared = Command::new(folder.join("pg_config")).arg("--sharedir").output().map_or_else(
            |_| {
                let version = folder.parent().and_then(Path::file_name).unwrap_or_default().to_owned();
                Path::new("/usr/share/postgresql").join(version)
            },
            |output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()),
        );
        if shared.join("extension/postgis.control").is_file() {
            return Ok(folder);
        }
        without_postgis = Some(folder);
    }
    match without_postgis {
        Some(folder) => bail!("PostgreSQL is there ({}), but PostGIS isn't. Install it: {INSTALL}", folder.display()),
        None => bail!(
            "PostgreSQL 15 with PostGIS isn't installed. Install it: {INSTALL}\n(or name the folder of initdb and postgres in GRIDHALL_PG_BIN, or a running database in DATABASE_URL)"
        ),
    }
}

fn same_folder(a: &Path, b: &Path) -> bool {
    matches!((fs::metadata(a), fs::metadata(b)), (Ok(a), Ok(b)) if (a.dev(), a.ino()) == (b.dev(), b.ino()))
}

/// Whether an account may walk through a folder and all above it.
fn can_pass(folder: &Path, account: &User) -> bool {
    folder.ancestors().all(|folder| {
        fs::metadata(folder).is_ok_and(|meta| {
            let bit = if meta.uid() == account.uid.as_raw() {
                0o100
            } else if meta.gid() == account.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            meta.mode() & bit != 0
        })
    })
}

/// The machine's memory (or the container's limit) in MiB.
fn memory_mib() -> Option<u64> {
    let total = fs::read_to_string("/proc/meminfo").ok()?;
    let kib: u64 =
        total.lines().find_map(|line| line.strip_prefix("MemTotal:"))?.trim().trim_end_matches(" kB").parse().ok()?;
    let limit = fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse::<u64>().ok());
    Some((kib / 1024).min(limit.map_or(u64::MAX, |bytes| bytes >> 20)))
}

/// Runs statements on a connection that is closed afterwards.
pub(super) async fn once(options: &PgConnectOptions, statements: &str) -> Result<()> {
    let mut connection: PgConnection = options.connect().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

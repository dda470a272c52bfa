//! The application's connections: those of the pool and those outside it.

use std::time::Duration;

use sqlx::{
    ConnectOptions, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    scope::{bind, set_scope},
    storage::Storage,
    tx::PlainTx,
};
use crate::spatial::scope::Scope;

/// How connections are made, and what is known of the disks behind them.
pub(super) struct Connections {
    pub(super) pool: PgPool,
    options: PgConnectOptions,
    pub(super) storage: Storage,
}

impl Connections {
    /// A pool of so many connections at most.
    pub(super) fn over(options: PgConnectOptions, connections: u32) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(3))
            .idle_timeout(Duration::from_mins(5))
            .after_connect(|conn, _| Box::pin(bind(conn)))
            .connect_lazy_with(options.clone());
        Self { pool, options, storage: Storage::default() }
    }

    /// A pool that is never asked.
    pub(super) fn unconnected(options: PgConnectOptions) -> Self {
        let pool = PgPoolOptions::new().connect_lazy_with(options.clone());
        Self { pool, options, storage: Storage::default() }
    }

    /// A transaction of nobody, which sees no business data.
    pub(super) async fn plain(&self) -> Result<PlainTx, sqlx::Error> {
        PlainTx::begin(&self.pool).await
    }

    /// A connection outside the pool, bound like the others, for the map's followers: it sees everything that they count.
    pub(super) async fn follower(&self) -> Result<PgConnection, sqlx::Error> {
        let mut conn = self.options.connect().await?;
        bind(&mut conn).await?;
        sqlx::raw_sql("set statement_timeout = '5min'; set gridhall.clearance = 'counts'").execute(&mut conn).await?;
        set_scope(&mut conn, &Scope::everything()).await?;
        Ok(conn)
    }

    /// A connection outside the pool that sees the whole audit and seals it.
    pub(super) async fn auditor(&self) -> Result<PgConnection, sqlx::Error> {
        let mut conn = self.follower().await?;
        sqlx::raw_sql("set gridhall.audit = 'on'").execute(&mut conn).await?;
        Ok(conn)
    }
}

//! A pooled connection on loan, which goes back to the pool only in a known state.
//!
//! A future that is dropped between a statement and its answer (a client has left, a wait has run out) leaves answers
//! on the wire and a transaction open; sqlx 0.9 returns such a connection to the pool, and whoever takes it next reads
//! another's answers. A lease therefore knows whether its transaction was ended by the server's own word. If not, the
//! connection is rolled back and asked a question with a random answer, away from the request; one that does not give
//! exactly that answer is closed.

use std::time::Duration;

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Row, pool::PoolConnection};
use tokio::runtime::Handle;

/// How long a connection may take to show that it is in step. A statement that still runs takes longer, and its
/// connection is closed.
const CHECKED_WITHIN: Duration = Duration::from_secs(3);

/// A connection of the pool, in a transaction from [`Lease::begin`] to [`Lease::commit`] or [`Lease::rollback`].
pub(super) struct Lease {
    /// Taken when the lease ends.
    conn: Option<PoolConnection<Postgres>>,
    /// Whether nothing is open: nothing was asked yet, or the server has confirmed the end of the transaction.
    is_ended: bool,
}

impl Lease {
    /// Takes a connection from the pool.
    ///
    /// # Errors
    /// When the database is away, or no connection is free in time.
    pub(super) async fn take(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self { conn: Some(pool.acquire().await?), is_ended: true })
    }

    /// Begins a transaction and prepares it by `statement`, in one round trip.
    ///
    /// # Errors
    /// When the database is away or refuses.
    pub(super) async fn begin(&mut self, statement: &str) -> Result<(), sqlx::Error> {
        self.is_ended = false;
        // The callers build the statement of numbers and of names that stand in the program.
        sqlx::raw_sql(AssertSqlSafe(format!("begin; {statement}"))).execute(self.connection()).await?;
        Ok(())
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// When the database is away or refuses; nothing is written then.
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        self.end("commit").await
    }

    /// Takes the transaction back.
    ///
    /// # Errors
    /// When the database is away; nothing is written then either.
    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        self.end("rollback").await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(statement).execute(self.connection()).await?;
        self.is_ended = true;
        Ok(())
    }

    /// The connection.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.conn.as_mut().expect("a lease has its connection until it is dropped")
    }

    /// The connection, to read of it.
    pub(super) fn as_connection(&self) -> &PgConnection {
        self.conn.as_ref().expect("a lease has its connection until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        if self.is_ended {
            return;
        }
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(recover(conn))),
            // Without a runtime nobody can ask it anything; the pool forgets it, and it closes.
            Err(_) => drop(conn.detach()),
        }
    }
}

/// Brings a connection whose transaction was not ended back into the pool, or closes it.
async fn recover(mut conn: PoolConnection<Postgres>) {
    match tokio::time::timeout(CHECKED_WITHIN, is_in_step(&mut conn)).await {
        Ok(Ok(true)) => {}
        outcome => {
            tracing::debug!(?outcome, "a database connection was cut in the middle of an answer and is closed");
            conn.close_on_drop();
        }
    }
}

/// Rolls back what is open, and returns true if the next answer on the wire is the one to the question asked here, as
/// the application's own role. The server answers in order, so nothing is left before or after it then.
async fn is_in_step(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let token = format!("{:032x} gridhall_app", rand::random::<u128>());
    let question = format!("rollback; select '{} ' || current_user", &token[..32]);
    // Made of hexadecimal digits alone.
    let rows = sqlx::raw_sql(AssertSqlSafe(question)).fetch_all(conn).await?;
    Ok(matches!(rows.as_slice(), [row] if row.try_get::<String, _>(0).is_ok_and(|answer| answer == token)))
}

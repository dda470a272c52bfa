//! 附件: how files arrive. Other modules hang them on their records (`kernel::files`), and give them out there.

mod api;

use std::time::Duration;

use super::Module;
use crate::kernel::{actor::Actor, app::App, files, jobs::JobKind};

/// What nothing uses is taken away this often.
const PAUSE: Duration = Duration::from_mins(10);
/// As many at a time.
const MOST: i64 = 500;

/// The module.
#[must_use]
pub fn module() -> Module {
    Module {
        routes: |_, _| api::routes(),
        jobs: const {
            &[JobKind::new("files.sweep", ("清理未使用的附件", "Unused files are taken away"), |app, _| {
                Box::pin(async move { Ok(sweep(&app).await?) })
            })
            .every(PAUSE)]
        },
        ..Module::new("files", ("附件", "Files"))
    }
}

/// Takes away uploads that ended, and content whose row is gone.
///
/// # Errors
/// When the database or the store is away.
pub async fn sweep(app: &App) -> crate::kernel::error::Result<()> {
    let actor = Actor::system("files");
    let mut tx = app.db.begin(&actor).await?;
    files::end_uploads(&mut tx, app.clock.now()).await?;
    tx.commit().await?;
    app.files.remove_stale()?;
    loop {
        let mut tx = app.db.begin(&actor).await?;
        let keys = files::gone(&mut tx, MOST).await?;
        for key in &keys {
            app.files.remove(key).await?;
        }
        files::taken_away(&mut tx, &keys).await?;
        tx.commit().await?;
        if keys.len() < usize::try_from(MOST).unwrap_or_default() {
            return Ok(());
        }
    }
}

//! Who runs the made city: agencies at every level, posts in them, and people to try the product as.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::{Context, Result};
use sqlx::PgConnection;

use crate::{
    modules::identity::console::{self, Newcomer},
    spatial::region::RegionCode,
};

/// An agency for the city and each county, street and community, and in each the posts that such a one has; a worker's
/// post for each grid.
pub(super) async fn found(conn: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql(
        "insert into agency (region, name, kind, position)
             select code, name || '网格化服务管理中心', 'government', 0 from region where level = 1 and valid_to is null;
         insert into agency (region, parent_id, name, kind, position)
             select r.code, a.id, r.name || '综合治理中心', 'government', row_number() over (order by r.code)
             from region r join agency a on a.region = r.parent where r.level = 2 and r.valid_to is null order by r.code;
         insert into agency (region, parent_id, name, kind, position)
             select r.code, a.id, r.name || '综治中心', 'street', row_number() over (partition by r.parent order by r.code)
             from region r join agency a on a.region = r.parent where r.level = 3 and r.valid_to is null order by r.code;
         insert into agency (region, parent_id, name, kind, position)
             select r.code, a.id, r.name, 'community', row_number() over (partition by r.parent order by r.code)
             from region r join agency a on a.region = r.parent where r.level = 4 and r.valid_to is null order by r.code;
         insert into post (region, agency_id, role_code, name, regions)
             select a.region, a.id, p.role, r.name || p.name, array[a.region]
             from agency a join region r on r.code = a.region and r.valid_to is null
             join (values (1, 'city_lead', '领导'), (1, 'data_steward', '数据管理员'),
                          (2, 'district_duty_chief', '值班长'), (2, 'district_dispatcher', '派遣员'),
                          (3, 'street_lead', '负责人'), (3, 'street_dispatcher', '调度员'),
                          (4, 'community_lead', '书记'), (4, 'community_clerk', '受理员')) p (level, role, name) on p.level = r.level
             order by a.id;
         insert into post (region, agency_id, role_code, name, regions)
             select r.code, a.id, 'grid_worker', r.name || '网格员', array[r.code]
             from region r join agency a on a.region = r.parent where r.level = 5 and r.valid_to is null order by r.code",
    )
    .execute(conn)
    .await
    .context("the agencies can't be made")?;
    Ok(())
}

/// People to try the product as: login, name, role, region.
const PEOPLE: &[(&str, &str, &str, &str)] = &[
    ("sysadmin", "钟建国", "sysadmin", "3605"),
    ("secadmin", "严守正", "secadmin", "3605"),
    ("auditor", "明察", "auditor", "3605"),
    ("leader", "刘海川", "city_lead", "3605"),
    ("steward", "傅文静", "data_steward", "3605"),
    ("dispatcher", "黎晓东", "district_dispatcher", "360502"),
    ("street", "邹立新", "street_lead", "360502001"),
    ("community", "胡春兰", "community_lead", "360502001001"),
    ("worker", "晏小梅", "grid_worker", "360502001001001"),
    ("neighbour", "章国强", "grid_worker", "360502001001002"),
];

/// The people's accounts, made once; all have one password, which is kept in a file of the data folder that only its
/// owner reads. Gives the password and the logins.
pub(in crate::cli) async fn people(conn: &mut PgConnection, data: &Path) -> Result<(String, Vec<&'static str>)> {
    let file = data.join("demo-password");
    let password = if let Ok(password) = fs::read_to_string(&file) {
        password.trim().to_owned()
    } else {
        let password = format!("Demo-{:04}-{:04}-x", rand::random_range(0..10_000), rand::random_range(0..10_000));
        fs::create_dir_all(data)?;
        let mut out = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&file)?;
        writeln!(out, "{password}").with_context(|| format!("{} can't be written", file.display()))?;
        password
    };
    for (login, name, role, region) in PEOPLE {
        if console::is_taken(conn, login).await? {
            continue;
        }
        let region: RegionCode = region.parse()?;
        let agency = sqlx::query_scalar::<_, String>(
            "select name from agency where $1 between region and region + case
                 when region % 100000000000 = 0 then 99999999999 when region % 1000000000 = 0 then 999999999
                 when region % 1000000 = 0 then 999999 else 999 end and closed_at is null order by region desc, id limit 1",
        )
        .bind(region.get())
        .fetch_optional(&mut *conn)
        .await?
        .unwrap_or_else(|| "网格化服务管理中心".to_owned());
        let account = console::let_in(conn, &Newcomer { login, name, role, agency: &agency, region }).await?;
        console::set_password(conn, account, &password).await?;
    }
    Ok((password, PEOPLE.iter().map(|(login, ..)| *login).collect()))
}

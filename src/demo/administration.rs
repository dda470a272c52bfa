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
             select r.code, a.id,
                    -- The area is a 社区 or a 村; the agency is the committee that its residents elect.
                    case when r.name like '%社区' then r.name || '居民委员会' when r.name like '%村' then r.name || '民委员会'
                         else r.name end,
                    'community', row_number() over (partition by r.parent order by r.code)
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
    .execute(&mut *conn)
    .await
    .context("the agencies can't be made")?;
    departments(conn).await
}

/// The departments of each county that settle cases, as the table of categories names them, and a handler's post in each.
async fn departments(conn: &mut PgConnection) -> Result<()> {
    let mut names: Vec<String> = Vec::new();
    for record in csv::Reader::from_reader(CATEGORIES.as_bytes()).records() {
        let record = record.context("geodata/codes/case_categories.csv")?;
        // A bureau's office of its own is the bureau's: 城管局(排水). What a community's committee settles is theirs.
        let name = record[7].split('(').next().unwrap_or_default().trim().to_owned();
        if !(name.is_empty() || name == COMMITTEE || names.contains(&name)) {
            names.push(name);
        }
    }
    sqlx::query(
        "with made as (
             insert into agency (region, parent_id, name, kind, position)
             select r.code, a.id, r.name || d.name,
                    case when d.name ~ '(公司|单位|企业)$' then 'provider' else 'department' end, 100 + d.place
             from region r join agency a on a.region = r.code and a.kind = 'government'
             join unnest($1::text[]) with ordinality d (name, place) on true
             where r.level = 2 and r.valid_to is null order by r.code, d.place
             returning id, region, name)
         insert into post (region, agency_id, role_code, name, regions)
         select region, id, 'dept_handler', name || '处置员', array[region] from made order by id",
    )
    .bind(&names)
    .execute(conn)
    .await
    .context("the departments can't be made")?;
    Ok(())
}

const CATEGORIES: &str = include_str!("../../geodata/codes/case_categories.csv");
const COMMITTEE: &str = "社区居委会";

/// Where an account of the made city works.
#[derive(Clone, Copy)]
enum Workplace {
    City,
    County,
    /// The county's bureau that settles most cases.
    Department,
    Street,
    Community,
    Grid,
    /// The grid next to that one.
    NextGrid,
}

/// People to try the product as: login, name, role, place.
const PEOPLE: &[(&str, &str, &str, Workplace)] = &[
    ("sysadmin", "钟建国", "sysadmin", Workplace::City),
    ("secadmin", "严守正", "secadmin", Workplace::City),
    ("auditor", "明察", "auditor", Workplace::City),
    ("leader", "刘海川", "city_lead", Workplace::City),
    ("steward", "傅文静", "data_steward", Workplace::City),
    ("dispatcher", "黎晓东", "district_dispatcher", Workplace::County),
    ("supervisor", "罗丹", "district_supervisor", Workplace::County),
    ("chief", "熊志强", "district_duty_chief", Workplace::County),
    ("handler", "敖建军", "dept_handler", Workplace::Department),
    ("street", "邹立新", "street_lead", Workplace::Street),
    ("community", "胡春兰", "community_lead", Workplace::Community),
    ("worker", "晏小梅", "grid_worker", Workplace::Grid),
    ("neighbour", "章国强", "grid_worker", Workplace::NextGrid),
];

/// Two grids of one community that the accounts of the grid workers stand in, and by which those of the levels above are
/// placed: the fullest of people among those that also hold buildings and open cases, side by side where there are such.
/// A smaller city fills its middle alone, so no grid is full at every scale.
async fn full_grids(conn: &mut PgConnection) -> Result<(RegionCode, RegionCode)> {
    let (own, next): (i64, i64) = sqlx::query_as(
        "with grid as materialized (
             select r.code, r.parent, r.geom, coalesce(p.people, 0) as people,
                    (p.people > 0 and b.region is not null and c.region is not null) is true as full_one,
                    coalesce(c.open, 0) > 0 as busy
             from region r
             left join (select region, count(*) as people from person group by region) p on p.region = r.code
             left join (select distinct region from building) b on b.region = r.code
             left join (select region, count(*) filter (where closed_at is null and status not in ('closed', 'voided', 'refused', 'merged')) as open
                        from case_record group by region) c on c.region = r.code
             where r.level = 5 and r.valid_to is null)
         select own.code, next.code
         from grid own join grid next on next.parent = own.parent and next.code <> own.code
         order by own.full_one and next.full_one desc, own.busy and next.busy desc,
                  st_intersects(own.geom, next.geom) desc, least(own.people, next.people) desc, own.people desc,
                  own.code, next.code
         limit 1",
    )
    .fetch_one(conn)
    .await
    .context("no community has two grids")?;
    Ok((RegionCode::new(own)?, RegionCode::new(next)?))
}

/// The region of a place, given the two grids.
fn region_of(place: Workplace, own: RegionCode, next: RegionCode) -> Result<RegionCode> {
    let above = |span: i64| RegionCode::new(own.get() - own.get() % span);
    Ok(match place {
        Workplace::City => above(100_000_000_000)?,
        Workplace::County | Workplace::Department => above(1_000_000_000)?,
        Workplace::Street => above(1_000_000)?,
        Workplace::Community => above(1_000)?,
        Workplace::Grid => own,
        Workplace::NextGrid => next,
    })
}

/// The people's accounts, made once; all have one password, which is kept in a file of the data folder that only its
/// owner reads. Gives the password and the logins.
///
/// # Errors
/// When there is no city, when the file can't be written, or when the database refuses.
pub async fn people(conn: &mut PgConnection, data: &Path) -> Result<(String, Vec<&'static str>)> {
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
    let mut missing = Vec::new();
    for person in PEOPLE {
        if !console::is_taken(conn, person.0).await? {
            missing.push(person);
        }
    }
    let grids = if missing.is_empty() { None } else { Some(full_grids(conn).await?) };
    for ((login, name, role, place), (own, next)) in missing.into_iter().zip(std::iter::repeat(grids).flatten()) {
        let region = region_of(*place, own, next)?;
        let agency = sqlx::query_scalar::<_, String>(
            "select name from agency where $1 between region and region + case
                 when region % 100000000000 = 0 then 99999999999 when region % 1000000000 = 0 then 999999999
                 when region % 1000000 = 0 then 999999 else 999 end and closed_at is null
             order by region desc, strpos(name, $2) = 0, kind in ('department', 'provider'), id limit 1",
        )
        .bind(region.get())
        // Of a name that none has, the first is taken that isn't a department.
        .bind(if matches!(place, Workplace::Department) { "城管局" } else { "—" })
        .fetch_optional(&mut *conn)
        .await?
        .unwrap_or_else(|| "网格化服务管理中心".to_owned());
        let account = console::let_in(conn, &Newcomer { login, name, role, agency: &agency, region }).await?;
        console::set_password(conn, account, &password).await?;
    }
    Ok((password, PEOPLE.iter().map(|(login, ..)| *login).collect()))
}

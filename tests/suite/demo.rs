//! The made city: who tries the product as one of its people finds something to do.

use gridhall::demo::administration;
use sqlx::PgConnection;

use crate::common::{drop_made, made_at};

/// The regions of a login's posts.
async fn regions(conn: &mut PgConnection, login: &str) -> Vec<i64> {
    sqlx::query_scalar(
        "select unnest(p.regions) from account a join holding h on h.account_id = a.id join post p on p.id = h.post_id
         where a.login = $1",
    )
    .bind(login)
    .fetch_all(conn)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_demo_s_grid_workers_stand_in_full_grids_at_every_scale() {
    let folder = std::env::temp_dir().join(format!("gridhall-demo-{:016x}", rand::random::<u64>()));
    for scale in [0.005, 0.01, 0.02] {
        let (name, mut conn) = made_at(scale).await;
        administration::people(&mut conn, &folder).await.unwrap();
        let mut grids = Vec::new();
        for login in ["worker", "neighbour"] {
            let [grid] = regions(&mut conn, login).await[..] else { panic!("{login} has one grid at {scale}") };
            for (what, statement) in [
                ("people", "select count(*) from person where region = $1"),
                ("buildings", "select count(*) from building where region = $1"),
                ("cases", "select count(*) from case_record where region = $1"),
                (
                    "open cases",
                    "select count(*) from case_record where region = $1 and closed_at is null \
                     and status not in ('closed', 'rejected')",
                ),
            ] {
                let count: i64 = sqlx::query_scalar(statement).bind(grid).fetch_one(&mut conn).await.unwrap();
                assert!(count > 0, "{login}'s grid {grid} holds no {what} at {scale}");
            }
            grids.push(grid);
        }
        let [own, next] = grids[..] else { unreachable!() };
        assert!(own != next && own / 1_000 == next / 1_000, "{own} and {next} are two grids of one community");
        // Who leads the community, the street and the county sees both.
        for (login, span) in [("community", 1_000), ("street", 1_000_000), ("dispatcher", 1_000_000_000)] {
            assert_eq!(regions(&mut conn, login).await, [own - own % span], "{login} at {scale}");
        }
        drop_made(name, conn).await;
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn an_area_has_the_short_name_and_its_agency_that_of_the_committee() {
    let city = crate::common::City::small().await;
    let mut conn = city.sql().await;
    let wrong: i64 =
        sqlx::query_scalar("select count(*) from region where name ~ '(居民委员会|居委会|村民委员会|村委会)'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(wrong, 0, "an area is no committee");
    let pairs: Vec<(String, String)> = sqlx::query_as(
        "select r.name, a.name from region r join agency a on a.region = r.code
         where a.kind = 'community' and r.name in ('百花湖社区', '水北村') order by 1 desc",
    )
    .fetch_all(&mut conn)
    .await
    .unwrap();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(area, agency)| (area.as_str(), agency.as_str())).collect();
    assert!(pairs.contains(&("百花湖社区", "百花湖社区居民委员会")), "{pairs:?}");
}

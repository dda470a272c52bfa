//! Time as offices count it: China's one time, working days and hours, limits and the clocks that run against them.

mod china;
mod clock;
mod limit;
mod store;
mod working;

pub use china::{CHINA, YEARS, checked, day};
pub use clock::{Lamp, LimitClock, YELLOW_FROM};
pub use limit::{Limit, LimitUnit};
pub use store::{load_calendar, load_hours};
pub use working::{DAY_MINUTES, DayKind, WorkCalendar, WorkPeriod, WorkingHours, midnight};

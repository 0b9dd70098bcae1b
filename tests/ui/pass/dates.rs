use j1::prelude::*;

/// Every way to say a moment.
#[derive(J1Entity)]
#[j1(type = "acme_group", class = Group, key = id, name = id, display_name = id)]
pub struct Team {
    pub id: String,
    pub created_at: Timestamp,
    pub updated_at: Option<EpochMs>,
    pub hired_at: chrono::DateTime<chrono::Utc>,
    pub left_at: Option<chrono::DateTime<chrono::FixedOffset>>,
    pub moved_at: time::OffsetDateTime,
    pub built_at: time::UtcDateTime,
    #[j1(date = rfc3339)]
    pub opened_at: String,
    #[j1(date = rfc3339)]
    pub shut_at: Option<Box<str>>,
    #[j1(date = seconds)]
    pub paid_at: u64,
    #[j1(date = seconds)]
    pub billed_at: f64,
    #[j1(date = millis, rename = "soldOn")]
    pub sale: Option<i64>,
    #[j1(allow(J1-E0307, reason = "the name of a host"))]
    pub installed_on: String,
    pub depends_on: Vec<String>,
    pub uptime: u64,
    pub response_time: f64,
}

/// A number whose unit the class says.
#[derive(J1Entity)]
#[j1(type = "acme_device", class = Device, key = id, name = id, display_name = id)]
pub struct Machine {
    #[j1(list)]
    pub id: String,
    pub last_seen_on: Option<i64>,
}

fn main() {}

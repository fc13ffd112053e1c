//! The invented past: entries as the invented people would have left them, appended as every entry is.
//!
//! An entry follows from its number alone, so a run that was cut off goes on as if it had not been.

use fake::rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use heliodesk_wire::Role;
use sqlx::{AnyConnection, Row};
use tokio::task::spawn_blocking;
use ulid::Ulid;

use super::{
    Wanted,
    doing::{About, Doing},
    numbers,
    timeline::Timeline,
};
use crate::{
    access::{Actor, ServerCommand},
    clock::HOUR,
    error::{Error, Result},
    trail::Record,
};

/// Entries that are invented together; their numbers begin after a multiple of it.
const BLOCK: i64 = if cfg!(test) { 1_000 } else { 10_000 };
/// Entries that become durable together: the index of subjects has no order that they come in, so few works touch each
/// of its pages few times.
const WORK: i64 = if cfg!(test) { 1_300 } else { 500_000 };
/// How long one session of somebody lasts.
const SHIFT: i64 = 4 * HOUR;

/// Programs that people browse with.
const AGENTS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
];

/// Who did what to whom.
#[derive(Clone)]
struct Company {
    timeline: Timeline,
    customers: u64,
    /// Id and role, in the order of their addresses.
    staff: Vec<(String, Role)>,
}

/// Appends entries until there are as many as wanted. `progress` is told how many of how many are there.
pub(super) async fn fill(
    actor: &Actor<ServerCommand>,
    timeline: Timeline,
    wanted: Wanted,
    mut progress: impl FnMut(u64, u64),
) -> Result<()> {
    let mut read = actor.desk().db().read().acquire().await?;
    let whole = i64::try_from(wanted.entries).map_err(|_| Error::broken("more entries than a trail can hold"))?;
    let company = Company { timeline, customers: wanted.customers, staff: staff(&mut read).await? };
    if company.customers == 0 || company.staff.is_empty() {
        return Ok(());
    }
    let mut size = super::size(&mut read).await?;
    drop(read);
    while size < whole {
        // Nobody else appends until this work is durable, so the numbers stay as they are now.
        let mut work = actor.begin_counting().await?;
        size = super::size(work.conn()).await?;
        let until = whole.min(size + WORK);
        let mut block = company.block(size / BLOCK).await?;
        while size < until {
            block.retain(|record| (size + 1..=until).contains(&record.seq));
            let next = (size / BLOCK + 1).min((whole - 1) / BLOCK);
            let last = block.last().map_or(size, |last| last.seq);
            // The next ones are invented while the database writes these.
            let (written, invented) = tokio::join!(work.recall(&mut block), company.block(next));
            written?;
            block = invented?;
            size = last;
            progress(u64::try_from(size).unwrap_or(0), u64::try_from(whole).unwrap_or(0));
        }
        work.commit_recalled().await?;
    }
    Ok(())
}

impl Company {
    /// The entries of one block, invented on a thread of its own.
    async fn block(&self, nth: i64) -> Result<Vec<Record>> {
        let seed = u64::try_from(nth).map_err(|_| Error::broken("a trail of a negative size"))?;
        let company = self.clone();
        let invented = spawn_blocking(move || {
            let mut rng = ChaCha8Rng::seed_from_u64(0x0070_a57e_d000 + seed);
            (nth * BLOCK + 1..=(nth + 1) * BLOCK).map(|seq| company.record(seq, &mut rng)).collect()
        });
        invented.await.map_err(|_| Error::broken("nothing was invented"))
    }

    /// Most is done by support; the place of a person in the list of staff.
    fn somebody(&self, rng: &mut ChaCha8Rng) -> usize {
        let role = match rng.random_range(0..100) {
            0..82 => Role::Support,
            82..91 => Role::Sales,
            91..98 => Role::Engineer,
            _ => Role::Admin,
        };
        let of_role: Vec<usize> = (0..self.staff.len()).filter(|place| self.staff[*place].1.eq(&role)).collect();
        of_role.get(rng.random_range(0..of_role.len().max(1))).copied().unwrap_or(0)
    }

    fn record(&self, seq: i64, rng: &mut ChaCha8Rng) -> Record {
        let person = self.somebody(rng);
        let place = rng.random_range(0..self.customers);
        let (customer, order) = (numbers::number(place), numbers::first_order(place));
        let (staff, role) = &self.staff[person];
        let at = self.timeline.at(seq);
        let session = session(person, at);
        let doing = Doing::of(
            *role,
            &About { staff, session: &session, customer: &customer, order: order.as_deref(), seq },
            rng,
        );
        let changes = (!doing.changes.is_empty()).then(|| serde_json::to_string(&doing.changes).ok()).flatten();
        Record {
            seq,
            at,
            actor: staff.clone(),
            role: Some(role.to_string()),
            grant_id: None,
            session: (!doing.outside).then_some(session),
            action: doing.action.to_owned(),
            subject: doing.subject,
            outcome: doing.outcome.to_string(),
            reason: doing.reason,
            changes,
            address: Some(format!("10.20.{}.{}", person / 8, 10 + person % 8)),
            agent: Some(AGENTS[person % AGENTS.len()].to_owned()),
            request: Some(Ulid::from_parts(u64::try_from(at).unwrap_or(0), rng.random()).to_string()),
        }
    }
}

/// The session somebody is in at this time.
fn session(person: usize, at: i64) -> String {
    let began = at - at.rem_euclid(SHIFT);
    let mut rng = ChaCha8Rng::seed_from_u64(u64::try_from(began).unwrap_or(0) ^ (person as u64) << 48);
    Ulid::from_parts(u64::try_from(began).unwrap_or(0), rng.random()).to_string()
}

async fn staff(conn: &mut AnyConnection) -> Result<Vec<(String, Role)>> {
    let rows = sqlx::query("SELECT id, role FROM staff WHERE locked_at IS NULL ORDER BY email LIMIT 1000")
        .fetch_all(conn)
        .await?;
    let role = |text: String| text.parse().map_err(|_| Error::broken("a role is unknown"));
    rows.into_iter().map(|row| Ok((row.get(0), role(row.get(1))?))).collect()
}

//! The running totals of the pipeline: counted in the transaction of each change, so that nothing has to walk through all
//! orders. A work that writes orders takes the trail's lock first (`Work::alone`), so that two never meet in one row.

use std::collections::BTreeMap;

use heliodesk_wire::{
    pipeline::{FUNNEL, is_open},
    stage::Stage,
};
use jiff::Timestamp;
use sqlx::AnyConnection;

use super::order::Order;
use crate::{
    clock::DAY,
    error::{Error, Result},
};

/// All orders together, among owners.
pub(crate) const ALL: &str = "*";
/// Those without an owner.
pub(crate) const NOBODY: &str = "-";
/// Longer stays count as this many days.
const LONGEST: i64 = 365;

/// An order as the totals count it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    stage: Stage,
    since: i64,
    owner: String,
    currency: String,
    value: i64,
    watts: i64,
    /// How far towards the signature it has ever come, from 1.
    reached: i64,
}

/// Differences to the totals.
#[must_use = "totals are right only when what a change adds is counted"]
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    totals: BTreeMap<(String, Stage, String), [i64; 3]>,
    arrivals: BTreeMap<(String, i64, Stage), i64>,
    stays: BTreeMap<(Stage, i64), i64>,
    open: BTreeMap<(String, String, String), i64>,
}

impl Counted {
    fn of(order: &Order) -> Self {
        let fields = &order.fields;
        Self {
            stage: fields.stage,
            since: fields.stage_since,
            owner: order.owner.clone().unwrap_or_else(|| NOBODY.to_owned()),
            currency: fields.currency.clone(),
            value: fields.price_minor,
            watts: fields.panels.zip(fields.watts).map_or(0, |(panels, watts)| panels * watts),
            reached: order.reached,
        }
    }
}

/// How far a stage is on the way, from 1; 0 for what is out of the way.
fn step(stage: Stage) -> i64 {
    let place = Stage::ALL.iter().filter(|stage| !stage.is_exit()).position(|known| *known == stage);
    place.and_then(|place| i64::try_from(place + 1).ok()).unwrap_or(0)
}

impl Tally {
    /// Counts an order nobody knew; `way` says when it came to stages before the one where it stands. Answers how far it
    /// has ever come.
    pub(super) fn added(&mut self, order: &Order, way: &[(Stage, i64)]) -> Result<i64> {
        self.way(&Counted::of(order), way)
    }

    /// Counts what a change makes of an order; `at` is when, UTC milliseconds. Answers how far it has ever come.
    pub(super) fn changed(&mut self, before: &Order, after: &Order, at: i64) -> Result<i64> {
        self.count(Some(&Counted::of(before)), &Counted::of(after), at)
    }

    /// Takes what another counted in.
    pub(crate) fn extend(&mut self, more: Self) {
        for (key, sums) in more.totals {
            self.totals.entry(key).or_default().iter_mut().zip(sums).for_each(|(sum, part)| *sum += part);
        }
        more.arrivals.into_iter().for_each(|(key, orders)| *self.arrivals.entry(key).or_default() += orders);
        more.stays.into_iter().for_each(|(key, orders)| *self.stays.entry(key).or_default() += orders);
        more.open.into_iter().for_each(|(key, change)| *self.open.entry(key).or_default() += change);
    }

    /// Counts a new order and how it came to where it stands; answers how far it has ever come.
    fn way(&mut self, stands: &Counted, way: &[(Stage, i64)]) -> Result<i64> {
        let mut last: Option<Counted> = None;
        for (stage, since) in way.iter().copied().chain([(stands.stage, stands.since)]) {
            let reached = last.as_ref().map_or(0, |last| last.reached);
            let mut next = Counted { stage, since, reached, ..stands.clone() };
            next.reached = self.count(last.as_ref(), &next, since)?;
            last = Some(next);
        }
        Ok(last.map_or(0, |last| last.reached))
    }

    /// Counts one change and answers how far the order has ever come.
    fn count(&mut self, before: Option<&Counted>, after: &Counted, at: i64) -> Result<i64> {
        for (order, sign) in before.map(|order| (order, -1)).into_iter().chain([(after, 1)]) {
            let month = month(at)?;
            for owner in [ALL, &order.owner] {
                let cell = self.totals.entry((owner.to_owned(), order.stage, order.currency.clone())).or_default();
                let counted = [1, order.value, order.watts];
                cell.iter_mut().zip(counted).for_each(|(sum, part)| *sum += sign * part);
                if is_open(order.stage) {
                    let cell = self.open.entry((owner.to_owned(), month.clone(), order.currency.clone())).or_default();
                    *cell += sign * order.value;
                }
            }
        }
        let (from, to) = (before.map_or(0, |before| step(before.stage)), step(after.stage));
        if let Some(before) = before.filter(|_| from > 0 && to > from) {
            let days = ((after.since - before.since) / DAY).clamp(0, LONGEST);
            *self.stays.entry((before.stage, days)).or_default() += 1;
        }
        let signed = i64::try_from(FUNNEL.len()).unwrap_or(i64::MAX);
        // When an order that comes here long after its signature was a lead, nobody has told.
        let arrives = before.is_some() || to <= signed;
        for (stage, place) in FUNNEL.into_iter().zip(1..).filter(|(_, place)| *place > after.reached && *place <= to) {
            for owner in [ALL, &after.owner].into_iter().filter(|_| arrives) {
                debug_assert_eq!(step(stage), place);
                *self.arrivals.entry((owner.to_owned(), after.since.div_euclid(DAY), stage)).or_default() += 1;
            }
        }
        Ok(after.reached.max(to.min(signed)))
    }

    /// Adds the differences to what is there.
    pub(crate) async fn write(self, conn: &mut AnyConnection) -> Result<()> {
        macro_rules! add {
            ($update:literal, $insert:literal, [$($part:expr),+], [$($key:expr),+]) => {{
                let done = sqlx::query($update)$(.bind($part))+$(.bind($key))+.execute(&mut *conn).await?;
                if done.rows_affected() == 0 {
                    sqlx::query($insert)$(.bind($key))+$(.bind($part))+.execute(&mut *conn).await?;
                }
            }};
        }
        for ((owner, stage, currency), [orders, value, watts]) in self.totals {
            if [orders, value, watts] != [0; 3] {
                add!(
                    "UPDATE stage_total SET orders = orders + ?, value_minor = value_minor + ?, watts = watts + ? \
                     WHERE owner = ? AND stage = ? AND currency = ?",
                    "INSERT INTO stage_total (owner, stage, currency, orders, value_minor, watts) VALUES (?, ?, ?, ?, ?, ?)",
                    [orders, value, watts],
                    [&owner, stage.as_str(), &currency]
                );
            }
        }
        for ((owner, day, stage), orders) in self.arrivals {
            add!(
                "UPDATE stage_arrival SET orders = orders + ? WHERE owner = ? AND on_day = ? AND stage = ?",
                "INSERT INTO stage_arrival (owner, on_day, stage, orders) VALUES (?, ?, ?, ?)",
                [orders],
                [&owner, day, stage.as_str()]
            );
        }
        for ((stage, days), orders) in self.stays {
            add!(
                "UPDATE stage_stay SET orders = orders + ? WHERE stage = ? AND days = ?",
                "INSERT INTO stage_stay (stage, days, orders) VALUES (?, ?, ?)",
                [orders],
                [stage.as_str(), days]
            );
        }
        for ((owner, month, currency), change) in self.open.into_iter().filter(|(_, change)| *change != 0) {
            add!(
                "UPDATE open_value SET change_minor = change_minor + ? WHERE owner = ? AND month = ? AND currency = ?",
                "INSERT INTO open_value (owner, month, currency, change_minor) VALUES (?, ?, ?, ?)",
                [change],
                [&owner, &month, &currency]
            );
        }
        Ok(())
    }
}

/// `YYYY-MM` of a time in UTC milliseconds.
pub(crate) fn month(at: i64) -> Result<String> {
    let time = Timestamp::from_millisecond(at).map_err(|_| Error::broken("a time is none"))?;
    Ok(time.strftime("%Y-%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOV: i64 = 1_700_000_000_000;

    fn order(stage: Stage) -> Counted {
        let (owner, currency) = ("omar".to_owned(), "USD".to_owned());
        Counted { stage, since: NOV, owner, currency, value: 100, watts: 7, reached: step(stage).min(5) }
    }

    fn counted(before: Option<&Counted>, after: &Counted) -> (Tally, i64) {
        let mut tally = Tally::default();
        let reached = tally.count(before, after, after.since).expect("a time");
        (tally, reached)
    }

    #[test]
    fn an_edit_that_moves_nothing_counts_nothing() {
        let (tally, reached) = counted(Some(&order(Stage::Design)), &order(Stage::Design));
        assert!(tally.totals.values().all(|sums| *sums == [0; 3]) && tally.open.values().all(|change| *change == 0));
        assert_eq!((tally.arrivals.len(), tally.stays.len(), reached), (0, 0, 5));
    }

    #[test]
    fn a_stage_is_reached_once_and_those_before_it_with_it() {
        let lead = Counted { reached: 0, ..order(Stage::Lead) };
        let (tally, reached) = counted(None, &lead);
        assert_eq!((tally.arrivals.len(), reached), (2, 1), "once for its owner and once for all");
        let signed = Counted { since: NOV + 3 * DAY, reached: 3, ..order(Stage::ContractSigned) };
        let (tally, reached) = counted(Some(&Counted { reached: 3, ..order(Stage::ProposalSent) }), &signed);
        let stages: Vec<Stage> = tally.arrivals.keys().filter(|key| key.0 == "omar").map(|key| key.2).collect();
        assert_eq!((stages, reached), (vec![Stage::ContractOut, Stage::ContractSigned], 5));
        assert_eq!(tally.stays, BTreeMap::from([((Stage::ProposalSent, 3), 1)]));
        let back = Counted { reached: 5, ..order(Stage::ProposalSent) };
        let (tally, reached) = counted(Some(&Counted { reached: 5, ..order(Stage::ContractSigned) }), &back);
        assert_eq!((tally.arrivals.len(), tally.stays.len(), reached), (0, 0, 5), "a way back is no arrival");
        let (tally, reached) = counted(None, &Counted { reached: 0, ..order(Stage::Design) });
        assert_eq!((tally.arrivals.len(), reached), (0, 5));
    }

    #[test]
    fn what_is_lost_is_open_no_more_and_another_owner_takes_the_value_along() {
        let (tally, _) = counted(Some(&order(Stage::Lead)), &order(Stage::Lost));
        assert!(tally.open.values().all(|change| *change == -100));
        let given = Counted { owner: "pia".into(), ..order(Stage::Lead) };
        let (tally, _) = counted(Some(&order(Stage::Lead)), &given);
        let change = |owner: &str| tally.open[&(owner.to_owned(), "2023-11".to_owned(), "USD".to_owned())];
        assert_eq!([change(ALL), change("omar"), change("pia")], [0, -100, 100]);
    }
}

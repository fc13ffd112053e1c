//! An order as it is kept, and what a change makes of it. Nothing here reads or writes.

use heliodesk_wire::{
    Fields,
    order_edit::Edit,
    order_field::Field,
    orders::{OrderFields, Values},
    stage::Stage,
};

use crate::trail::Change;

/// One order, as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) customer: String,
    /// Where an order in an exit came from.
    pub(crate) stage_before: Option<Stage>,
    pub(crate) fields: OrderFields,
    pub(crate) version: i64,
}

/// Why a change was not made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Values that cannot be, whatever the order is now.
    Wrong(Fields),
    /// Made from another version.
    Stale,
    /// A stage that does not follow.
    Transition(Fields),
}

impl Order {
    /// The order after a change and what differs; nothing differs when every value sent is the one it has.
    ///
    /// `at` is now, in UTC milliseconds. `base` holds the values at the version the change was made from, `before` those
    /// ahead of the newest change, where putting them back is an undo.
    ///
    /// # Errors
    /// [`Unfit`], in the order of refusal.
    pub(crate) fn edited(
        &self,
        edit: &Edit,
        base: &Values,
        before: Option<&Values>,
        at: i64,
    ) -> Result<(Self, Vec<Change>), Unfit> {
        let sent: Vec<_> = edit.set.iter().filter(|(field, value)| base.get(field) != Some(value)).collect();
        let wrong = wrong(edit, &sent, base, before, at);
        if !wrong.is_empty() {
            return Err(Unfit::Wrong(wrong));
        }
        if edit.version != self.version {
            return Err(Unfit::Stale);
        }
        let mut after = self.clone();
        for (field, value) in &sent {
            after.fields.set(**field, (*value).clone());
        }
        let (from, to) = (self.fields.stage, after.fields.stage);
        if from != to {
            if !from.may_become(self.stage_before, to) {
                return Err(Unfit::Transition(Fields::one("stage", "illegal_transition")));
            }
            after.stage_before = match (from.is_exit(), to.is_exit()) {
                (_, false) => None,
                (false, true) => Some(from),
                (true, true) => self.stage_before,
            };
            if after.fields.stage_since == self.fields.stage_since {
                after.fields.stage_since = at;
            }
        }
        let changes = changes(&self.fields, &after.fields);
        if !changes.is_empty() {
            after.version += 1;
        }
        Ok((after, changes))
    }
}

/// What differs between two states, in the order of the fields.
pub(crate) fn changes(old: &OrderFields, new: &OrderFields) -> Vec<Change> {
    let fields = Field::ALL.into_iter().map(|field| (field, old.value(field), new.value(field)));
    fields.filter(|(_, old, new)| old != new).map(|(field, old, new)| Change::of(field.as_str(), old, new)).collect()
}

/// The fields that are wrong whatever the order is now: a time that has not come, a reason that is missing.
fn wrong(edit: &Edit, sent: &[(&Field, &Option<String>)], base: &Values, before: Option<&Values>, at: i64) -> Fields {
    let mut wrong = Fields::new();
    let new = |wanted: Field| sent.iter().find(|(field, _)| **field == wanted).and_then(|(_, value)| value.as_deref());
    if new(Field::StageSince).is_some_and(|since| since.parse::<i64>().is_ok_and(|since| since > at)) {
        wrong.add("stage_since", "out_of_range");
    }
    let from = base.get(&Field::Stage).cloned().flatten().and_then(|stage| stage.parse::<Stage>().ok());
    let to = new(Field::Stage).and_then(|stage| stage.parse::<Stage>().ok());
    let exit = to.is_some_and(|to| to.is_exit() || from.is_some_and(Stage::is_exit));
    if edit.reason.is_none() && (exit || before.is_some_and(|before| is_undo(&edit.set, base, before))) {
        wrong.add("reason", "missing");
    }
    wrong
}

/// Whether a change puts back exactly what the newest change took away; one field that was empty and is emptied again is
/// a plain edit. `base` holds the values that the change was made from, `before` those ahead of the newest change.
#[must_use]
pub fn is_undo(change: &Values, base: &Values, before: &Values) -> bool {
    // The time of a stage follows the stage, so it neither makes nor hides an undo.
    let differs =
        |(field, value): &(&Field, &Option<String>)| **field != Field::StageSince && base.get(*field) != Some(*value);
    let gone: Vec<_> = before.iter().filter(differs).collect();
    !matches!(gone[..], [] | [(_, None)]) && change.iter().filter(differs).eq(gone)
}

#[cfg(test)]
mod tests {
    use heliodesk_wire::{order_edit::EditAsk, reason::Reason, stage::WaitingOn};

    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn order() -> Order {
        Order {
            id: "01".into(),
            number: "O-1".into(),
            customer: "C-1".into(),
            stage_before: None,
            fields: OrderFields {
                stage: Stage::ProposalSent,
                stage_since: 5,
                owner: Some("omar@example.com".into()),
                panels: Some(18),
                watts: Some(410),
                inverter: Some("Hybrid 8 kW".into()),
                battery: None,
                adders: vec!["Trenching".into()],
                price_minor: 2_290_000,
                currency: "USD".into(),
                install_on: None,
                next_step: Some("Call".into()),
                next_step_on: Some("2026-11-24".into()),
                waiting_on: Some(WaitingOn::Us),
            },
            version: 3,
        }
    }

    fn ask(change: impl FnOnce(&mut EditAsk)) -> Edit {
        let mut ask = EditAsk { order: "O-1".into(), version: "3".into(), ..EditAsk::default() };
        change(&mut ask);
        ask.parse().expect("reads")
    }

    fn edited(order: &Order, edit: &Edit) -> Result<(Order, Vec<Change>), Unfit> {
        order.edited(edit, &order.fields.values(), None, NOW)
    }

    #[test]
    fn one_change_has_its_old_and_new_value_and_a_new_version() {
        let edit = ask(|ask| (ask.panels, ask.next_step) = (Some("20".into()), Some(String::new())));
        let (after, changes) = edited(&order(), &edit).expect("fits");
        assert_eq!((after.version, after.fields.panels, after.fields.next_step), (4, Some(20), None));
        let expected = [
            Change::of("panels", Some("18".into()), Some("20".into())),
            Change::of("next_step", Some("Call".into()), None),
        ];
        assert_eq!(changes, expected);
    }

    #[test]
    fn a_form_may_post_every_field_and_only_what_differs_changes() {
        let mut edit = ask(|_| ());
        edit.set = order().fields.values();
        assert_eq!(edited(&order(), &edit).expect("fits"), (order(), vec![]));
        edit.set.insert(Field::WaitingOn, Some("customer".into()));
        let (_, changes) = edited(&order(), &edit).expect("fits");
        assert_eq!(changes, [Change::of("waiting_on", Some("us".into()), Some("customer".into()))]);
    }

    #[test]
    fn another_version_is_stale_whether_or_not_the_changes_overlap() {
        let mut edit = ask(|ask| ask.battery = Some("10 kWh".into()));
        for version in [1, 2, 4] {
            edit.version = version;
            assert_eq!(edited(&order(), &edit), Err(Unfit::Stale));
        }
    }

    #[test]
    fn a_new_stage_begins_now_and_must_follow() {
        let (after, changes) = edited(&order(), &ask(|ask| ask.stage = Some("contract_out".into()))).expect("fits");
        assert_eq!((after.fields.stage, after.fields.stage_since), (Stage::ContractOut, NOW));
        assert_eq!(changes.len(), 2);
        let unfit = edited(&order(), &ask(|ask| ask.stage = Some("installed".into())));
        assert_eq!(unfit, Err(Unfit::Transition(Fields::one("stage", "illegal_transition"))));
    }

    #[test]
    fn an_exit_needs_a_reason_remembers_where_it_was_and_leaving_needs_one_too() {
        let unfit = edited(&order(), &ask(|ask| ask.stage = Some("on_hold".into())));
        assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("reason", "missing"))));
        let hold = ask(|ask| (ask.stage, ask.reason) = (Some("on_hold".into()), "Roof is being redone".into()));
        let (held, _) = edited(&order(), &hold).expect("fits");
        assert_eq!(held.stage_before, Some(Stage::ProposalSent));
        let back = |stage: &str, reason: &str| {
            let mut edit = ask(|ask| (ask.stage, ask.reason) = (Some(stage.into()), reason.into()));
            edit.version = 4;
            edited(&held, &edit)
        };
        assert_eq!(back("proposal_sent", ""), Err(Unfit::Wrong(Fields::one("reason", "missing"))));
        assert!(matches!(back("qualified", "Roof is done"), Err(Unfit::Transition(_))));
        let (after, _) = back("proposal_sent", "Roof is done").expect("fits");
        assert_eq!((after.stage_before, after.version), (None, 5));
    }

    #[test]
    fn putting_back_what_the_newest_change_took_away_is_an_undo_and_needs_a_reason() {
        let change = ask(|ask| (ask.panels, ask.battery) = (Some("20".into()), Some("10 kWh".into())));
        let (first, _) = edited(&order(), &change).expect("fits");
        let mut undo = ask(|ask| (ask.panels, ask.battery) = (Some("18".into()), Some(String::new())));
        undo.version = 4;
        let (base, before) = (first.fields.values(), order().fields.values());
        let unfit = first.edited(&undo, &base, Some(&before), NOW);
        assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("reason", "missing"))));
        let mut other = undo.clone();
        other.set.insert(Field::Watts, Some("415".into()));
        assert!(first.edited(&other, &base, Some(&before), NOW).is_ok());
        undo.set.remove(&Field::Battery);
        assert!(first.edited(&undo, &base, Some(&before), NOW).is_ok(), "a part of it is a change of its own");

        let (first, _) = edited(&order(), &ask(|ask| ask.panels = Some("20".into()))).expect("fits");
        let mut undo = ask(|ask| ask.panels = Some("18".into()));
        undo.version = 4;
        let base = first.fields.values();
        let unfit = first.edited(&undo, &base, Some(&before), NOW);
        assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("reason", "missing"))), "of one field just so");
        undo.reason = Reason::optional("Typed for the wrong order").expect("reads");
        assert!(first.edited(&undo, &base, Some(&before), NOW).is_ok());

        let (first, _) = edited(&order(), &ask(|ask| ask.battery = Some("10 kWh".into()))).expect("fits");
        let mut cleared = ask(|ask| ask.battery = Some(String::new()));
        cleared.version = 4;
        assert!(first.edited(&cleared, &first.fields.values(), Some(&before), NOW).is_ok(), "emptying is an edit");
    }

    #[test]
    fn a_stage_cannot_begin_tomorrow() {
        let unfit = edited(&order(), &ask(|ask| ask.stage_since = Some((NOW + 1).to_string())));
        assert_eq!(unfit, Err(Unfit::Wrong(Fields::one("stage_since", "out_of_range"))));
    }
}

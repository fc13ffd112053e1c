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
    /// The staff id of its owner, whose e-mail is in the fields.
    pub(crate) owner: Option<String>,
    /// How far towards the signature it has ever come, from 1; 0 before it is counted.
    pub(crate) reached: i64,
    pub(crate) version: i64,
}

/// Why a change was not made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Values that cannot be, whatever the order is now.
    Wrong(Fields),
    /// Made from another version.
    Stale,
    /// What does not follow from where the order stands: a stage, or what only a change order changes.
    Rule(Fields),
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
        let against = self.against(&after);
        if !against.is_empty() {
            return Err(Unfit::Rule(against));
        }
        let (from, to) = (self.fields.stage, after.fields.stage);
        if from != to {
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

    /// Whether it is sold: the customer has signed for its commercial fields.
    pub(crate) fn is_sold(&self) -> bool {
        !self.fields.stage.is_presold(self.stage_before)
    }

    /// The fields of `after` that do not follow from where this order stands. What counts is how it stood before the change:
    /// a stage taken back, an undo or a merge changes nothing that was sold along the way.
    fn against(&self, after: &Self) -> Fields {
        let mut against = Fields::new();
        let (from, to) = (self.fields.stage, after.fields.stage);
        if from != to && !from.may_become(self.stage_before, to) {
            against.add("stage", "illegal_transition");
        }
        let changed = |field: &Field| self.fields.value(*field) != after.fields.value(*field);
        for field in Field::COMMERCIAL.into_iter().filter(|field| self.is_sold() && changed(field)) {
            against.add(field.as_str(), "change_order_needed");
        }
        against
    }

    /// The order as a change order makes it, and what differs.
    pub(crate) fn amended(&self, values: &Values) -> (Self, Vec<Change>) {
        let mut after = self.clone();
        for (field, value) in values.iter().filter(|(field, _)| field.is_commercial()) {
            after.fields.set(*field, value.clone());
        }
        after.version += 1;
        let changes = changes(&self.fields, &after.fields);
        (after, changes)
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
mod tests;

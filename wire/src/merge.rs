//! How two changes of the same original meet. Pure, and the whole rule: what one side alone changed is settled, what both
//! changed to the same is settled, and only what both changed differently needs somebody's choice.

use crate::{order_field::Field, orders::Values};

/// How one field stands between three versions of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The field.
    pub field: Field,
    /// Its value at the version the change was made from.
    pub original: Option<String>,
    /// Its value now.
    pub theirs: Option<String>,
    /// The value somebody typed.
    pub mine: Option<String>,
}

/// What becomes of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Only what was typed differs from the original: it is kept.
    Mine,
    /// Only what is stored differs from the original: it is kept.
    Theirs,
    /// Both changed it to the same value.
    Same,
    /// Both changed it, to different values: somebody must choose.
    Open,
}

impl Clash {
    /// What becomes of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (self.theirs == self.original, self.mine == self.original) {
            (_, true) => Outcome::Theirs,
            (true, false) => Outcome::Mine,
            (false, false) if self.theirs == self.mine => Outcome::Same,
            (false, false) => Outcome::Open,
        }
    }

    /// Whether both changed it, to different values.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.outcome() == Outcome::Open
    }

    /// The value it has when both changes are taken together; none while somebody must choose.
    #[must_use]
    pub fn settled(&self) -> Option<Option<&str>> {
        match self.outcome() {
            Outcome::Mine => Some(self.mine.as_deref()),
            Outcome::Theirs | Outcome::Same => Some(self.theirs.as_deref()),
            Outcome::Open => None,
        }
    }
}

/// The fields that they or I changed. `mine` holds what was typed; fields that were not sent are unchanged.
#[must_use]
pub fn compare(original: &Values, theirs: &Values, mine: &Values) -> Vec<Clash> {
    let value = |values: &Values, field| values.get(&field).cloned().flatten();
    let rows = Field::ALL.into_iter().map(|field| {
        let original = value(original, field);
        let mine = mine.get(&field).cloned().unwrap_or_else(|| original.clone());
        Clash { field, theirs: value(theirs, field), mine, original }
    });
    // The time of a stage follows from the stage; nobody chooses between two of them.
    rows.filter(|row| row.field != Field::StageSince && (row.mine != row.original || row.theirs != row.original))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_a_field_can_stand_has_one_outcome() {
        use Outcome::{Mine, Open, Same, Theirs};
        // Original, theirs, mine.
        for ([original, theirs, mine], outcome) in [
            (["18", "18", "20"], Mine),
            (["18", "18", ""], Mine),
            (["", "", "20"], Mine),
            (["18", "20", "18"], Theirs),
            (["18", "", "18"], Theirs),
            (["18", "20", "20"], Same),
            (["18", "", ""], Same),
            (["18", "20", "22"], Open),
            (["18", "", "22"], Open),
            (["18", "20", ""], Open),
            (["", "20", "22"], Open),
        ] {
            let [original, theirs, mine] =
                [original, theirs, mine].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
            let row = Clash { field: Field::Panels, original, theirs, mine };
            assert_eq!(row.outcome(), outcome, "{row:?}");
        }
    }

    /// Numbers that look like chance and are the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, most: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % most
        }

        /// A value among few, so that equal ones are common; none is one of them.
        fn value(&mut self) -> Option<String> {
            Some(self.below(4)).filter(|n| *n > 0).map(|n| n.to_string())
        }

        fn all(&mut self) -> Values {
            Field::ALL.into_iter().map(|field| (field, self.value())).collect()
        }

        /// Some fields of `values` changed, the others as they are.
        fn changed(&mut self, values: &Values) -> Values {
            let one_in = self.below(6) + 1;
            let keep = |numbers: &mut Self, old: &Option<String>| {
                if numbers.below(one_in) == 0 { numbers.value() } else { old.clone() }
            };
            values.iter().map(|(field, old)| (*field, keep(self, old))).collect()
        }
    }

    /// Two changes of one original, ten thousand times.
    fn triples() -> impl Iterator<Item = (Values, Values, Values)> {
        let mut numbers = Numbers(7);
        (0..10_000).map(move |_| {
            let original = numbers.all();
            let (theirs, mine) = (numbers.changed(&original), numbers.changed(&original));
            (original, theirs, mine)
        })
    }

    fn fields() -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(|field| *field != Field::StageSince)
    }

    #[test]
    fn nothing_that_was_typed_is_lost() {
        for (original, theirs, mine) in triples() {
            let rows = compare(&original, &theirs, &mine);
            for field in fields().filter(|field| mine[field] != original[field]) {
                let row = rows.iter().find(|row| row.field == field).expect("a changed field has a row");
                assert_eq!(row.mine, mine[&field]);
                assert!(row.is_open() || row.settled() == Some(mine[&field].as_deref()), "{row:?}");
            }
        }
    }

    #[test]
    fn what_does_not_overlap_needs_no_choice_and_both_changes_are_in_it() {
        for (original, theirs, mine) in triples() {
            let rows = compare(&original, &theirs, &mine);
            for field in fields() {
                let row = rows.iter().find(|row| row.field == field);
                let (by_them, by_me) = (theirs[&field] != original[&field], mine[&field] != original[&field]);
                match (by_them, by_me) {
                    (false, false) => assert_eq!(row, None),
                    (true, false) => assert_eq!(row.and_then(Clash::settled), Some(theirs[&field].as_deref())),
                    (false, true) => assert_eq!(row.and_then(Clash::settled), Some(mine[&field].as_deref())),
                    (true, true) => {
                        assert_eq!(row.is_some_and(Clash::is_open), theirs[&field] != mine[&field]);
                    }
                }
            }
        }
    }

    #[test]
    fn it_makes_no_difference_who_was_first() {
        for (original, theirs, mine) in triples() {
            let one = compare(&original, &theirs, &mine);
            let other = compare(&original, &mine, &theirs);
            let told = |rows: &[Clash]| -> Vec<_> {
                rows.iter().map(|row| (row.field, row.settled().map(|value| value.map(str::to_owned)))).collect()
            };
            assert_eq!(told(&one), told(&other));
        }
    }

    #[test]
    fn a_form_that_posts_only_what_was_changed_is_merged_as_one_that_posts_everything() {
        for (original, theirs, mine) in triples() {
            let mut few = mine.clone();
            few.retain(|field, value| original[field] != *value);
            assert_eq!(compare(&original, &theirs, &few), compare(&original, &theirs, &mine));
        }
    }

    #[test]
    fn a_merge_that_was_saved_has_nothing_left_to_merge() {
        for (original, theirs, mine) in triples() {
            let mut merged = theirs.clone();
            for row in compare(&original, &theirs, &mine) {
                // Whoever chooses takes theirs.
                merged.insert(row.field, row.settled().map_or(row.theirs.clone(), |value| value.map(str::to_owned)));
            }
            let again = compare(&theirs, &merged, &merged);
            assert!(again.iter().all(|row| row.outcome() == Outcome::Same), "{again:?}");
        }
    }
}

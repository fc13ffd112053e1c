//! Customers as a browser sees them: what can be asked about one, and what is shown of one, masked.

use serde::{Deserialize, Serialize};

use crate::{Fields, Masked, OrderNo, PersonalField, Typed, reason::Reason};

mod shown;
mod words;

pub use shown::{
    CustomerCard, CustomerList, CustomerOrder, CustomerRecord, Happening, Held, History, KeptSearch, Section,
};
pub use words::{Account, Category, SearchKind};

/// Shortest details when the category is `other`, in characters.
pub const SHORTEST_DETAILS: usize = 10;

/// `customers/search`: a term, and what to take it for; an empty kind lets the desk recognise it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SearchAsk {
    /// What was typed.
    pub term: Typed,
    /// A [`SearchKind`], or empty.
    pub kind: String,
}

impl SearchAsk {
    /// The kind to take the term for; `None` to recognise it.
    ///
    /// # Errors
    /// The wrong fields.
    pub fn parse(&self) -> Result<Option<SearchKind>, Fields> {
        let mut fields = Fields::new();
        if self.term.0.trim().is_empty() {
            fields.add("term", "missing");
        } else if self.term.0.chars().count() > 254 {
            fields.add("term", "too_long");
        }
        let kind = match self.kind.as_str() {
            "" => Some(None),
            text => fields.take("kind", text.parse().map(Some)),
        };
        fields.into_result(kind)
    }
}

/// The answer of `customers/search`: where the results are kept, and how many there are (101: more than 100).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// Opaque id of the kept search, for `/customers?search={id}`.
    pub search: String,
    /// How many customers fit.
    pub hits: u32,
}

/// `customers/verify`: what a caller said about one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VerifyAsk {
    /// The customer's number.
    pub customer: String,
    /// A [`PersonalField`].
    pub field: String,
    /// What the caller said.
    pub value: Typed,
}

/// The answer of `customers/verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// Whether it is the stored value.
    #[serde(rename = "match")]
    pub matches: bool,
    /// Tries left for this customer in this hour, over all agents.
    pub tries_left: u32,
}

/// `customers/reveal`: one field of one customer, and why. Within five minutes of a touch for this customer the
/// category, order and details may be absent; the first ones are recorded again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RevealAsk {
    /// The customer's number.
    pub customer: String,
    /// A [`PersonalField`].
    pub field: String,
    /// A [`Category`].
    pub category: String,
    /// The order it is about.
    pub order: String,
    /// What the category does not say.
    pub details: String,
}

/// A parsed [`RevealAsk`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Which field.
    pub field: PersonalField,
    /// What was given of the reason.
    pub given: Given,
}

/// What was given of a reason: all of it, or for a further field under the same touch nothing, or only what differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The category.
    pub category: Option<Category>,
    /// The order it is about.
    pub order: Option<OrderNo>,
    /// The details.
    pub details: Option<Reason>,
}

/// Why a value is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The category.
    pub category: Category,
    /// The order it is about.
    pub order: Option<OrderNo>,
    /// The details.
    pub details: Option<Reason>,
}

impl Given {
    /// The whole reason: what was given, the rest from the `first` one under the same touch.
    ///
    /// # Errors
    /// A category that neither has, details that are missing.
    pub fn after(self, first: Option<Why>) -> Result<Why, Fields> {
        let Some(category) = self.category.or(first.as_ref().map(|why| why.category)) else {
            return Err(Fields::one("category", "missing"));
        };
        let (order, details) = first.map_or((None, None), |why| (why.order, why.details));
        // The first details belong to the first category.
        let details = self.details.or(details.filter(|_| self.category.is_none()));
        enough(category, details.as_ref()).map_err(|code| Fields::one("details", code))?;
        Ok(Why { category, order: self.order.or(order), details })
    }
}

/// Whether the details say what the category does not.
fn enough(category: Category, details: Option<&Reason>) -> Result<(), &'static str> {
    match details.map_or(0, |details| details.as_str().chars().count()) {
        0 if category == Category::Other => Err("missing"),
        1..SHORTEST_DETAILS if category == Category::Other => Err("too_short"),
        _ => Ok(()),
    }
}

impl RevealAsk {
    /// Reads field and reason. Whether the order is theirs, and whether the details name the customer, the desk knows.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn parse(&self) -> Result<Reveal, Fields> {
        let mut fields = Fields::new();
        let field = fields.take("field", personal(&self.field));
        let order = match self.order.trim() {
            "" => None,
            text => fields.take("order", text.parse::<OrderNo>().map_err(|_| "not_theirs")),
        };
        let details = fields.take("details", Reason::optional(&self.details)).flatten();
        let category = match self.category.as_str() {
            "" => None,
            text => fields.take("category", text.parse::<Category>()),
        };
        if let Some(category) = category {
            fields.take("details", enough(category, details.as_ref()));
        }
        let given = Given { category, order, details };
        fields.into_result(field.map(|field| Reveal { field, given }))
    }
}

/// `customers/replace`: a new value for one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplaceAsk {
    /// The customer's number.
    pub customer: String,
    /// A [`PersonalField`].
    pub field: String,
    /// The new value.
    pub value: Typed,
}

/// The answer of `customers/replace`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// The new value's mask.
    pub mask: Masked,
}

/// `customers/copied`: a page says that it has put a revealed value on the clipboard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CopiedAsk {
    /// The customer's number.
    pub customer: String,
    /// A [`PersonalField`].
    pub field: String,
}

/// The answer of `customers/copied`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// The entry on the trail that recorded it.
    pub seq: u64,
}

/// Reads the name of a personal field.
///
/// # Errors
/// `missing` or `not_offered`.
pub fn personal(text: &str) -> Result<PersonalField, &'static str> {
    if text.is_empty() {
        return Err("missing");
    }
    text.parse().map_err(|_| "not_offered")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(category: &str, details: &str) -> RevealAsk {
        RevealAsk {
            customer: "C-1".into(),
            field: "phone".into(),
            category: category.into(),
            details: details.into(),
            ..RevealAsk::default()
        }
    }

    #[test]
    fn every_wrong_field_of_a_reveal_is_named_at_once() {
        let wrong = RevealAsk { field: "iban".into(), ..ask("because", "\u{7}") };
        let fields = wrong.parse().expect_err("wrong");
        assert_eq!(fields.code("field"), Some("not_offered"));
        assert_eq!(fields.code("category"), Some("not_offered"));
        assert_eq!(fields.code("details"), Some("malformed"));
    }

    #[test]
    fn other_needs_details_of_ten_characters_and_no_category_means_the_first_reason() {
        assert_eq!(ask("other", "").parse().expect_err("wrong").code("details"), Some("missing"));
        assert_eq!(ask("other", " 123456789 ").parse().expect_err("wrong").code("details"), Some("too_short"));
        assert!(ask("other", "1234567890").parse().is_ok());
        assert!(ask("caller_asked", "").parse().is_ok());
    }

    #[test]
    fn what_a_further_field_leaves_out_is_taken_from_the_first_reason() {
        let given = |category, order: &str, details| {
            let ask = RevealAsk { order: order.into(), ..ask(category, details) };
            ask.parse().expect("parses").given
        };
        let first = given("other", "O-1", "the boiler man needs it").after(None).expect("whole");
        let after = |given: Given| given.after(Some(first.clone()));
        assert_eq!(after(given("", "", "")), Ok(first.clone()));
        assert_eq!(after(given("", "O-2", "")).expect("whole").order, Some("O-2".parse().expect("number")));
        let complaint = after(given("complaint", "", "")).expect("whole");
        assert_eq!((complaint.category, complaint.details), (Category::Complaint, None));
        assert_eq!(complaint.order, first.order);
        assert_eq!(after(given("", "", "too short")).expect_err("wrong").code("details"), Some("too_short"));
        assert_eq!(given("", "O-1", "").after(None).expect_err("wrong").code("category"), Some("missing"));
    }
}

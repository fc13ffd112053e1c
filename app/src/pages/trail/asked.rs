//! What the address asks for: filters as controls, as text, or both.

use heliodesk_wire::trail::{Filter, Mistake};

use crate::pages::filters;
use crate::request::{of_request, pairs};

/// The filters of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// All of them together; none when the text cannot be read.
    pub(super) filter: Option<Filter>,
    /// Those that stand in controls.
    pub(super) controls: Filter,
    /// The text, as it was typed.
    pub(super) q: String,
    /// What cannot be read of the text, every word of it.
    pub(super) mistakes: Vec<Mistake>,
    /// The form was submitted: its controls and its text say the same twice.
    pub(super) submitted: bool,
}

impl Asked {
    /// What the address of this page asks for.
    pub(super) fn read() -> Self {
        of_request(|parts| Self::of(parts.uri.query().unwrap_or_default())).unwrap_or_else(|| Self::of(""))
    }

    /// In an address, text and controls are joined, and of one filter the text counts. The form sends both, and the mark of
    /// the text as it was shown (`shown`): when it was not edited the controls count, else the text alone.
    fn of(address: &str) -> Self {
        let (mut controls, mut q, mut shown) = (Filter::default(), None, None);
        for (name, value) in pairs(address) {
            match name.as_str() {
                "q" => q = q.or(Some(value)),
                "shown" => shown = shown.or(Some(value)),
                "before" => controls.before = value,
                name => {
                    if let Some(field) = controls.field(name).filter(|field| field.is_empty()) {
                        *field = value;
                    }
                }
            }
        }
        let q = q.unwrap_or_default();
        let submitted = shown.is_some();
        let unedited = shown.is_some_and(|shown| shown == mark(&q));
        match if unedited { Ok(Filter::default()) } else { Filter::parse(&q) } {
            Err(mistakes) => Self { filter: None, controls, q, mistakes, submitted },
            Ok(text) => {
                let mut filter = if submitted && !unedited { Filter::default() } else { controls.clone() };
                for (name, value) in text.pairs() {
                    if let Some(field) = filter.field(name).filter(|_| !value.is_empty()) {
                        *field = value.to_owned();
                    }
                }
                Self { filter: Some(filter), controls, q, mistakes: Vec::new(), submitted }
            }
        }
    }
}

/// Tells one text from another without repeating it: what was typed comes back nowhere but where it was typed.
pub(super) fn mark(text: &str) -> String {
    let step = |mark: u64, byte: u8| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

/// The address of the trail with these filters.
pub(in crate::pages) fn address(filter: &Filter) -> String {
    let pairs = filter.pairs().into_iter().chain([("before", filter.before.as_str())]);
    filters::address("/trail", pairs.map(|(name, value)| (name, Some(value.to_owned()))))
}

/// The same with an entry opened beside the list.
pub(in crate::pages) fn opened(filter: &Filter, seq: u64) -> String {
    let address = address(filter);
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}entry={seq}#entry")
}

/// Where a form of this page posts to. Only filters come back in it, whatever else the address held.
pub(super) fn posting(filter: &Filter, function: &str) -> String {
    let address = address(filter);
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}do={function}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(address: &str) -> String {
        Asked::of(address).filter.map(|filter| filter.text()).unwrap_or_else(|| "not read".into())
    }

    #[test]
    fn filters_live_in_the_address() {
        assert_eq!(address(&Filter::default()), "/trail");
        let filter = Filter {
            from: "2026-11-21T09:00".into(),
            actor: "mia+x@example.com".into(),
            subject: "a&b=c #é".into(),
            before: "51".into(),
            ..Filter::default()
        };
        let written = address(&filter);
        assert_eq!(
            written,
            "/trail?actor=mia%2Bx%40example.com&subject=a%26b%3Dc%20%23%C3%A9&from=2026-11-21T09%3A00&before=51"
        );
        assert_eq!(Asked::of(written.strip_prefix("/trail?").unwrap()).filter, Some(filter.clone()));
        assert_eq!(opened(&filter, 7), format!("{written}&entry=7#entry"));
        assert_eq!(opened(&Filter::default(), 7), "/trail?entry=7#entry");
        assert_eq!(posting(&filter, "views/save"), format!("{written}&do=views/save"));
    }

    #[test]
    fn text_and_controls_are_joined_and_the_form_counts_what_was_changed() {
        let (mia, none) = (mark("actor:mia"), mark(""));
        for (address, filters) in [
            ("", ""),
            ("actor=mia&outcome=denied", "actor:mia outcome:denied"),
            ("q=actor:mia+action:reveal", "actor:mia action:reveal"),
            ("q=actor:mia&outcome=denied&actor=jan", "actor:mia outcome:denied"),
            // Submitted: a control was changed.
            (&*format!("shown={mia}&q=actor:mia&actor=mia&outcome=denied"), "actor:mia outcome:denied"),
            (&format!("shown={mia}&q=actor:mia&actor=&outcome="), ""),
            // Submitted: the text was edited.
            (&format!("shown={mia}&q=outcome:denied&actor=mia&outcome="), "outcome:denied"),
            (&format!("shown={mia}&q=&actor=mia"), ""),
            (&format!("shown={none}&q=since:7d&actor="), "since:7d"),
            ("q=mia", "not read"),
            (&format!("shown={none}&q=mia"), "not read"),
        ] {
            assert_eq!(text(address), filters, "{address}");
        }
        let wrong = Asked::of("q=actor:mia+mia&outcome=denied");
        assert_eq!((wrong.q.as_str(), wrong.controls.outcome.as_str()), ("actor:mia mia", "denied"));
        assert_eq!(wrong.mistakes, [Mistake { word: 2, code: "no_key" }]);
    }
}

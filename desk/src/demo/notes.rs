//! What the invented company's support has noted about an invented customer, before the customer came here.

use fake::rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom};

use crate::{clock::HOUR, customers::notes::Brought, vault::words};

/// What a colleague should know before ringing: these are pinned.
const LASTING: [&str; 6] = [
    "Prefers calls **after 17:00**; works shifts.",
    "Side gate is locked. Ring twice and wait.",
    "Roof hatch is reached **through the garage**.",
    "Dog in the yard; ask them to keep it inside before the crew comes.",
    "> We are away in August.\n\nNo crew before September.",
    "Hard of hearing: write first, then ring.",
];

/// What was talked about.
const CALLS: [&str; 16] = [
    "Asked why the panel count grew. Explained the *shading study*; happy with it.",
    "Wants the battery offered again once the meter is changed.",
    "Rang twice, no answer. Next try tomorrow between 9 and 11.",
    "Sent the **list of papers** for the permit and told how to send them back.",
    "Photos of the roof:\n- the meter is there\n- the panel board is missing",
    "Neighbour asked about the sound of the inverter. Sent the data sheet.",
    "Agreed on a site visit; somebody is at home from 8.",
    "The bank asked for the signed offer. Sent it once more.",
    "Complained about the wait for the utility. Explained what we wait for, and asked the utility again.",
    "Scaffold of the painter stays until the end of the month; plan the crane after it.",
    "Reminder about the first invoice is settled: it was paid, with another reference.",
    "Monitoring shows one string low since Sunday. Asked for a photo at noon.",
    "Wants black frames if the price stays. **Design** knows.",
    "Asked whether the wallbox can come later. It can, without a new permit.",
    "Moved the visit by a week, both sides agree.",
    "Thanked us for the crew: they left the garden clean.",
];

/// Notes on the customer at a place, oldest first, by some of these colleagues; most customers have one or two, some have
/// none. No word of a note is a word of the name.
pub(super) fn notes(at: u64, name: &str, colleagues: &[String], now: i64) -> Vec<Brought> {
    let mut rng = ChaCha8Rng::seed_from_u64(0x6e07_e500_0000 + at);
    let name = words(name);
    let mut texts: Vec<(&'static str, bool)> = Vec::new();
    if rng.random_range(0..100) < 22 {
        texts.extend(LASTING.choose(&mut rng).map(|text| (*text, true)));
    }
    let calls = [0, 0, 1, 1, 1, 2, 2, 3, 4];
    let calls = calls.choose(&mut rng).copied().unwrap_or(1);
    texts.extend(CALLS.sample(&mut rng, calls).map(|text| (*text, false)));
    texts.retain(|(text, _)| words(text).iter().all(|word| !name.contains(word)));
    let mut hours = rng.random_range(24..4000);
    let notes = texts.into_iter().filter_map(|(markdown, pinned)| {
        let author = colleagues.choose(&mut rng)?.clone();
        let at = now - hours * HOUR - rng.random_range(0..HOUR);
        hours = (hours / 2).max(1);
        Some(Brought { author, at, markdown, pinned })
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::{Vault, screen_against};

    #[test]
    fn no_invented_note_says_what_notes_must_not_say() {
        let vault = Vault::new(&crate::keys::Keys::generate());
        for text in LASTING.iter().chain(&CALLS) {
            assert_eq!(screen_against(&vault, &Default::default(), text), None, "{text}");
        }
        let all = |name: &str| -> Vec<(&'static str, i64)> {
            let notes =
                (0..500).flat_map(|at| notes(at, name, &["mia".to_owned(), "jan".to_owned()], 1_700_000_000_000));
            notes.map(|note| (note.markdown, note.at)).collect()
        };
        let some = all("Amelia Reyes");
        assert!((400..1500).contains(&some.len()), "{}", some.len());
        assert_eq!(some, all("Amelia Reyes"), "the same again");
        assert!(some.iter().any(|(text, _)| text.contains("Roof")));
        assert!(!all("Amelia Roof").iter().any(|(text, _)| text.to_lowercase().contains("roof")));
    }
}

//! The numbers of invented customers and orders: each follows from a customer's place alone, so that an entry of the past can
//! name them without looking.

use fake::rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

/// The number of the customer at a place, from 0.
pub(super) fn number(place: u64) -> String {
    format!("C-{}", 100_001 + place)
}

/// How many orders the customer at a place has.
pub(super) fn orders(at: u64) -> u64 {
    match ChaCha8Rng::seed_from_u64(0x0_0de5_0000 + at).random_range(0..100) {
        0..6 => 0,
        6..84 => 1,
        84..97 => 2,
        _ => 3,
    }
}

/// The number of an order of the customer at a place, from 0.
pub(super) fn order_number(at: u64, nth: u64) -> String {
    format!("O-{}", 200_001 + at * 3 + nth)
}

/// The first order of the customer at a place, if there is any.
pub(super) fn first_order(at: u64) -> Option<String> {
    (orders(at) > 0).then(|| order_number(at, 0))
}

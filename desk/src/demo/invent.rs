//! Inventing one customer from a number: names by the country's fashion, orders in every stage.

use fake::{
    Fake,
    faker::{
        address::raw::StreetName,
        name::raw::{FirstName, LastName},
    },
    locales::{DE_DE, EN, FR_FR, IT_IT, NL_NL},
    rand::{RngExt, SeedableRng, rngs::ChaCha8Rng, seq::IndexedRandom},
};
use heliodesk_wire::stage::Stage;
use jiff::{ToSpan, civil::Date};
use serde_json::{Map, Value, json};

use super::numbers::{number, order_number, orders};
use crate::vault::words;

/// An invented line of an import, and the way of each of its orders.
pub(super) struct Invented {
    pub(super) line: Map<String, Value>,
    pub(super) ways: Vec<Way>,
}

/// How many hours ago an order came to the stage where it stands, and to those before it.
pub(super) struct Way {
    pub(super) here: i64,
    pub(super) before: Vec<(Stage, i64)>,
}

/// City, country, currency, and the shapes of postcode and phone: `#` is any digit, `@` any capital.
struct Place {
    city: &'static str,
    country: &'static str,
    currency: &'static str,
    postcode: &'static str,
    phone: &'static str,
}

const fn place(
    city: &'static str,
    country: &'static str,
    currency: &'static str,
    postcode: &'static str,
    phone: &'static str,
) -> Place {
    Place { city, country, currency, postcode, phone }
}

#[rustfmt::skip]
const PLACES: [Place; 18] = [
    place("Tucson",     "United States", "USD", "857##",   "+1 520 555 01##"),
    place("Phoenix",    "United States", "USD", "850##",   "+1 602 555 01##"),
    place("San Diego",  "United States", "USD", "921##",   "+1 619 555 01##"),
    place("Sacramento", "United States", "USD", "958##",   "+1 916 555 01##"),
    place("Austin",     "United States", "USD", "787##",   "+1 512 555 01##"),
    place("Denver",     "United States", "USD", "802##",   "+1 303 555 01##"),
    place("Las Vegas",  "United States", "USD", "891##",   "+1 702 555 01##"),
    place("Tampa",      "United States", "USD", "336##",   "+1 813 555 01##"),
    place("München",    "Germany",       "EUR", "80###",   "+49 89 99998 ###"),
    place("Freiburg",   "Germany",       "EUR", "79###",   "+49 761 9999 ###"),
    place("Leipzig",    "Germany",       "EUR", "04###",   "+49 341 9999 ###"),
    place("Lyon",       "France",        "EUR", "690##",   "+33 4 65 71 ## ##"),
    place("Bordeaux",   "France",        "EUR", "330##",   "+33 5 36 49 ## ##"),
    place("Bologna",    "Italy",         "EUR", "401##",   "+39 051 5550 ###"),
    place("Verona",     "Italy",         "EUR", "371##",   "+39 045 5550 ###"),
    place("Utrecht",    "Netherlands",   "EUR", "35## @@", "+31 30 555 0###"),
    place("Eindhoven",  "Netherlands",   "EUR", "56## @@", "+31 40 555 0###"),
    place("Bristol",    "United Kingdom", "GBP", "BS# #@@", "+44 117 496 0###"),
];

/// Stage, how often, what comes next, whom it waits on, and the longest usual days in it.
#[rustfmt::skip]
const STAGES: [(&str, u32, &[&str], &[&str], i64); 18] = [
    ("lead",              12, &["First call", "Send the savings estimate"],           &["us"],                    9),
    ("qualified",         10, &["Visit to measure the roof", "Check the meter"],      &["us", "customer"],       16),
    ("proposal_sent",     10, &["Ask what they think", "Offer a smaller battery"],    &["customer"],             15),
    ("contract_out",       7, &["Remind about the signature", "Answer the bank"],     &["customer"],             12),
    ("contract_signed",    6, &["Book the site survey"],                              &["us"],                   10),
    ("site_survey",        6, &["Survey on the roof", "Photos of the panel board"],   &["us", "customer"],       18),
    ("design",             7, &["Shading study", "Second string layout"],             &["us"],                   20),
    ("permitting",         9, &["City comments due", "Send the fire setback plan"],   &["authority", "utility"], 45),
    ("ready_to_schedule",  4, &["Agree on a day"],                                    &["customer", "us"],       12),
    ("install_scheduled",  6, &["Crew and crane confirmed", "Deliver the panels"],    &["us"],                   25),
    ("installed",          4, &["Book the inspection"],                               &["us"],                   10),
    ("final_inspection",   4, &["Inspector comes"],                                   &["authority"],            18),
    ("pto_submitted",      5, &["Ask the utility for the meter"],                     &["utility"],              40),
    ("pto_granted",       22, &[],                                                    &[],                      400),
    ("on_hold",            3, &["Ask again in spring", "Roof is being mended first"], &["customer"],             60),
    ("lost",               6, &[],                                                    &[],                      200),
    ("cancelled",          2, &[],                                                    &[],                      200),
    ("failed",             1, &[],                                                    &[],                      200),
];

/// Who looks after orders before the signature, and after it.
const SELLERS: [Option<&str>; 8] = [LEO, LEO, LEO, LEO, MIA, JAN, None, None];
const CARERS: [Option<&str>; 8] = [MIA, MIA, JAN, JAN, AISHA, AISHA, LEO, None];
const LEO: Option<&str> = Some("leo.brandt@sunhaus.example");
const MIA: Option<&str> = Some("mia.torres@sunhaus.example");
const JAN: Option<&str> = Some("jan.kowal@sunhaus.example");
const AISHA: Option<&str> = Some("aisha.okafor@sunhaus.example");

const INVERTERS: [&str; 5] =
    ["Enphase IQ8M", "SolarEdge SE7600H", "Fronius GEN24 8.0", "SMA Sunny Tripower 8.0", "Tesla Inverter"];
const BATTERIES: [&str; 4] = ["Tesla Powerwall 3", "Enphase 5P", "BYD HVS 10.2", "LG RESU Prime"];
const ADDERS: [&str; 6] =
    ["EV charger", "Main panel upgrade", "Critter guard", "Trenching", "Steep roof", "Smoke detectors"];
const DOMAINS: [&str; 5] = ["example.com", "example.net", "example.org", "mail.example", "post.example"];

/// The customer at a place. The same place gives the same customer; days are counted from `today`.
pub(super) fn customer(at: u64, today: Date) -> Invented {
    let mut rng = ChaCha8Rng::seed_from_u64(0x48e1_10de_5c00 + at);
    let place = PLACES.choose(&mut rng).unwrap_or(&PLACES[0]);
    let (first, last, street) = person(place.country, &mut rng);
    let email = format!("{}.{}{}@{}", plain(&first), plain(&last), at % 97, pick(&DOMAINS, &mut rng));
    let account = match rng.random_range(0..100) {
        0..3 => "locked",
        3..6 => "closed",
        _ => "active",
    };
    let count = orders(at);
    let mut ways = Vec::new();
    let mut orders = Vec::new();
    for nth in 0..count {
        let (order, way) = order(order_number(at, nth), place.currency, nth + 1 < count, today, &mut rng);
        orders.push(order);
        ways.push(way);
    }
    let has = |chance: u32, rng: &mut ChaCha8Rng| rng.random_range(0..100) < chance;
    let mut line = Map::new();
    line.insert("number".into(), json!(number(at)));
    line.insert("name".into(), json!(format!("{first} {last}")));
    line.insert("email".into(), if has(97, &mut rng) { json!(email) } else { Value::Null });
    line.insert("phone".into(), if has(94, &mut rng) { json!(shaped(place.phone, &mut rng)) } else { Value::Null });
    line.insert("street".into(), json!(street));
    line.insert("postcode".into(), json!(shaped(place.postcode, &mut rng)));
    line.insert("city".into(), json!(place.city));
    line.insert("country".into(), json!(place.country));
    line.insert("account".into(), json!(account));
    line.insert("orders".into(), Value::Array(orders));
    Invented { line, ways }
}

/// First name, last name, street with number.
fn person(country: &str, rng: &mut ChaCha8Rng) -> (String, String, String) {
    let house = rng.random_range(1..180);
    macro_rules! of {
        ($locale:expr) => {
            (
                FirstName($locale).fake_with_rng::<String, _>(rng),
                LastName($locale).fake_with_rng::<String, _>(rng),
                StreetName($locale).fake_with_rng::<String, _>(rng),
            )
        };
    }
    let (first, last, street) = match country {
        "Germany" => of!(DE_DE),
        "France" => of!(FR_FR),
        "Italy" => of!(IT_IT),
        "Netherlands" => of!(NL_NL),
        _ => of!(EN),
    };
    // Some of the crate's words hold stray blanks.
    let [first, last, street] = [first, last, street].map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let street = match country {
        "Germany" | "Italy" | "Netherlands" => format!("{street} {house}"),
        "United States" => format!("{} {street}", house * 10 + 3),
        _ => format!("{house} {street}"),
    };
    (first, last, street)
}

/// One order and its way. An `old` one is done.
fn order(number: String, currency: &str, old: bool, today: Date, rng: &mut ChaCha8Rng) -> (Value, Way) {
    let at = if old { 13 } else { stage(rng) };
    let (stage, _, steps, waits, _) = STAGES[at];
    let presold = ["lead", "qualified", "proposal_sent", "contract_out"].contains(&stage);
    let (panels, watts) = (rng.random_range(8..42_i64), pick(&[400, 410, 420, 440, 450], rng));
    let cents_per_watt = rng.random_range(215..345_i64);
    let early = stage == "lead" && rng.random_range(0..3) > 0;
    let owner = pick(if presold { &SELLERS } else { &CARERS }, rng);
    let installs = match stage {
        "install_scheduled" => Some(rng.random_range(2..40)),
        "installed" | "final_inspection" | "pto_submitted" => Some(-rng.random_range(5..60)),
        "pto_granted" => Some(-rng.random_range(60..500)),
        _ => None,
    };
    let mut adders: Vec<&str> = Vec::new();
    while adders.len() < 2 && rng.random_range(0..3) == 0 {
        let adder = pick(&ADDERS, rng);
        if !adders.contains(&adder) {
            adders.push(adder);
        }
    }
    let next = steps.choose(rng).copied().filter(|_| rng.random_range(0..8) > 0);
    let waiting = waits.choose(rng).copied();
    let battery = (rng.random_range(0..10) < 4).then(|| pick(&BATTERIES, rng));
    let inverter = (!early).then(|| pick(&INVERTERS, rng));
    let price = panels * watts * cents_per_watt / 10_000 * 10_000 + if battery.is_some() { 950_000 } else { 0 };
    let next_on = next.map(|_| day(today, rng.random_range(-3..21)));
    let order = json!({
        "number": number,
        "stage": stage,
        "owner": owner,
        "panels": if early { None } else { Some(panels) },
        "watts": if early { None } else { Some(watts) },
        "inverter": inverter,
        "battery": battery,
        "adders": adders,
        "price_minor": price,
        "currency": currency,
        "install_on": installs.map(|days| day(today, days)),
        "next_step": next,
        "next_step_on": next_on,
        "waiting_on": waiting,
    });
    (order, way(at, rng))
}

/// How an order came to a place in [`STAGES`]. Most stand there as long as usual, some much longer.
fn way(at: usize, rng: &mut ChaCha8Rng) -> Way {
    let longest = STAGES[at].4 * 24;
    let here = match rng.random_range(0..20) {
        0..16 => rng.random_range(1..longest * 6 / 10),
        16..19 => rng.random_range(longest * 7 / 10..longest * 12 / 10),
        _ => rng.random_range(longest * 14 / 10..longest * 26 / 10),
    };
    // What is out of the way came from before the signature if it was lost, and from the roof if that did not work.
    let end = match STAGES[at].0 {
        "on_hold" | "lost" => rng.random_range(1..5),
        "cancelled" => rng.random_range(5..9),
        "failed" => 7,
        _ => at,
    };
    let mut ago = here;
    let mut before: Vec<(Stage, i64)> = Vec::with_capacity(end);
    for (stage, .., days) in STAGES[..end].iter().rev() {
        ago += rng.random_range(days * 24 * 4 / 10..=days * 24);
        before.extend(stage.parse().ok().map(|stage| (stage, ago)));
    }
    before.reverse();
    Way { here, before }
}

/// A place in [`STAGES`], by how often each comes.
fn stage(rng: &mut ChaCha8Rng) -> usize {
    let all: u32 = STAGES.iter().map(|stage| stage.1).sum();
    let mut left = rng.random_range(0..all);
    for (place, stage) in STAGES.iter().enumerate() {
        if left < stage.1 {
            return place;
        }
        left -= stage.1;
    }
    0
}

/// `YYYY-MM-DD`, some days from today.
fn day(today: Date, days: i64) -> String {
    today.checked_add(days.days()).unwrap_or(today).to_string()
}

/// A shape with its signs filled in.
fn shaped(shape: &str, rng: &mut ChaCha8Rng) -> String {
    let mut sign = |c| match c {
        '#' => char::from(b'0' + rng.random_range(0..10_u8)),
        '@' => char::from(b'A' + rng.random_range(0..26_u8)),
        other => other,
    };
    shape.chars().map(&mut sign).collect()
}

/// A name as it stands in an e-mail address.
fn plain(name: &str) -> String {
    words(name).concat().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn pick<T: Copy>(list: &[T], rng: &mut ChaCha8Rng) -> T {
    list[rng.random_range(0..list.len())]
}

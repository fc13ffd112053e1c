//! A company beside a smaller one, measured in turn: nothing may have become much slower by what there is more of.

use serde_json::Value;

/// What is compared, and how many times worse it may be. Of the first one more is better.
const COMPARED: [(&str, f64, bool); 3] = [("requests_s", 1.5, true), ("p50_ms", 1.5, false), ("p99_ms", 2.5, false)];

fn measured(report: &Value) -> &[Value] {
    report["results"].as_array().map_or(&[], Vec::as_slice)
}

/// Prints a line for each measurement of both, and answers one for each figure that is worse by more than it may be, and
/// for each measurement that one of them lacks.
pub fn judge(smaller: &Value, now: &Value) -> Vec<String> {
    println!("    times worse than of {} customers, now of {}", smaller["customers"], now["customers"]);
    let heads = COMPARED.map(|(figure, most, _)| format!("{figure} ≤ {most}"));
    println!("    {:<38} {:>3} {}", "", "at", heads.map(|head| format!("{head:>18}")).concat());
    let named = |one: &Value| (one["name"].clone(), one["connections"].clone());
    let title = |one: &Value| (one["name"].as_str().unwrap_or_default().to_owned(), one["connections"].to_string());
    let mut beyond = Vec::new();
    for one in measured(now) {
        let (name, connections) = title(one);
        let Some(before) = measured(smaller).iter().find(|other| named(other) == named(one)) else {
            beyond.push(format!("{name} at {connections}: not measured of the smaller one"));
            continue;
        };
        let mut cells = String::new();
        for (figure, most, more_is_better) in COMPARED {
            let (was, is) = (number(before, figure), number(one, figure));
            let times = if more_is_better { was / is } else { is / was };
            cells += &format!("{times:>18.2}");
            // It is no number for want of one of them.
            if times.is_nan() || times > most {
                beyond.push(format!(
                    "{name} at {connections}: {figure} {is} beside {was}, {times:.2} times, must be {most}"
                ));
            }
        }
        println!("    {name:<38} {connections:>3} {cells}");
    }
    let gone = measured(smaller).iter().filter(|one| measured(now).iter().all(|other| named(other) != named(one)));
    beyond.extend(
        gone.map(title).map(|(name, connections)| format!("{name} at {connections}: only measured of the smaller one")),
    );
    beyond
}

fn number(one: &Value, figure: &str) -> f64 {
    one[figure].as_f64().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(results: &[(&str, u64, f64, f64, f64)]) -> Value {
        let one = |(name, connections, requests_s, p50_ms, p99_ms): &(&str, u64, f64, f64, f64)| json!({ "name": name, "connections": connections, "requests_s": requests_s, "p50_ms": p50_ms, "p99_ms": p99_ms });
        json!({ "commit": "c", "customers": 1, "entries": 2, "results": results.iter().map(one).collect::<Vec<_>>() })
    }

    #[test]
    fn what_is_beyond_its_bound_is_named_and_what_is_at_it_is_not() {
        let smaller = run(&[("list", 1, 300.0, 2.0, 4.0), ("list", 8, 300.0, 2.0, 4.0), ("gone", 1, 1.0, 1.0, 1.0)]);
        let now = run(&[("list", 1, 200.0, 3.0, 10.0), ("list", 8, 199.0, 3.01, 10.1), ("new", 1, 1.0, 1.0, 1.0)]);
        assert_eq!(judge(&smaller, &smaller), Vec::<String>::new());
        assert_eq!(
            judge(&smaller, &now),
            [
                "list at 8: requests_s 199 beside 300, 1.51 times, must be 1.5",
                "list at 8: p50_ms 3.01 beside 2, 1.50 times, must be 1.5",
                "list at 8: p99_ms 10.1 beside 4, 2.52 times, must be 2.5",
                "new at 1: not measured of the smaller one",
                "gone at 1: only measured of the smaller one",
            ]
        );
    }

    #[test]
    fn a_figure_that_is_missing_is_beyond() {
        let smaller = run(&[("list", 1, 300.0, 2.0, 4.0)]);
        let now = json!({ "results": [{ "name": "list", "connections": 1, "requests_s": 300.0, "p50_ms": 2.0 }] });
        assert_eq!(judge(&smaller, &now), ["list at 1: p99_ms NaN beside 4, NaN times, must be 2.5"]);
    }
}

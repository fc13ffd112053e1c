//! Money is counted in minor units of a currency. People type and read whole units.

/// How many decimal digits a currency has (ISO 4217).
#[must_use]
pub fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// An amount as it stands in a form: `24650.00`.
#[must_use]
pub fn plain(minor: i64, currency: &str) -> String {
    let digits = decimals(currency);
    let unit = 10_u64.pow(digits);
    let sign = if minor < 0 { "-" } else { "" };
    let whole = minor.unsigned_abs() / unit;
    match digits {
        0 => format!("{sign}{whole}"),
        digits => format!("{sign}{whole}.{:0width$}", minor.unsigned_abs() % unit, width = digits as usize),
    }
}

/// An amount as people read it: `$24,650.00`, `24,650.00 CHF`.
#[must_use]
pub fn shown(minor: i64, currency: &str) -> String {
    let plain = plain(minor.saturating_abs(), currency);
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut amount = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            amount.push(',');
        }
        amount.push(digit);
    }
    amount.push_str(rest);
    let sign = if minor < 0 { "−" } else { "" };
    match currency {
        "USD" => format!("{sign}${amount}"),
        "EUR" => format!("{sign}€{amount}"),
        "GBP" => format!("{sign}£{amount}"),
        other => format!("{sign}{amount} {other}"),
    }
}

/// Reads an amount somebody typed in whole units, with or without decimals and thousands commas, into minor units.
/// A comma that does not part thousands is refused: `24650,50` is no two millions.
///
/// # Errors
/// `missing`, `not_money`.
pub fn typed(text: &str, currency: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("missing");
    }
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split([',', ' ', '\u{a0}', '\'']);
    let first = groups.next().map_or(0, str::len);
    let grouped = whole.len() == first || ((1..=3).contains(&first) && groups.all(|group| group.len() == 3));
    let whole: String = whole.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{a0}' | '\'')).collect();
    let digits = decimals(currency) as usize;
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !grouped || !all_digits(&whole) || !all_digits(rest) || rest.len() > digits {
        return Err("not_money");
    }
    format!("{whole}{rest:0<digits$}").parse().map_err(|_| "not_money")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_shown_and_read_back_by_currency() {
        assert_eq!(shown(2_465_000, "USD"), "$24,650.00");
        assert_eq!(shown(-5, "CHF"), "−0.05 CHF");
        assert_eq!(shown(24_650, "JPY"), "24,650 JPY");
        for (minor, currency) in [(2_465_000, "USD"), (0, "EUR"), (7, "JPY"), (1_234_567, "KWD")] {
            assert_eq!(typed(&plain(minor, currency), currency), Ok(minor));
        }
    }

    #[test]
    fn what_is_typed_is_whole_units() {
        assert_eq!(typed("24,650", "USD"), Ok(2_465_000));
        assert_eq!(typed("1,024,650", "USD"), Ok(102_465_000));
        assert_eq!(typed(" 24 650.5 ", "USD"), Ok(2_465_050));
        assert_eq!(typed("", "USD"), Err("missing"));
        for bad in
            ["24.650.00", "-5", "1.234", "abc", ".5", "99999999999999999999", "24650,50", "1,2,3", ",650", "1234,567"]
        {
            assert_eq!(typed(bad, "USD"), Err("not_money"), "{bad}");
        }
    }
}

//! Entries as lines of a file: comma-separated values as RFC 4180 has them, and JSON.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::Timestamp;

use super::entry::Record;

/// What a spreadsheet would run as a formula when a cell begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The first line of comma-separated values: names of the columns.
pub(super) fn csv_head() -> String {
    let names = <Record>::default().texts().map(|(name, _)| name);
    csv(["seq", "at", "time", "actor_name"].into_iter().chain(names))
}

/// An entry as comma-separated values.
pub(super) fn csv_line(record: &Record, names: &BTreeMap<String, String>) -> String {
    let time = Timestamp::from_millisecond(record.at).map(|at| format!("{at:.3}")).unwrap_or_default();
    let (seq, at) = (record.seq.to_string(), record.at.to_string());
    let name = names.get(&record.actor).map_or("", String::as_str);
    let texts = record.texts();
    csv([&*seq, &*at, &*time, name].into_iter().chain(texts.iter().map(|(_, text)| text.unwrap_or_default())))
}

/// The last line, which is no entry: the word, and the signed note that covers all that stand above.
pub(super) fn csv_tail(note: &str) -> String {
    let empty = <Record>::default().texts().len() + 2;
    csv(["checkpoint", note].into_iter().chain(std::iter::repeat_n("", empty)))
}

/// Cells as one line.
fn csv<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let mut line = cells.map(cell).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A cell: in quotation marks where it must be; what looks like a formula has an apostrophe in front.
fn cell(text: &str) -> String {
    let formula = text.starts_with(FORMULA);
    if !formula && !text.contains([',', '"', '\n', '\r']) {
        return text.to_owned();
    }
    format!("\"{}{}\"", if formula { "'" } else { "" }, text.replace('"', "\"\""))
}

/// An entry as one line of JSON, without its end: every column under its name, in the order of the leaf; `null` where it is
/// empty.
pub(super) fn json_line(record: &Record) -> String {
    let mut line = format!(r#"{{"seq":{},"at":{}"#, record.seq, record.at);
    for (name, text) in record.texts() {
        let _ = match text {
            // A string with its quotes and escapes.
            Some(text) => write!(line, r#","{name}":{}"#, serde_json::Value::from(text)),
            None => write!(line, r#","{name}":null"#),
        };
    }
    line.push('}');
    line
}

/// The last line, which is no entry: the signed note that covers all that stand above.
pub(super) fn json_tail(checkpoint: &str) -> String {
    format!("{{\"checkpoint\":{}}}\n", serde_json::Value::from(checkpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_no_cell_is_a_formula() {
        for (text, written) in [
            ("", ""),
            ("C-900001", "C-900001"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("=\"x\",1", "\"'=\"\"x\"\",1\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn every_line_has_the_same_cells() {
        let record =
            Record { seq: 7, at: 1_700_000_000_123, actor: "A".into(), reason: Some("=x".into()), ..Record::default() };
        let names = BTreeMap::from([("A".to_owned(), "Mia Torres".to_owned())]);
        let line = csv_line(&record, &names);
        assert!(line.starts_with("7,1700000000123,2023-11-14T22:13:20.123Z,Mia Torres,A,,,,,,,\"'=x\","), "{line}");
        for line in [csv_head(), line, csv_tail("desk\n7\nAAA=\n\n- desk x\n")] {
            assert_eq!(line.matches(',').count(), 15, "{line}");
            assert!(line.ends_with("\r\n"));
        }
        assert!(csv_tail("desk\n7").starts_with("checkpoint,\"desk\n7\","));
    }
}

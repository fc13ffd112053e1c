use std::io::Cursor;

use super::*;
use crate::testing;

const LINE: &str = r#"{"number":"C-900001","name":"Amelia Reyes","email":"amelia@example.com","phone":"+1 520 555 0142","street":"12 Elm Street","postcode":"85701","city":"Tucson","country":"United States","account":"active","orders":[{"number":"O-900001","stage":"design","panels":20,"watts":410,"adders":["EV charger"],"price_minor":2465000,"currency":"USD","next_step":"Send plans","next_step_on":"2026-11-24","waiting_on":"us"}]}"#;

async fn import(bed: &testing::Bed, text: &str) -> Result<Counts, Failure> {
    run(&bed.desk.server_command(), Cursor::new(text.as_bytes().to_vec()), |_, _| {}).await
}

async fn count(bed: &testing::Bed, table: &'static str) -> i64 {
    let sql = match table {
        "customer" => "SELECT COUNT(*) FROM customer",
        "order" => "SELECT COUNT(*) FROM customer_order",
        "token" => "SELECT COUNT(*) FROM search_token",
        _ => "SELECT COUNT(*) FROM trail",
    };
    sqlx::query_scalar(sql).fetch_one(bed.desk.db().read()).await.expect("counts")
}

#[tokio::test]
async fn a_file_is_imported_once_and_again_without_a_change() {
    for bed in testing::both().await {
        let text = format!("{LINE}\n\n{}\r\n", r#"{"number":"c-2","name":"Cher","account":"locked"}"#);
        assert_eq!(import(&bed, &text).await.expect("imports"), Counts { new: 2, changed: 0, unchanged: 0 });
        let tokens = count(&bed, "token").await;
        assert_eq!(import(&bed, &text).await.expect("imports"), Counts { new: 0, changed: 0, unchanged: 2 });
        assert_eq!((count(&bed, "customer").await, count(&bed, "order").await, count(&bed, "trail").await), (2, 1, 2));

        let moved = text.replace("12 Elm Street", "7 Oak Road").replace("\"design\"", "\"permitting\"");
        assert_eq!(import(&bed, &moved).await.expect("imports"), Counts { new: 0, changed: 1, unchanged: 1 });
        let changes: String = sqlx::query_scalar("SELECT changes FROM trail WHERE seq = 3")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("an entry");
        assert!(changes.contains(r#"{"field":"street"}"#), "{changes}");
        assert!(changes.contains(r#"{"field":"O-900001 stage","old":"design","new":"permitting"}"#), "{changes}");
        assert_eq!(count(&bed, "token").await, tokens);

        let elsewhere = moved.replace("Tucson", "Mesa");
        assert_eq!(import(&bed, &elsewhere).await.expect("imports"), Counts { new: 0, changed: 1, unchanged: 1 });
        let city: String = sqlx::query_scalar("SELECT city FROM customer_order WHERE number = 'O-900001'")
            .fetch_one(bed.desk.db().read())
            .await
            .expect("an order");
        assert_eq!(city, "Mesa", "an order is where its customer is");
    }
}

#[tokio::test]
async fn a_bad_line_is_named_without_values_and_nothing_is_written() {
    let bed = testing::sqlite().await;
    let bad = [
        (r#""email":"amelia@example.com""#, r#""email":"planted value""#, "line 2: email (not_an_email)"),
        (r#""name":"Amelia Reyes""#, r#""name":null"#, "line 2: name (missing)"),
        (r#""account":"active""#, r#""account":"erased""#, "line 2: account (not_offered)"),
        (r#""number":"C-900001""#, r#""number":7"#, "line 2: number (malformed)"),
        (r#""number":"C-900001""#, r#""number":"C-1""#, "line 2: number (repeated)"),
        (r#""city":"Tucson""#, r#""iban":"x""#, "line 2: iban (unknown_key)"),
        (r#""panels":20"#, r#""panels":"20""#, "line 2: orders[0].panels (malformed)"),
        (r#""panels":20"#, r#""panel":20"#, "line 2: orders[0].panel (unknown_key)"),
        (r#""price_minor":2465000,"#, "", "line 2: orders[0].price_minor (missing)"),
        (r#""watts":410"#, r#""owner":"nobody@example.com""#, "line 2: orders[0].owner (unknown)"),
        (
            r#""next_step":"Send plans""#,
            r#""next_step":"Ask Mrs Reyes""#,
            "line 2: orders[0].next_step (holds_personal_data)",
        ),
        (r#""design""#, r#""gone""#, "line 2: orders[0].stage"),
        (r#"{"number":"C-900001""#, r#"["number":"C-900001""#, "line 2: line (no_json_object)"),
    ];
    for (from, to, expected) in bad {
        assert!(LINE.contains(from), "{from}");
        let text =
            format!("{}\n{}\n", r#"{"number":"C-1","name":"Ana Li","account":"active"}"#, LINE.replacen(from, to, 1));
        let failure = import(&bed, &text).await.expect_err(expected).to_string();
        assert!(failure.starts_with(expected), "{failure}");
        assert!(!failure.contains("planted") && !failure.contains("Amelia"), "{failure}");
    }
    assert_eq!((count(&bed, "customer").await, count(&bed, "trail").await), (0, 0));
}

#[tokio::test]
async fn an_order_does_not_change_its_customer() {
    let bed = testing::sqlite().await;
    import(&bed, LINE).await.expect("imports");
    let failure = import(&bed, &LINE.replace("C-900001", "C-900002")).await.expect_err("another's order");
    assert!(failure.to_string().starts_with("line 1: orders[0].number (taken)"), "{failure}");
}

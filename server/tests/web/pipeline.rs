//! The pipeline as a browser without scripts uses it, and as a caller of its function.

use heliodesk_wire::Role;

use crate::{orders::value, world::World};

#[tokio::test]
async fn sales_move_an_order_without_a_script_and_see_nothing_else() {
    for world in World::both().await {
        let mut omar = world.join(Role::Sales).await;
        let page = omar.get("/pipeline").await;
        assert_eq!(page.status, 200);
        for shown in ["O-900001", "Amelia R.", "Tucson", "8.20 kW", "$24,650<", "Proposal sent", "Move O-900001"] {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
        for hidden in ["C-900001", "Rivers", "410", "/orders/O-"] {
            assert!(!page.text.contains(hidden), "{hidden}: {}", page.text);
        }
        assert!(!page.text.contains("Move O-900002"), "what is sold is not moved");
        let form = omar.get("/pipeline?move=O-900001&owner=none").await;
        assert_eq!(value(&form, "version"), "1");

        let action = "/pipeline?owner=none&do=pipeline/move&moved=O-900001";
        let lost = [
            ("order", "O-900001"),
            ("version", "1"),
            ("stage", "lost"),
            ("next_step", ""),
            ("next_step_on", ""),
            ("waiting_on", ""),
        ];
        let refused = omar.post(action, &lost).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("Move O-900001") && refused.text.contains("This is needed"), "{}", refused.text);
        let next = [
            ("order", "O-900001"),
            ("version", "1"),
            ("stage", "contract_out"),
            ("next_step", "Signature"),
            ("reason", ""),
        ];
        let moved = omar.post(action, &next).await;
        assert_eq!((moved.status, moved.header("location")), (303, "/pipeline?owner=none&moved=O-900001"));
        let page = omar.get("/pipeline?owner=none&moved=O-900001").await;
        for told in ["moved from Proposal sent to Contract out.", "Undo: moved by mistake"] {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        let stale = [("order", "O-900001"), ("version", "1"), ("stage", "proposal_sent"), ("next_step", "Call again")];
        let stale = omar.post(action, &stale).await;
        assert_eq!(stale.status, 409);
        for told in ["Changed by someone else", "Signature"] {
            assert!(stale.text.contains(told), "{told}: {}", stale.text);
        }
        assert_eq!((value(&stale, "next_step").as_str(), value(&stale, "version").as_str()), ("Call again", "2"));
        assert!(
            stale.text.contains("value=\"contract_out\" selected"),
            "what only they changed stays theirs: {}",
            stale.text
        );

        let card =
            omar.post("/api/pipeline/move", &[("order", "O-900001"), ("version", "2"), ("waiting_on", "us")]).await;
        assert_eq!(card.status, 200, "{}", card.text);
        for absent in ["customer", "panels", "watts", "inverter", "adders", "null"] {
            assert!(!card.text.contains(absent), "{absent}: {}", card.text);
        }
        let sold = omar.post("/api/pipeline/move", &[("order", "O-900002"), ("version", "1"), ("stage", "lost")]).await;
        assert_eq!((sold.status, sold.json()["code"].as_str()), (403, Some("not_presold")));
        assert_eq!(omar.get("/orders").await.status, 403);
        assert_eq!(omar.get("/orders/O-900001").await.status, 403);
    }
}

#[tokio::test]
async fn a_move_asks_for_its_reason_on_every_path_and_can_be_taken_back() {
    for world in World::both().await {
        let mut omar = world.join(Role::Sales).await;
        let asks = omar.get("/pipeline?move=O-900003&to=lost").await;
        assert!(asks.text.contains("value=\"lost\" selected") && asks.text.contains("<dialog"), "{}", asks.text);
        let action = "/pipeline?do=pipeline/move&moved=O-900003";
        let lost = [("order", "O-900003"), ("version", "1"), ("stage", "lost")];
        for path in ["/api/pipeline/move", action] {
            let refused = omar.post(path, &lost).await;
            assert_eq!(refused.status, 422, "{path}");
            assert!(refused.text.contains("missing") || refused.text.contains("This is needed"), "{}", refused.text);
        }
        let told = [&lost[..], &[("reason", "Chose another offer")]].concat();
        assert_eq!(omar.post(action, &told).await.status, 303);
        let page = omar.get("/pipeline?moved=O-900003").await;
        assert!(page.text.contains("moved from Lead to Lost."), "{}", page.text);
        assert!(!page.text.contains("id=\"deal-O-900003\""), "what is lost is not on the board");
        let gone = omar.get("/pipeline?view=table&stage=lost").await;
        assert!(gone.text.contains("id=\"deal-O-900003\""), "{}", gone.text);
        let back = [("order", "O-900003"), ("version", "2"), ("stage", "lead"), ("reason", "Undo: moved by mistake")];
        assert_eq!(omar.post("/pipeline?do=pipeline/move", &back).await.status, 303);
        let page = omar.get("/pipeline").await;
        assert!(page.text.contains("id=\"deal-O-900003\""), "{}", page.text);
    }
}

#[tokio::test]
async fn board_and_table_show_one_filter_and_the_charts_say_it_as_tables_too() {
    for world in World::both().await {
        let mut omar = world.join(Role::Sales).await;
        for (query, shown) in [
            ("", vec!["O-900001", "O-900003", "O-900002"]),
            ("?view=table", vec!["O-900001", "O-900003", "O-900002"]),
            ("?city=Tucson&waiting_on=customer", vec![]),
            ("?value=15000-25000", vec!["O-900001", "O-900002"]),
            ("?value=under-15000&view=table", vec!["O-900003"]),
            ("?stage=lead", vec!["O-900003"]),
            ("?owner=mine&stale=very", vec![]),
            ("?install=2026-12", vec![]),
        ] {
            let page = omar.get(&format!("/pipeline{query}")).await;
            assert_eq!(page.status, 200, "{query}");
            for number in ["O-900001", "O-900002", "O-900003"] {
                let there = page.text.contains(&format!("id=\"deal-{number}\""));
                assert_eq!(there, shown.contains(&number), "{query} {number}");
            }
            assert_eq!(page.text.contains("No order fits"), shown.is_empty(), "{query}");
            for chart in ["Funnel, past 90 days", "Open value by month", "As a table", "Of leads"] {
                assert!(page.text.contains(chart), "{query} {chart}");
            }
            for hidden in ["C-900001", "Rivers", "/orders/O-", "/customers"] {
                assert!(!page.text.contains(hidden), "{query} {hidden}");
            }
        }
        let mut mia = world.join(Role::Support).await;
        assert!(mia.get("/pipeline").await.text.contains("href=\"/orders/O-900001\""), "support opens what it sees");
    }
}

//! The stages: the whole table, pair by pair, and what follows from it.

use super::*;

#[test]
fn the_table_has_a_row_for_every_stage_and_every_step_can_be_taken_back() {
    for (stage, (row, next)) in Stage::ALL.into_iter().zip(TRANSITIONS) {
        assert_eq!(stage, row);
        for to in next {
            assert_ne!(stage, *to);
            let back = to.may_become(Some(stage).filter(|_| to.is_exit() && !stage.is_exit()), stage);
            assert!(back || stage.is_exit() && to.is_exit(), "{stage} -> {to} cannot be taken back");
        }
    }
}

#[test]
fn the_way_is_walked_one_stage_at_a_time() {
    let way: Vec<Stage> = Stage::ALL.into_iter().filter(|stage| !stage.is_exit()).collect();
    for (i, from) in way.iter().enumerate() {
        for (j, to) in way.iter().enumerate() {
            let signed = matches!((from, to), (ProposalSent, ContractSigned) | (ContractSigned, ProposalSent));
            assert_eq!(from.may_become(None, *to), i.abs_diff(j) == 1 || signed, "{from} -> {to}");
        }
    }
}

#[test]
fn lost_is_before_the_signature_cancelled_after_and_failed_by_site_or_design() {
    for stage in Stage::ALL.into_iter().filter(|stage| !stage.is_exit()) {
        let presold = stage.group() == Group::Presold;
        assert_eq!(stage.may_become(None, Lost), presold);
        assert_eq!(stage.may_become(None, Cancelled), !presold && stage != PtoGranted);
        assert_eq!(stage.may_become(None, Failed), matches!(stage, SiteSurvey | Design));
        assert_eq!(stage.may_become(None, OnHold), stage != PtoGranted);
    }
}

#[test]
fn an_exit_leads_back_to_where_the_order_was_and_nowhere_else() {
    assert_eq!(OnHold.next(Some(Design)).collect::<Vec<_>>(), [Design, Cancelled]);
    assert_eq!(OnHold.next(Some(Lead)).collect::<Vec<_>>(), [Lead, Lost]);
    assert_eq!(Lost.next(Some(Qualified)).collect::<Vec<_>>(), [Qualified]);
    assert_eq!(Failed.next(None).collect::<Vec<_>>(), [SiteSurvey, Design]);
    assert!(!Lost.is_presold(Some(Design)) && Lost.is_presold(None) && !OnHold.is_presold(None));
}

#[test]
fn names_read_back() {
    for stage in Stage::ALL {
        assert_eq!(stage.as_str().parse(), Ok(stage));
        assert_eq!(serde_json::to_string(&stage).expect("text"), format!("\"{stage}\""));
    }
}

/// Which stage may follow which, written down once more: rows and columns in the order of the way. An exit without a
/// known place before it, as after an import, may lead wherever its row says.
#[rustfmt::skip]
const WHOLE: [&str; 18] = [
    //lqpc sddpriifpp hlcf
    " x.. .......... xx..", // lead
    "x x. .......... xx..", // qualified
    ".x x x......... xx..", // proposal_sent
    "..x  x......... xx..", // contract_out
    "..xx  x........ x.x.", // contract_signed
    ".... x x....... x.xx", // site_survey
    ".... .x x...... x.xx", // design
    ".... ..x x..... x.x.", // permitting
    ".... ...x x.... x.x.", // ready_to_schedule
    ".... ....x x... x.x.", // install_scheduled
    ".... .....x x.. x.x.", // installed
    ".... ......x x. x.x.", // final_inspection
    ".... .......x x x.x.", // pto_submitted
    ".... ........x  ....", // pto_granted
    "xxxx xxxxxxxxx.  xx.", // on_hold
    "xxxx .......... . ..", // lost
    ".... xxxxxxxxx. .. .", // cancelled
    ".... .xx....... ... ", // failed
];

/// Whether the table written down here lets `to` follow `from`.
fn written(from: usize, to: usize) -> bool {
    let place = to + usize::from(to >= 4) + usize::from(to >= 14);
    WHOLE[from].as_bytes()[place] == b'x'
}

#[test]
fn every_pair_of_stages_is_as_it_is_written_down() {
    for (i, from) in Stage::ALL.into_iter().enumerate() {
        for (j, to) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(from.may_become(None, to), written(i, j), "{from} -> {to}");
        }
    }
}

#[test]
fn every_pair_of_stages_with_every_place_before_leads_back_or_on_to_what_that_place_allows() {
    for (i, from) in Stage::ALL.into_iter().enumerate() {
        for (b, before) in Stage::ALL.into_iter().enumerate() {
            for (j, to) in Stage::ALL.into_iter().enumerate() {
                let expected = match (from.is_exit(), to.is_exit()) {
                    (false, _) => written(i, j),
                    (true, false) => written(i, j) && to == before,
                    (true, true) => written(i, j) && written(b, j),
                };
                assert_eq!(from.may_become(Some(before), to), expected, "{from}, before {before} -> {to}");
            }
        }
    }
}

#[test]
fn sold_is_what_stands_behind_the_signature_or_came_from_there() {
    let presold = [Lead, Qualified, ProposalSent, ContractOut];
    for stage in Stage::ALL {
        let without = presold.contains(&stage) || stage == Lost;
        assert_eq!(stage.is_presold(None), without, "{stage}");
        for before in Stage::ALL {
            let expected = if stage.is_exit() { presold.contains(&before) } else { presold.contains(&stage) };
            assert_eq!(stage.is_presold(Some(before)), expected, "{stage}, before {before}");
        }
    }
}

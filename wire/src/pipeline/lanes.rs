//! The columns of the board, and which of them take an order. The same in the browser and on the server.

use crate::stage::{Group, Stage};

use Stage::{
    Cancelled, ContractOut, ContractSigned, Design, Failed, FinalInspection, InstallScheduled, Installed, Lead, Lost,
    OnHold, Permitting, ProposalSent, PtoGranted, PtoSubmitted, Qualified, ReadyToSchedule, SiteSurvey,
};

/// A column of the board: one stage, or several that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Its name in the address.
    pub name: &'static str,
    /// Its heading.
    pub label: &'static str,
    /// Its stages, in the order of the way.
    pub stages: &'static [Stage],
}

const fn lane(name: &'static str, label: &'static str, stages: &'static [Stage]) -> Lane {
    Lane { name, label, stages }
}

/// The columns of the board, in the order of the way.
pub const LANES: [Lane; 8] = [
    lane("lead", "Lead", &[Lead]),
    lane("qualified", "Qualified", &[Qualified]),
    lane("proposal", "Proposal sent", &[ProposalSent]),
    lane("contract", "Contract out", &[ContractOut]),
    lane("signed", "Signed and survey", &[ContractSigned, SiteSurvey]),
    lane("permits", "Design and permits", &[Design, Permitting]),
    lane("installation", "Installation", &[ReadyToSchedule, InstallScheduled, Installed]),
    lane("inspection", "Inspection and PTO", &[FinalInspection, PtoSubmitted]),
];

/// What is done, paused or gone: beneath the board, and in the table.
pub const AWAY: [Lane; 5] = [
    lane("on_hold", "On hold", &[OnHold]),
    lane("lost", "Lost", &[Lost]),
    lane("cancelled", "Cancelled", &[Cancelled]),
    lane("failed", "Failed", &[Failed]),
    lane("pto_granted", "PTO granted", &[PtoGranted]),
];

/// From a lead to the signature.
pub const FUNNEL: [Stage; 5] = [Lead, Qualified, ProposalSent, ContractOut, ContractSigned];

impl Lane {
    /// The column of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        LANES.into_iter().chain(AWAY).find(|lane| lane.name == name)
    }

    /// The column a stage is in.
    #[must_use]
    pub fn of(stage: Stage) -> Option<Self> {
        LANES.into_iter().chain(AWAY).find(|lane| lane.stages.contains(&stage))
    }

    /// The stages of this column that an order at `from`, which came there from `before`, can be moved to. Nearly always
    /// one or none; where there are more, whoever moves it chooses.
    pub fn takes(self, from: Stage, before: Option<Stage>) -> impl Iterator<Item = Stage> {
        self.stages.iter().copied().filter(move |to| refusal(from, before, *to).is_none())
    }

    /// Why an order at `from`, which came there from `before`, cannot be moved into this column; nothing where it can.
    #[must_use]
    pub fn refuses(self, from: Stage, before: Option<Stage>) -> Option<&'static str> {
        if self.stages.contains(&from) {
            return Some("It stands here");
        }
        let mut refused = self.stages.iter().map(|to| refusal(from, before, *to));
        refused.clone().all(|why| why.is_some()).then(|| refused.next().flatten()).flatten()
    }
}

/// Why an order at `from`, which came there from `before`, cannot be moved to `to`; nothing where it can.
#[must_use]
pub fn refusal(from: Stage, before: Option<Stage>, to: Stage) -> Option<&'static str> {
    let may = to.is_move_target() && from.may_become(before, to);
    (!may).then(|| why_not(from, before, to))
}

/// Whether an order that stands here is still on its way: neither out of it nor at its end.
#[must_use]
pub fn is_open(stage: Stage) -> bool {
    stage.group() != Group::Exit && stage != PtoGranted
}

/// Whether a move from one stage to another needs a reason.
#[must_use]
pub fn asks_for_a_reason(from: Stage, to: Stage) -> bool {
    from != to && (from.is_exit() || to.is_exit())
}

/// The rule that a move breaks, in words that fit into the head of a column.
fn why_not(from: Stage, before: Option<Stage>, to: Stage) -> &'static str {
    match (from, to) {
        _ if !from.is_presold(before) => "Sold: edited on its order",
        (_, Cancelled | Failed) => "Only after the signature",
        _ if from.is_exit() => "Comes back to where it was",
        (_, to) if to.group() == Group::Sold && to != ContractSigned => "Needs a signed contract",
        (Lead, _) => "Qualify it first",
        (Qualified, _) if to > from => "Send the proposal first",
        _ => "One step back at a time",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_in_one_column() {
        for stage in Stage::ALL {
            let holds = LANES.into_iter().chain(AWAY).filter(|lane| lane.stages.contains(&stage)).count();
            assert_eq!(holds, 1, "{stage}");
            assert_eq!(is_open(stage), LANES.iter().any(|lane| lane.stages.contains(&stage)));
        }
    }

    #[test]
    fn a_column_takes_what_the_transitions_allow_and_says_why_it_refuses() {
        let told = |from: Stage, before: Option<Stage>| {
            let told = |lane: Lane| {
                let takes: Vec<_> = lane.takes(from, before).map(Stage::label).collect();
                lane.refuses(from, before).map_or_else(|| takes.join(", "), str::to_owned)
            };
            LANES.into_iter().chain(AWAY).map(told).collect::<Vec<_>>()
        };
        let sold = "Needs a signed contract";
        let after = "Only after the signature";
        #[rustfmt::skip]
        let table: [(Stage, Option<Stage>, [&str; 13]); 6] = [
            (Lead, None, ["It stands here", "Qualified", "Qualify it first", "Qualify it first", "Qualify it first",
                sold, sold, sold, "On hold", "Lost", after, after, sold]),
            (Qualified, None, ["Lead", "It stands here", "Proposal sent", "Send the proposal first",
                "Send the proposal first", sold, sold, sold, "On hold", "Lost", after, after, sold]),
            (ProposalSent, None, ["One step back at a time", "Qualified", "It stands here", "Contract out",
                "Contract signed", sold, sold, sold, "On hold", "Lost", after, after, sold]),
            (ContractOut, None, ["One step back at a time", "One step back at a time", "Proposal sent", "It stands here",
                "Contract signed", sold, sold, sold, "On hold", "Lost", after, after, sold]),
            (OnHold, Some(Qualified), ["Comes back to where it was", "Qualified", "Comes back to where it was",
                "Comes back to where it was", "Comes back to where it was", "Comes back to where it was",
                "Comes back to where it was", "Comes back to where it was", "It stands here", "Lost", after, after,
                "Comes back to where it was"]),
            (Lost, Some(ContractOut), ["Comes back to where it was", "Comes back to where it was",
                "Comes back to where it was", "Contract out", "Comes back to where it was", "Comes back to where it was",
                "Comes back to where it was", "Comes back to where it was", "Comes back to where it was",
                "It stands here", after, after, "Comes back to where it was"]),
        ];
        for (from, before, expected) in table {
            assert_eq!(told(from, before), expected, "{from}");
        }
    }

    #[test]
    fn only_exits_ask_for_a_reason() {
        for from in Stage::ALL {
            for to in Stage::ALL.into_iter().filter(|to| *to != from) {
                assert_eq!(asks_for_a_reason(from, to), from.is_exit() || to.is_exit());
            }
            assert!(!asks_for_a_reason(from, from));
        }
    }
}

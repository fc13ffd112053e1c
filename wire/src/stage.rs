//! The stages of an order, their groups, and the one table of which may follow which.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

mod waiting_on;

pub use waiting_on::WaitingOn;

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody asked.
    Lead,
    /// Worth a proposal.
    Qualified,
    /// The customer has a proposal.
    ProposalSent,
    /// The customer has a contract to sign.
    ContractOut,
    /// Signed: sold.
    ContractSigned,
    /// Somebody looks at the roof.
    SiteSurvey,
    /// The system is drawn.
    Design,
    /// The authority decides; the utility's interconnection runs beside it.
    Permitting,
    /// Everything is there but a day.
    ReadyToSchedule,
    /// The day is set.
    InstallScheduled,
    /// On the roof.
    Installed,
    /// The authority looks at it.
    FinalInspection,
    /// The utility is asked for permission to operate.
    PtoSubmitted,
    /// The system runs.
    PtoGranted,
    /// Pausing; comes back to where it was.
    OnHold,
    /// Gone before the signature.
    Lost,
    /// Gone after the signature.
    Cancelled,
    /// The site or the design does not work.
    Failed,
}

use Stage::{
    Cancelled, ContractOut, ContractSigned, Design, Failed, FinalInspection, InstallScheduled, Installed, Lead, Lost,
    OnHold, Permitting, ProposalSent, PtoGranted, PtoSubmitted, Qualified, ReadyToSchedule, SiteSurvey,
};

/// The part of the way a stage belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Before the signature.
    Presold,
    /// From the signature on.
    Sold,
    /// Out of the way, for now or for good.
    Exit,
}

/// Which stage may follow which: each step forward, and back for a correction. What an exit leads back to is narrowed
/// further to where the order was (see [`Stage::may_become`]).
#[rustfmt::skip]
pub const TRANSITIONS: [(Stage, &[Stage]); 18] = [
    (Lead,             &[Qualified, OnHold, Lost]),
    (Qualified,        &[Lead, ProposalSent, OnHold, Lost]),
    (ProposalSent,     &[Qualified, ContractOut, ContractSigned, OnHold, Lost]),
    (ContractOut,      &[ProposalSent, ContractSigned, OnHold, Lost]),
    (ContractSigned,   &[ProposalSent, ContractOut, SiteSurvey, OnHold, Cancelled]),
    (SiteSurvey,       &[ContractSigned, Design, OnHold, Cancelled, Failed]),
    (Design,           &[SiteSurvey, Permitting, OnHold, Cancelled, Failed]),
    (Permitting,       &[Design, ReadyToSchedule, OnHold, Cancelled]),
    (ReadyToSchedule,  &[Permitting, InstallScheduled, OnHold, Cancelled]),
    (InstallScheduled, &[ReadyToSchedule, Installed, OnHold, Cancelled]),
    (Installed,        &[InstallScheduled, FinalInspection, OnHold, Cancelled]),
    (FinalInspection,  &[Installed, PtoSubmitted, OnHold, Cancelled]),
    (PtoSubmitted,     &[FinalInspection, PtoGranted, OnHold, Cancelled]),
    (PtoGranted,       &[PtoSubmitted]),
    (OnHold,           &[Lead, Qualified, ProposalSent, ContractOut, ContractSigned, SiteSurvey, Design, Permitting,
                         ReadyToSchedule, InstallScheduled, Installed, FinalInspection, PtoSubmitted, Lost, Cancelled]),
    (Lost,             &[Lead, Qualified, ProposalSent, ContractOut]),
    (Cancelled,        &[ContractSigned, SiteSurvey, Design, Permitting, ReadyToSchedule, InstallScheduled, Installed,
                         FinalInspection, PtoSubmitted]),
    (Failed,           &[SiteSurvey, Design]),
];

impl Stage {
    /// All stages, in the order of the way, exits last.
    pub const ALL: [Self; 18] = [
        Lead,
        Qualified,
        ProposalSent,
        ContractOut,
        ContractSigned,
        SiteSurvey,
        Design,
        Permitting,
        ReadyToSchedule,
        InstallScheduled,
        Installed,
        FinalInspection,
        PtoSubmitted,
        PtoGranted,
        OnHold,
        Lost,
        Cancelled,
        Failed,
    ];

    /// The stage's name in asks, the database and the trail.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.words().0
    }

    /// The stage as people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.words().1
    }

    /// After how many days an order is stale here; none where waiting is the end of it.
    #[must_use]
    pub const fn stale_after(self) -> Option<i64> {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, Option<i64>) {
        match self {
            Lead => ("lead", "Lead", Some(5)),
            Qualified => ("qualified", "Qualified", Some(10)),
            ProposalSent => ("proposal_sent", "Proposal sent", Some(7)),
            ContractOut => ("contract_out", "Contract out", Some(7)),
            ContractSigned => ("contract_signed", "Contract signed", Some(7)),
            SiteSurvey => ("site_survey", "Site survey", Some(14)),
            Design => ("design", "Design", Some(14)),
            Permitting => ("permitting", "Permitting", Some(30)),
            ReadyToSchedule => ("ready_to_schedule", "Ready to schedule", Some(10)),
            InstallScheduled => ("install_scheduled", "Install scheduled", Some(30)),
            Installed => ("installed", "Installed", Some(10)),
            FinalInspection => ("final_inspection", "Final inspection", Some(14)),
            PtoSubmitted => ("pto_submitted", "PTO submitted", Some(30)),
            PtoGranted => ("pto_granted", "PTO granted", None),
            OnHold => ("on_hold", "On hold", Some(30)),
            Lost => ("lost", "Lost", None),
            Cancelled => ("cancelled", "Cancelled", None),
            Failed => ("failed", "Failed", None),
        }
    }

    /// The part of the way it belongs to.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Lead | Qualified | ProposalSent | ContractOut => Group::Presold,
            OnHold | Lost | Cancelled | Failed => Group::Exit,
            _ => Group::Sold,
        }
    }

    /// Whether it is out of the way: reaching it and leaving it need a reason.
    #[must_use]
    pub fn is_exit(self) -> bool {
        self.group() == Group::Exit
    }

    /// Whether an order that stands here, and came here from `before`, is not sold yet.
    #[must_use]
    pub fn is_presold(self, before: Option<Self>) -> bool {
        match self.group() {
            Group::Presold => true,
            Group::Sold => false,
            Group::Exit => before.map_or(self == Lost, |before| before.group() == Group::Presold),
        }
    }

    /// Whether an order that stands here, and came here from `before`, may go to `to`.
    /// Leaving an exit leads back to where it was, and out of the way another time only as that place would allow.
    #[must_use]
    pub fn may_become(self, before: Option<Self>, to: Self) -> bool {
        let listed = |from: Self| TRANSITIONS.iter().any(|(stage, next)| *stage == from && next.contains(&to));
        match before {
            Some(before) if self.is_exit() && to.is_exit() => {
                listed(self) && TRANSITIONS.iter().any(|(s, n)| *s == before && n.contains(&to))
            }
            Some(before) if self.is_exit() => listed(self) && to == before,
            _ => listed(self),
        }
    }

    /// Where an order that stands here, and came here from `before`, may go.
    pub fn next(self, before: Option<Self>) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |to| self.may_become(before, *to))
    }

    /// Whether `pipeline/move` leads here.
    #[must_use]
    pub fn is_move_target(self) -> bool {
        self.group() == Group::Presold || matches!(self, ContractSigned | OnHold | Lost)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text).ok_or("unknown")
    }
}

#[cfg(test)]
mod tests;

//! The parts pages are made of, each named as in the style sheet. They run on the server and inside islands alike.
//!
//! | part | for |
//! |---|---|
//! | [`PageHead`], [`Fact`], [`Tabs`] | title, way back, facts in a line, sections as links |
//! | [`Panel`], [`Columns`] | a titled box, and boxes side by side |
//! | [`Button`], [`ButtonLink`], [`Icon`] | things to do |
//! | [`Badge`], [`Mark`], [`Tone`] | a status: icon, words and colour, always the three |
//! | [`Masked`], [`Allowance`] | a personal value, covered; reveals used today |
//! | [`Field`], [`Area`], [`Choice`], [`Mistake`], [`FormProblem`] | label, control, hint and error |
//! | [`Table`], [`Pager`], [`Rest`] | any list |
//! | [`Dialog`], [`Notice`], [`Refused`], [`AddingPasskey`], [`Banner`], `toasts`, [`Empty`] | words to the person |
//! | [`Steps`], [`Timeline`], [`Event`], [`Changes`], [`Detail`] | how it stands, what happened, what changes |
//! | `Prose` | what somebody wrote, sanitised |
//! | [`printed`], `rendered`, `Kept`; [`icon`], [`badge`], [`masked`], [`time`] | what is printed as text: dense rows, fragments of every page |
//! | [`Time`], [`ago`], [`day`], [`date`], [`near`], [`month`], [`money`], [`kw`], [`number`], [`country`], [`place`], [`device`] | values as people read them |

mod allowance;
mod badge;
mod button;
mod country;
mod device;
mod dialog;
mod field;
mod flash;
mod format;
mod icon;
mod mask;
mod notice;
mod page;
mod panel;
mod printed;
mod progress;
mod prose;
mod rendered;
mod slot;
mod sprite;
mod table;

pub use allowance::{Allowance, next_reveal, no_tries, reveals_used, tries_left};
pub use badge::{Badge, Mark, Tone, badge};
pub use button::{Button, ButtonLink};
pub use country::{country, place};
pub use device::device;
pub use dialog::Dialog;
pub use field::{Area, Choice, Field, FormProblem, Mistake};
#[cfg(feature = "ssr")]
pub use flash::toasts;
pub use format::{Time, ago, date, day, exact_time, iso, kw, moment, money, month, near, number, time};
pub use icon::{Brand, Icon, icon};
pub use mask::{Masked, masked};
pub use notice::{AddingPasskey, Banner, Empty, Notice, Refused};
pub use page::{Fact, PageHead, Tab, Tabs};
pub use panel::{Columns, Panel};
pub use printed::printed;
pub use progress::{Change, Changes, Detail, Event, Step, Steps, Timeline};
#[cfg(feature = "ssr")]
pub use prose::Prose;
#[cfg(feature = "ssr")]
pub use rendered::{Kept, Rendered, rendered};
pub use slot::{Slot, Words};
#[cfg(feature = "ssr")]
pub use sprite::sprite;
pub use table::{Pager, Rest, Table};

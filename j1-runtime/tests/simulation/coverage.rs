//! The fault matrix: which faults have met in one run, or on one list, and how often.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::paging::Style;

/// The part of the world that a fault belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The provider, and the way to it.
    Provider,
    /// The operator, and the integration as the operator has it.
    Operator,
    /// The author of a step.
    Author,
    /// JupiterOne, and the way to it.
    JupiterOne,
}

macro_rules! faults {
    ($($axis:ident { $($fault:ident $name:literal)+ })+) => {
        /// A deviation from a calm run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $($($fault,)+)+ }

        impl Fault {
            pub const ALL: &[Self] = &[$($(Self::$fault,)+)+];

            pub const fn name(self) -> &'static str {
                match self { $($(Self::$fault => $name,)+)+ }
            }

            pub const fn axis(self) -> Axis {
                match self { $($(Self::$fault)|+ => Axis::$axis,)+ }
            }
        }
    };
}

faults! {
    Provider {
        Lost "lost response"
        Refused "error response"
        Come "records come"
        Go "records go"
        Churn "records come and go"
        Contradiction "contradicting response"
        Odd2xx "odd 2xx"
        Capped "capped list"
        OddRecord "odd record"
        Expired "token expires"
    }
    Operator {
        EnabledIf "enabled_if"
        SourceOff "source off"
        OneStep "--step"
        Joined "--job"
        Abort "--on-partial abort"
        KeepFirst "keep_first"
        Hook "hook leaves out"
        Signal "signal"
        Death "process dies"
    }
    Author {
        Panic "panics"
        Fail "fails"
        Stop "stops early"
        Lie "lies"
        CutOff "cuts off an add"
        Swallow "swallows an error"
        TimeOut "times out a request"
        Drop "drops a list"
        Spawn "spawns"
    }
    JupiterOne {
        Middlebox "middlebox 2xx"
        LostUpload "lost upload"
        FewerReceived "fewer received"
        CountsUnsaid "counts unsaid"
        UnknownStatus "unknown status"
        NeverEnds "never ends"
        ObjectErrors "object errors"
        Overlap "overlapping run"
        QueryRefused "query refused"
        QueryMissing "query missing"
        QueryEmpty "query empty"
        QueryPart "query in part"
        SmallUploads "small uploads"
    }
}

/// Pairs that cannot meet, and the reason.
const APART: &[(&[Fault], &[Fault], &str)] = &[
    (CHANGES, CHANGES, "a provider changes in one way during a run"),
    (MISTAKES, MISTAKES, "an author makes one mistake in a run"),
    (ODDITIES, ODDITIES, "JupiterOne has one oddity in a run"),
    (
        &[Fault::Overlap],
        &[Fault::QueryRefused, Fault::QueryMissing, Fault::QueryEmpty, Fault::QueryPart],
        "a run that cannot query JupiterOne cannot see the objects of another run: docs/deletion-safety.md says so",
    ),
    (&[Fault::Overlap], &[Fault::Joined], "both runs would finalize one job; JupiterOne refuses the second"),
];
const CHANGES: &[Fault] = &[Fault::Come, Fault::Go, Fault::Churn];
pub const MISTAKES: &[Fault] = &[
    Fault::Panic,
    Fault::Fail,
    Fault::Stop,
    Fault::Lie,
    Fault::CutOff,
    Fault::Swallow,
    Fault::TimeOut,
    Fault::Drop,
    Fault::Spawn,
];
const ODDITIES: &[Fault] = &[
    Fault::LostUpload,
    Fault::FewerReceived,
    Fault::CountsUnsaid,
    Fault::UnknownStatus,
    Fault::NeverEnds,
    Fault::ObjectErrors,
    Fault::QueryRefused,
    Fault::QueryMissing,
    Fault::QueryEmpty,
    Fault::QueryPart,
];

/// Returns the reason why two faults cannot meet in one run.
pub fn apart(one: Fault, other: Fault) -> Option<&'static str> {
    let meet = |(these, those, _): &&(&[Fault], &[Fault], _)| {
        one != other
            && (these.contains(&one) && those.contains(&other)
                || these.contains(&other) && those.contains(&one))
    };
    APART.iter().find(meet).map(|(_, _, reason)| *reason)
}

const FAULTS: usize = Fault::ALL.len();
const STYLES: usize = Style::ALL.len();

/// The faults that took effect in the run of this thread.
#[derive(Default)]
struct Run {
    met: BTreeSet<Fault>,
    read: BTreeSet<Style>,
    on: BTreeSet<(Style, Fault)>,
}

struct Counts {
    runs: u32,
    pairs: [[u32; FAULTS]; FAULTS],
    lists: [[u32; FAULTS]; STYLES],
}

thread_local! {
    static RUN: RefCell<Run> = RefCell::default();
}

static COUNTS: Mutex<Counts> =
    Mutex::new(Counts { runs: 0, pairs: [[0; FAULTS]; FAULTS], lists: [[0; FAULTS]; STYLES] });

/// Notes that a fault took effect in this run.
pub fn met(fault: Fault) {
    RUN.with_borrow_mut(|run| run.met.insert(fault));
}

/// Notes that a fault took effect while a list was read in this way.
pub fn met_on(style: Style, fault: Fault) {
    RUN.with_borrow_mut(|run| {
        run.met.insert(fault);
        run.on.insert((style, fault));
    });
}

/// Notes that a list is read in this way.
pub fn read(style: Style) {
    RUN.with_borrow_mut(|run| run.read.insert(style));
}

/// Counts what the run of this thread has met.
pub fn end_run() {
    let run = RUN.take();
    if run.met.is_empty() {
        return;
    }
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    counts.runs += 1;
    for one in &run.met {
        for other in &run.met {
            counts.pairs[*one as usize][*other as usize] += 1;
        }
    }
    // A fault of a list belongs to that list, any other to all lists of the run.
    let of_list = |fault: &Fault| matches!(fault.axis(), Axis::Provider | Axis::Author);
    let others = run.met.iter().filter(|fault| !of_list(fault));
    let of_run = others.flat_map(|fault| run.read.iter().map(|style| (*style, *fault)));
    for (style, fault) in run.on.iter().copied().filter(|(_, fault)| of_list(fault)).chain(of_run) {
        counts.lists[style as usize][fault as usize] += 1;
    }
}

/// The two tables, and the cells that nothing has met.
#[derive(Default)]
pub struct Matrix {
    pub text: String,
    pub unmet: Vec<String>,
    /// The runs that met a fault.
    pub runs: u32,
    pub cells: u32,
    /// The least that a cell was met.
    pub least: u32,
}

impl Matrix {
    fn cell(&mut self, count: u32, one: &str, other: &str) {
        self.cells += 1;
        self.least = self.least.min(count);
        if count == 0 {
            self.unmet.push(format!("{one} with {other}"));
        }
        let _ = write!(self.text, " {count:>5}");
    }
}

/// Returns the coverage so far.
pub fn matrix() -> Matrix {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut matrix = Matrix { runs: counts.runs, least: u32::MAX, ..Matrix::default() };
    let _ = writeln!(matrix.text, "Lists that met a fault, by paging:\n{:>24} {}", "", numbers(STYLES));
    for fault in Fault::ALL {
        let _ = write!(matrix.text, "{:>24}", fault.name());
        for style in Style::ALL {
            matrix.cell(counts.lists[*style as usize][*fault as usize], fault.name(), style.name());
        }
        matrix.text.push('\n');
    }
    let names = Style::ALL.iter().enumerate().map(|(at, style)| format!("{} {}", at + 1, style.name()));
    let _ = writeln!(matrix.text, "  {}\n", names.collect::<Vec<_>>().join(", "));
    let _ = writeln!(matrix.text, "Runs in which two faults met:\n{:>24} {}", "", numbers(FAULTS));
    for (number, one) in Fault::ALL.iter().enumerate() {
        let _ = write!(matrix.text, "{:>21} {:>2}", one.name(), number + 1);
        for other in &Fault::ALL[..=number] {
            match apart(*one, *other) {
                Some(_) => matrix.text.push_str("     -"),
                None => {
                    matrix.cell(counts.pairs[*one as usize][*other as usize], one.name(), other.name());
                }
            }
        }
        matrix.text.push('\n');
    }
    matrix.text.push_str("\nThe cells that have a `-`:\n");
    for (these, those, reason) in APART {
        let names = |faults: &[Fault]| faults.iter().map(|fault| fault.name()).collect::<Vec<_>>().join(", ");
        let _ = match these == those {
            true => writeln!(matrix.text, "  {} with each other: {reason}", names(these)),
            false => writeln!(matrix.text, "  {} with {}: {reason}", names(these), names(those)),
        };
    }
    matrix
}

fn numbers(all: usize) -> String {
    (1..=all).map(|number| format!("{number:>5}")).collect::<Vec<_>>().join(" ")
}

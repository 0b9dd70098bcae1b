//! CPU time and memory of a process, as Linux reports them.

/// CPU time and memory of this process.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// The most memory that was resident, in kilobytes.
    pub peak_kilobytes: u64,
    /// The CPU time of all threads, in seconds.
    pub cpu_seconds: f64,
}

impl Usage {
    /// Reads what has been used so far.
    #[must_use]
    pub fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.and_then(|peak| peak.trim().trim_end_matches("kB").trim().parse().ok());
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // Fields 14 and 15, in hundredths of a second; the second field is in parentheses and may hold blanks.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields = after_name.split_whitespace().skip(11).take(2);
        let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
        Self { peak_kilobytes: peak.unwrap_or_default(), cpu_seconds: ticks / 100.0 }
    }
}

/// The CPU time of this thread in nanoseconds.
#[must_use]
pub fn thread_nanoseconds() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|time| time.parse().ok()).unwrap_or_default()
}

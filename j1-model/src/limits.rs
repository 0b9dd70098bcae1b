//! The numbers of JupiterOne's upload rules, each with its source.

/// Longest string property, counted in UTF-16 code units.
///
/// "Strings ≤ 4096 characters" on JupiterOne's Code + Sync API page; the official SDK's helper cuts at
/// UTF-16 units, the stricter of the two readings.
pub const MAX_STRING_UTF16: usize = 4096;

/// Longest `_key`, in characters ("Max 7000 characters", Code + Sync API page).
pub const MAX_KEY_CHARS: usize = 7000;

/// Shortest `_key`, in characters (data model, class `GraphObject`).
pub const MIN_KEY_CHARS: usize = 10;

/// Shortest `_type`, in characters (data model, class `GraphObject`).
pub const MIN_TYPE_CHARS: usize = 3;

/// Entities in one job of the mode `OVERRIDE` (JupiterOne's documentation of the mode).
pub const MAX_OVERRIDES: u64 = 10_000;

/// Objects in one upload request ("Batch sizes around 250", Code + Sync API page). The official SDK sends thousands, up to
/// 5 MB; with 1,000 a run took a third of the requests and the same CPU time.
pub const BATCH_OBJECTS: usize = 250;

/// Bytes of JSON in one upload request before compression.
///
/// The service refuses bodies over about 6,291,456 bytes (a Lambda limit that users report); requests
/// slightly below it failed too, so ours end at a sixth of it.
pub const BATCH_BYTES: usize = 1024 * 1024;

/// The most bytes of JSON of an object with its raw data: a larger one is sent without (the official SDK's
/// `batchGraphObjectsBySizeInBytes`, which leaves raw data away from 5 MB on).
pub const RAW_DATA_OBJECT_BYTES: usize = 5_000_000;

/// Bodies from this size on, in bytes, are gzip-compressed ("Compression is supported if you push much larger batches",
/// Code + Sync API page). A collector's uplink is usually slower than its CPU.
pub const GZIP_FROM_BYTES: usize = 16 * 1024;

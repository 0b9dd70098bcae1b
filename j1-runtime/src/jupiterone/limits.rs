//! Limits of one upload request, and of the number of requests in flight at once.

use j1_core::model::limits::{BATCH_BYTES, BATCH_OBJECTS, GZIP_FROM_BYTES, RAW_DATA_OBJECT_BYTES};

/// The largest request body that JupiterOne takes, in bytes before compression: a limit of the service behind it.
const MAX_BODY_BYTES: usize = 6_291_456;

/// Limits of one upload request, and of the number of requests in flight at once.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimits {
    /// The most objects in one request.
    pub objects: usize,
    /// A request is full when it has this many bytes of JSON, before compression.
    pub bytes: usize,
    /// An object that has more bytes of JSON is left out: JupiterOne takes it in no request.
    pub object: usize,
    /// An object that has more bytes of JSON with its raw data is sent without.
    pub raw_data_object: usize,
    /// Bodies from this size on, in bytes, are sent compressed.
    pub gzip_from: usize,
    /// The most requests in flight at once, over all steps.
    pub in_flight: usize,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            objects: BATCH_OBJECTS,
            bytes: BATCH_BYTES,
            object: MAX_BODY_BYTES,
            raw_data_object: RAW_DATA_OBJECT_BYTES,
            gzip_from: GZIP_FROM_BYTES,
            // The official SDK sends six at a time, but for each step.
            in_flight: 6,
        }
    }
}

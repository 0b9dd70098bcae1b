//! The codes of what goes wrong when an integration runs.

use j1_core::error::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal;)*) => {
        $(#[doc = $title] pub(crate) const $name: Code = Code($code);)*

        /// Every code of a run with its title, in the order of the codes.
        pub const TITLES: &[(Code, &str)] = &[$(($name, $title)),*];
    };
}

codes! {
    CREDENTIALS "J1-R1001" "the provider refused the credentials";
    STATUS "J1-R1002" "the provider responded with an error";
    NO_ANSWER "J1-R1003" "the provider did not respond";
    NOT_JSON "J1-R1004" "the provider's response is not JSON";
    OTHER_SHAPE "J1-R1005" "the provider's response does not have the declared shape";
    RECORD "J1-R1006" "a record that is not what its struct says";
    ENDLESS "J1-R1007" "the provider's pages do not end";
    REQUEST "J1-R1008" "a request that cannot be made";
    OTHER_HOST "J1-R1009" "a next page on another host";
    SCOPE "J1-R1010" "a token with fewer scopes than were requested";
    NO_RECORDING "J1-R1101" "a request with no recording";
    BAD_RECORDING "J1-R1102" "a recording that cannot be read";
    RECORD_FOLDER "J1-R1103" "recordings that cannot be written";
    DRIFT "J1-R1104" "the provider's responses have changed their shape";
    BAD_SHAPES "J1-R1105" "known shapes that cannot be used";
    REFUSED "J1-R2001" "JupiterOne refused";
    DUPLICATE "J1-R2002" "two different objects with one key";
    DANGLING "J1-R2003" "a relationship to an entity that was not collected";
    UPLOAD "J1-R2004" "the upload could not be completed";
    JOB_ENDED "J1-R2006" "the job had ended before the upload did";
    TOO_LARGE "J1-R2007" "an object that JupiterOne takes in no request";
    INTERRUPTED "J1-R2008" "the run was interrupted";
    DISK "J1-R2009" "a file that cannot be written or read";
    PANIC "J1-R2010" "a step that panicked";
    PARTIAL "J1-R2011" "the run stopped because something was not read";
    CONFIG "J1-R2012" "configuration that is missing or malformed";
    NO_STEP "J1-R2013" "a step that the integration does not have";
    TOO_MANY_DELETED "J1-R2014" "more would be deleted than is allowed";
    NOT_HELD "J1-R2015" "what JupiterOne holds is not known";
    COLLECTION "J1-R2016" "a collection that is not whole";
    HOOK "J1-R2017" "an object that the integration leaves out before it is added";
    OBJECT_ERRORS "J1-R2018" "JupiterOne reports errors for some objects";
    SECRET "J1-R2020" "an object that holds a secret of the configuration";
    SHARD_STORE "J1-R2101" "a shard store that cannot be read or written";
    SHARD_ORDER "J1-R2102" "a phase of a sharded run that came too early or too late";
    SHARD_BUILD "J1-R2103" "a plan of another build or another instance";
    SHARD_DAMAGED "J1-R2104" "a damaged file in the shard store";
    SHARD_INDEX "J1-R2105" "a shard index out of range";
    SHARD_TWO_PLANS "J1-R2106" "two plans in one shard store";
    SHARD_LOST_WRITE "J1-R2107" "a shard store that lost what was written";
    SHARD_JOB_ENDED "J1-R2108" "a sharded job that something else ended";
    SHARD_DUPLICATE "J1-R2109" "two different objects with one key in two shards";
    SHARD_COVERAGE "J1-R2110" "too few shards delivered";
    SHARD_NONE "J1-R2111" "an integration that has no shards";
}

//! The error codes of the command line.

use j1_core::error::Code;

macro_rules! codes {
    ($($name:ident $code:literal $title:literal;)*) => {
        $(#[doc = $title] pub(crate) const $name: Code = Code($code);)*

        /// Every code of the command line with its title, in the order of the codes.
        pub const CODES: &[(Code, &str)] = &[$(($name, $title)),*];
    };
}

codes! {
    CARGO "J1-R4001" "cargo could not be run";
    NO_PACKAGE "J1-R4002" "no package here";
    UNKNOWN_PACKAGE "J1-R4003" "a package that the workspace does not have";
    NOT_AN_INTEGRATION "J1-R4004" "a package that is not an integration";
    SEVERAL "J1-R4005" "several integrations or binaries to choose from";
    BUILD "J1-R4006" "the integration does not build";
    START "J1-R4007" "the integration's binary could not be started";
    FILE "J1-R4008" "a file that cannot be read";
    NOT_JSON "J1-R4009" "a line that is not JSON";
    UNKNOWN_CLASS "J1-R4010" "a class to print that the data model does not have";
    UNKNOWN_CODE "J1-R4011" "an error code that does not exist";
    SYSTEM "J1-R4012" "the operating system refused what a command needs";
    BAD_NAME "J1-R4020" "a name that no integration can have";
    EXISTS "J1-R4021" "something is where a project is to be made";
    UNWRITABLE "J1-R4022" "a project that cannot be written";
    UNANSWERED "J1-R4023" "a question that was not answered";
    TEMPLATE "J1-R4024" "a template of cargo-j1 that cannot be filled in";
    NOT_A_SAMPLE "J1-R4025" "a document that is neither JSON nor YAML";
    UNKNOWN_KIND "J1-R4026" "a file to learn from of an unknown kind";
    NOTHING_TO_MAKE "J1-R4027" "files of which no entity can be made";
    NO_PLACE "J1-R4028" "a file without the place where something is to be added";
    NO_SUCH_THING "J1-R4029" "a flag that names what the files do not have";
    BAD_ANSWER "J1-R4030" "an answer that cannot be used";
    DOES_NOT_COMPILE "J1-R4031" "a generated project that does not compile";
    NOT_OFFICIAL "J1-R4032" "a folder that is not an integration of the official SDK";
    NO_LOCK "J1-R4050" "no j1.lock to compare with";
    BAD_LOCK "J1-R4051" "a j1.lock that cannot be read";
    UNDESCRIBED "J1-R4052" "an integration that does not say what it is";
    NOT_A_COLLECTION "J1-R4053" "a collection that cannot be read";
    TOO_LARGE_FOR_CSV "J1-R4054" "more than Custom File Transfer takes in one file";
    OCCUPIED "J1-R4055" "a folder to write that holds something else";
    BAD_PARITY "J1-R4056" "a parity.toml that cannot be read";
    QUERY "J1-R4060" "a query that has no answer";
    NOT_QUESTIONS "J1-R4061" "a question file that cannot be read";
    REMOTE "J1-R4062" "a JupiterOne that does not answer a query";
    NEO4J "J1-R4063" "a Neo4j that does not take the data";
    NOT_SHARDED "J1-R4064" "an integration that is not divided into shards";
    UNFIT_SETTING "J1-R4065" "a setting that a scheduler cannot use";
}
